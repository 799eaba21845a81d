//! Opening the database and putting the state together, for every command that needs them.

use std::io::IsTerminal;

use migration::{Migrator, MigratorTrait};
use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::{
    clock::Clock,
    config::{Database, Settings},
    db::Db,
    domain::access::CliAuthority,
    jobs,
    state::{AppState, Ingredients},
};

/// Starts the log. Statements and names never enter it.
pub(super) fn log(settings: &Settings) {
    // The migration library tells each table it looks at; that is news to nobody.
    let wanted = format!("sea_orm_migration=warn,{}", settings.log);
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    // A second start (in tests) changes nothing.
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .try_init(),
    );
}

/// Opens the database. An SQLite file is brought up to date at once: one process owns it.
pub(super) async fn database(settings: &Settings) -> Result<Db, Failure> {
    match &settings.database {
        Database::Sqlite(file) => {
            settings.prepare_folder()?;
            let db = Db::sqlite(file).await?;
            Migrator::up(db.schema(), None).await?;
            Ok(db)
        }
        Database::Postgres(url) => Ok(Db::postgres(url).await?),
    }
}

/// Opens the database and refuses one that waits for a migration.
pub(super) async fn migrated(settings: &Settings) -> Result<Db, Failure> {
    let db = database(settings).await?;
    let pending = Migrator::get_pending_migrations_read_only(db.schema()).await?;
    if !pending.is_empty() {
        return Err(Failure::Said(format!(
            "the database waits for {} migration(s): run `headroom migrate` first",
            pending.len()
        )));
    }
    match db.ledger_is_apart().await {
        Ok(true) => Ok(db),
        Ok(false) => Err(Failure::Said(
            "the role headroom_ledger may read more than the ledger: take its other grants away"
                .to_owned(),
        )),
        Err(error) => Err(Failure::Said(format!(
            "what ICBs read cannot be read as the role headroom_ledger ({error}): an administrator of the server grants it \
             with GRANT headroom_ledger TO the user of DATABASE_URL"
        ))),
    }
}

/// The whole state on a migrated database.
pub(super) async fn state(settings: Settings, demo: bool) -> Result<AppState, Failure> {
    let db = migrated(&settings).await?;
    let token_key = settings.key(&settings.token_key)?;
    let app = AppState::new(Ingredients {
        db,
        clock: Clock::set_wrong(settings.clock_ahead),
        settings,
        token_key,
        demo,
    })?;
    app.learn_clock().await?;
    app.writer.adopt(&CliAuthority::new()).await?;
    jobs::outside::write(&app).await?;
    // Editions that clash or are missing are better met here than on every page.
    if app.catalogue().await?.items.is_empty() {
        return Err(Failure::Said(format!(
            "there is no edition of the catalogue for {}: take one in with `headroom catalogue import` first",
            app.settings.jurisdiction
        )));
    }
    Ok(app)
}
