//! File formats in and out; no HTTP, no database.

pub mod anchor_file;
pub mod appointments;
pub mod archive;
pub mod docx;
pub mod draft_csv;
pub mod icalendar;
pub mod long_archive;
pub mod mail;
pub mod ods;
pub mod own_csv;
pub mod past_items;
pub mod pdf;
pub mod plain_csv;
pub mod plain_xlsx;
pub mod push;
pub mod record_archive;
pub mod release_csv;
pub mod release_file;
pub mod release_json;
pub mod release_xlsx;
pub mod spreadsheet;
pub mod transfer_csv;
mod typed_days;
pub mod webhook;
