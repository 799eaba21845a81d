//! Row shapes and typed identifiers. No queries, no rules.
//!
//! Everything that belongs to one practice has the primary key `(practice, id)`, so that its rows can be partitioned
//! and sharded by practice.
#![warn(missing_docs)]
#![expect(
    clippy::disallowed_methods,
    reason = "sea-orm's derive expands to its own transaction helper; nothing here calls it"
)]

pub mod ids;
