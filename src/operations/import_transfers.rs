//! Somebody at a practice adds items of before from a sheet, all that were shown or none.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, RowId, TransferId};
use serde::Serialize;

use super::{
    Written,
    log_transfer::{Facts, LogTransfer},
};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        calendar,
        transfer::{
            NewTransfer,
            past::{self, MOST_A_DAY, MOST_ROWS, NewTransferImport, PastItem, PastRow},
        },
    },
    error::{AppError, FieldError},
    state::AppState,
    store::transfers,
    writer::Tx,
};

/// Items of a sheet that are not there yet.
#[derive(Debug)]
pub struct ImportTransfers {
    /// Made with the preview: the same confirmation twice adds once.
    pub id: RowId,
    /// Each as the rules of one that is logged by itself leave it.
    pub items: Vec<NewTransfer>,
    /// Rows that were there already.
    pub there: u64,
    /// Rows that could not be taken.
    pub refused: u64,
}

/// Items of before were added from a sheet, as one act. What was asked stays in the rows.
#[derive(Debug, Serialize)]
struct TransfersImported {
    import: RowId,
    items: u32,
    there: u64,
    refused: u64,
    first_day: LocalDate,
    last_day: LocalDate,
}

impl Event for TransfersImported {
    const NAME: &'static str = "transfers.imported";
}

/// The item of a row, held to the rules of one that is logged, but for its day: a sheet is of years. The duty is that of
/// the item's own day.
///
/// # Errors
/// A sentence for each field at fault.
pub fn item(row: PastRow, facts: &Facts) -> Result<PastItem, Vec<FieldError>> {
    let PastRow { line: _, id, came_on, provider, provider_name, department, category, reason, .. } = row.clone();
    let act = LogTransfer {
        // Which id it gets is said when it is held against what is there.
        id: id.unwrap_or_else(|| TransferId(uuid::Uuid::now_v7())),
        provider,
        provider_name,
        department,
        pathway: None,
        category,
        reason,
        route: row.route.clone(),
        asked: row.asked.clone(),
        outcome: row.outcome,
        gp: row.gp,
        other_clinician: row.other_clinician,
        nurse: row.nurse,
        admin: row.admin,
        reference: row.reference.clone(),
        came_on: Some(came_on),
        corrects: None,
        removed: false,
        kept_by: None,
    };
    let days = if came_on > facts.today {
        "This day has not come yet. Type the day it came"
    } else {
        "This day is before 2015. Headroom takes items from 1 January 2015 on"
    };
    let new = act.held(facts, past::first_day(), days)?;
    Ok(PastItem { row, new })
}

impl ImportTransfers {
    /// Writes all of them in one transaction, or none.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where the id stands for another sheet; [`AppError::Invalid`] where there are more than one file or one day takes; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(Written, u32), AppError> {
        if self.items.len() > MOST_ROWS {
            return Err(AppError::field("file", "Split the file: it has more rows than are added at once"));
        }
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, u32), AppError> {
        let (at, now) = (tx.read(by.scope()), tx.now());
        if let Some(before) = transfers::imports::one(at, self.id).await? {
            let ids: Vec<TransferId> = self.items.iter().map(|item| item.id).collect();
            let same = transfers::imports::are_there(at, &ids).await?;
            return if same { Ok((Written::Repeat, before.says.items)) } else { Err(AppError::IdReused) };
        }
        let days = self.items.iter().map(|item| item.came_on);
        let (Some(first_day), Some(last_day)) = (days.clone().min(), days.max()) else {
            return Ok((Written::Repeat, 0));
        };
        if transfers::imports::since(at, day_of(now)).await? >= MOST_A_DAY {
            return Err(AppError::field("file", "Many files were added today. Add this one tomorrow"));
        }
        // In the order of their ids: two of one practice at a time never wait for each other.
        let mut items = self.items;
        items.sort_by_key(|item| item.id);
        let added = transfers::imports::add_all(at, &items, by.id(), now).await?;
        if added == 0 {
            return Ok((Written::Repeat, 0));
        }
        let import = NewTransferImport {
            id: self.id,
            items: added,
            there: self.there,
            refused: self.refused,
            first_day,
            last_day,
        };
        transfers::imports::add(at, &import, by.id(), now).await?;
        let event = TransfersImported {
            import: self.id,
            items: added,
            there: self.there,
            refused: self.refused,
            first_day,
            last_day,
        };
        tx.audit(&by.scope().practice().into(), &event).await?;
        Ok((Written::New, added))
    }
}

/// When the day began on which it is written.
fn day_of(now: DateTime<Utc>) -> DateTime<Utc> {
    calendar::day_begins(calendar::london_day(now))
}
