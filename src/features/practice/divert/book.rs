//! What comes with the product, and the duties that hold on a day.

use entity::ids::LocalDate;

use crate::{
    domain::divert::book::{DivertBook, GuardRail},
    error::AppError,
};

/// What stays obligatory, and what a practice begins with.
pub(super) fn book() -> Result<&'static DivertBook, AppError> {
    DivertBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))
}

/// What stays obligatory on a day.
pub(super) fn guard_rail(day: LocalDate) -> Result<&'static GuardRail, AppError> {
    book()?.guard_rail_on(day).ok_or_else(|| AppError::Fault("there is no guard rail".to_owned()))
}
