//! Recording what a preview showed: the changes travel through the page, and every one is checked again.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::{LocalDate, StatusId};
use serde::{Deserialize, Serialize};

use super::{
    ground::Ground,
    read::Register,
    spreadsheet_view::{MOST_CHANGES, Plan},
};
use crate::{
    domain::access::{By, Permit, RecordStatus},
    error::AppError,
    exchange::spreadsheet::SheetRow,
    operations::record_changes::{Outcome, RecordChanges},
    state::AppState,
};

/// The form under a preview.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmed {
    /// The changes, as [`carry`] packed them.
    pub(super) rows: String,
    /// What the register was when they were shown.
    pub(super) seen: String,
}

/// One change on its way through the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Carried {
    /// Made with the preview: the same confirmation twice records once.
    id: StatusId,
    pub(super) row: SheetRow,
}

/// The changes as one word for a hidden field.
pub(super) fn carry(plan: &Plan<'_>) -> Result<String, AppError> {
    let rows: Vec<Carried> =
        plan.changes.iter().map(|change| Carried { id: change.id, row: change.row.clone() }).collect();
    let json = serde_json::to_vec(&rows).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// The changes that a form carries. Anybody can write such a word: each row is checked like one of a file.
pub(super) fn carried(word: &str) -> Result<Vec<Carried>, AppError> {
    let malformed = || AppError::Malformed("the changes were cut off: choose the spreadsheet again".into());
    let json = URL_SAFE_NO_PAD.decode(word).map_err(|_| malformed())?;
    let rows: Vec<Carried> = serde_json::from_slice(&json).map_err(|_| malformed())?;
    let fine = (1..=MOST_CHANGES).contains(&rows.len()) && rows.iter().all(Carried::is_fine);
    fine.then_some(rows).ok_or_else(malformed)
}

impl Carried {
    fn is_fine(&self) -> bool {
        let (first, last) = (LocalDate::new(1990, 1, 1), LocalDate::new(2100, 1, 1));
        let row = &self.row;
        let noted = row.noted.each().map(|(_, on)| on);
        let mut days = [row.from, row.notice_served_on].into_iter().chain(noted).flatten();
        !self.id.0.is_nil() && days.all(|day| first <= Some(day) && Some(day) <= last)
    }
}

/// Records all changes in one transaction, or none.
pub(super) async fn record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    rows: &[Carried],
    shown: String,
) -> Result<Outcome, AppError> {
    let register = Register::read(app, permit.scope()).await?;
    let today = app.clock.today();
    let ground = Ground::new(permit, &register, today);
    let mut changes = Vec::new();
    for carried in rows {
        // What was fine when it was shown and is not any more, as after midnight, is shown again with its reason.
        let Ok(checked) = ground.checked(&carried.row, carried.id) else {
            return Ok(Outcome::Stale);
        };
        changes.push(checked.ready);
    }
    let act = RecordChanges { changes, today, shown };
    act.perform(app, &By::from(permit)).await
}
