//! What came of an action: who answered it, what they said, how it ended. An entry stands until a later one corrects it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, NoticeId, OutcomeId, SubjectId};

use super::{action::StatusRow, catalogue::Status, codes::codes, register::RegisterLine};

mod address;

pub use address::{NotAnAddress, PublicAddress};

/// The most pounds a year.
pub const POUNDS_MOST: u32 = 100_000_000;

codes! {
    "a response",
    "a response is no-response, acknowledged, asked-for-more, challenged, offered-to-re-fund, agreed, agreed-in-part or refused",
    /// What the commissioner or provider said.
    Response {
        /// Nobody answered.
        None = "no-response",
        /// They have it.
        Acknowledged = "acknowledged",
        /// They asked for more information.
        AskedForMore = "asked-for-more",
        /// They dispute it.
        Challenged = "challenged",
        /// They offered to pay for it.
        OfferedToFund = "offered-to-re-fund",
        /// They agreed.
        Agreed = "agreed",
        /// They agreed to a part of it.
        AgreedInPart = "agreed-in-part",
        /// They refused.
        Refused = "refused",
    }
}

impl Response {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "No response",
            Self::Acknowledged => "Acknowledged",
            Self::AskedForMore => "Asked for more information",
            Self::Challenged => "Challenged",
            Self::OfferedToFund => "Offered to fund it again",
            Self::Agreed => "Agreed",
            Self::AgreedInPart => "Agreed in part",
            Self::Refused => "Refused",
        }
    }
}

codes! {
    "an outcome",
    "an outcome is still-open, ceased, re-funded, agreed, changed, withdrawn or entered-in-error",
    /// How it ended.
    Ending {
        /// It has not.
        StillOpen = "still-open",
        /// The service or the work ended.
        Ceased = "ceased",
        /// It is paid for again.
        Refunded = "re-funded",
        /// What was asked for was agreed.
        Agreed = "agreed",
        /// The terms or the work changed.
        Changed = "changed",
        /// The practice took its action back.
        Withdrawn = "withdrawn",
        /// The entry that this one corrects should not be there.
        EnteredInError = "entered-in-error",
    }
}

impl Ending {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::StillOpen => "Still open",
            Self::Ceased => "Ceased",
            Self::Refunded => "Funded again",
            Self::Agreed => "Agreed",
            Self::Changed => "Changed",
            Self::Withdrawn => "Withdrawn",
            Self::EnteredInError => "Entered in error",
        }
    }

    /// Whether what the pause was about has been answered, so that the practice may want to look at the pause again.
    pub fn answers_the_pause(self) -> bool {
        match self {
            Self::Refunded | Self::Agreed | Self::Changed => true,
            Self::StillOpen | Self::Ceased | Self::Withdrawn | Self::EnteredInError => false,
        }
    }
}

/// An entry before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutcome {
    /// Made by the client.
    pub id: OutcomeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The named subject, where the item takes one.
    pub subject: Option<SubjectId>,
    /// The notice it came of.
    pub notice: Option<NoticeId>,
    /// Who answered, where anybody did.
    pub responder: Option<String>,
    /// What they said.
    pub response: Response,
    /// How it ended.
    pub ending: Ending,
    /// Money.
    pub pounds_a_year: Option<u32>,
    /// When.
    pub on: Option<LocalDate>,
    /// Whether it can be read in public.
    pub is_public: bool,
    /// Where.
    pub public_at: Option<String>,
    /// The entry that this one takes the place of.
    pub corrects: Option<OutcomeId>,
}

impl NewOutcome {
    /// The entry that it becomes.
    pub fn recorded(self, recorded_at: DateTime<Utc>) -> Outcome {
        Outcome {
            id: self.id,
            item: self.item,
            subject: self.subject,
            notice: self.notice,
            responder: self.responder.unwrap_or_default(),
            response: self.response,
            ending: self.ending,
            pounds_a_year: self.pounds_a_year,
            on: self.on,
            is_public: self.is_public,
            public_at: self.public_at,
            corrects: self.corrects,
            recorded_at,
        }
    }
}

/// One entry of a practice's ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub id: OutcomeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The named subject, where the item takes one.
    pub subject: Option<SubjectId>,
    /// The notice it came of.
    pub notice: Option<NoticeId>,
    /// Who answered; empty where nobody did.
    pub responder: String,
    /// What they said.
    pub response: Response,
    /// How it ended.
    pub ending: Ending,
    /// Money.
    pub pounds_a_year: Option<u32>,
    /// When.
    pub on: Option<LocalDate>,
    /// Whether it can be read in public.
    pub is_public: bool,
    /// Where.
    pub public_at: Option<String>,
    /// The entry that this one takes the place of.
    pub corrects: Option<OutcomeId>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Outcome {
    /// What it is about.
    pub fn key(&self) -> (ItemCode, Option<SubjectId>) {
        (self.item.clone(), self.subject)
    }

    /// "NHS Example ICB: offered to fund it again", in one line.
    pub fn answer(&self) -> String {
        if self.responder.is_empty() {
            return self.response.title().to_owned();
        }
        format!("{}: {}", self.responder, self.response.title().to_lowercase())
    }
}

