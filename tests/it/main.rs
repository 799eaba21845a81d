//! Every integration test, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod account;
mod appointments;
mod architecture;
mod areas;
mod audit_chain;
mod capacity;
mod catalogue;
mod contacts;
mod days;
mod divert;
mod dropped;
mod hardening;
mod history;
mod import_api;
mod import_pages;
mod kill;
mod letters;
mod load;
mod matrix;
mod model;
mod nodes;
mod notices;
mod offline;
mod organisations;
mod own_total;
mod people;
mod questions;
mod readme;
mod register;
mod releases;
mod schema;
mod support;
mod taken_back;
mod templates;
mod writer;
