//! JSON shapes of imports.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::appointment::{Column, ImportSummary, Matching, RowRefusal, SlotOutcome},
    store::appointments::{ImportRow, MatchingRow},
};

/// One import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportOut {
    /// Which.
    #[schema(example = "019a9f6e-7c00-8000-8000-000000000004")]
    pub(super) id: Uuid,
    /// `emis`, `tpp` or `report`.
    #[schema(example = "tpp")]
    pub(super) system: String,
    /// When it was read.
    #[schema(example = "2026-11-20T17:40:00Z")]
    pub(super) read_at: DateTime<Utc>,
    /// Since when it counts; null where nobody let it count.
    #[schema(example = "2026-11-20T17:42:00Z")]
    pub(super) counts_since: Option<DateTime<Utc>>,
    /// It counted and was taken back.
    #[schema(example = false)]
    pub(super) taken_back: bool,
    /// Another import was let to count since it was read: it can no longer be, and the files are to be sent again.
    #[schema(example = false)]
    pub(super) overtaken: bool,
    /// What was found.
    pub(super) report: ReportOut,
}

impl ImportOut {
    /// `newest` is the last place in the row of imports that count.
    pub(super) fn new(row: &ImportRow, newest: i32) -> Self {
        Self {
            overtaken: row.counts_since.is_none() && newest != row.base,
            id: row.id.0,
            system: row.system.clone(),
            read_at: row.recorded_at,
            counts_since: row.counts_since,
            taken_back: row.taken_back_by.is_some(),
            report: ReportOut::new(&row.summary),
        }
    }
}

/// What reading the files found. Names of columns, no values.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportOut {
    /// Rows below the headers.
    #[schema(example = 812)]
    pub(super) rows: u64,
    /// First day of what counts.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-02")]
    pub(super) first_day: Option<LocalDate>,
    /// Last day of what counts.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-20")]
    pub(super) last_day: Option<LocalDate>,
    /// Slots not known before.
    #[schema(example = 640)]
    pub(super) new_slots: u64,
    /// Slots that stand otherwise than before.
    #[schema(example = 12)]
    pub(super) changed_slots: u64,
    /// Slots that count no longer.
    #[schema(example = 1)]
    pub(super) gone_slots: u64,
    /// Slots by what became of them: `attended` (these count), `vaccinated` and `did-not-attend` (shown apart), `booked`,
    /// `cancelled`, `free` and `removed`.
    #[schema(example = json!({"attended": 610, "did-not-attend": 18, "booked": 90}))]
    pub(super) outcomes: BTreeMap<&'static str, u64>,
    /// Of the booked, those of past days.
    #[schema(example = 4)]
    pub(super) without_outcome: u64,
    /// Rows of session holders or slot types that the practice does not count.
    #[schema(example = 80)]
    pub(super) not_counted: u64,
    /// Rows older than thirteen weeks, which are not taken.
    #[schema(example = 0)]
    pub(super) too_old: u64,
    /// Rows of days that their clinician had erased, which are not taken: the practice kept the sums.
    #[schema(example = 0)]
    pub(super) erased: u64,
    /// Refused rows by reason.
    #[schema(example = json!({"bad-status": 2}))]
    pub(super) refused: BTreeMap<String, u64>,
    /// Rows of a report without slot ids whose holder, day and time an earlier row names too; each counts.
    #[schema(example = 0)]
    pub(super) repeated: u64,
    /// Slots of a report that counted before and are in this file no longer, by their day; they go on counting.
    #[schema(value_type = BTreeMap<String, u64>, example = json!({"2026-11-18": 3}))]
    pub(super) vanished: BTreeMap<LocalDate, u64>,
    /// Slots of these days that counted before, of clinicians who are not in this file; they go on counting.
    #[schema(example = 0)]
    pub(super) of_others: u64,
    /// Rows whose first cells were blank and taken from the row above: a grouped report.
    #[schema(example = 0)]
    pub(super) filled_down: u64,
    /// Lines that are no rows, left out: titles, totals, headings again.
    #[schema(example = 0)]
    pub(super) left_out: u64,
    /// `add` or `replace`, where it was said for days that were taken in before.
    #[schema(example = json!(null))]
    pub(super) same_days: Option<String>,
    /// The import that this one takes back.
    #[schema(example = json!(null))]
    pub(super) takes_back: Option<Uuid>,
    /// What a person should look at before it counts, in sentences.
    #[schema(example = json!([]))]
    pub(super) warnings: Vec<String>,
    /// Columns about patients, dropped before a row was read.
    pub(super) dropped: Vec<DroppedOut>,
}

impl ReportOut {
    pub(super) fn new(summary: &ImportSummary) -> Self {
        let outcomes = SlotOutcome::ALL.into_iter().map(|outcome| (outcome.code(), summary.of(outcome)));
        Self {
            rows: summary.rows,
            first_day: summary.days.map(|(first, _)| first),
            last_day: summary.days.map(|(_, last)| last),
            new_slots: summary.fresh,
            changed_slots: summary.changed,
            gone_slots: summary.gone,
            outcomes: outcomes.filter(|(_, n)| *n > 0).collect(),
            without_outcome: summary.without_outcome,
            not_counted: summary.not_counted,
            too_old: summary.too_old,
            erased: summary.erased,
            refused: summary.refused.clone(),
            repeated: summary.repeated,
            vanished: summary.vanished.clone(),
            of_others: summary.of_others,
            filled_down: summary.filled_down,
            left_out: summary.left_out,
            same_days: summary.same_days.clone(),
            takes_back: summary.takes_back,
            warnings: summary.warnings(),
            dropped: DroppedOut::all(&summary.dropped),
        }
    }
}