/// The entries that stand, as far as was recorded by an instant: the newest first, without those that were corrected
/// and those that say no more than that there should be none.
pub fn standing(all: &[Outcome], known_at: DateTime<Utc>) -> Vec<&Outcome> {
    let known = || all.iter().filter(move |one| one.recorded_at <= known_at);
    let corrected: BTreeSet<OutcomeId> = known().filter_map(|one| one.corrects).collect();
    let mut stand: Vec<&Outcome> =
        known().filter(|one| !corrected.contains(&one.id) && one.ending != Ending::EnteredInError).collect();
    stand.sort_by_key(|one| std::cmp::Reverse((one.recorded_at, one.id)));
    stand
}

/// For every entry the first one of its chain of corrections.
pub fn roots(all: &[Outcome]) -> BTreeMap<OutcomeId, OutcomeId> {
    let before: BTreeMap<OutcomeId, Option<OutcomeId>> = all.iter().map(|one| (one.id, one.corrects)).collect();
    let root = |id: OutcomeId| {
        let mut at = id;
        // A row corrects one that was there before it, so a chain is never longer than the ledger.
        for _ in 0..before.len() {
            match before.get(&at) {
                Some(Some(earlier)) => at = *earlier,
                _ => break,
            }
        }
        at
    };
    before.keys().map(|id| (*id, root(*id))).collect()
}

/// What reads as paused though the newest entry about it says that the pause was answered. A pause that was recorded
/// again after the entry is the practice's answer to that, and is not asked about.
pub fn answered_but_paused<'a>(
    lines: &'a [RegisterLine],
    rows: &[StatusRow],
    outcomes: &'a [Outcome],
    known_at: DateTime<Utc>,
) -> Vec<(&'a RegisterLine, &'a Outcome)> {
    let mut newest: BTreeMap<(ItemCode, Option<SubjectId>), &Outcome> = BTreeMap::new();
    for outcome in standing(outcomes, known_at) {
        newest.entry(outcome.key()).or_insert(outcome);
    }
    lines
        .iter()
        .filter_map(|line| {
            let entry = line.entry.as_ref()?;
            let key = (line.item.clone(), line.subject.as_ref().map(|(id, _)| *id));
            let outcome = newest.get(&key)?;
            let row = rows.iter().find(|row| row.change.id == entry.id)?;
            let asks = entry.status == Status::PausedSince
                && outcome.ending.answers_the_pause()
                && row.recorded_at <= outcome.recorded_at;
            asks.then_some((line, *outcome))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn outcome(n: u128, corrects: Option<u128>, ending: Ending, at: &str) -> Outcome {
        Outcome {
            id: OutcomeId(Uuid::from_u128(n)),
            item: "dsa-freeze".parse().unwrap(),
            subject: None,
            notice: None,
            responder: "NHS Example ICB".to_owned(),
            response: Response::Agreed,
            ending,
            pounds_a_year: None,
            on: None,
            is_public: false,
            public_at: None,
            corrects: corrects.map(|n| OutcomeId(Uuid::from_u128(n))),
            recorded_at: at.parse().unwrap(),
        }
    }

    fn ids(found: &[&Outcome]) -> Vec<u128> {
        found.iter().map(|one| one.id.0.as_u128()).collect()
    }

    #[test]
    fn a_corrected_entry_stands_until_it_was_corrected() {
        let all = [
            outcome(1, None, Ending::StillOpen, "2026-11-01T10:00:00Z"),
            outcome(2, Some(1), Ending::Refunded, "2026-11-05T10:00:00Z"),
            outcome(3, None, Ending::Ceased, "2026-11-06T10:00:00Z"),
            outcome(4, Some(3), Ending::EnteredInError, "2026-11-07T10:00:00Z"),
        ];
        let at = |text: &str| ids(&standing(&all, text.parse().unwrap()));
        assert_eq!(at("2026-11-02T00:00:00Z"), [1]);
        assert_eq!(at("2026-11-05T10:00:00Z"), [2]);
        assert_eq!(at("2026-11-06T12:00:00Z"), [3, 2]);
        assert_eq!(at("2026-11-08T00:00:00Z"), [2]);
        assert_eq!(at("2026-10-01T00:00:00Z"), [0_u128; 0]);
    }

    #[test]
    fn a_chain_has_one_root() {
        let all = [
            outcome(1, None, Ending::StillOpen, "2026-11-01T10:00:00Z"),
            outcome(2, Some(1), Ending::Changed, "2026-11-02T10:00:00Z"),
            outcome(3, Some(2), Ending::Agreed, "2026-11-03T10:00:00Z"),
            outcome(9, None, Ending::Agreed, "2026-11-03T10:00:00Z"),
        ];
        let roots = roots(&all);
        let of = |n: u128| roots[&OutcomeId(Uuid::from_u128(n))].0.as_u128();
        assert_eq!([of(1), of(2), of(3), of(9)], [1, 1, 1, 9]);
    }

    #[test]
    fn codes_and_titles_are_apart() {
        for ending in Ending::ALL {
            assert_eq!(ending.as_str().parse::<Ending>().unwrap(), *ending);
        }
        let mut titles: Vec<_> = Response::ALL.iter().map(|one| one.title()).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), Response::ALL.len());
        for word in ["win", "won", "success", "victory"] {
            let all = Ending::ALL.iter().map(|one| one.title());
            assert!(all.into_iter().all(|title| title.to_lowercase() != word));
        }
    }
}
