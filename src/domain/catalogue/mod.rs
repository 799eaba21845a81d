//! The menu of actions as dated data: what may be recorded, in which words, and what the contract says about it.
//!
//! Jurisdiction, numbering, wording and contract positions change; none of them is code. A catalogue is a JSON file,
//! read by [`Catalogue::parse`], which refuses a file that the rest of the product could not rely on.

use entity::ids::{ItemCode, LocalDate, OrgCode};
use serde::Deserialize;

use super::codes::codes;
pub use changes::changes;
pub use file::{BUILT_IN_FILE, SCHEMA, built_in_files};
pub use position::{Policy, Position, PositionKind, Positions};

mod changes;
mod check;
#[cfg(test)]
mod facts_tests;
mod file;
mod join;
#[cfg(test)]
mod join_tests;
pub mod local;
mod position;
#[cfg(test)]
mod tests;

/// The most items that may be release series: each costs privacy budget, and the budget is fixed for a year.
pub const MOST_PUBLISHED: usize = 11;

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
    "a subject is practice, service, agreement, pathway, product, programme, network-service or network-scheme",
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
        /// A service provided through the primary care network.
        NetworkService = "network-service",
        /// Taking part in a scheme of the primary care network.
        NetworkScheme = "network-scheme",
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

/// A menu of actions for one jurisdiction: one edition as its file has it, or several joined by [`Catalogue::join`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The shape of the file, [`SCHEMA`].
    pub schema: u32,
    /// Name of this edition, such as `england-2026-11`; of several joined ones the latest.
    pub edition: String,
    /// Where the menu applies.
    pub jurisdiction: String,
    /// First day that anything can be recorded for.
    pub valid_from: LocalDate,
    /// The items, in the order a practice sees them. Where editions are joined, the versions of one item stand side by
    /// side, the earliest edition first.
    pub items: Vec<Item>,
    /// The editions it is made of, the earliest first.
    #[serde(skip)]
    pub editions: Vec<Edition>,
}

/// One edition of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its name.
    pub name: String,
    /// First day that anything can be recorded for.
    pub valid_from: LocalDate,
}

/// One action a practice may record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable code.
    pub code: ItemCode,
    /// The edition these words are from.
    #[serde(skip)]
    pub edition: String,
    /// Whose it is, where an LMC added it.
    #[serde(skip)]
    pub local: Option<Local>,
    /// The item that comes before it in a sequence, as a first letter before a second.
    pub follows: Option<ItemCode>,
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
    /// What its own edition said of the contract, whatever a later one says of the same days.
    #[serde(skip)]
    pub own_positions: Vec<Position>,
    /// What conferences have asked for, apart from the contract.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// The months of notice that ending it takes, where its national specification says so.
    pub notice_months: Option<u16>,
    /// Whether protected figures about it are released.
    pub published: bool,
    /// Its place among the series of a release.
    pub series_order: Option<u8>,
}

/// Whose a local item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// The LMC that added it.
    pub lmc: OrgCode,
    /// Whether the menu is that LMC's or one of its practices'. In any other it is there to be named: what a practice recorded
    /// before it came to another LMC keeps its words.
    pub here: bool,
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

impl Catalogue {
    /// The item of a code as the latest edition has it, superseded or not.
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.items.iter().rfind(|item| item.code == *code)
    }

    /// The item of a code in the words of a day: those of the latest edition whose version had begun by then, or of the
    /// first one for a day before all of them.
    pub fn item_on(&self, code: &ItemCode, day: LocalDate) -> Option<&Item> {
        let mut versions = self.items.iter().filter(|item| item.code == *code);
        versions.clone().rfind(|version| version.valid_from <= day).or_else(|| versions.next())
    }

    /// The item in the words a record was chosen from; where that edition is not known, in those of the day.
    pub fn item_of(&self, code: &ItemCode, edition: &str, day: LocalDate) -> Option<&Item> {
        self.items.iter().find(|item| item.code == *code && item.edition == edition).or_else(|| self.item_on(code, day))
    }

    /// Every item ever, each once, in the words of a day.
    pub fn all_on(&self, day: LocalDate) -> impl Iterator<Item = &Item> {
        self.items.chunk_by(|one, other| one.code == other.code).filter_map(move |versions| {
            let begun = versions.iter().rfind(|version| version.valid_from <= day);
            begun.or_else(|| versions.first())
        })
    }

    /// The items that exist on a day, in the order a practice sees them.
    pub fn items_on(&self, day: LocalDate) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.exists_on(day))
    }

    /// The items that come after an item in a sequence, as they stand on a day.
    pub fn followers<'a>(&'a self, code: &'a ItemCode, day: LocalDate) -> impl Iterator<Item = &'a Item> {
        self.items_on(day).filter(move |item| item.follows.as_ref() == Some(code))
    }

    /// The items that are release series of the days from `first` to `last`, in the order of a release.
    pub fn published_series(&self, first: LocalDate, last: LocalDate) -> Vec<&Item> {
        let mut series: Vec<&Item> = self
            .items
            .chunk_by(|one, other| one.code == other.code)
            .filter_map(|versions| versions.iter().rfind(|item| item.published && item.exists_between(first, last)))
            .collect();
        series.sort_by_key(|item| (item.series_order, &item.code));
        series
    }

    /// The latest edition in force on a day; the first one for a day before all of them.
    pub fn edition_on(&self, day: LocalDate) -> &str {
        let begun = self.editions.iter().rfind(|edition| edition.valid_from <= day);
        begun.or_else(|| self.editions.first()).map_or(&self.edition, |edition| &edition.name)
    }
}

impl Item {
    /// Whether it can be recorded by those whose menu this is: it is national, or their own LMC's.
    pub fn is_here(&self) -> bool {
        self.local.as_ref().is_none_or(|local| local.here)
    }

    /// Whether the item is part of the menu on a day.
    pub fn exists_on(&self, day: LocalDate) -> bool {
        self.is_here() && self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }

    /// Whether the item is part of the menu on any day from `first` to `last`.
    pub fn exists_between(&self, first: LocalDate, last: LocalDate) -> bool {
        let from = self.valid_from.max(first);
        let until = self.valid_until.map_or(last, |end| end.min(last));
        from <= until
    }

    /// What the contract says on a day; for a day before the item, its first position.
    pub fn position_on(&self, day: LocalDate) -> &Position {
        self.positions.on(day)
    }

    /// What conferences have asked for by a day, the newest first.
    pub fn policies_on(&self, day: LocalDate) -> Vec<&Policy> {
        let mut passed: Vec<&Policy> = self.policies.iter().filter(|policy| policy.from <= day).collect();
        passed.sort_by_key(|policy| std::cmp::Reverse(policy.from));
        passed
    }

    /// Where a text was read that a record of this edition keeps, though a later edition may say something else now.
    pub fn position_saying(&self, guard_rail: &str) -> Option<&Position> {
        self.positions.iter().chain(&self.own_positions).find(|position| position.guard_rail == guard_rail)
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

    /// Whether ending it begins with notice to whoever commissions it.
    pub fn takes_notice(&self) -> bool {
        self.subject.is_service() || self.subject == SubjectKind::NetworkScheme
    }
}

impl SubjectKind {
    /// A service to patients, whether the practice provides it alone or through its network.
    pub const fn is_service(self) -> bool {
        matches!(self, Self::Service | Self::NetworkService)
    }
}
