//! What every handler and job shares.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use entity::ids::{LocalDate, OdsCode, OrgCode};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    clock::Clock,
    config::{Keys, Settings},
    db::Db,
    domain::{
        catalogue::Catalogue,
        network::NetworkBook,
        organisation::{Tree, View},
        transfer,
    },
    error::AppError,
    live::Live,
    store,
    writer::Writer,
};

mod catalogues;
mod clock;
mod exports;
mod imports;
mod knocks;
pub mod notices;
mod paces;
mod pathways;
pub mod provider;
mod streams;
mod transfer_books;
mod workers;

pub use catalogues::Catalogues;
pub use clock::DOUBTED;
pub use exports::{ExportTurn, Exports};
pub use imports::{Arrival, Imports, Progress, Turn};
pub use knocks::Knocks;
pub use paces::{MOST_PRESSES, MOST_REQUESTS, Pace, Paces};
pub use provider::Provider;
pub use streams::{Stream, Streams};
pub use workers::Workers;

/// A cheap handle on the shared parts.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Shared>);

/// The shared parts.
#[derive(Debug)]
pub struct Shared {
    /// The database of this node.
    pub db: Db,
    /// The only way to write.
    pub writer: Writer,
    /// What changed.
    pub live: Live,
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub settings: Settings,
    /// The menu of actions.
    pub catalogues: Catalogues,
    /// Organisations as of today.
    pub organisations: Organisations,
    /// What every tap asks.
    pub tap_lookups: store::tap_lookups::TapLookups,
    /// Registers and sums of days that were read before.
    pub caches: store::Caches,
    /// Releases that were read already.
    pub release_cache: store::releases::ReleaseCache,
    /// The master keys, of which tokens and derived secrets are made.
    pub keys: Keys,
    /// Hashes passwords, a few at a time.
    pub hashing: Workers,
    /// Sets pages and reads workbooks, a few at a time.
    pub setting: Workers,
    /// Open streams of live pages.
    pub streams: Streams,
    /// Tries of addresses with a secret.
    pub knocks: Knocks,
    /// How fast programs and secret addresses go.
    pub paces: Paces,
    /// The organisation's own sign-in, where there is one. The people of the demo are everybody's, so it has none.
    pub provider: Option<Provider>,
    /// Extracts that are being taken in.
    pub imports: Imports,
    /// Large files that are being made.
    pub exports: Exports,
    /// Cancelled when the server stops: open streams end.
    pub stopping: CancellationToken,
    /// Whether this is the demo, with sign-in by one click.
    pub demo: bool,
}

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What a state is made of beyond the defaults.
#[derive(Debug)]
pub struct StateConfig {
    /// The database, migrated.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub settings: Settings,
    /// The master keys, of which tokens and derived secrets are made.
    pub keys: Keys,
    /// Whether this is the demo.
    pub demo: bool,
}

impl AppState {
    /// Starts the writer and puts the parts together.
    ///
    /// # Errors
    /// A fault where the catalogue or the lists of transferred work in the binary are not whole, which their tests exclude.
    pub fn new(with: StateConfig) -> Result<Self, AppError> {
        let StateConfig { db, clock, settings, keys, demo } = with;
        let live = Live::default();
        transfer::built_in().map_err(|broken| AppError::Fault(format!("transferred work: {broken}")))?;
        Catalogue::editions_of("England", []).map_err(|errors| AppError::Fault(format!("catalogue: {errors:?}")))?;
        NetworkBook::built_in().map_err(|broken| AppError::Fault(format!("network scheme: {}", broken.join("; "))))?;
        let provider = settings.provider.clone().filter(|_| !demo).map(Provider::new).transpose()?;
        Ok(Self(Arc::new(Shared {
            provider,
            writer: Writer::start(db.clone(), live.clone(), clock.clone()),
            tap_lookups: store::tap_lookups::TapLookups::start(&db),
            db,
            live,
            clock,
            settings,
            catalogues: Catalogues::default(),
            organisations: Organisations::default(),
            caches: store::Caches::default(),
            release_cache: store::releases::ReleaseCache::default(),
            keys,
            hashing: Workers::for_passwords(),
            setting: Workers::for_pages(),
            streams: Streams::default(),
            knocks: Knocks::default(),
            paces: Paces::default(),
            imports: Imports::default(),
            exports: Exports::default(),
            stopping: CancellationToken::new(),
            demo,
        })))
    }

