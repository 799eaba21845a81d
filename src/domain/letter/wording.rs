//! The wording of a letter that holds for a practice.

use entity::ids::LocalDate;

use super::template::Level;

/// The words of a template that holds: from which level, which version, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Whose.
    pub level: Level,
    /// Counts up from 1 at each level.
    pub version: i32,
    /// Its first day.
    pub effective_on: LocalDate,
    /// The template's text; nothing where this version takes the level's own wording back.
    pub text: Option<String>,
    /// What it was written from, where that is known: a level and its version.
    pub base: Option<(Level, i32)>,
}

/// The nearest level that has a wording of its own wins: the practice's, else the LMC's, else the national one.
pub fn nearest<'a>(national: &'a Wording, lmc: Option<&'a Wording>, practice: Option<&'a Wording>) -> &'a Wording {
    let own = |wording: Option<&'a Wording>| wording.filter(|wording| wording.text.is_some());
    own(practice).or(own(lmc)).unwrap_or(national)
}
