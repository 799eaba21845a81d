//! Opening the database and putting the state together, for every command that needs them.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use migration::{Migrator, MigratorTrait};
use sea_orm::DbErr;
use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use crate::{
    clock::Clock,
    config::{Database, Missing, Settings},
    db::Db,
    domain::access::CliAuthority,
    jobs,
    operations::hold_keys,
    state::{AppState, StateConfig},
    store::{self, address, keys::Masters},
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
    let place = if place.starts_with(['/', '.']) { place } else { format!("./{place}") };
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
        Database::Postgres(url) => {
            if settings.data.is_dir() {
                settings.prepare_folder()?;
            }
            Ok(Db::postgres(url).await?)
        }
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
    let pending = Migrator::get_pending_migrations_read_only(db.schema()).await.map_err(of_newer)?;
    if !pending.is_empty() {
        return Err(Failure::Said(format!(
            "the database waits for {} migration(s): run `headroom migrate` first",
            pending.len()
        )));
    }
    match db.ledger_is_apart().await {
        Ok(true) => Ok(db),
        Ok(false) => Err(Failure::Said(
            "the role headroom_ledger may read more than the ledger: take its other grants away".to_owned(),
        )),
        Err(error) => Err(Failure::Said(format!(
            "what ICBs read cannot be read as the role headroom_ledger ({error}): an administrator of the server grants it \
             with GRANT headroom_ledger TO the user of DATABASE_URL"
        ))),
    }
}

/// The whole state for a command that prints links: with the address of the last `serve`, unless another was said.
pub(super) async fn state_as_served(mut settings: Settings) -> Result<AppState, Failure> {
    let db = migrated(&settings).await?;
    if !settings.is_public_url_said
        && let Some(served) = address::served(db.unscoped()).await?
    {
        settings.public_url = served;
    }
    state_on(db, settings, false).await
}

/// The whole state on a migrated database, with keys that are those of this database.
pub(super) async fn state(settings: Settings, demo: bool) -> Result<AppState, Failure> {
    let db = migrated(&settings).await?;
    state_on(db, settings, demo).await
}

async fn state_on(db: Db, settings: Settings, demo: bool) -> Result<AppState, Failure> {
    let begun = !store::keys::masters(db.unscoped()).await?.is_empty();
    let missing = if begun { Missing::Refuse } else { Missing::Make };
    let keys = settings.keys(missing)?;
    let app = AppState::new(StateConfig { db, clock: Clock::set_wrong(settings.clock_ahead), settings, keys, demo })?;
    // Before anything is written: what a clock that jumped says would be the date of it, and of all that follows.
    app.learn_clock().await?;
    hold_keys(&app).await?;
    hold_keys::adopt_rows(&app, CliAuthority::new()).await?;
    // Without room beside the database nothing can be noted there; counting goes on, and the job tries again.
    if let Err(error) = jobs::outside::write(&app).await {
        tracing::error!(%error, "the newest events could not be written outside the database");
    }
    // Editions that clash or are missing are better met here than on every page.
    if app.catalogue().await?.items.is_empty() {
        return Err(Failure::Said(format!(
            "there is no edition of the catalogue for {}: take one in with `headroom catalogue import` first",
            app.settings.jurisdiction
        )));
    }
    Ok(app)
}

/// Holds the keys of this node against the fingerprints in the database, and notes those that it does not know yet. With
/// another master key links and tokens of other nodes would be refused, with another noise key a release would be no
/// release: better no node at all.
async fn hold_keys(app: &AppState) -> Result<(), Failure> {
    let here: Vec<String> = app.keys.all().map(|master| master.fingerprint().to_owned()).collect();
    let noise = app.settings.noise_key_here()?;
    let (taken, right) = hold_keys::hold_keys(app, CliAuthority::new(), here, noise).await?;
    if taken == Masters::Wrong {
        return Err(Failure::Said(wrong_master(&app.settings)));
    }
    if right { Ok(()) } else { Err(Failure::Said(wrong_noise(&app.settings))) }
}

/// What to do about a wrong master key.
pub(super) fn wrong_master(settings: &Settings) -> String {
    let file = &settings.token_key;
    let stem = file.file_stem().unwrap_or_default().display();
    format!(
        "the key file {} is not the one that this database is used with: every node needs the same. To replace it, keep the \
         one in use beside it as {stem}-OLD with the same ending",
        file.display()
    )
}

/// What to do about a wrong noise key.
pub(super) fn wrong_noise(settings: &Settings) -> String {
    format!(
        "the noise key {} is not the one that this database is used with: every node needs the same, and it is never replaced",
        settings.noise_key.display()
    )
}
