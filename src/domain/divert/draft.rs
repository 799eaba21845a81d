//! Drafts of the practice's messages, filled from facts. A person reads, changes and sends them.

use super::MessageKind;

/// What a draft is filled from.
#[derive(Debug, Clone, Copy)]
pub struct DivertFacts<'a> {
    /// The practice's name.
    pub practice: &'a str,
    /// Its code.
    pub ods: &'a str,
    /// The day, written out.
    pub day: &'a str,
    /// When it began or is meant to begin, `14:10`.
    pub time: &'a str,
    /// Whether it has begun.
    pub begun: bool,
    /// Contacts counted today.
    pub counted: u32,
    /// The sum of the clinicians' limits.
    pub limit: u32,
}

/// Of the mail.
pub fn subject(kind: MessageKind, facts: &DivertFacts<'_>) -> String {
    match kind {
        MessageKind::Icb => format!("{} ({}): diverting routine need", facts.practice, facts.ods),
        MessageKind::Dos => format!("{} ({}): Directory of Services change request", facts.practice, facts.ods),
    }
}

/// The text.
pub fn body(kind: MessageKind, facts: &DivertFacts<'_>) -> String {
    let DivertFacts { practice, ods, day, time, counted, limit, .. } = facts;
    let began = if facts.begun { "since" } else { "from" };
    let open = "Our telephone lines and our online request form stay open. Urgent need is assessed by us the same day. \
        We go on seeing the groups we hold to be at particular risk.";
    match kind {
        MessageKind::Icb => format!(
            "{practice} ({ods}) directs routine need to other services on {day}, {began} {time}, after an assessment. \
             {counted} contacts are counted today against a safe limit of {limit}. We tell you before we send patients \
             to NHS 111.\n\n{open}\n\nWe tell you when this ends."
        ),
        MessageKind::Dos => format!(
            "{practice} ({ods}) asks for a temporary change of its entry in the Directory of Services on {day}, {began} \
             {time} until 18:30: please do not return routine need to us that can be met elsewhere today. {counted} \
             contacts are counted today against a safe limit of {limit}.\n\n{open}\n\nPlease tell us whether you agree, \
             and from when."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifier;

    #[test]
    fn a_draft_says_what_stays_open_and_holds_nothing_that_is_refused() {
        for begun in [true, false] {
            let facts = DivertFacts {
                practice: "Alder Lane Surgery",
                ods: "Z90001",
                day: "Friday 20 November 2026",
                time: "14:10",
                begun,
                counted: 98,
                limit: 100,
            };
            for kind in MessageKind::ALL {
                let text = body(kind, &facts);
                for words in ["Z90001", "14:10", "98", "100", "stay open", "same day"] {
                    assert!(text.contains(words), "{words}: {text}");
                }
                assert!(identifier::check_note(&text, 2000).is_ok(), "{text}");
                assert!(subject(kind, &facts).contains("Alder Lane"));
            }
        }
    }
}
