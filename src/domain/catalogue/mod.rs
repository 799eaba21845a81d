//! The menu of actions as dated data: what may be recorded, in which words, and what the contract says about it.
//!
//! Jurisdiction, numbering, wording and contract positions change; none of them is code. A catalogue is a JSON file,
//! read by [`Catalogue::parse`], which refuses a file that the rest of the product could not rely on.

use std::sync::LazyLock;

use entity::ids::{ItemCode, LocalDate};
use serde::Deserialize;

use super::codes::codes;

mod check;
#[cfg(test)]
mod tests;

/// The only shape of catalogue file this version reads.
pub const SCHEMA: u32 = 1;

/// The most items that may be release series: each costs privacy budget, and the budget is fixed for a year.
pub const MOST_PUBLISHED: usize = 12;

static BUILT_IN: LazyLock<Result<Catalogue, Vec<CatalogueError>>> =
    LazyLock::new(|| Catalogue::parse(include_str!("../../assets/catalogue/england.json")));

codes! {
    "a status", "a status is running, thinking, pausing-from, paused-since or restarted",
    /// What a practice records about an item. The words people read belong to the item: see [`Item::label`].
    Status {
        /// Nothing has changed.
        Running = "running",
        /// Under consideration; never leaves the practice.
        Thinking = "thinking",
        /// Decided, with a first day to come.
        PausingFrom = "pausing-from",
        /// In force since a day.
        PausedSince = "paused-since",
        /// Taken up again after a pause.
        Restarted = "restarted",
    }
}

codes! {
    "a kind of subject",
    "a subject is practice, service, agreement, pathway, product or programme",
    /// What one record of an item is about: the practice itself, or one of several named things.
    SubjectKind {
        /// The practice as a whole.
        Practice = "practice",
        /// A service the practice provides.
        Service = "service",
        /// A data-sharing agreement.
        Agreement = "agreement",
        /// A specialty or referral pathway.
        Pathway = "pathway",
        /// A software product.
        Product = "product",
        /// A pilot programme.
        Programme = "programme",
    }
}

codes! {
    "a contract position",
    "a position is permitted, conditional, conflicts or unknown",
    /// How an item stands to the contract. It informs; nothing is refused because of it.
    PositionKind {
        /// The contract leaves it to the practice.
        Permitted = "permitted",
        /// Open to the practice as long as the stated duties are met.
        Conditional = "conditional",
        /// The contract requires the opposite: kept in the practice's own history, and nowhere else.
        Conflicts = "conflicts",
        /// No source was found.
        Unknown = "unknown",
    }
}

/// One rule that a catalogue file breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct CatalogueError {
    /// Where in the file, such as `items[3].positions[0].from`; `.` is the file as a whole.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

/// A menu of actions for one jurisdiction, in one edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The shape of the file, [`SCHEMA`].
    pub schema: u32,
    /// Name of this edition, such as `england-2026-11`.
    pub edition: String,
    /// Where the menu applies.
    pub jurisdiction: String,
    /// First day that anything can be recorded for.
    pub valid_from: LocalDate,
    /// The items, in the order a practice sees them.
    pub items: Vec<Item>,
}

/// One action a practice may record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable code.
    pub code: ItemCode,
    /// Short name on the practice's own pages.
    pub title: String,
    /// Short name of its being in force, on area pages and in releases.
    pub area_title: String,
    /// Its scope in one sentence.
    pub plain: String,
    /// What it leaves out, in one sentence.
    pub exception: Option<String>,
    /// Its place in a published menu, where it has one.
    pub menu: Option<MenuPlace>,
    /// First day of the item.
    pub valid_from: LocalDate,
    /// Last day of a superseded item. Its history stays, and days before can still be recorded.
    pub valid_until: Option<LocalDate>,
    /// What one record is about.
    pub subject: SubjectKind,
    /// What a person calls that subject, such as `specialty or pathway`; absent for the practice itself.
    pub subject_word: Option<String>,
    /// Subjects to offer; a practice may name others.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// Whether a subject that also serves direct care is refused.
    #[serde(default)]
    pub refuses_mixed_purpose: bool,
    /// Words for each status.
    pub statuses: StatusTable,
    /// What the contract has said, over time.
    pub positions: Positions,
    /// Whether protected figures about it are released.
    pub published: bool,
    /// Its place among the series of a release.
    pub series_order: Option<u8>,
}

