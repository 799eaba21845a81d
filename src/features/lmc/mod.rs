//! What an LMC reads of its area, and what it asks and offers.

pub mod area;
pub mod impact;
pub mod meeting_sheet;
pub mod office;
pub mod practices;
pub mod questions;
pub mod templates;
pub mod wordings;
