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
mod as_of;
mod attack;
mod audit_chain;
mod capacity;
mod catalogue;
mod clocks;
mod closed_registers;
mod conflicts;
mod contacts;
mod corrections;
mod crowd;
mod cut_short;
mod dashboard;
mod days;
mod divert;
mod documents;
mod drafts;
mod drawn;
mod dropped;
mod evidence;
mod first_run;
mod guessing;
mod hardening;
mod held;
mod history;
mod impact;
mod import_api;
mod import_pages;
mod keys;
mod kill;
mod letters;
mod load;
mod matrix;
mod model;
mod nodes;
mod notices;
mod offline;
mod one_answer;
mod operations;
mod organisations;
mod outcomes;
mod own_total;
mod papers;
mod people;
mod proxy;
mod questions;
mod recut;
mod register;
mod register_row;
mod release_files;
mod release_formats;
mod release_pages;
mod releases;
mod reminders;
mod schema;
mod seen_by;
mod sessions;
mod side_channels;
mod signs;
mod spreadsheet;
mod support;
mod taken_back;
mod tampering;
mod templates;
mod who_sees;
mod writer;
