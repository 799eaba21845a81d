//! File formats in and out; no HTTP, no database.

pub mod ods;
pub mod pdf;
pub mod release_csv;
