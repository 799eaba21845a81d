//! Every integration test, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod architecture;
mod audit_chain;
mod contacts;
mod dropped;
mod kill;
mod load;
mod matrix;
mod model;
mod nodes;
mod readme;
mod releases;
mod schema;
mod support;
mod writer;
