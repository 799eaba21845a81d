//! What every handler and job shares.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use entity::ids::{LocalDate, OdsCode, OrgCode};
use sea_orm::DbErr;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    clock::Clock,
    config::Settings,
    db::Db,
    domain::{
        catalogue::Catalogue,
        organisation::{Tree, View},
    },
    error::AppError,
    live::Live,
    store,
    writer::Writer,
};

/// Hashing a password takes 46 MiB and 20 to 45 ms of a core: so many at a time.
const HASHERS: usize = 2;

/// A cheap handle on the shared parts.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Parts>);

/// The shared parts.
#[derive(Debug)]
pub struct Parts {
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
    pub catalogue: &'static Catalogue,
    /// Organisations as of today.
    pub organisations: Organisations,
    /// Sums of past days, for area pages.
    pub past_days: store::area_days::PastDays,
    /// Key that signs API tokens.
    pub token_key: [u8; 32],
    /// Bounds concurrent password hashing.
    pub hashing: Semaphore,
    /// Failed tries to sign in.
    pub tries: Tries,
    /// Cancelled when the server stops: open streams end.
    pub stopping: CancellationToken,
    /// Whether this is the demo, with sign-in by one click.
    pub demo: bool,
}

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a state is made of beyond the defaults.
#[derive(Debug)]
pub struct Ingredients {
    /// The database, migrated.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub settings: Settings,
    /// Key that signs API tokens.
    pub token_key: [u8; 32],
    /// Whether this is the demo.
    pub demo: bool,
}

impl AppState {
    /// Starts the writer and puts the parts together.
    ///
    /// # Errors
    /// A fault where the catalogue in the binary is not valid, which its tests exclude.
    pub fn new(with: Ingredients) -> Result<Self, AppError> {
        let Ingredients {
            db,
            clock,
            settings,
            token_key,
            demo,
        } = with;
        let live = Live::default();
        let catalogue = Catalogue::built_in()
            .map_err(|errors| AppError::Fault(format!("catalogue: {errors:?}")))?;
        Ok(Self(Arc::new(Parts {
            writer: Writer::start(db.clone(), live.clone(), clock.clone()),
            db,
            live,
            clock,
            settings,
            catalogue,
            organisations: Organisations::default(),
            past_days: store::area_days::PastDays::default(),
            token_key,
            hashing: Semaphore::new(HASHERS),
            tries: Tries::default(),
            stopping: CancellationToken::new(),
            demo,
        })))
    }

    /// The organisations as they stand today, re-read when an import changed them.
    pub async fn organisations(&self) -> Result<Arc<View>, DbErr> {
        self.organisations.on(&self.db, self.clock.today()).await
    }

    /// The LMC that represents a practice today, if the practice is known at all.
    pub async fn lmc_of(&self, practice: &OdsCode) -> Result<Option<OrgCode>, DbErr> {
        Ok(self
            .organisations()
            .await?
            .practice(practice)
            .and_then(|practice| practice.lmc.clone()))
    }
}

/// The dated tree in memory, folded for today. Another process may import: the version is looked up each time, which
/// costs one read of an index.
#[derive(Debug, Default)]
pub struct Organisations {
    cached: RwLock<Option<Cached>>,
}

#[derive(Debug, Clone)]
struct Cached {
    version: Option<Uuid>,
    tree: Arc<Tree>,
    today: Arc<View>,
}

impl Organisations {
    /// The organisations as they stood on a day.
    pub async fn on(&self, db: &Db, day: LocalDate) -> Result<Arc<View>, DbErr> {
        let version = store::organisations::version(db.identify()).await?;
        let known = self
            .cached
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let tree = match known {
            Some(known) if known.version == version && known.today.day() == day => {
                return Ok(known.today);
            }
            Some(known) if known.version == version => known.tree,
            _ => Arc::new(Tree::from_facts(
                store::organisations::facts(db.identify()).await?,
            )),
        };
        let today = Arc::new(tree.on(day));
        let fresh = Cached {
            version,
            tree,
            today: Arc::clone(&today),
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(today)
    }

    /// The organisations on a past day, without disturbing what is kept for today.
    pub async fn as_of(
        &self,
        db: &Db,
        today: LocalDate,
        day: LocalDate,
    ) -> Result<Arc<View>, DbErr> {
        let current = self.on(db, today).await?;
        if current.day() == day {
            return Ok(current);
        }
        let tree = self
            .cached
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|cached| Arc::clone(&cached.tree));
        Ok(tree.map_or(current, |tree| Arc::new(tree.on(day))))
    }
}

/// Failed tries to sign in, by account and by address, for five minutes.
#[derive(Debug, Default)]
pub struct Tries {
    failed: Mutex<HashMap<String, Vec<i64>>>,
}

impl Tries {
    const MOST: usize = 10;
    const SECONDS: i64 = 300;

    /// Whether any of these keys has failed too often of late; says how long to wait.
    pub fn wait(&self, keys: &[String], clock: &Clock) -> Option<u32> {
        let now = clock.now().timestamp();
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter()
            .filter_map(|key| {
                let recent: Vec<&i64> = failed
                    .get(key)?
                    .iter()
                    .filter(|at| **at > now - Self::SECONDS)
                    .collect();
                let oldest = recent.first().filter(|_| recent.len() >= Self::MOST)?;
                u32::try_from(Self::SECONDS - (now - **oldest)).ok()
            })
            .max()
    }

    /// Notes a failed try.
    pub fn failed(&self, keys: &[String], clock: &Clock) {
        let now = clock.now().timestamp();
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, times| times.iter().any(|at| *at > now - Self::SECONDS));
        for key in keys {
            failed.entry(key.clone()).or_default().push(now);
        }
    }

    /// Forgets the tries of an account that signed in.
    pub fn succeeded(&self, key: &str) {
        self.failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }
}
