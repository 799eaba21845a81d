//! Access receipts: a practice sees which outside reader looked at its rows on which day, and on what kind of page.

use entity::ids::{LocalDate, OdsCode, OrgCode};

use crate::{
    domain::{
        access::{Actor, Permission, Permit, Role},
        readers::OutsidePage,
    },
    error::AppError,
    state::AppState,
    store::{
        areas,
        sharing::{self, Reader},
    },
};

/// Notes that an officer of an LMC read these practices' rows: once a reader, practice, day and kind of page. The page
/// does not wait for it.
pub fn note<P: Permission>(
    app: &AppState,
    permit: &Permit<P>,
    (lmc, page): (&OrgCode, OutsidePage),
    read: Vec<OdsCode>,
) {
    let Actor::Person { id, .. } = permit.actor() else {
        return;
    };
    let reader = Reader {
        person: *id,
        role: Role::LmcOfficer.code(),
        organisation: lmc.clone(),
        page,
    };
    let (app, permit, day) = (app.clone(), permit.clone(), app.clock.today());
    tokio::spawn(async move {
        if let Err(error) = write_receipts(&app, &permit, reader, read, day).await {
            tracing::error!(%error, "could not note that rows of practices were read");
        }
    });
}

async fn write_receipts<P: Permission>(
    app: &AppState,
    permit: &Permit<P>,
    reader: Reader,
    read: Vec<OdsCode>,
    day: LocalDate,
) -> Result<(), AppError> {
    let at = app.db.read(permit.scope());
    let new = areas::without_receipt(at, &reader, read, day).await?;
    if new.is_empty() {
        return Ok(());
    }
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                Ok(sharing::add_receipts(tx.conn(), &reader, &new, day, tx.now()).await?)
            })
        })
        .await
}
