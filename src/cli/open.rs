//! Opening the database and putting the state together, for every command that needs them.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use migration::{Migrator, MigratorTrait};
use sea_orm::DbErr;
use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::{
    clock::Clock,
    config::{Database, Settings},
    db::Db,
    state::{AppState, Ingredients},
    store::address,
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

/// What a command says that needs a database and finds none.
pub(super) fn no_database(settings: &Settings) -> Failure {
    let place = match &settings.database {
        Database::Sqlite(file) => file.parent().unwrap_or(file).display().to_string(),
        Database::Postgres(_) => "DATABASE_URL".to_owned(),
    };
    let place = if place.starts_with(['/', '.']) {
        place
    } else {
        format!("./{place}")
    };
    Failure::Said(format!(
        "there is no Headroom database in {place}; name its folder with --data, or make one with `headroom serve`"
    ))
}

/// A database that a newer Headroom has changed is named as that.
fn of_newer(error: DbErr) -> Failure {
    match &error {
        DbErr::Custom(says) if says.contains("this migration has been applied but its file is missing") => {
            Failure::Said(
                "the database was changed by a newer Headroom than this one: run that version or a later one; nothing was \
                 changed"
                    .to_owned(),
            )
        }
        _ => Failure::Database(error),
    }
}

/// Opens the database. An SQLite file is brought up to date at once: one process owns it.
pub(super) async fn database(settings: &Settings) -> Result<Db, Failure> {
    match &settings.database {
        Database::Sqlite(file) => {
            settings.prepare_folder()?;
            let db = Db::sqlite(file).await?;
            let db = OPENED.get_or_init(|| db);
            Migrator::up(db.schema(), None).await.map_err(of_newer)?;
            Ok(db.clone())
        }
        Database::Postgres(url) => Ok(Db::postgres(url).await?),
    }
}

/// The SQLite file of this process: a command opens one.
static OPENED: OnceLock<Db> = OnceLock::new();

/// How long a file may take to be closed.
const CLOSING: Duration = Duration::from_secs(1);

/// Closes what was opened, so that a copy of the file is a copy of everything.
pub(super) async fn close() {
    let Some(db) = OPENED.get() else { return };
    match tokio::time::timeout(CLOSING, db.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database was not closed"),
        Err(_) => tracing::warn!("the database was not closed in time"),
    }
}

/// Opens the database and refuses one that waits for a migration.
pub(super) async fn migrated(settings: &Settings) -> Result<Db, Failure> {
    let db = database(settings).await?;
    let pending = Migrator::get_pending_migrations_read_only(db.schema())
        .await
        .map_err(of_newer)?;
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

/// The whole state for a command that prints links: with the address of the last `serve`, unless another was said.
pub(super) async fn state_as_served(mut settings: Settings) -> Result<AppState, Failure> {
    if !settings.is_public_url_said {
        let db = migrated(&settings).await?;
        if let Some(served) = address::served(db.identify()).await? {
            settings.public_url = served;
        }
        db.close().await?;
    }
    state(settings, false).await
}

/// The whole state on a migrated database.
pub(super) async fn state(settings: Settings, demo: bool) -> Result<AppState, Failure> {
    let db = migrated(&settings).await?;
    let token_key = settings.key(&settings.token_key)?;
    let app = AppState::new(Ingredients {
        db,
        clock: Clock::system(),
        settings,
        token_key,
        demo,
    })?;
    // Editions that clash or are missing are better met here than on every page.
    if app.catalogue().await?.items.is_empty() {
        return Err(Failure::Said(format!(
            "there is no edition of the catalogue for {}: take one in with `headroom catalogue import` first",
            app.settings.jurisdiction
        )));
    }
    Ok(app)
}
