//! What an LMC says of transferred work in its area: whom to write to, duties agreed there, places where it was solved, and
//! the same work from several practices.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, RowId};

use super::ProviderRef;
use crate::domain::letter::{FollowUp, ReplyState, Way, standing};

/// Days in which the same work repeats.
pub const REPEAT_DAYS: u64 = 28;
/// Fewest items that repeat.
pub const LEAST_ITEMS: u32 = 3;
/// Fewest practices from which they come.
pub const LEAST_PRACTICES: u32 = 2;

/// What stands before a part of a letter that nobody has written yet, up to `]`.
pub const UNWRITTEN: &str = "[to write: ";

/// A duty that an area agreed, or the number of a national one as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalDuty {
    /// Made by the client.
    pub id: RowId,
    /// For which kind it is proposed.
    pub category: Option<String>,
    /// The national duty whose number this is.
    pub duty: Option<String>,
    /// Where it stands.
    pub instrument: String,
    /// Its number; empty where it has none.
    pub clause: String,
    /// In plain words; empty where only a number is said.
    pub text: String,
    /// Where it can be read: a link.
    pub source: String,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_to: Option<LocalDate>,
    /// The row that counts no longer.
    pub takes_back: Option<RowId>,
}

/// Whom to write to about work of a provider, a kind, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRoute {
    /// Made by the client.
    pub id: RowId,
    /// The provider; every one where there is none.
    pub provider: Option<ProviderRef>,
    /// Code of the kind; every one where there is none.
    pub category: Option<String>,
    /// Whom practices write to.
    pub recipient: Option<String>,
    /// Working days in which they answer.
    pub reply_within: Option<u16>,
    /// Step of the ladder with which it begins.
    pub first_step: u16,
    /// Somebody may have come to harm by it: the letter says that this is reported elsewhere.
    pub harm: bool,
    /// Each item stands on the LMC's desk; else only what repeats.
    pub shown_singly: bool,
}

/// The route that holds: the one that says most of provider and kind; of two that say the same, the later.
pub fn route<'a>(
    routes: &'a [TransferRoute],
    provider: Option<&str>,
    category: Option<&str>,
) -> Option<&'a TransferRoute> {
    let fits = |route: &&TransferRoute| {
        let own = route.provider.as_ref().map(|one| one.key.as_str());
        (own.is_none() || own == provider) && (route.category.is_none() || route.category.as_deref() == category)
    };
    let weight = |route: &&TransferRoute| (route.provider.is_some(), route.category.is_some());
    routes.iter().filter(fits).max_by_key(weight)
}

/// A place where it was solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodExample {
    /// Made by the client.
    pub id: RowId,
    /// Where.
    pub place: String,
    /// For which kind.
    pub category: Option<String>,
    /// What was done.
    pub what: String,
    /// Where that can be read.
    pub source: String,
    /// When it was read there.
    pub seen_on: LocalDate,
    /// The row that counts no longer.
    pub takes_back: Option<RowId>,
}

impl GoodExample {
    /// As a letter cites it.
    pub fn cited(&self) -> String {
        let what = self.what.trim_end_matches('.');
        format!("{}: {what} ({}, read on {})", self.place, self.source, self.seen_on.written())
    }
}

/// The same work of one provider, from several practices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Who passes it on.
    pub provider: ProviderRef,
    /// Which part of it.
    pub department: Option<String>,
    /// Code of the kind.
    pub category: String,
    /// How often.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
    /// The newest.
    pub last: LocalDate,
}

impl Repeat {
    /// Whether an item or a letter is about this.
    pub fn covers(&self, provider: &str, department: Option<&str>, category: &str) -> bool {
        self.provider.key == provider && self.department.as_deref() == department && self.category == category
    }
}

/// A letter of an LMC about work that several practices logged, as it went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJointLetter {
    /// Made by the client.
    pub id: RowId,
    /// Code of the letter.
    pub kind: String,
    /// The provider.
    pub provider: ProviderRef,
    /// Which part of it; every one where there is none.
    pub department: Option<String>,
    /// Code of the kind of work; every one where there is none.
    pub category: Option<String>,
    /// First day of what was counted.
    pub from: LocalDate,
    /// Last day.
    pub to: LocalDate,
    /// Items that were counted.
    pub items: u32,
    /// Practices that logged them.
    pub practices: u32,
    /// Step of the ladder.
    pub step: u16,
    /// Whom it went to.
    pub recipient: String,
    /// First line.
    pub subject: String,
    /// Paragraphs.
    pub body: String,
    /// When it went out.
    pub sent_on: LocalDate,
    /// By which way.
    pub how: Way,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
}

/// What became of one, oldest first: what, on which day, with which note.
pub type JointEvents = Vec<(FollowUp, LocalDate, Option<String>)>;

/// A joint letter and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointLetter {
    /// As it went out.
    pub letter: NewJointLetter,
    /// What became of it.
    pub events: JointEvents,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl JointLetter {
    /// The newest reply.
    pub fn reply(&self) -> Option<&(FollowUp, LocalDate, Option<String>)> {
        self.events.iter().rev().find(|(event, ..)| event.is_reply())
    }

    /// Where it stands on a day.
    pub fn standing(&self, today: LocalDate) -> ReplyState {
        let in_error = self.events.iter().any(|(event, ..)| *event == FollowUp::InError);
        standing(self.letter.reply_due_on, self.reply().map(|(_, on, _)| *on), in_error, today)
    }

    /// Whether an item that came on a day is among what the letter counted.
    pub fn covers(&self, provider: &str, department: Option<&str>, category: &str, came_on: LocalDate) -> bool {
        let letter = &self.letter;
        letter.provider.key == provider
            && (letter.department.is_none() || letter.department.as_deref() == department)
            && letter.category.as_deref().is_none_or(|own| own == category)
            && (letter.from..=letter.to).contains(&came_on)
    }
}

/// What became of the letters that practices wrote to a provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answering {
    /// Letters.
    pub letters: usize,
    /// Of these, answered.
    pub answered: usize,
    /// Days that half of the answers took at most; nothing where there is none.
    pub median_days: Option<i64>,
}

impl Answering {
    /// From the day each went out to the day an answer came.
    pub fn of(letters: &[(LocalDate, Option<LocalDate>)]) -> Self {
        let answered = letters.iter().filter_map(|(sent, answered)| Some(answered.as_ref()?.days_since(*sent)));
        let mut days: Vec<i64> = answered.collect();
        days.sort_unstable();
        let median_days = days.len().checked_sub(1).and_then(|last| days.get(last / 2)).copied();
        Self { letters: letters.len(), answered: days.len(), median_days }
    }

    /// Answered of all, in whole per cent, rounded down; nothing where no letter went out.
    pub fn share(self) -> Option<usize> {
        self.answered.saturating_mul(100).checked_div(self.letters)
    }
}
