//! A folder whose files are sent as they come. Whatever ends it, it goes on where it was: a content is noted when the service has
//! answered, and one that was sent and not noted is sent again and changes nothing.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    delivery::{TRIES, Told, deliver, wait},
    folder::{Folder, Stand},
    ledger::{Entry, Ledger, Outcome},
    parcel::Snapshot,
    service::{Service, Trouble},
};
use crate::{
    cli::{failure::Failure, spoken::say},
    clock::Clock,
    exchange::appointments::Piece,
};

/// A folder, where its files go, and what went.
#[derive(Debug)]
pub(super) struct Watch {
    service: Service,
    folder: Folder,
    ledger: Ledger,
    /// Files that were read before, as they stood then: a share is not read anew every ten seconds.
    known: HashMap<PathBuf, (Stand, Known)>,
    /// How often the folder is looked at.
    every: Duration,
    /// Files that could not be taken, or ask for a person.
    unsent: usize,
}

/// What is known of a file that was read.
#[derive(Debug, Clone)]
enum Known {
    /// A content of this digest, which was dealt with.
    Done(String),
    /// Part of an extract of EMIS.
    Piece(Piece),
}

/// What one look at the folder came to.
#[derive(Debug, Default)]
struct Looked {
    /// Slots whose sessions are not there.
    waiting: Vec<PathBuf>,
    /// What one of the files met, and the others did not.
    trouble: Option<Trouble>,
}

impl Watch {
    pub(super) fn new(service: Service, folder: Folder, ledger: Ledger, every: Duration) -> Self {
        Self { service, folder, ledger, known: HashMap::new(), every, unsent: 0 }
    }

