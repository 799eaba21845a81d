//! What the contract says about an item, over time.

use entity::ids::LocalDate;
use serde::Deserialize;

use crate::domain::codes::codes;

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

/// What a conference has asked for about an item. It is policy, and says nothing of what the contract asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The day it was passed, or reported.
    pub from: LocalDate,
    /// Who passed it.
    pub by: String,
    /// What it asks for.
    pub text: String,
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
        let first = all.next().ok_or("an item needs at least one contract position")?;
        Ok(Self { first, later: all.collect() })
    }
}

impl Positions {
    /// One that holds for all time.
    pub(super) fn of(first: Position) -> Self {
        Self { first, later: Vec::new() }
    }

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
        self.later.iter().rev().find(|position| position.from <= day).unwrap_or(&self.first)
    }
}
