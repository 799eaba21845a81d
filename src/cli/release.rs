//! `headroom release make|list|verify`.

use clap::Subcommand;

use super::{Failure, open, say};
use crate::{
    config::Settings,
    domain::access::{self, CliAuthority},
    jobs,
    store::releases,
};

/// What to do with releases.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Do {
    /// Make the releases that are due, and no others
    Make,
    /// List the ledger
    List,
    /// Check that the ledger holds: every digest, and that each release holds the one before
    Verify,
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    let everywhere = CliAuthority::new().everywhere();
    match what {
        Do::Make => {
            let made = jobs::releases::make_due(&app).await?;
            if made.is_empty() {
                say("No release is due.");
            }
            for number in made {
                say(&format!("Release {number} is made."));
            }
        }
        Do::List => {
            for found in releases::all(app.db.ledger(&access::ledger_of(everywhere))).await? {
                let content = &found.content;
                say(&format!(
                    "{:>4}  {}  {}",
                    content.number, content.published_on, found.sha256
                ));
            }
        }
        Do::Verify => verify(&releases::verify(app.db.read(&everywhere)).await?)?,
    }
    Ok(())
}

/// Says whether the ledger holds.
pub(super) fn verify((checked, broken): &(u32, Option<i32>)) -> Result<(), Failure> {
    match broken {
        None => {
            say(&format!("Releases: {checked} checked, the ledger holds."));
            Ok(())
        }
        Some(number) => Err(Failure::Said(format!(
            "release {number} does not hold: the ledger was changed"
        ))),
    }
}
