//! The list as a file for the LMC only: exactly the lines and words of the page.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{asked_view::Asked, page, sheet_view as sheet};
use crate::{
    domain::{
        access::{By, Permit, SeeLmcArea},
        digest,
        readers::OutsidePage,
    },
    error::AppError,
    exchange::{plain_csv, plain_xlsx},
    operations::record_export::{self, ListExported, MOST_LISTS_AN_HOUR},
    state::AppState,
    web::{
        download::{self, CSV, XLSX},
        forms::Form,
        receipts,
    },
};

/// What the form sends: what the page was asked for, and as which file.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// `xlsx`, else CSV.
    #[serde(default, rename = "as")]
    kind: String,
    #[serde(flatten)]
    asked: Asked,
}

/// `POST /lmc/{lmc}/practices/file`.
pub(super) async fn make(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, AppError> {
    record_export::at_most::<ListExported, _, _>(&app, app.db.read(permit.scope()), MOST_LISTS_AN_HOUR).await?;
    let lmc = permit.scope().lmc();
    let asked = &wanted.asked;
    let read = page::read(&app, &permit, asked).await?;
    let catalogue = app.menu_of_lmc(Some(permit.scope().lmc())).await?;
    let list = page::list_of(&catalogue, lmc, &read, asked);
    let columns = sheet::columns(list.shown, &list.menu);
    let rows: Vec<Vec<String>> = list.lines.iter().map(|line| sheet::cells(list.shown, &list.menu, line)).collect();
    let n = rows.len();
    let (kind, ending, bytes) = if wanted.kind == "xlsx" {
        let name = app.organisations().await?.name_of(lmc);
        let about = sheet::about(&name, read.when.on, n, asked.is_narrowed());
        let table = plain_xlsx::PlainTable { name: "Practices", about, columns, rows };
        (XLSX, "xlsx", download::made(&app, move || plain_xlsx::write(&table)).await?)
    } else {
        (CSV, "csv", plain_csv::lines([columns].into_iter().chain(rows)))
    };
    let told = ListExported {
        narrowed: asked.is_narrowed(),
        rows: u64::try_from(n).unwrap_or(u64::MAX),
        sha256: digest::hexed(&Sha256::digest(&bytes)),
    };
    record_export::list_exported(&app, &By::from(&permit), told).await?;
    receipts::note(&app, &permit, (lmc, OutsidePage::Practices), read.found.shared.keys().cloned().collect());
    let stem = format!("for-the-lmc-only-{}-practices-{}", lmc.as_str().to_lowercase(), read.when.on);
    Ok(download::file(kind, &format!("{stem}.{ending}"), bytes))
}
