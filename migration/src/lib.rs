//! Schema changes, one subject a file, each in a transaction on SQLite and on PostgreSQL. Knows no entity.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is declared without them"
)]
#![expect(
    clippy::too_many_lines,
    reason = "a migration is a list of columns, however long"
)]
// Clippy does not look for these in a test build.
#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "every helper of `support` is for migrations"
    )
)]
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m001_service;
mod m002_organisations;
mod m003_people;
mod m004_contacts;
mod m005_actions;
mod m006_releases;
mod m007_counting;
mod m008_appointments;
mod m009_history;
mod m010_divert;
mod m011_catalogue;
mod m012_notices;
mod m013_letters;
mod m014_outcomes;
mod m015_template_notices;
mod m016_questions;
mod m018_reminders;
mod m019_release_files;
mod m021_meetings;
mod m023_receipt_pages;
mod m024_contacts_by_day;
mod m026_clock;
mod m027_digests;
mod m028_day_rows;
mod m029_tries;
mod m031_public_address;
mod m032_told_names;
mod m033_consent_days;
mod m034_corrections;
mod m035_tally_marks;
mod m036_transfers;
mod m037_joint_letters;
mod m038_transfer_imports;
mod m039_pathways;
mod m040_second_factors;
mod m041_api_keys;
mod m042_outside_identities;
mod m043_account_mails;
mod m044_passkeys;
mod m045_audit_reading;
mod m046_webhooks;
mod m047_tap_addresses;
mod m048_joining;
mod m049_erased;
mod m050_push;
mod m051_local_items;
mod support;

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m001_service::Service),
            Box::new(m002_organisations::Organisations),
            Box::new(m003_people::People),
            Box::new(m004_contacts::Contacts),
            Box::new(m005_actions::Actions),
            Box::new(m006_releases::Releases),
            Box::new(m007_counting::Counting),
            Box::new(m008_appointments::Appointments),
            Box::new(m009_history::History),
            Box::new(m010_divert::Divert),
            Box::new(m011_catalogue::Catalogue),
            Box::new(m012_notices::Notices),
            Box::new(m013_letters::Letters),
            Box::new(m014_outcomes::Outcomes),
            Box::new(m015_template_notices::TemplateNotices),
            Box::new(m016_questions::Questions),
            Box::new(m018_reminders::Reminders),
            Box::new(m019_release_files::ReleaseFiles),
            Box::new(m021_meetings::Meetings),
            Box::new(m023_receipt_pages::ReceiptPages),
            Box::new(m024_contacts_by_day::ContactsByDay),
            Box::new(m026_clock::Clock),
            Box::new(m027_digests::Digests),
            Box::new(m028_day_rows::DayRows),
            Box::new(m029_tries::Tries),
            Box::new(m031_public_address::PublicAddress),
            Box::new(m032_told_names::ToldNames),
            Box::new(m033_consent_days::ConsentDays),
            Box::new(m034_corrections::Corrections),
            Box::new(m035_tally_marks::TallyMarks),
            Box::new(m036_transfers::Transfers),
            Box::new(m037_joint_letters::JointLetters),
            Box::new(m038_transfer_imports::TransferImports),
            Box::new(m039_pathways::Pathways),
            Box::new(m040_second_factors::SecondFactors),
            Box::new(m041_api_keys::ApiKeys),
            Box::new(m042_outside_identities::OutsideIdentities),
            Box::new(m043_account_mails::AccountMails),
            Box::new(m044_passkeys::Passkeys),
            Box::new(m045_audit_reading::AuditReading),
            Box::new(m046_webhooks::Webhooks),
            Box::new(m047_tap_addresses::TapAddresses),
            Box::new(m048_joining::Joining),
            Box::new(m049_erased::Erased),
            Box::new(m050_push::Push),
            Box::new(m051_local_items::LocalItems),
        ]
    }
}
