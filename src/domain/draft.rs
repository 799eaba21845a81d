//! Drafts of what a practice types into other people's forms, from what is counted and recorded, and from nothing else.

use std::collections::BTreeMap;

use entity::ids::{ClinicianId, ItemCode, LocalDate, SubjectId};

use super::{
    action::{self, SubjectStatus},
    catalogue::{Catalogue, Item, Status},
    limit::{self, DayFacts, Headroom, PracticeDay, Rules},
};

/// One day of a week. What is not known is nothing, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayDraft {
    /// The day.
    pub on: LocalDate,
    /// Contacts against the limits of those who counted.
    pub contacts: Option<PracticeDay>,
    /// Sessions in halves, where they are known of everybody who counted.
    pub half_sessions: Option<u32>,
    /// Attended appointments, where an import covers the day.
    pub appointments: Option<u32>,
    /// It has not ended yet.
    pub so_far: bool,
}

impl DayDraft {
    /// As measured.
    pub fn headroom(&self) -> Option<Headroom> {
        self.contacts?.headroom()
    }
}

/// A practice's days from Monday to Friday.
pub fn week(
    facts: &BTreeMap<(ClinicianId, LocalDate), DayFacts>,
    rules: &Rules,
    monday: LocalDate,
    today: LocalDate,
) -> Vec<DayDraft> {
    (0..5).map(|n| day(facts, rules, monday.plus_days(n), today)).collect()
}

fn day(
    facts: &BTreeMap<(ClinicianId, LocalDate), DayFacts>,
    rules: &Rules,
    on: LocalDate,
    today: LocalDate,
) -> DayDraft {
    let known = || facts.iter().filter(|((_, day), _)| *day == on);
    let counted: Vec<(ClinicianId, &DayFacts, limit::Day)> = known()
        .map(|((id, _), facts)| (*id, facts, limit::day(facts, rules, *id, on)))
        .filter(|(_, _, day)| day.source.is_some())
        .collect();
    let sessions = counted.iter().map(|(id, facts, _)| {
        let said = facts.worked.map(|worked| worked.half_sessions);
        said.or_else(|| rules.rota_on(*id, on).filter(|halves| *halves > 0))
    });
    let appointments: Vec<u32> = known().filter_map(|(_, facts)| facts.import).collect();
    let some = !counted.is_empty();
    DayDraft {
        on,
        contacts: some.then(|| PracticeDay::sum(counted.iter().map(|(_, _, day)| day))),
        half_sessions: sessions.sum::<Option<u32>>().filter(|_| some),
        appointments: (!appointments.is_empty()).then(|| appointments.iter().sum()),
        so_far: on == today,
    }
}

/// The whole week: the days with a count taken together; nothing where there is none.
pub fn week_total(days: &[DayDraft]) -> Option<PracticeDay> {
    days.iter().filter_map(|day| day.contacts).reduce(PracticeDay::plus)
}

/// What a survey asks of each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyAnswer {
    /// Paused, or notice of it is served.
    DoingIt,
    /// Thought about, or planned without a served notice.
    Considering,
    /// Recorded as running, or as taken up again.
    NotPlanning,
    /// Nothing is recorded, which is none of the others.
    NotRecorded,
}

impl SurveyAnswer {
    /// As everybody's survey puts it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DoingIt => "doing it",
            Self::Considering => "considering",
            Self::NotPlanning => "not planning",
            Self::NotRecorded => "not recorded",
        }
    }

    fn of(standing: &SubjectStatus<'_>) -> Self {
        if standing.acting() {
            return Self::DoingIt;
        }
        match standing.status() {
            Some(Status::Thinking | Status::PausingFrom | Status::PausedSince) => Self::Considering,
            Some(Status::Running | Status::Restarted) => Self::NotPlanning,
            None => Self::NotRecorded,
        }
    }
}

/// One item of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDraft<'a> {
    /// The item.
    pub item: &'a Item,
    /// The answer that what is recorded gives.
    pub answer: SurveyAnswer,
    /// What is recorded: of the practice, or subject by subject.
    pub recorded: Vec<String>,
}

/// An answer for each item of a day's menu; and the items left out, because on that day the contract conflicts with them
/// and they stay in the practice's own history.
pub fn survey<'a>(
    catalogue: &'a Catalogue,
    standings: &BTreeMap<(ItemCode, Option<SubjectId>), SubjectStatus<'_>>,
    subjects: &super::register::Subjects,
    day: LocalDate,
) -> (Vec<ItemDraft<'a>>, Vec<&'a Item>) {
    let (leaving, staying): (Vec<&Item>, Vec<&Item>) =
        catalogue.items_on(day).partition(|item| action::may_leave(item, day));
    let drafts = leaving
        .into_iter()
        .map(|item| {
            let mut said: Vec<(SurveyAnswer, String)> = standings
                .iter()
                .filter(|((code, _), _)| *code == item.code)
                .filter_map(|((_, subject), standing)| {
                    let name = subject.and_then(|id| subjects.get(&id));
                    let name = name.map(|(_, name)| name.as_str());
                    Some((SurveyAnswer::of(standing), told(item, name, standing)?))
                })
                .collect();
            said.sort();
            ItemDraft {
                item,
                answer: said.first().map_or(SurveyAnswer::NotRecorded, |(answer, _)| *answer),
                recorded: said.into_iter().map(|(_, text)| text).collect(),
            }
        })
        .collect();
    (drafts, staying)
}

/// "Ring pessaries: Notice served, ends on 1 Feb 2027".
fn told(item: &Item, subject: Option<&str>, standing: &SubjectStatus<'_>) -> Option<String> {
    let (row, status) = (standing.row()?, standing.status()?);
    let label = item.label(status);
    let about = if row.change.about { "about " } else { "" };
    let day = row.change.effective_on.short();
    let when = match status {
        // "Notice served, ends on: 1 Feb 2027", "Limiting from a date: 1 Feb 2027".
        Status::PausingFrom => format!("{label}: {about}{day}"),
        _ => format!("{label}, since {about}{day}"),
    };
    Some(match subject {
        Some(name) => format!("{name}: {when}"),
        None => when,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_without_counts_is_blank_and_not_zero() {
        let monday = "2026-11-16".parse().unwrap();
        let days = week(&BTreeMap::new(), &Rules::default(), monday, monday);
        assert_eq!(days.len(), 5);
        for day in &days {
            assert_eq!((day.contacts, day.half_sessions, day.appointments, day.headroom()), (None, None, None, None));
        }
        assert_eq!(week_total(&days), None);
        assert!(days[0].so_far && !days[1].so_far);
    }
}
