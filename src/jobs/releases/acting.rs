//! Which practices act, as a release counts them.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::OdsCode;

use crate::{
    domain::{
        access::JobAuthority,
        action::{self, Trust},
        disclosure::{HAS_RECORDED, OVER_LIMIT, Period, SERVICE_ENDING},
        limit::{self, Headroom},
    },
    error::AppError,
    state::AppState,
    store,
};

/// A service counts as ending when its last day lies within thirteen weeks.
const ENDING_DAYS: u64 = 91;

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
        acting
            .entry(series.to_owned())
            .or_default()
            .insert(practice.clone());
    };
    for practice in store::sharing::ever_answered(read, cut_off).await? {
        add(HAS_RECORDED, &practice);
    }
    for (practice, rows) in &store::actions::everywhere(read, cut_off).await? {
        let mut standings = action::standings(rows, day, cut_off, Trust::Confirmed);
        // What conflicts with the contract stays in the practice's own history: it is not even "something recorded".
        standings.retain(|(code, _), _| {
            let item = catalogue.item_on(code, day);
            item.is_some_and(|item| action::may_leave(item, day))
        });
        if !standings.is_empty() {
            add(HAS_RECORDED, practice);
        }
        for item in action::acting_items(&catalogue, &standings, day) {
            add(item.code.as_str(), practice);
        }
        let ending = standings.values().any(|standing| {
            let ends = standing.ends_on();
            ends.is_some_and(|last| last <= day.plus_days(ENDING_DAYS))
        });
        if ending {
            add(SERVICE_ENDING, practice);
        }
    }
    for practice in over_limit(app, period).await? {
        add(OVER_LIMIT, &practice);
    }
    Ok(acting)
}

/// Practices with at least one clinician's day over its limit in the four weeks.
///
/// # Errors
/// Where the database cannot be read.
pub async fn over_limit(app: &AppState, period: Period) -> Result<BTreeSet<OdsCode>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let read = app.db.read(&everywhere);
    let (first, last) = (period.begins(), period.as_of());
    let mut over = store::history::practices_over(read, first, last).await?;
    for practice in store::days::practices_counting(read, first, last).await? {
        let facts = store::days::of_practice(read, &practice, first, last).await?;
        let rules = store::days::rules(app.db.identify(), &practice).await?;
        let any = facts.iter().any(|((clinician, day), known)| {
            matches!(
                limit::day(known, &rules, *clinician, *day).headroom,
                Headroom::Over { .. }
            )
        });
        if any {
            over.insert(practice);
        }
    }
    Ok(over)
}
