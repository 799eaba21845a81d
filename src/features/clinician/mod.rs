//! What a clinician reads and presses: the own day, the own weeks.

pub mod contacts;
pub mod weeks;