    /// Goes on until it is stopped.
    pub(super) async fn on(&mut self) -> Result<(), Failure> {
        say(&format!("Watching {}", self.folder.path().display()));
        let (mut again, mut waiting) = (0, Vec::new());
        loop {
            let pause = match self.look().await {
                Ok(looked) => {
                    again = 0;
                    if looked.waiting != waiting {
                        waiting = looked.waiting;
                        tell(&waiting);
                    }
                    self.every
                }
                Err(trouble) => {
                    // A key that was ended may be replaced at any time.
                    let (why, after) = match trouble {
                        Trouble::Later { why, after, .. } => (why, after),
                        Trouble::Stop(why) => (why, None),
                    };
                    let pause = wait(again, after);
                    again = again.saturating_add(1);
                    tracing::warn!("not sent yet: {why}; trying again in {} s", pause.as_secs());
                    pause
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends what is there, and ends.
    pub(super) async fn once(&mut self) -> Result<(), Failure> {
        // The first look begins the wait for files to stand still.
        let whole = self.folder.whole(Instant::now());
        whole.map_err(|why| self.unreadable(why))?;
        tokio::time::sleep(self.folder.still()).await;
        for again in 0..TRIES {
            match self.look().await {
                Ok(Looked { waiting, .. }) => {
                    tell(&waiting);
                    let unsent = self.unsent.saturating_add(waiting.len());
                    let why = format!("{unsent} of the files were not taken in: notes beside them say why");
                    return if unsent == 0 { Ok(()) } else { Err(Failure::Said(why)) };
                }
                Err(Trouble::Stop(why)) => return Err(Failure::Said(why)),
                Err(Trouble::Later { why, after, .. }) => {
                    tracing::warn!("not sent yet: {why}");
                    tokio::time::sleep(wait(again, after)).await;
                }
            }
        }
        Err(Failure::Said(format!("not everything was sent after {TRIES} tries")))
    }

    fn unreadable(&self, why: io::Error) -> Failure {
        Failure::File { file: self.folder.path().display().to_string(), why }
    }

    /// Looks at the folder once and sends what is new in it.
    async fn look(&mut self) -> Result<Looked, Trouble> {
        let whole = self.folder.whole(Instant::now());
        let whole = whole.map_err(|why| Trouble::later(format!("{}: {why}", self.folder.path().display())))?;
        self.known.retain(|path, (stand, _)| whole.iter().any(|(now, of)| of == path && now == stand));
        let mut looked = Looked::default();
        let mut extract = Extract::default();
        for (stand, path) in whole {
            let piece = match self.known.get(&path).cloned() {
                Some((_, Known::Piece(piece))) => piece,
                Some((_, Known::Done(sha256))) if self.is_done(&sha256) => continue,
                _ => match self.alone(&path, stand, &mut looked).await? {
                    Some(piece) => piece,
                    None => continue,
                },
            };
            extract.add(piece, path, stand);
        }
        self.together(extract, &mut looked).await?;
        // Others were sent all the same.
        looked.trouble.take().map_or(Ok(looked), Err)
    }

    /// Sends a file that stands alone; says what it is where it does not.
    async fn alone(&mut self, path: &Path, stand: Stand, looked: &mut Looked) -> Result<Option<Piece>, Trouble> {
        let Some(snapshot) = self.snapshot(path).await else { return Ok(None) };
        if self.is_done(&snapshot.sha256) {
            self.known.insert(path.to_owned(), (stand, Known::Done(snapshot.sha256)));
            return Ok(None);
        }
        // What is wrong with a file is said when it is cut.
        if let Ok(piece @ (Piece::NeedsSessions | Piece::Sessions | Piece::Holders)) =
            snapshot.piece().await.map_err(|why| Trouble::here(&why))?
        {
            self.known.insert(path.to_owned(), (stand, Known::Piece(piece)));
            return Ok(Some(piece));
        }
        self.deliver(path, stand, &mut vec![snapshot], looked).await?;
        Ok(None)
    }

    /// Sends the slots of EMIS, with the newest files of sessions beside them.
    async fn together(&mut self, extract: Extract, looked: &mut Looked) -> Result<(), Trouble> {
        let Extract { slots, sessions, holders } = extract;
        for (path, stand) in slots {
            let (Some(sessions), Some(holders)) = (&sessions, &holders) else {
                looked.waiting.push(path);
                continue;
            };
            let mut parcel = Vec::new();
            for path in [&path, sessions, holders] {
                parcel.extend(self.snapshot(path).await);
            }
            if parcel.len() == 3 {
                self.deliver(&path, stand, &mut parcel, looked).await?;
            }
        }
        Ok(())
    }

    /// Sends a file and those that go with it.
    async fn deliver(
        &mut self,
        path: &Path,
        stand: Stand,
        parcel: &mut Vec<Snapshot>,
        looked: &mut Looked,
    ) -> Result<(), Trouble> {
        let told = match deliver(&self.service, parcel).await {
            Err(trouble @ Trouble::Later { is_of_one: true, .. }) => {
                looked.trouble = Some(trouble);
                return Ok(());
            }
            told => told?,
        };
        let snapshot = parcel.swap_remove(0);
        self.done(path, &snapshot, told)?;
        self.known.insert(path.to_owned(), (stand, Known::Done(snapshot.sha256)));
        Ok(())
    }

    /// Reads a file; one that cannot be read yet is looked at again.
    async fn snapshot(&mut self, path: &Path) -> Option<Snapshot> {
        match Snapshot::of(path.to_owned()).await {
            Ok(snapshot) => Some(snapshot),
            Err(why) => {
                tracing::info!("{} is not read yet: {why}", path.display());
                self.folder.wait_for(path);
                None
            }
        }
    }

    /// Whether a content was dealt with. Whoever deletes the note beside a file asks for it to be sent again.
    fn is_done(&mut self, sha256: &str) -> bool {
        let Some(entry) = self.ledger.get(sha256) else { return false };
        let is_noted = entry.note.as_ref().is_none_or(|note| self.folder.path().join(note).exists());
        if !is_noted {
            self.ledger.forget(sha256);
        }
        is_noted
    }

    /// Notes what became of a file: beside it first, so that nothing is held to be told that was not.
    fn done(&mut self, path: &Path, snapshot: &Snapshot, told: Told) -> Result<(), Trouble> {
        let Told { outcome, says } = told;
        let name = &snapshot.name;
        say(&format!("{name}: {says}"));
        let note = outcome.note().map(|ending| format!("{name}.{ending}"));
        for ending in [Outcome::Asks, Outcome::Refused].into_iter().filter_map(Outcome::note) {
            let other = format!("{name}.{ending}");
            if note.as_deref() != Some(&other) {
                // Of an earlier content of that name.
                drop(fs::remove_file(self.folder.path().join(other)));
            }
        }
        if let Some(note) = &note {
            let text = format!("{name}\n\n{says}\n\nTo send the file again as it is, delete this note.\n");
            fs::write(self.folder.path().join(note), text.replace('\n', "\r\n"))
                .map_err(|why| cannot_write(path, &why))?;
        }
        let entry = Entry { name: name.clone(), at: Clock::system().now(), outcome, note };
        self.ledger.note(snapshot.sha256.clone(), entry).map_err(|why| cannot_write(path, &why))?;
        self.unsent = self.unsent.saturating_add(usize::from(outcome.note().is_some()));
        Ok(())
    }
}

/// Tells which files wait for others.
fn tell(waiting: &[PathBuf]) {
    for path in waiting {
        let name = path.file_name().unwrap_or_default().display();
        say(&format!("{name}: waits for Appointment_Session and Appointment_SessionUser of the same extract"));
    }
}

fn cannot_write(path: &Path, why: &io::Error) -> Trouble {
    Trouble::later(format!("what became of {} cannot be written into the folder: {why}", path.display()))
}

/// The files of an extract of EMIS, which go together: the newest of each kind, and every file of slots.
#[derive(Debug, Default)]
struct Extract {
    slots: Vec<(PathBuf, Stand)>,
    sessions: Option<PathBuf>,
    holders: Option<PathBuf>,
}

impl Extract {
    /// Files come the oldest first.
    fn add(&mut self, piece: Piece, path: PathBuf, stand: Stand) {
        match piece {
            Piece::Sessions => self.sessions = Some(path),
            Piece::Holders => self.holders = Some(path),
            Piece::NeedsSessions | Piece::Whole | Piece::Unused => self.slots.push((path, stand)),
        }
    }
}
