//! NHS England's figures of known practices are kept, for comparison.

use entity::ids::{OdsCode, OrgCode, RowId};
use serde::Serialize;
use uuid::Uuid;

use super::alone::Alone;
use crate::{
    audit::Event,
    domain::access::CliAuthority,
    error::AppError,
    store::appointments::{NewFigures, add_figures, add_published},
};

/// The chain of events that belong to no single organisation.
const ENGLAND: &str = "england";
/// Figures of one transaction.
const CHUNK: usize = 1_000;

/// Published figures were taken in.
#[derive(Debug, Serialize)]
struct FiguresImported {
    import: RowId,
    sha256: String,
    practices: usize,
    appointments: u64,
}

impl Event for FiguresImported {
    const NAME: &'static str = "published-appointments.imported";
}

/// Writes NHS England's figures in chunks, and at last the row that makes them count.
///
/// # Errors
/// Where the database cannot be written; then nothing counts.
pub async fn keep_published(
    alone: &Alone,
    authority: CliAuthority,
    sha256: &str,
    figures: Vec<NewFigures>,
) -> Result<usize, AppError> {
    let writer = &alone.writer;
    let import = RowId(Uuid::now_v7());
    let appointments = figures.iter().map(|row| row.n).sum();
    let mut practices: Vec<&OdsCode> = figures.iter().map(|row| &row.practice).collect();
    practices.dedup();
    let practices = practices.len();
    for some in figures.chunks(CHUNK) {
        let some = some.to_vec();
        writer
            .write(&authority, move |tx| Box::pin(async move { Ok(add_figures(tx.conn(), import, &some).await?) }))
            .await?;
    }
    let event = FiguresImported { import, sha256: sha256.to_owned(), practices, appointments };
    writer
        .write(&authority, move |tx| {
            Box::pin(async move {
                let known = u64::try_from(event.practices).unwrap_or(u64::MAX);
                add_published(tx.conn(), import, &event.sha256, known, event.appointments, tx.now()).await?;
                let england: OrgCode = ENGLAND.parse().map_err(|error| AppError::Fault(format!("{error}")))?;
                tx.audit(&england, &event).await?;
                Ok(())
            })
        })
        .await?;
    Ok(figures.len())
}