/// A column about patients. Nothing of what it holds is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DroppedOut {
    /// Its name.
    #[schema(example = "NHS Number")]
    pub(super) column: String,
    /// Cells that were dropped.
    #[schema(example = 812)]
    pub(super) cells: u64,
}

impl DroppedOut {
    fn all(dropped: &[(String, u64)]) -> Vec<Self> {
        let dropped = dropped.iter().map(|(column, cells)| Self { column: column.clone(), cells: *cells });
        dropped.collect()
    }
}

/// Every refused row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedOut {
    /// Refused in all.
    #[schema(example = 2)]
    pub(super) refused: u64,
    /// The first 10,000 of them, by line.
    pub(super) rows: Vec<RefusedRow>,
}

/// One refused row. Nothing of what it says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedRow {
    /// Line of the file, from 1.
    #[schema(example = 7)]
    pub(super) line: u64,
    /// The column that is wrong; null where it is the row as a whole.
    #[schema(example = "status")]
    pub(super) column: Option<&'static str>,
    /// Stable code of the reason.
    #[schema(example = "bad-status")]
    pub(super) code: &'static str,
    /// The reason.
    #[schema(example = "the status is missing or not known")]
    pub(super) reason: &'static str,
}

impl RefusedRow {
    pub(super) fn new((line, refusal): &(u64, RowRefusal)) -> Self {
        Self { line: *line, column: refusal.column().map(Column::code), code: refusal.code(), reason: refusal.reason() }
    }
}

/// How files are to be matched. Of the names only fingerprints are kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatchingIn {
    /// Made by the client, once per change.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000005")]
    pub(super) id: Uuid,
    /// `emis`, `tpp` or `report`.
    #[schema(example = "report")]
    pub(super) system: String,
    /// Columns of a report, by their meaning: `day`, `time`, `holder`, `status`, `type`, `slot`, `left`, `did-not-attend`,
    /// `deleted`, `flags`, `count`. Left out, those that were remembered hold; where none were, the usual names.
    #[serde(default)]
    #[schema(example = json!({"day": "Date", "time": "Start", "holder": "With whom", "status": "State"}))]
    pub(super) columns: BTreeMap<String, String>,
    /// Session holders, each with the id of a clinician; null for not counted.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Option<Uuid>>, example = json!({"Dr A": "019a9f6e-7c00-7000-8000-0000000000aa", "Room 3": null}))]
    pub(super) holders: BTreeMap<String, Option<ClinicianId>>,
    /// Slot types, each with a kind of contact or `vaccination`, which is counted apart; null for not a contact.
    #[serde(default)]
    #[schema(example = json!({"Phone call": "telephone", "Flu clinic": "vaccination", "Meeting": null}))]
    pub(super) types: BTreeMap<String, Option<String>>,
    /// Words of your own for what became of a slot: `attended`, `did-not-attend`, `booked`, `cancelled` or `free`; null refuses
    /// rows with them.
    #[serde(default)]
    #[schema(example = json!({"All done": "attended"}))]
    pub(super) statuses: BTreeMap<String, Option<String>>,
}

/// What is remembered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatchingsOut {
    /// One for each system of which files were matched.
    pub(super) systems: Vec<MatchingOut>,
}

/// What is remembered of one system. Names were not kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatchingOut {
    /// `emis`, `tpp` or `report`.
    #[schema(example = "report")]
    pub(super) system: &'static str,
    /// Meanings that a column was named for.
    #[schema(example = json!(["day", "holder", "status", "time"]))]
    pub(super) columns: Vec<String>,
    /// Fingerprints of the names of those columns: by them a program at the practice knows which columns to send.
    #[schema(example = json!({"holder": "019a9f6e-7c00-8000-8000-000000000006"}))]
    pub(super) names: BTreeMap<String, Uuid>,
    /// Session holders that are known.
    #[schema(example = 6)]
    pub(super) holders: usize,
    /// The clinicians they stand for.
    #[schema(value_type = Vec<Uuid>, example = json!(["019a9f6e-7c00-7000-8000-0000000000aa"]))]
    pub(super) clinicians: Vec<ClinicianId>,
    /// Slot types that are known.
    #[schema(example = 14)]
    pub(super) types: usize,
    /// Words of statuses that are known.
    #[schema(example = 1)]
    pub(super) statuses: usize,
    /// When it was said.
    #[schema(example = "2026-11-20T17:38:00Z")]
    pub(super) remembered_at: DateTime<Utc>,
}

impl MatchingOut {
    pub(super) fn new(system: &'static str, row: &MatchingRow) -> Self {
        let Matching { columns, holders, types, statuses } = &row.matching;
        let clinicians: std::collections::BTreeSet<ClinicianId> = holders.values().copied().flatten().collect();
        Self {
            system,
            columns: columns.keys().cloned().collect(),
            names: columns.clone(),
            holders: holders.len(),
            clinicians: clinicians.into_iter().collect(),
            types: types.len(),
            statuses: statuses.len(),
            remembered_at: row.recorded_at,
        }
    }
}

/// How far the taking in of an extract is, on this server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProgressOut {
    /// Whether one is being taken in.
    #[schema(example = true)]
    pub(super) running: bool,
    /// Bytes taken in.
    #[schema(example = 4_194_304)]
    pub(super) read: u64,
    /// Bytes of the file of slots; 0 while it is read for the first time.
    #[schema(example = 16_777_216)]
    pub(super) of: u64,
}
