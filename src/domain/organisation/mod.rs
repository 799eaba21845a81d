//! What is known about practices and the areas they belong to, as dated facts, and which of them holds on a day.
//!
//! A fact is never changed or removed: a practice that moves gets another fact with a later day. [`Tree`] folds the
//! facts, [`View`] is the fold on one day, [`plan`] compares what a file says with the tree and proposes new facts.
//! Nothing here reads a file or a database.

mod caution;
mod completed;
mod find;
mod import;
mod statement;
mod tree;
mod view;

#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};

pub use self::{
    caution::{Caution, ImportRefusal, refuse_truncated},
    completed::completed,
    import::plan,
    statement::{
        ChangedFact, ImportScope, LeftOut, Openness, OrganisationChange, OrganisationSource, Plan, Proposed, Statement,
        WhyLeftOut,
    },
    tree::Tree,
    view::{OrganisationOn, PracticeOn, View},
};

/// The kinds of organisation of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationKind {
    /// A GP practice.
    Practice,
    /// A primary care network.
    Pcn,
    /// A sub-ICB location, the former CCG area.
    SubIcb,
    /// An integrated care board.
    Icb,
    /// One of the NHS England regions.
    Region,
    /// A local medical committee; its borders and those of ICBs do not nest.
    Lmc,
}

impl OrganisationKind {
    /// Every kind, from the practice outwards.
    pub const ALL: [Self; 6] = [Self::Practice, Self::Pcn, Self::SubIcb, Self::Icb, Self::Region, Self::Lmc];

    /// The stable code that is stored and shown in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Pcn => "pcn",
            Self::SubIcb => "sub-icb",
            Self::Icb => "icb",
            Self::Region => "region",
            Self::Lmc => "lmc",
        }
    }
}

impl fmt::Display for OrganisationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that is no [`OrganisationKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of organisation: expected practice, pcn, sub-icb, icb, region or lmc")]
pub struct NotAKind;

impl FromStr for OrganisationKind {
    type Err = NotAKind;
    fn from_str(text: &str) -> Result<Self, NotAKind> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(NotAKind)
    }
}

/// One thing that is known about an organisation from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// It is open.
    Opened,
    /// It is closed, and another took over where `successor` says so.
    Closed {
        /// Who took over, such as the practice it merged into.
        successor: Option<OrgCode>,
    },
    /// Its name. Names repeat: nothing is ever matched on one.
    Name(String),
    /// Registered patients.
    ListSize(u32),
    /// What it belongs to; `None` says that it belongs to none of that kind.
    Parent {
        /// Kind of the parent.
        kind: OrganisationKind,
        /// Code of the parent.
        code: Option<OrgCode>,
    },
    /// Whether an LMC has practices in an ICB: many to many.
    Covers {
        /// The ICB.
        icb: OrgCode,
        /// Whether the LMC covers it from that day.
        covers: bool,
    },
}

/// A fact as three text columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// `opened`, `closed`, `name`, `list-size`, `parent` or `covers`.
    pub fact: &'static str,
    /// Nothing, the successor's code or nothing, the name, the number, the parent's code or nothing, the ICB's code.
    pub value: String,
    /// The kind of a parent; `yes` or `no` for `covers`; else none.
    pub second: Option<&'static str>,
}

/// A row that is not a fact; says which column breaks which rule, and never repeats the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAFact {
    /// The first column names no fact.
    #[error("the kind of fact is none of opened, closed, name, list-size, parent, covers")]
    Fact,
    /// The value does not fit the kind of fact.
    #[error("the value of a {fact} fact is not {expected}")]
    Value {
        /// The kind of fact.
        fact: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// The second value does not fit the kind of fact.
    #[error("the second value of a {fact} fact is not {expected}")]
    Second {
        /// The kind of fact.
        fact: &'static str,
        /// What was expected.
        expected: &'static str,
    },
}

/// A fact as it is stored.
pub fn to_row(fact: &Fact) -> FactRow {
    let row = |fact, value: String| FactRow { fact, value, second: None };
    let code = |code: &Option<OrgCode>| code.as_ref().map(ToString::to_string).unwrap_or_default();
    match fact {
        Fact::Opened => row("opened", String::new()),
        Fact::Closed { successor } => row("closed", code(successor)),
        Fact::Name(name) => row("name", name.clone()),
        Fact::ListSize(patients) => row("list-size", patients.to_string()),
        Fact::Parent { kind, code: parent } => {
            FactRow { fact: "parent", value: code(parent), second: Some(kind.code()) }
        }
        Fact::Covers { icb, covers } => {
            FactRow { fact: "covers", value: icb.to_string(), second: Some(if *covers { "yes" } else { "no" }) }
        }
    }
}

/// The fact that a stored row says; the inverse of [`to_row`].
pub fn from_row(fact: &str, value: &str, second: Option<&str>) -> Result<Fact, NotAFact> {
    let not = |fact, expected| NotAFact::Value { fact, expected };
    let found = match fact {
        "opened" if value.is_empty() => Fact::Opened,
        "opened" => return Err(not("opened", "empty")),
        "closed" => Fact::Closed { successor: optional(value).ok_or(not("closed", "empty or an organisation code"))? },
        "name" if !value.is_empty() => Fact::Name(value.to_owned()),
        "name" => return Err(not("name", "a name")),
        "list-size" => Fact::ListSize(value.parse().map_err(|_| not("list-size", "a whole number of patients"))?),
        "parent" => Fact::Parent {
            kind: second
                .and_then(|kind| kind.parse().ok())
                .ok_or(NotAFact::Second { fact: "parent", expected: "a kind of organisation" })?,
            code: optional(value).ok_or(not("parent", "empty or an organisation code"))?,
        },
        "covers" => {
            let covers = match second {
                Some("yes") => true,
                Some("no") => false,
                _ => {
                    return Err(NotAFact::Second { fact: "covers", expected: "yes or no" });
                }
            };
            let icb = value.parse().map_err(|_| not("covers", "an organisation code"))?;
            return Ok(Fact::Covers { icb, covers });
        }
        _ => return Err(NotAFact::Fact),
    };
    match (&found, second) {
        (Fact::Parent { .. }, _) | (_, None) => Ok(found),
        _ => Err(NotAFact::Second { fact: to_row(&found).fact, expected: "empty" }),
    }
}

/// `Some(None)` for an empty text, `Some(Some(_))` for a code, `None` for anything else.
#[expect(clippy::option_option, reason = "empty, a code and neither are three answers")]
fn optional(value: &str) -> Option<Option<OrgCode>> {
    if value.is_empty() { Some(None) } else { value.parse().ok().map(Some) }
}

/// A fact with the day from which it holds and the moment it was learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The organisation.
    pub code: OrgCode,
    /// What kind of organisation it is.
    pub kind: OrganisationKind,
    /// First day on which the fact holds.
    pub effective_on: LocalDate,
    /// When it was recorded; of two facts of one day the one recorded later holds.
    pub recorded_at: DateTime<Utc>,
    /// The fact.
    pub fact: Fact,
}
