//! JSON shapes of what an upload answers.

use std::collections::BTreeMap;

use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::ReportOut;
use crate::{
    domain::appointment::{TypeMeaning, kind_in_words},
    exchange::appointments::{Found, Scan},
};

/// What became of an upload.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct UploadOut {
    /// `staged`: look at the report and confirm it. `no-change`: every slot is as it was. `to-match`: say first which
    /// column is which and whose sessions they are, then send the files again; nothing of them was kept.
    #[schema(example = "staged")]
    pub(super) result: &'static str,
    /// The import, where one is staged.
    #[schema(example = "019a9f6e-7c00-8000-8000-000000000004")]
    pub(super) import: Option<Uuid>,
    /// What was found, where the files could be read to the end.
    pub(super) report: Option<ReportOut>,
    /// What is to be matched; beside a staged import, words that nobody explained yet.
    pub(super) to_match: Option<ToMatchOut>,
    /// Days that were taken in before, where somebody has to say what the files are to them.
    pub(super) same_days: Vec<SameDayOut>,
}

/// Attended appointments of a day, by what the files are to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SameDayOut {
    /// Which.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub(super) day: LocalDate,
    /// As it stands.
    #[schema(example = 9)]
    pub(super) now: u64,
    /// Where the files take its place.
    #[schema(example = 8)]
    pub(super) replaced: u64,
    /// Where they come on top.
    #[schema(example = 17)]
    pub(super) added: u64,
}

impl SameDayOut {
    pub(super) fn new((day, [now, replaced, added]): (LocalDate, [u64; 3])) -> Self {
        Self { day, now, replaced, added }
    }
}

/// Names in the files that are to be matched. They are shown and forgotten.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToMatchOut {
    /// `emis`, `tpp` or `report`.
    #[schema(example = "report")]
    pub(super) system: &'static str,
    /// Columns that are not about patients.
    #[schema(example = json!(["Date", "Start", "With whom", "State"]))]
    pub(super) columns: Vec<String>,
    /// Meanings that were found, each with its column.
    #[schema(example = json!({"day": "Date", "time": "Start"}))]
    pub(super) found: BTreeMap<&'static str, String>,
    /// Meanings for which a column must be named.
    #[schema(example = json!(["holder", "status"]))]
    pub(super) missing: Vec<&'static str>,
    /// Session holders.
    pub(super) holders: Vec<NameOut>,
    /// Slot types.
    pub(super) types: Vec<NameOut>,
    /// Words of statuses that are not known: rows with them are refused until they are explained.
    pub(super) statuses: Vec<NameOut>,
    /// Columns about patients, by name.
    #[schema(example = json!(["Patient", "NHS Number"]))]
    pub(super) dropped: Vec<String>,
}

/// One name of the files.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NameOut {
    /// As written.
    #[schema(example = "Dr A")]
    pub(super) name: String,
    /// Slots that have it.
    #[schema(example = 64)]
    pub(super) slots: u64,
    /// Of them those that were attended: as many contacts, where they count.
    #[schema(example = 58)]
    pub(super) attended: u64,
    /// Of a slot type, what its words say it is: a kind of contact or `vaccination`; null where it is no contact.
    #[schema(example = "in-person")]
    pub(super) guess: Option<&'static str>,
    /// What helps to know who that is.
    #[schema(example = "Morning surgery")]
    pub(super) hint: String,
    /// Whether it was matched before, or speaks for itself.
    #[schema(example = false)]
    pub(super) known: bool,
}

impl ToMatchOut {
    pub(super) fn new(scan: &Scan) -> Self {
        Self {
            system: scan.system.code(),
            columns: scan.columns.clone(),
            found: scan.guessed.iter().map(|(column, name)| (column.code(), name.clone())).collect(),
            missing: scan.missing.iter().map(|column| column.code()).collect(),
            holders: names(&scan.holders, |_| None),
            types: names(&scan.types, |text| kind_in_words(text).map(TypeMeaning::code)),
            statuses: names(&scan.statuses, |_| None),
            dropped: scan.dropped.clone(),
        }
    }
}

fn names(found: &BTreeMap<String, Found>, guess: fn(&str) -> Option<&'static str>) -> Vec<NameOut> {
    let names = found.iter().map(|(name, found)| NameOut {
        name: name.clone(),
        slots: found.slots,
        attended: found.attended,
        guess: guess(name),
        hint: found.hint.clone(),
        known: found.known,
    });
    names.collect()
}
