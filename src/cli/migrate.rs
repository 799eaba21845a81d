//! `headroom migrate`: brings the database up to this version; on PostgreSQL a step of its own.

use migration::{Migrator, MigratorTrait};

use super::{failure::Failure, open, spoken::say};
use crate::config::Settings;

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let db = open::database(&settings).await?;
    Migrator::up(db.schema(), None).await?;
    say("The database is up to date.");
    Ok(())
}
