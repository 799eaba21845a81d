//! What a reminder says: which practice, what by which day, and never of which service or agreement.

use entity::ids::{LocalDate, OdsCode};

use crate::domain::{diary::DiaryKind, reminder::ReminderLine};

/// What is to be said to one person about one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) practice: OdsCode,
    pub(super) name: String,
    pub(super) lines: Vec<ReminderLine>,
}

/// Where the links of a practice's part lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ways {
    /// To the page that answers the return in one press.
    pub(super) answer: String,
    /// To the diary.
    pub(super) diary: String,
}

/// As it is shown to somebody who has signed in: without links.
pub(super) fn shown(sections: &[Section], today: LocalDate) -> String {
    let parts: Vec<String> = sections
        .iter()
        .map(|section| {
            let said = section.lines.iter().map(|line| says(line, today));
            std::iter::once(section.name.clone()).chain(said).collect::<Vec<_>>().join("\n")
        })
        .collect();
    parts.join("\n\n")
}

/// As it is mailed: each part with its links, and how to stop.
pub(super) fn mailed(sections: &[Section], ways: &[Ways], today: LocalDate, stop: &str) -> String {
    let mut text = String::new();
    for (section, ways) in sections.iter().zip(ways) {
        let mut line = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        line(&section.name);
        line("");
        for said in section.lines.iter().filter(|line| is_return(line)) {
            line(&says(said, today));
            line("If nothing changed, this page answers it in one press:");
            line(&ways.answer);
            line("");
        }
        let ahead: Vec<&ReminderLine> = section.lines.iter().filter(|line| !is_return(line)).collect();
        for said in &ahead {
            line(&says(said, today));
        }
        if !ahead.is_empty() {
            line("Your diary says of what, once you have signed in:");
            line(&ways.diary);
            line("");
        }
    }
    text.push_str("You get at most one of these a day, and none when there is nothing to say.\nTo stop them: ");
    text.push_str(stop);
    text.push('\n');
    text
}

fn is_return(line: &ReminderLine) -> bool {
    matches!(line, ReminderLine::Return { .. })
}

fn says(line: &ReminderLine, today: LocalDate) -> String {
    match line {
        ReminderLine::Return { week, due } => {
            let when = if *due == today {
                "is due today".to_owned()
            } else {
                format!("was due on {}; it still counts", due.long())
            };
            format!("The return for the week to {} {when}.", week.long())
        }
        ReminderLine::Ahead { on, kind } => {
            let what = match kind {
                DiaryKind::LastDay => "the last day of something under notice",
                DiaryKind::Plan => "the first day of something you planned",
                DiaryKind::ReplyDue => "a reply is due",
            };
            format!("{}: {what}{}.", on.long(), ahead(*on, today))
        }
    }
}

/// ", in 28 days"; what was on a day off is said by its date alone.
fn ahead(on: LocalDate, today: LocalDate) -> String {
    match on.0.signed_duration_since(today.0).num_days() {
        0 => ", today".to_owned(),
        1 => ", tomorrow".to_owned(),
        days @ 2.. => format!(", in {days} days"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn section() -> Section {
        Section {
            practice: "Z90001".parse().unwrap(),
            name: "Alder Lane Surgery".to_owned(),
            lines: vec![
                ReminderLine::Return { week: day("2026-11-20"), due: day("2026-11-20") },
                ReminderLine::Ahead { on: day("2026-12-18"), kind: DiaryKind::LastDay },
                ReminderLine::Ahead { on: day("2026-11-20"), kind: DiaryKind::ReplyDue },
            ],
        }
    }

    #[test]
    fn a_mail_says_days_and_practices_and_links_and_nothing_else() {
        let ways = Ways {
            answer: "https://headroom.example/reminders/1/Z90001/s".to_owned(),
            diary: "https://headroom.example/practices/Z90001/diary".to_owned(),
        };
        let text = mailed(&[section()], &[ways], day("2026-11-20"), "https://headroom.example/reminders/stop/p/s");
        assert_eq!(
            text,
            "Alder Lane Surgery\n\n\
             The return for the week to Friday 20 November 2026 is due today.\n\
             If nothing changed, this page answers it in one press:\n\
             https://headroom.example/reminders/1/Z90001/s\n\n\
             Friday 18 December 2026: the last day of something under notice, in 28 days.\n\
             Friday 20 November 2026: a reply is due, today.\n\
             Your diary says of what, once you have signed in:\n\
             https://headroom.example/practices/Z90001/diary\n\n\
             You get at most one of these a day, and none when there is nothing to say.\n\
             To stop them: https://headroom.example/reminders/stop/p/s\n"
        );
    }

    #[test]
    fn what_is_shown_has_no_links_and_a_late_return_still_counts() {
        let mut late = section();
        late.lines.truncate(1);
        assert_eq!(
            shown(&[late.clone(), late], day("2026-11-23")),
            "Alder Lane Surgery\nThe return for the week to Friday 20 November 2026 was due on Friday 20 November 2026; it \
             still counts.\n\nAlder Lane Surgery\nThe return for the week to Friday 20 November 2026 was due on Friday 20 \
             November 2026; it still counts."
        );
        assert!(!shown(&[section()], day("2026-11-20")).contains("http"));
    }
}
