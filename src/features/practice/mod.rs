//! What a practice keeps: capacity, diverts, the week, the register, notices, letters, outcomes, people, sharing,
//! and the work that others pass on to it.

pub mod capacity;
pub mod divert;
pub mod drafts;
pub mod evidence;
pub mod imports;
pub mod letters;
pub mod limits;
pub mod notices;
pub mod outcomes;
pub mod people;
pub mod register;
pub mod sharing;
pub mod transfers;
pub mod week;