    /// The organisations as they stand today, re-read when an import changed them.
    pub async fn organisations(&self) -> Result<Arc<View>, DbErr> {
        self.organisations.on(&self.db, self.clock.today()).await
    }

    /// The organisations as they stood on a day, as far as is known today.
    pub async fn organisations_on(&self, day: LocalDate) -> Result<Arc<View>, DbErr> {
        let today = self.clock.today();
        self.organisations.as_of(&self.db, today, day).await
    }

    /// The national menu of actions, re-read when an import changed it: what releases are about.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, AppError> {
        self.catalogues.national(self.db.unscoped(), &self.settings.jurisdiction).await
    }

    /// The menu of an LMC and its practices: the national one, and the items that the LMC added. Without an LMC these are only
    /// named.
    pub async fn menu_of_lmc(&self, lmc: Option<&OrgCode>) -> Result<Arc<Catalogue>, AppError> {
        self.catalogues.of_lmc(self.db.unscoped(), &self.settings.jurisdiction, lmc).await
    }

    /// The menu of a practice: that of the LMC that represents it today.
    pub async fn menu_of(&self, practice: &OdsCode) -> Result<Arc<Catalogue>, AppError> {
        let lmc = self.lmc_of(practice).await?;
        self.menu_of_lmc(lmc.as_ref()).await
    }

    /// The LMC that represents a practice today, if the practice is known at all.
    pub async fn lmc_of(&self, practice: &OdsCode) -> Result<Option<OrgCode>, DbErr> {
        Ok(self.organisations().await?.practice(practice).and_then(|practice| practice.lmc.clone()))
    }
}

/// The dated tree in memory, folded for today. Another process may import: the version is looked up each time, which
/// costs one read of an index.
#[derive(Debug, Default)]
pub struct Organisations {
    cached: RwLock<Option<Cached>>,
    /// Held by whoever reads the facts.
    reading: tokio::sync::Mutex<()>,
    /// The past days that were asked about last.
    past: Mutex<Vec<(Option<Uuid>, Arc<View>)>>,
}

/// How many past days are kept: a page of England's organisations is some 4 MB.
const PAST_DAYS: usize = 4;

#[derive(Debug, Clone)]
struct Cached {
    version: Option<Uuid>,
    tree: Arc<Tree>,
    today: Arc<View>,
}

impl Organisations {
    /// The organisations as they stood on a day.
    pub async fn on(&self, db: &Db, day: LocalDate) -> Result<Arc<View>, DbErr> {
        let version = store::organisations::version(db.unscoped()).await?;
        if let Some(known) = self.known(version, day) {
            return Ok(known);
        }
        // One reads for all who wait: there are tens of thousands of facts.
        let _turn = self.reading.lock().await;
        if let Some(known) = self.known(version, day) {
            return Ok(known);
        }
        let tree = match self.cached().filter(|known| known.version == version) {
            Some(known) => known.tree,
            None => Arc::new(Tree::from_facts(store::organisations::facts(db.unscoped()).await?)),
        };
        let today = Arc::new(tree.on(day));
        let fresh = Cached { version, tree, today: Arc::clone(&today) };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(today)
    }

    fn cached(&self) -> Option<Cached> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.clone()
    }

    fn known(&self, version: Option<Uuid>, day: LocalDate) -> Option<Arc<View>> {
        let known = self.cached()?;
        (known.version == version && known.today.day() == day).then_some(known.today)
    }

    /// The organisations on a past day, without disturbing what is kept for today.
    pub async fn as_of(&self, db: &Db, today: LocalDate, day: LocalDate) -> Result<Arc<View>, DbErr> {
        let current = self.on(db, today).await?;
        if current.day() == day {
            return Ok(current);
        }
        let known = self.cached.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(known) = known else {
            return Ok(current);
        };
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.retain(|(version, _)| *version == known.version);
        if let Some(at) = past.iter().position(|(_, view)| view.day() == day) {
            let found = past.remove(at);
            past.push(found.clone());
            return Ok(found.1);
        }
        let view = Arc::new(known.tree.on(day));
        if past.len() >= PAST_DAYS {
            past.remove(0);
        }
        past.push((known.version, Arc::clone(&view)));
        Ok(view)
    }

    /// The organisations of today as they were last read, for what a page's frame names.
    pub fn kept(&self) -> Option<Arc<View>> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().map(|cached| Arc::clone(&cached.today))
    }
}
