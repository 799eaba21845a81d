//! Row shapes and typed identifiers. No queries, no rules.
//!
//! Everything that belongs to one practice has the primary key `(practice, id)`, so that its rows can be partitioned
//! and sharded by practice.
#![warn(missing_docs)]
#![expect(
    clippy::disallowed_methods,
    reason = "sea-orm's derive expands to its own transaction helper; nothing here calls it"
)]

pub mod access_receipt;
pub mod account_mail;
pub mod action_status;
pub mod api_key;
pub mod audit_event;
pub mod audit_head;
pub mod calendar_feed;
pub mod catalogue_edition;
pub mod clinician;
pub mod clock_seen;
pub mod column_mapping;
pub mod consent;
pub mod contact;
pub mod contact_void;
pub mod day_digest;
pub mod day_rows;
pub mod day_sheet;
pub mod day_worked;
pub mod device;
pub mod display;
pub mod divert_answer;
pub mod divert_end;
pub mod divert_message;
pub mod divert_place;
pub mod divert_rule;
pub mod divert_start;
pub mod divert_text;
pub mod good_example;
pub mod ids;
pub mod joint_letter;
pub mod joint_letter_event;
pub mod key_fingerprint;
pub mod known_place;
pub mod lease;
pub mod letter;
pub mod letter_event;
pub mod letter_text;
pub mod limit_notice;
pub mod limit_rule;
pub mod lmc_letter_text;
pub mod lmc_meeting;
pub mod lmc_office;
pub mod local_duty;
pub mod mail_choice;
pub mod network_note;
pub mod notice;
pub mod notice_event;
pub mod notice_origin;
pub mod notice_template;
pub mod one_time_link;
pub mod organisation_fact;
pub mod organisation_import;
pub mod outcome;
pub mod outside_identity;
pub mod over_limit_reason;
pub mod passkey;
pub mod passkey_challenge;
pub mod person;
pub mod pin_try;
pub mod practice_day;
pub mod provider_answer;
pub mod public_address;
pub mod published_appointment;
pub mod published_import;
pub mod question;
pub mod question_answer;
pub mod recovery_code;
pub mod release;
pub mod release_correction;
pub mod release_file;
pub mod release_frame;
pub mod reminder;
pub mod retention_gate;
pub mod role_grant;
pub mod rota;
pub mod row_written;
pub mod second_factor;
pub mod second_factor_try;
pub mod session;
pub mod sign_in_try;
pub mod slot;
pub mod slot_import;
pub mod slot_import_done;
pub mod slot_refusal;
pub mod slot_tally;
pub mod source_choice;
pub mod status_answer;
pub mod subject;
pub mod tally;
pub mod tap_address;
pub mod tick;
pub mod transfer;
pub mod transfer_import;
pub mod transfer_letter;
pub mod transfer_route;
pub mod weekly_answer;
