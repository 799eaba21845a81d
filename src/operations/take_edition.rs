//! An edition of the catalogue is taken in. It is never changed once it is in: the same file again is said to be there,
//! another file of its name is refused.

use entity::ids::{LocalDate, OrgCode};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use super::alone::Alone;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, CliAuthority},
        catalogue::{Catalogue, CatalogueError, built_in_files as catalogue_files},
    },
    error::AppError,
    store::catalogue::{self, Imported},
    writer::Tx,
};

/// The chain of events that belong to no single organisation.
const ENGLAND: &str = "england";

/// What became of an edition.
#[derive(Debug)]
pub enum Edition {
    /// It is in force from its first day.
    Added,
    /// The same file is in already.
    Known,
    /// Another file of its name is in already.
    Changed,
    /// It breaks rules together with the others.
    Clashes(Vec<CatalogueError>),
}

/// An edition was taken in.
#[derive(Debug, Serialize)]
struct EditionImported {
    edition: String,
    jurisdiction: String,
    valid_from: LocalDate,
    sha256: String,
    items: usize,
}

impl Event for EditionImported {
    const NAME: &'static str = "catalogue.imported";
}

/// Takes in an edition with the file it was read from and its SHA-256.
///
/// # Errors
/// Where the database cannot be written.
pub async fn take_edition(
    alone: &Alone,
    by: CliAuthority,
    edition: Catalogue,
    (text, digest): (String, String),
) -> Result<Edition, AppError> {
    alone.writer.write(&by, move |tx| Box::pin(async move { add(tx, by, &edition, (text, digest)).await })).await
}

async fn add(
    tx: &Tx,
    by: CliAuthority,
    read: &Catalogue,
    (text, digest): (String, String),
) -> Result<Edition, AppError> {
    catalogue::lock(tx.conn()).await?;
    let known = match catalogue::edition(tx.conn(), &read.edition).await? {
        Some(known) => Some(known.body),
        None => built_in(&read.edition).map(str::to_owned),
    };
    if let Some(known) = known {
        return Ok(if known == text { Edition::Known } else { Edition::Changed });
    }
    if let Err(errors) = read.joining(&editions(tx.conn(), &read.jurisdiction).await?) {
        return Ok(Edition::Clashes(errors));
    }
    let event = EditionImported {
        edition: read.edition.clone(),
        jurisdiction: read.jurisdiction.clone(),
        valid_from: read.valid_from,
        sha256: digest.clone(),
        items: read.items.len(),
    };
    let new = Imported {
        edition: read.edition.clone(),
        jurisdiction: read.jurisdiction.clone(),
        valid_from: read.valid_from,
        body: text,
        digest,
    };
    catalogue::append(tx.conn(), new, by.id(), tx.now()).await?;
    let england: OrgCode = ENGLAND.parse().map_err(|error| AppError::Fault(format!("{error}")))?;
    tx.audit(&england, &event).await?;
    Ok(Edition::Added)
}

/// The file that comes with this version, where it has this name.
pub fn built_in(name: &str) -> Option<&'static str> {
    catalogue_files().find(|text| Catalogue::parse(text).is_ok_and(|edition| edition.edition == name))
}

pub async fn editions(conn: &impl ConnectionTrait, jurisdiction: &str) -> Result<Vec<Catalogue>, AppError> {
    let files = catalogue::files(conn, jurisdiction).await?;
    Catalogue::editions_of(jurisdiction, files.iter().map(String::as_str))
        .map_err(|errors| AppError::Fault(format!("an edition that is in: {errors:?}")))
}
