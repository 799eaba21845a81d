//! Which practices act, as a release counts them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode};

use crate::{
    domain::{
        access::JobAuthority,
        action::{self, StatusRow, Trust},
        catalogue::Catalogue,
        disclosure::{HAS_RECORDED, LEAST_TRANSFERRED, OVER_LIMIT, Period, TRANSFERRED},
        limit::{self, Rules},
    },
    error::AppError,
    state::AppState,
    store,
};

/// The days since 1 April are read backwards in parts of so many days.
const LOOKS: [u64; 3] = [2, 5, 7];
const THEN: u64 = 28;
/// Practices read at once.
const AT_ONCE: usize = 250;

/// Which practices act, by series.
pub type Acting = BTreeMap<String, BTreeSet<OdsCode>>;

/// Which practices act, by series, as it was recorded before the cut-off. Never rendered: what leaves is made from it by
/// `disclosure`.
///
/// # Errors
/// Where the database cannot be read.
pub async fn acting(app: &AppState, period: Period) -> Result<Acting, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let read = app.db.read(&everywhere);
    let (day, cut_off) = (period.as_of(), period.cut_off());
    let catalogue = app.catalogue().await?;
    let mut acting = Acting::new();
    let mut add = |series: &str, practice: &OdsCode| {
        acting.entry(series.to_owned()).or_default().insert(practice.clone());
    };
    for practice in store::sharing::ever_answered(read, cut_off).await? {
        add(HAS_RECORDED, &practice);
    }
    let recording = store::actions::practices_recording(read).await?;
    for some in recording.chunks(AT_ONCE) {
        let registers = store::actions::everywhere_of(read, some, cut_off).await?;
        for (practice, rows) in &registers {
            for series in of_register(&catalogue, rows, (day, cut_off)) {
                add(series, practice);
            }
        }
    }
    for practice in over_limit(app, period).await? {
        add(OVER_LIMIT, &practice);
    }
    for practice in logging_transfers(app, period).await? {
        add(TRANSFERRED, &practice);
    }
    Ok(acting)
}

/// The series that a practice's register puts it into.
fn of_register<'a>(
    catalogue: &'a Catalogue,
    rows: &[StatusRow],
    (day, cut_off): (LocalDate, DateTime<Utc>),
) -> Vec<&'a str> {
    let mut standings = action::standings(rows, day, cut_off, Trust::Confirmed);
    // What conflicts with the contract stays in the practice's own history: it is not even "something recorded".
    standings.retain(|(code, _), _| {
        let item = catalogue.item_on(code, day);
        item.is_some_and(|item| action::may_leave(item, day))
    });
    let recorded = (!standings.is_empty()).then_some(HAS_RECORDED);
    let items = action::acting_items(catalogue, &standings, day);
    let items = items.into_iter().map(|item| item.code.as_str());
    recorded.into_iter().chain(items).collect()
}

/// Practices with at least one clinician's day over its limit since the frame year began: a state that changes once.
///
/// # Errors
/// Where the database cannot be read.
pub async fn over_limit(app: &AppState, period: Period) -> Result<BTreeSet<OdsCode>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let read = app.db.read(&everywhere);
    let last = period.as_of();
    let first = LocalDate::new(period.year, 4, 1).unwrap_or_else(|| period.begins());
    let mut over = store::history::practices_over(read, first, last).await?;
    let mut open = store::days::practices_counting(read, first, last).await?;
    // One day is enough, and most practices have one within a few: so the newest are read first, and of whom one was
    // found no more.
    let mut end = last;
    let again = LOOKS.iter().copied().chain(std::iter::repeat(THEN));
    for days in again {
        if end < first {
            break;
        }
        let begin = end.minus_days(days - 1).max(first);
        open.retain(|practice| !over.contains(practice));
        let practices: Vec<OdsCode> = open.iter().cloned().collect();
        for some in practices.chunks(AT_ONCE) {
            let rules = store::days::rules_of(read, some).await?;
            let facts = store::days::of_practices(read, some, begin, end).await?;
            let none = Rules::default();
            for ((practice, clinician, day), known) in facts {
                let rules = rules.get(&practice).unwrap_or(&none);
                let day = limit::day(&known, rules, clinician, day);
                if day.headroom.is_over() {
                    over.insert(practice);
                }
            }
        }
        end = begin.minus_days(1);
    }
    Ok(over)
}

/// Practices to which so much work was passed on in one of the thirteen newest periods that they can be said to log it: a
/// state that seldom changes. Of whom one such period was found no earlier one is read.
///
/// # Errors
/// Where the database cannot be read.
async fn logging_transfers(app: &AppState, period: Period) -> Result<BTreeSet<OdsCode>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let read = app.db.read(&everywhere);
    let mut open = store::transfers::practices_logging(read).await?;
    let mut found = BTreeSet::new();
    for days in period.newest_year() {
        let practices: Vec<OdsCode> = open.iter().cloned().collect();
        for some in practices.chunks(AT_ONCE) {
            let busy = store::transfers::to_whom_came(read, (some, days), period.cut_off(), LEAST_TRANSFERRED).await?;
            for practice in busy {
                open.remove(&practice);
                found.insert(practice);
            }
        }
    }
    Ok(found)
}
