//! What a clinician reads and presses: the own day, the own weeks.

pub mod day;
pub mod my_day;
pub mod weeks;
