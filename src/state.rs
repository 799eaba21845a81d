//! What every handler and job shares.

use std::{
    collections::{HashMap, HashSet},
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

mod catalogues;
mod clock;
mod imports;

pub use catalogues::Catalogues;
pub use clock::DOUBTED;
pub use imports::{Imports, Progress, Turn};

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
    pub catalogues: Catalogues,
    /// Organisations as of today.
    pub organisations: Organisations,
    /// What every tap asks.
    pub often: store::often::Often,
    /// Registers and sums of days that were read before.
    pub kept: store::Kept,
    /// Releases that were read already.
    pub shelf: store::releases::Shelf,
    /// Key that signs API tokens.
    pub token_key: [u8; 32],
    /// Bounds concurrent password hashing.
    pub hashing: Semaphore,
    /// Failed tries to sign in.
    pub tries: Tries,
    /// Extracts that are being taken in.
    pub imports: Imports,
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
        Catalogue::built_in()
            .map_err(|errors| AppError::Fault(format!("catalogue: {errors:?}")))?;
        Ok(Self(Arc::new(Parts {
            writer: Writer::start(db.clone(), live.clone(), clock.clone()),
            often: store::often::Often::start(&db),
            db,
            live,
            clock,
            settings,
            catalogues: Catalogues::default(),
            organisations: Organisations::default(),
            kept: store::Kept::default(),
            shelf: store::releases::Shelf::default(),
            token_key,
            hashing: Semaphore::new(HASHERS),
            tries: Tries::default(),
            imports: Imports::default(),
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

    /// The menu of actions, re-read when an import changed it.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, AppError> {
        let jurisdiction = &self.settings.jurisdiction;
        self.catalogues.now(self.db.identify(), jurisdiction).await
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
        let version = store::organisations::version(db.identify()).await?;
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
            None => Arc::new(Tree::from_facts(
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

    fn cached(&self) -> Option<Cached> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.clone()
    }

    fn known(&self, version: Option<Uuid>, day: LocalDate) -> Option<Arc<View>> {
        let known = self.cached()?;
        (known.version == version && known.today.day() == day).then_some(known.today)
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
        let known = self
            .cached
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
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

/// Tries to sign in or to unlock that were not right, for five minutes. A try counts before it is made, so that a
/// thousand at once cannot all slip through; a right one is taken back.
#[derive(Debug, Default)]
pub struct Tries {
    failed: Mutex<HashMap<String, Vec<i64>>>,
    /// Accounts with addresses from which they were once opened: strangers cannot lock those out.
    known: Mutex<HashSet<String>>,
}

/// What is counted, and how many tries it has in five minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    most: usize,
}

impl Key {
    /// One account, or one device: few people make ten mistakes in a row.
    pub fn one(name: String) -> Self {
        Self { name, most: 10 }
    }

    /// An address, behind which a whole practice may sit.
    pub fn address(address: &str) -> Self {
        Self {
            name: format!("address {address}"),
            most: 30,
        }
    }
}

impl Tries {
    const SECONDS: i64 = 300;
    const MOST_KNOWN: usize = 50_000;

    /// Counts one more try of each key.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where one of them had too many of late; then nothing is counted.
    pub fn begin(&self, keys: &[Key], clock: &Clock) -> Result<(), AppError> {
        let now = clock.now().timestamp();
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, times| {
            times.retain(|at| *at > now - Self::SECONDS);
            !times.is_empty()
        });
        let wait = keys.iter().filter_map(|key| {
            let times = failed.get(&key.name)?;
            let first = times.get(times.len().checked_sub(key.most)?)?;
            u32::try_from(Self::SECONDS - (now - first)).ok()
        });
        if let Some(retry_after) = wait.max() {
            return Err(AppError::TooManyTries { retry_after });
        }
        for key in keys {
            failed.entry(key.name.clone()).or_default().push(now);
        }
        Ok(())
    }

    /// The try was right: the first key, the account, is forgotten, the others lose this one try.
    pub fn succeeded(&self, keys: &[Key]) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, key) in keys.iter().enumerate() {
            if at == 0 {
                failed.remove(&key.name);
            } else if let Some(times) = failed.get_mut(&key.name) {
                times.pop();
            }
        }
    }

    /// The keys of signing in. An account that was opened from an address before is counted apart there.
    pub fn keys(&self, account: &str, address: &str) -> [Key; 2] {
        let pair = format!("{address} {account}");
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let account = if known.contains(&pair) {
            pair
        } else {
            format!("account {account}")
        };
        [Key::one(account), Key::address(address)]
    }

    /// Remembers that an account was opened from an address.
    pub fn remember(&self, account: &str, address: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST_KNOWN {
            known.clear();
        }
        known.insert(format!("{address} {account}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_in_five_minutes_and_a_known_address_is_not_locked_out() {
        let clock = Clock::fixed("2026-11-20T08:00:00Z".parse().unwrap());
        let tries = Tries::default();
        tries.remember("me", "home");
        for _ in 0..10 {
            tries.begin(&tries.keys("me", "away"), &clock).unwrap();
        }
        let refused = tries.begin(&tries.keys("me", "elsewhere"), &clock);
        assert!(matches!(
            refused,
            Err(AppError::TooManyTries { retry_after: 300 })
        ));
        let home = tries.keys("me", "home");
        tries.begin(&home, &clock).unwrap();
        tries.succeeded(&home);
        clock.set("2026-11-20T08:05:00Z".parse().unwrap());
        tries.begin(&tries.keys("me", "elsewhere"), &clock).unwrap();
    }

    #[test]
    fn right_tries_do_not_use_up_an_address() {
        let clock = Clock::fixed("2026-11-20T08:00:00Z".parse().unwrap());
        let tries = Tries::default();
        for n in 0..100 {
            let keys = tries.keys(&n.to_string(), "surgery");
            tries.begin(&keys, &clock).unwrap();
            tries.succeeded(&keys);
        }
        for n in 0..30 {
            tries
                .begin(&tries.keys(&n.to_string(), "surgery"), &clock)
                .unwrap();
        }
        assert!(tries.begin(&tries.keys("31", "surgery"), &clock).is_err());
    }
}
