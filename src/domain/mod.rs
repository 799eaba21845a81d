//! Pure rules: no async, no I/O, no clock, no randomness, no framework. Values in, values out.
#![warn(missing_docs)]
#![warn(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

pub mod catalogue;
pub mod identifier;
pub mod organisation;