/// Where an item stood in a published menu. For people to find it again: numbers are not stable, nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuPlace {
    /// Year of the menu.
    pub year: u16,
    /// Number in it, such as `9a`.
    pub number: String,
}

/// The words for every status of an item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusTable {
    running: StatusWords,
    thinking: StatusWords,
    pausing_from: StatusWords,
    paused_since: StatusWords,
    restarted: StatusWords,
}

impl StatusTable {
    /// The words for one status.
    pub const fn words(&self, status: Status) -> &StatusWords {
        match status {
            Status::Running => &self.running,
            Status::Thinking => &self.thinking,
            Status::PausingFrom => &self.pausing_from,
            Status::PausedSince => &self.paused_since,
            Status::Restarted => &self.restarted,
        }
    }
}

/// What people read for one status of one item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWords {
    /// In a list of choices and in history.
    pub label: String,
    /// In a table.
    pub tag: String,
}

/// What the contract says about an item from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// First day.
    pub from: LocalDate,
    /// How the item stands to the contract.
    #[serde(rename = "position")]
    pub kind: PositionKind,
    /// What stays obligatory. Kept with a record made under it.
    pub guard_rail: String,
    /// Where this was read.
    pub source: String,
    /// When it was last read there.
    pub checked_on: LocalDate,
}

/// The positions of an item, oldest first; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Position>")]
pub struct Positions {
    first: Position,
    later: Vec<Position>,
}

impl TryFrom<Vec<Position>> for Positions {
    type Error = &'static str;
    fn try_from(all: Vec<Position>) -> Result<Self, Self::Error> {
        let mut all = all.into_iter();
        let first = all
            .next()
            .ok_or("an item needs at least one contract position")?;
        Ok(Self {
            first,
            later: all.collect(),
        })
    }
}

impl Positions {
    /// Every position, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Position> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The newest position.
    pub fn last(&self) -> &Position {
        self.later.last().unwrap_or(&self.first)
    }

    /// The position in force on a day; the first one for a day before it.
    pub fn on(&self, day: LocalDate) -> &Position {
        self.later
            .iter()
            .rev()
            .find(|position| position.from <= day)
            .unwrap_or(&self.first)
    }
}

impl Catalogue {
    /// Reads and checks a catalogue file. A file of the wrong shape gives its first mistake, one of the right shape
    /// every rule it breaks.
    pub fn parse(text: &str) -> Result<Self, Vec<CatalogueError>> {
        let catalogue = check::shape(text).map_err(|error| vec![error])?;
        let broken = check::rules(&catalogue);
        if broken.is_empty() {
            Ok(catalogue)
        } else {
            Err(broken)
        }
    }

    /// The catalogue that comes with this version.
    pub fn built_in() -> Result<&'static Self, &'static [CatalogueError]> {
        BUILT_IN.as_ref().map_err(Vec::as_slice)
    }

    /// The item of a code, superseded or not.
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.items.iter().find(|item| item.code == *code)
    }

    /// The items that exist on a day, in the order a practice sees them.
    pub fn items_on(&self, day: LocalDate) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.exists_on(day))
    }

    /// The items that are release series, in the order of a release.
    pub fn published_series(&self) -> Vec<&Item> {
        let mut series: Vec<&Item> = self.items.iter().filter(|item| item.published).collect();
        series.sort_by_key(|item| item.series_order);
        series
    }
}

impl Item {
    /// Whether the item is part of the menu on a day.
    pub fn exists_on(&self, day: LocalDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }

    /// What the contract says on a day; for a day before the item, its first position.
    pub fn position_on(&self, day: LocalDate) -> &Position {
        self.positions.on(day)
    }

    /// The words for a status in a list of choices and in history.
    pub fn label(&self, status: Status) -> &str {
        &self.statuses.words(status).label
    }

    /// The word or two for a status in a table.
    pub fn tag(&self, status: Status) -> &str {
        &self.statuses.words(status).tag
    }

    /// Whether a record names a service, agreement or the like, rather than the practice itself.
    pub fn takes_subject(&self) -> bool {
        self.subject != SubjectKind::Practice
    }
}
