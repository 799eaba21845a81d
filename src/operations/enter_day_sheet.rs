//! Numbers from the appointment book. They count where nobody tapped, or where the practice chose the sheet.

use entity::ids::{ClinicianId, LocalDate, SheetId};
use serde::Serialize;
use uuid::Uuid;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, ClinicianScope, PracticeScope},
        contact,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::days::{self, NewSheet},
    writer::Tx,
};

/// Numbers were entered from the appointment book.
#[derive(Debug, Serialize)]
struct DaySheetEntered {
    day: LocalDate,
    clinicians: usize,
}

impl Event for DaySheetEntered {
    const NAME: &'static str = "day-sheet.entered";
}

/// One number for one clinician and day.
#[derive(Debug, Clone, Copy)]
pub struct EnterDaySheet {
    /// Made by the client.
    pub id: SheetId,
    /// The day.
    pub day: LocalDate,
    /// Contacts.
    pub n: u32,
}

impl EnterDaySheet {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    if self.append(tx, own.scope(), own.id()).await? == Written::Repeat {
                        return Ok(());
                    }
                    entered(tx, own.scope().practice(), self.day, 1).await
                })
            })
            .await
    }

    async fn append(self, tx: &Tx, scope: &ClinicianScope, recorded_by: Uuid) -> Result<Written, AppError> {
        let sheet = NewSheet { id: self.id, day: self.day, n: self.n, entered_by: "manager", recorded_by };
        Written::of(days::add_sheet(tx.read(scope), &sheet, tx.now()).await?)
    }
}

/// A number for each clinician who has one, for one day: all of it or nothing.
#[derive(Debug, Clone)]
pub struct EnterDaySheets {
    /// Made by the client; the id of each entry follows from it.
    pub id: Uuid,
    /// The day.
    pub day: LocalDate,
    /// Contacts by clinician of the practice.
    pub counts: Vec<(ClinicianId, u32)>,
}

impl EnterDaySheets {
    /// Writes them.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        if self.counts.is_empty() {
            return Ok(());
        }
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    for (clinician, n) in &self.counts {
                        let id = contact::derived_id(self.id, &clinician.to_string());
                        let sheet = EnterDaySheet { id: SheetId(id), day: self.day, n: *n };
                        let scope = own.scope().of(*clinician);
                        sheet.append(tx, &scope, own.id()).await?;
                    }
                    entered(tx, own.scope().practice(), self.day, self.counts.len()).await
                })
            })
            .await
    }
}

async fn entered(tx: &Tx, practice: &entity::ids::OdsCode, day: LocalDate, clinicians: usize) -> Result<(), AppError> {
    let event = DaySheetEntered { day, clinicians };
    tx.audit(&practice.into(), &event).await?;
    tx.changed(practice, What::Contacts);
    Ok(())
}
