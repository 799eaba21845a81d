//! At a start: the keys of this node against the fingerprints in the database, and rows that nothing vouches for yet.

use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::CliAuthority,
    error::AppError,
    state::AppState,
    store::keys::{self, Masters},
};

/// A newer master key took the place of the one before it.
#[derive(Debug, Serialize)]
struct MasterReplaced {
    number: usize,
}

impl Event for MasterReplaced {
    const NAME: &'static str = "master-key.replaced";
}

/// Notes the master keys and the noise key that the database does not know yet; says what it knew of the first, and whether
/// the noise key is the one in use.
///
/// # Errors
/// Where the database cannot be written.
pub async fn hold_keys(
    app: &AppState,
    by: CliAuthority,
    masters: Vec<String>,
    noise: Option<[u8; 32]>,
) -> Result<(Masters, bool), AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move {
                let taken = keys::take_masters(tx.conn(), &masters).await?;
                if let Masters::Replaced { number } = taken {
                    tx.audit_service(&MasterReplaced { number }).await?;
                }
                // A node with the wrong master key is believed nothing else.
                let believed = noise.filter(|_| taken != Masters::Wrong);
                let right = match &believed {
                    Some(key) => keys::is_the_same(tx.conn(), keys::NOISE, key).await?,
                    None => true,
                };
                Ok((taken, right))
            })
        })
        .await
}

/// Takes in rows that an earlier version wrote without a digest.
///
/// # Errors
/// As [`hold_keys`].
pub async fn adopt_rows(app: &AppState, by: CliAuthority) -> Result<(), AppError> {
    app.writer.adopt(&by).await
}
