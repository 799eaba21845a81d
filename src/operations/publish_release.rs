//! A release is published: its frame frozen once a year, its figures kept in the ledger, its files beside them.

use serde::Serialize;

use entity::ids::{LocalDate, NotAnId, OrgCode};

use crate::{
    audit::Event,
    domain::{
        access::JobAuthority,
        disclosure::{Content, Frame},
    },
    error::AppError,
    state::AppState,
    store::{corrections, corrections::Stands, keys, release_files, release_files::File, releases},
    writer::Tx,
};

#[derive(Debug, Serialize)]
struct ReleaseMade {
    number: u32,
    published_on: LocalDate,
}

impl Event for ReleaseMade {
    const NAME: &'static str = "release.made";
}

/// Publishes a release with the corrections that wait; false where another node had published it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn publish_release(app: &AppState, by: JobAuthority, content: Content) -> Result<bool, AppError> {
    app.writer.write(&by, move |tx| Box::pin(publish(tx, by, content))).await
}

async fn publish(tx: &Tx, by: JobAuthority, mut content: Content) -> Result<bool, AppError> {
    // What it puts right in earlier ones: read where it is published, so that nothing taken back meanwhile is said.
    corrections::hold(tx.conn()).await?;
    let everywhere = by.everywhere();
    let all = corrections::all(tx.read(&everywhere)).await?;
    let waiting = all.into_iter().filter(|one| one.stands == Stands::Waits);
    content.notes = waiting.map(|one| one.note).collect();
    let fresh = releases::append(tx.conn(), &content, tx.now()).await?;
    if fresh {
        let event = ReleaseMade { number: content.number, published_on: content.published_on };
        let england: Result<OrgCode, NotAnId> = "england".parse();
        let england = england.map_err(|error| AppError::Fault(error.to_string()))?;
        tx.audit(&england, &event).await?;
    }
    Ok(fresh)
}

/// Freezes the frame of a year, where no node did so before.
///
/// # Errors
/// As [`publish_release`].
pub async fn freeze_frame(app: &AppState, by: JobAuthority, frame: Frame) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(releases::add_frame(tx.conn(), &frame, tx.now()).await?) }))
        .await
}

/// Keeps one file of a release; the first one stands.
///
/// # Errors
/// As [`publish_release`].
pub async fn keep_file(app: &AppState, by: JobAuthority, number: u32, file: File) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                release_files::add(tx.conn(), number, file, tx.now()).await?;
                Ok(())
            })
        })
        .await
}

/// Notes the fingerprint of the noise key with the first release; false where it is another key.
///
/// # Errors
/// As [`publish_release`].
pub async fn hold_noise_key(app: &AppState, by: JobAuthority, key: [u8; 32]) -> Result<bool, AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(keys::is_the_same(tx.conn(), keys::NOISE, &key).await?) }))
        .await
}
