//! What a practice has to do by when, put together from its register and its counts.

use std::collections::BTreeMap;

use entity::ids::{ClinicianId, LocalDate};

use super::register_view::{ReplyTo, Todo, What};
use crate::{
    domain::{
        action::{EnteredBy, EntryAnswer},
        catalogue::Status,
        diary::{self, DiaryEntry, DiaryKind, Of},
        letter::Awaited,
        notice::Notice,
        outcome::{self, Outcome},
        register::{EntryDay, RegisterAt, RegisterLine},
    },
    store::days::FactsByDay,
    ui::register,
};

/// How far ahead dates are shown: 13 weeks.
const AHEAD_DAYS: u64 = 91;
/// How far back the last count of a clinician is looked for.
pub(super) const BACK_DAYS: u64 = 13;
/// More clinicians than this share one line.
const NAMED: usize = 3;

/// What the list is made from.
#[derive(Debug)]
pub(super) struct TodoSources<'a> {
    pub(super) ground: RegisterAt<'a>,
    /// The labels of the clinicians.
    pub(super) clinicians: &'a [(ClinicianId, String)],
    /// Their counts of the last days.
    pub(super) facts: &'a FactsByDay,
    /// Its notices.
    pub(super) notices: &'a [Notice],
    /// Its letters without a reply that is due.
    pub(super) letters: &'a [Awaited],
    /// What came of its actions.
    pub(super) outcomes: &'a [Outcome],
    /// Whether the practice decided about sharing.
    pub(super) decided: bool,
}

/// Everything to do, by date.
pub(super) fn list(from: &TodoSources<'_>) -> Vec<Todo> {
    let today = from.ground.on;
    let own = from.ground.own();
    let mut all = dates(&own, today);
    all.extend(replies(diary::entries(&own, from.notices, from.letters), today));
    all.extend(still_paused(from, &own));
    all.extend(from.ground.unanswered().into_iter().map(|(line, row)| {
        let catalogue = from.ground.catalogue;
        let item = catalogue.item_on(&row.change.item, row.change.effective_on);
        let label = item.map_or("", |item| item.label(row.change.status));
        Todo {
            due: today,
            what: What::Noted { id: row.change.id, noted: register::noted(&line, label, row.change.effective_on) },
        }
    }));
    let recorded = from
        .ground
        .rows
        .iter()
        .any(|row| row.change.entered_by == EnteredBy::Practice || row.answer == Some(EntryAnswer::Confirmed));
    if recorded && !from.decided {
        all.push(Todo { due: today, what: What::Consent });
    }
    all.extend(uncounted(from));
    all.sort_by_key(|todo| todo.due);
    all
}

fn dates(own: &[RegisterLine], today: LocalDate) -> Vec<Todo> {
    let entries = own.iter().filter_map(|line| {
        let entry = line.entry.as_ref().filter(|entry| entry.status == Status::PausingFrom)?;
        let what = match entry.when {
            EntryDay::Ends(_) => What::LastDay {
                name: line.subject.as_ref().map_or_else(|| line.name(), |(_, subject)| subject.clone()),
                served: entry.notice_served_on,
            },
            EntryDay::From(_) | EntryDay::Since(_) => What::Plan { name: line.name(), tag: entry.tag.clone() },
        };
        Some(Todo { due: entry.when.day(), what })
    });
    entries.filter(|todo| todo.due <= today.plus_days(AHEAD_DAYS)).collect()
}

/// Replies that are due. Several letters to one recipient are one line, with the first day of them.
fn replies(entries: Vec<DiaryEntry>, today: LocalDate) -> Vec<Todo> {
    let mut letters: BTreeMap<String, Vec<Todo>> = BTreeMap::new();
    let mut all = Vec::new();
    for todo in each_reply(entries, today) {
        match &todo.what {
            What::ReplyDue { to: ReplyTo::Letter(_), from, .. } => letters.entry(from.clone()).or_default().push(todo),
            _ => all.push(todo),
        }
    }
    for (from, mut awaited) in letters {
        let first = awaited.iter().map(|todo| todo.due).min().filter(|_| awaited.len() > 1);
        let Some(due) = first else {
            all.append(&mut awaited);
            continue;
        };
        let overdue = awaited.iter().filter(|todo| todo.due < today).count();
        all.push(Todo { due, what: What::RepliesDue { from, letters: awaited.len(), overdue } });
    }
    all
}

fn each_reply(entries: Vec<DiaryEntry>, today: LocalDate) -> impl Iterator<Item = Todo> {
    let near = move |entry: &DiaryEntry| entry.on <= today.plus_days(AHEAD_DAYS);
    entries.into_iter().filter(near).filter_map(|entry| {
        Some(Todo {
            due: entry.on,
            what: What::ReplyDue {
                to: match entry.of {
                    _ if entry.kind != DiaryKind::ReplyDue => return None,
                    Of::Item { notice, .. } => ReplyTo::Notice(notice?),
                    Of::Letter(letter) => ReplyTo::Letter(letter),
                },
                name: entry.name,
                from: entry.from?,
            },
        })
    })
}

fn still_paused<'a>(from: &'a TodoSources<'_>, own: &'a [RegisterLine]) -> impl Iterator<Item = Todo> + 'a {
    let ground = &from.ground;
    let found = outcome::answered_but_paused(own, ground.rows, from.outcomes, ground.known_at);
    found.into_iter().map(|(line, outcome)| Todo {
        due: ground.on,
        what: What::StillPaused {
            item: line.item.clone(),
            subject: outcome.subject,
            name: line.name(),
            tag: line.entry.as_ref().map_or_else(String::new, |entry| entry.tag.clone()),
            outcome: outcome.ending.title(),
        },
    })
}

