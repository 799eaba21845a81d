//! Whether the database under this node can be trusted: when its connections became doubtful, since when it is out of
//! order, and whether SQLite's file is still the one that was opened.

use std::{
    fs::{self, Metadata},
    io::{self, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::sqlx::pool::PoolConnectionMetadata;
use tokio::sync::{Notify, watch};

use crate::error::Trouble;

/// How often a database that is out of order is looked at again.
const AGAIN: Duration = Duration::from_millis(200);
/// How long an error that does not pass by itself may last before the process ends.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often PostgreSQL's connections are given up together, and how often the same trouble is told.
const SELDOM: Duration = Duration::from_secs(1);
/// What must fit beside the database for the disk not to count as full.
static ROOM: [u8; 65_536] = [0x5a; 65_536];

/// A handle on what is known; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Health(Arc<Known>);

#[derive(Debug)]
struct Known {
    /// SQLite's files. Nothing on PostgreSQL.
    files: Option<Files>,
    state: Mutex<State>,
    /// Woken when the state got worse.
    worse: Notify,
    /// Why the process must end, once it must.
    end: watch::Sender<Option<String>>,
}

#[derive(Debug, Default)]
struct State {
    /// Connections that were opened before are closed instead of used.
    doubted: Option<Instant>,
    /// When trouble was last told.
    told: Option<Instant>,
    sick: Option<Sick>,
}

#[derive(Debug, Clone, Copy)]
struct Sick {
    trouble: Trouble,
    /// Since when it is of a kind that does not pass by itself.
    lasting: Option<Instant>,
    /// When it was last looked at.
    looked: Option<Instant>,
}

impl Health {
    pub(super) fn new(file: Option<&Path>) -> Self {
        Self(Arc::new(Known {
            files: file.map(Files::new),
            state: Mutex::default(),
            worse: Notify::new(),
            end: watch::Sender::new(None),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn files(&self) -> Option<&Files> {
        self.0.files.as_ref()
    }

    /// Whether an idle connection was opened after the last doubt.
    pub(super) fn trusts(&self, connection: &PoolConnectionMetadata) -> bool {
        let opened = Instant::now().checked_sub(connection.age);
        match (self.state().doubted, opened) {
            (Some(doubted), Some(opened)) => opened > doubted,
            _ => true,
        }
    }

    /// Connections that are open now are not used again. On SQLite nothing is written before a fresh one was tried.
    pub(super) fn doubt(&self, trouble: Trouble) {
        let now = Instant::now();
        let mut state = self.state();
        state.doubted = Some(now);
        if self.0.files.is_some() && state.sick.is_none() {
            state.sick = Some(Sick { trouble, lasting: (!trouble.passes()).then_some(now), looked: None });
        }
        if state.told.is_none_or(|told| now - told >= SELDOM) {
            state.told = Some(now);
            tracing::error!(%trouble, "the connections to the database are given up and opened again");
        }
        drop(state);
        self.0.worse.notify_one();
    }

    /// As [`Self::doubt`], where it is news: many may meet the same trouble at once.
    pub(super) fn met(&self, trouble: Trouble) {
        let state = self.state();
        let known = state.sick.is_some() || state.doubted.is_some_and(|doubted| doubted.elapsed() < SELDOM);
        drop(state);
        if !known {
            self.doubt(trouble);
        }
    }

    /// The trouble that must be gone before anything is written; an error where it was looked at a moment ago.
    pub(super) fn to_look_at(&self) -> Result<Option<Trouble>, Trouble> {
        match self.state().sick {
            None => Ok(None),
            Some(sick) if sick.looked.is_none_or(|looked| looked.elapsed() >= AGAIN) => Ok(Some(sick.trouble)),
            Some(sick) => Err(sick.trouble),
        }
    }

    /// Waits until it is time to look. For ever where all is well.
    pub(super) async fn time_to_look(&self) {
        loop {
            let looked = self.state().sick.map(|sick| sick.looked);
            match looked {
                None => self.0.worse.notified().await,
                Some(None) => return,
                Some(Some(looked)) => {
                    tokio::time::sleep(AGAIN.saturating_sub(looked.elapsed())).await;
                    return;
                }
            }
        }
    }

    /// A fresh connection wrote, and another read it.
    pub(super) fn is_well(&self) {
        if self.state().sick.take().is_some() {
            tracing::info!("the database works");
        }
    }

    /// Still out of order. Ends the process where it neither passes nor did pass.
    pub(super) fn is_still(&self, trouble: Trouble) {
        let now = Instant::now();
        let mut state = self.state();
        let before = state.sick.and_then(|sick| sick.lasting);
        let lasting = (!trouble.passes()).then(|| before.unwrap_or(now));
        state.sick = Some(Sick { trouble, lasting, looked: Some(now) });
        drop(state);
        let patience = if trouble == Trouble::Damaged {
            // Two connections found it so.
            Duration::ZERO
        } else {
            PATIENCE
        };
        if let (Some(since), Some(files)) = (lasting, self.files())
            && since.elapsed() >= patience
        {
            self.0.end.send_replace(Some(files.epitaph(trouble)));
        }
    }

    /// Waits until the process must end, and says why.
    pub(super) async fn end(&self) -> String {
        let mut end = self.0.end.subscribe();
        let why = end.wait_for(Option::is_some).await.map(|why| why.clone());
        match why {
            Ok(Some(why)) => why,
            // The sender lives as long as we do.
            _ => std::future::pending().await,
        }
    }
}

/// SQLite's file and its log, as they were when they were opened.
#[derive(Debug)]
pub(super) struct Files {
    file: PathBuf,
    log: PathBuf,
    opened: Option<Identity>,
    /// Made with the first write, and there as long as anybody has the database open.
    logged: OnceLock<Identity>,
}

/// Device and inode.
type Identity = (u64, u64);

impl Files {
    fn new(file: &Path) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self { file: file.to_owned(), log: log.into(), opened: identity(file), logged: OnceLock::new() }
    }

    /// Whether what is written would be found by whoever opens the database by its name.
    pub(super) fn are_in_place(&self) -> bool {
        if self.opened.is_none() {
            return true;
        }
        let log = identity(&self.log);
        let logged = self.logged.get().copied().or_else(|| log.map(|found| *self.logged.get_or_init(|| found)));
        identity(&self.file) == self.opened && log == logged
    }

    /// Whether the database and its log can grow: a little is written as far out as the longer of them is long, and
    /// given back. An error that says anything else than "full" is not this one's to tell.
    pub(super) fn have_room(&self) -> bool {
        let longest = [&self.file, &self.log]
            .into_iter()
            .filter_map(|file| fs::metadata(file).ok())
            .map(|metadata| metadata.len())
            .max();
        let tried = || -> io::Result<()> {
            let folder = match self.file.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            let mut file = tempfile::tempfile_in(folder)?;
            file.seek(SeekFrom::Start(longest.unwrap_or(0)))?;
            file.write_all(&ROOM)
        };
        !matches!(
            tried().map_err(|error| error.kind()),
            Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
        )
    }

    fn epitaph(&self, trouble: Trouble) -> String {
        let file = self.file.display();
        match trouble {
            Trouble::Moved => format!(
                "the database file {file}, or its log beside it, was moved, replaced or deleted while it was in use: \
                 nothing can be recorded; put it back and start again"
            ),
            Trouble::Damaged => {
                format!("the database file {file} is damaged: restore it from a backup")
            }
            _ => format!("the database file {file} cannot be used ({trouble}): look at the disk and start again"),
        }
    }
}

#[cfg(unix)]
fn identity(file: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let of = |metadata: Metadata| (metadata.dev(), metadata.ino());
    fs::metadata(file).ok().map(of)
}

/// Elsewhere an open file can be neither moved nor deleted.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}
