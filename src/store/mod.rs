//! Every query, one file a subject. The only place of SQL. Reads take a scope, writes an open transaction.

pub mod account_mails;
pub mod actions;
pub mod address;
pub mod admin;
pub mod anchors;
pub mod api_keys;
pub mod appointments;
pub mod area_days;
mod area_notices;
pub mod area_transfers;
pub mod areas;
mod batched_lookup;
mod batches;
pub mod catalogue;
pub mod clock;
pub mod contacts;
pub mod corrections;
pub mod days;
pub mod demo;
pub mod digests;
pub mod displays;
pub mod divert;
pub mod enrolment;
mod facts;
pub mod first_steps;
pub mod history;
pub mod impact;
pub mod joinings;
pub mod joint_letters;
mod keyed;
pub mod keys;
pub mod leases;
pub mod letters;
pub mod limits;
pub mod live;
pub mod lmc_meetings;
pub mod lmc_office;
pub mod local_items;
pub mod network_notes;
pub mod notices;
pub mod organisations;
pub mod outcomes;
pub mod outside_identities;
pub mod passkeys;
pub mod people;
pub mod push;
pub mod questions;
pub mod record;
mod recount;
pub mod release_files;
pub mod releases;
pub mod reminders;
pub mod retention;
pub mod right_now;
pub mod rows;
mod rule_cache;
pub mod second_factors;
pub mod sessions;
pub mod sharing;
pub mod spelling;
pub mod tally_owners;
pub mod tap_addresses;
pub mod tap_lookups;
pub mod templates;
mod texts;
pub mod trail;
pub mod transfer_desk;
pub mod transfers;
pub mod tries;
pub mod webhooks;
pub mod write;

/// What is kept of what was read, so that not all of it is read again.
#[derive(Debug, Default)]
pub struct Caches {
    /// Practices' registers.
    pub registers: actions::RegisterCache,
    /// Sums of days that are over, for area pages.
    pub past_days: area_days::PastDays,
}