/// Clinicians without a count today and on the weekday before: today alone may only have begun.
fn uncounted(from: &TodoSources<'_>) -> Vec<Todo> {
    let today = from.ground.on;
    let mut last: BTreeMap<ClinicianId, LocalDate> = BTreeMap::new();
    for ((clinician, day), facts) in from.facts {
        if facts.taps.is_some() || facts.sheet.is_some() {
            let known = last.entry(*clinician).or_insert(*day);
            *known = (*known).max(*day);
        }
    }
    let late = weekday_before(today);
    let without: Vec<(&str, Option<LocalDate>)> = from
        .clinicians
        .iter()
        .map(|(id, label)| (label.as_str(), last.get(id).copied()))
        .filter(|(_, counted)| counted.is_none_or(|day| day < late))
        .collect();
    let due = today;
    if without.len() > NAMED {
        let labels: Vec<&str> = without.iter().map(|(label, _)| *label).collect();
        let what = What::NoCount { labels: labels.join(", "), since: None };
        return vec![Todo { due, what }];
    }
    without
        .into_iter()
        .map(|(label, since)| Todo { due, what: What::NoCount { labels: label.to_owned(), since } })
        .collect()
}

fn weekday_before(today: LocalDate) -> LocalDate {
    let mut day = today.minus_days(1);
    while !day.is_weekday() {
        day = day.minus_days(1);
    }
    day
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use entity::ids::{RowId, StatusId, SubjectId};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        action::{StatusChange, StatusRow},
        catalogue::Catalogue,
        limit::DayFacts,
        register::Subjects,
    };

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}T12:00:00Z").parse().unwrap()
    }

    fn row(item: &str, subject: Option<SubjectId>, status: Status, on: &str) -> StatusRow {
        let change = StatusChange::of(StatusId(Uuid::now_v7()), &item.parse().unwrap(), status, day(on));
        StatusChange { subject, ..change }.recorded(at("2026-11-01"))
    }

    fn todo(rows: &[StatusRow], subjects: &Subjects, facts: &FactsByDay, decided: bool) -> Vec<Todo> {
        let clinicians: Vec<(ClinicianId, String)> = facts.keys().map(|(id, _)| (*id, "Dr C".to_owned())).collect();
        list(&TodoSources {
            ground: RegisterAt {
                catalogue: Catalogue::built_in().unwrap(),
                rows,
                subjects,
                on: day("2026-11-20"),
                known_at: at("2026-11-20"),
            },
            clinicians: &clinicians,
            facts,
            notices: &[],
            letters: &[],
            outcomes: &[],
            decided,
        })
    }

    #[test]
    fn notices_plans_and_the_question_of_sharing_come_by_date() {
        let service = SubjectId(Uuid::now_v7());
        let subjects = Subjects::from([(service, ("voluntary-services".parse().unwrap(), "ECGs".to_owned()))]);
        let mut notice = row("voluntary-services", Some(service), Status::PausingFrom, "2026-11-24");
        notice.change.notice_served_on = Some(day("2026-08-24"));
        let rows = [
            row("dsa-freeze", None, Status::PausingFrom, "2027-06-01"),
            row("referral-rationing", None, Status::PausingFrom, "2026-12-01"),
            notice,
        ];
        let list = todo(&rows, &subjects, &FactsByDay::new(), false);
        assert_eq!(list[0].what, What::Consent);
        assert_eq!(
            list[1],
            Todo {
                due: day("2026-11-24"),
                what: What::LastDay { name: "ECGs".to_owned(), served: Some(day("2026-08-24")) },
            }
        );
        assert!(matches!(&list[2].what, What::Plan { tag, .. } if tag == "Changing from"));
        assert_eq!(list.len(), 3, "what lies beyond 13 weeks waits");
    }

    #[test]
    fn several_letters_to_one_recipient_are_one_line_with_their_first_day() {
        let letter = |on: &str, from: &str| DiaryEntry {
            on: day(on),
            kind: DiaryKind::ReplyDue,
            name: "Work passed to us".to_owned(),
            from: Some(from.to_owned()),
            of: Of::Letter(RowId(Uuid::now_v7())),
        };
        let entries = vec![
            letter("2026-11-25", "Wyrevale Infirmary"),
            letter("2026-11-18", "Wyrevale Infirmary"),
            letter("2026-11-24", "Tansybeck"),
            letter("2027-06-01", "Tansybeck"),
        ];
        let list = replies(entries, day("2026-11-20"));
        assert_eq!(list.len(), 2);
        let both = What::RepliesDue { from: "Wyrevale Infirmary".to_owned(), letters: 2, overdue: 1 };
        assert!(list.contains(&Todo { due: day("2026-11-18"), what: both }), "{list:?}");
        assert!(list.iter().any(|todo| matches!(&todo.what, What::ReplyDue { from, .. } if from == "Tansybeck")));
    }

    #[test]
    fn nothing_recorded_is_nothing_to_share() {
        assert!(todo(&[], &Subjects::new(), &FactsByDay::new(), false).is_empty());
    }

    #[test]
    fn a_clinician_without_a_count_since_the_weekday_before_is_named() {
        let clinician = ClinicianId(Uuid::now_v7());
        let counted =
            |on: &str| FactsByDay::from([((clinician, day(on)), DayFacts { sheet: Some(20), ..DayFacts::default() })]);
        assert!(todo(&[], &Subjects::new(), &counted("2026-11-19"), true).is_empty());
        let list = todo(&[], &Subjects::new(), &counted("2026-11-17"), true);
        assert_eq!(list[0].what, What::NoCount { labels: "Dr C".to_owned(), since: Some(day("2026-11-17")) });
        assert_eq!(weekday_before(day("2026-11-23")), day("2026-11-20"));
    }
}
