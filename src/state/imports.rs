//! Extracts that are being taken in on this node: so many at a time, and how far each is.
//!
//! A file first arrives and then has its turn: a connection that hangs holds a place among those that arrive, never a turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::ids::OdsCode;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::error::AppError;

/// Extracts that are read at a time: each takes a core and some disk.
const TURNS: usize = 2;
/// Extracts that arrive at a time, by practice and in all: each may fill 768 MB of the disk.
const ARRIVING: usize = 2;
const ARRIVING_IN_ALL: usize = 8;
/// What stood still for so long gives its place to one that comes; what brought fewer bytes than these stood still.
const STILL: Duration = Duration::from_secs(5);
const SOME: usize = 16 * 1024;
/// How long a file that is here waits for its turn. A million rows take some 20 s.
const PATIENCE: Duration = Duration::from_secs(30);
/// When to try again, in seconds.
const BUSY: AppError = AppError::Unavailable { retry_after: 30 };

/// How far the taking in of an extract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of the file of slots that were taken in.
    pub read: u64,
    /// Its bytes; 0 before the first reading has told.
    pub of: u64,
}

type Running = Arc<Mutex<HashMap<OdsCode, Progress>>>;
type Arriving = Arc<Mutex<Vec<Arc<Place>>>>;

/// Who is at it.
#[derive(Debug)]
pub struct Imports {
    turns: Arc<Semaphore>,
    running: Running,
    arriving: Arriving,
}

impl Default for Imports {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(TURNS)), running: Running::default(), arriving: Arriving::default() }
    }
}

impl Imports {
    /// Begins receiving the files of a practice.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where as many arrive as may, or an extract of this practice is being read.
    pub fn arrive(&self, practice: &OdsCode) -> Result<Arrival, AppError> {
        if self.of(practice).is_some() {
            return Err(BUSY);
        }
        let mut arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        let own = arriving.iter().filter(|place| place.practice == *practice);
        if own.count() >= ARRIVING {
            give_way(&mut arriving, Some(practice))?;
        } else if arriving.len() >= ARRIVING_IN_ALL {
            give_way(&mut arriving, None)?;
        }
        let place = Arc::new(Place {
            practice: practice.clone(),
            moved: Mutex::new((Instant::now(), 0)),
            gone: CancellationToken::new(),
        });
        arriving.push(Arc::clone(&place));
        Ok(Arrival { place, arriving: Arc::clone(&self.arriving) })
    }

    /// Begins taking in an extract whose files are here; it ends when the turn is dropped, however that comes about.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where this practice is at it already, or where no turn came within half a minute.
    pub async fn begin(&self, arrived: Arrival) -> Result<Turn, AppError> {
        let turns = Arc::clone(&self.turns).acquire_owned();
        let one = timeout(PATIENCE, turns).await;
        let one = one.map_err(|_| BUSY)?.map_err(|_| BUSY)?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(&arrived.place.practice) {
            return Err(BUSY);
        }
        running.insert(arrived.place.practice.clone(), Progress::default());
        Ok(Turn { practice: arrived.place.practice.clone(), running: Arc::clone(&self.running), _one: one })
    }

    /// How far the extract of a practice is, where one is being taken in.
    pub fn of(&self, practice: &OdsCode) -> Option<Progress> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(practice).copied()
    }
}

/// Ends what stood still longest: of a practice, or of all.
fn give_way(arriving: &mut Vec<Arc<Place>>, of: Option<&OdsCode>) -> Result<(), AppError> {
    let theirs = arriving.iter().enumerate();
    let theirs = theirs.filter(|(_, place)| of.is_none_or(|of| place.practice == *of));
    let still = theirs.map(|(at, place)| (place.stands_still(), at)).max();
    let (_, at) = still.filter(|(still, _)| *still >= STILL).ok_or(BUSY)?;
    arriving.swap_remove(at).gone.cancel();
    Ok(())
}

#[derive(Debug)]
struct Place {
    practice: OdsCode,
    /// When it last brought more than a little, and what it brought since.
    moved: Mutex<(Instant, usize)>,
    gone: CancellationToken,
}

impl Place {
    fn stands_still(&self) -> Duration {
        let moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        moved.0.elapsed()
    }
}

/// Files on their way in.
#[derive(Debug)]
pub struct Arrival {
    place: Arc<Place>,
    arriving: Arriving,
}

impl Arrival {
    /// Notes that some bytes came.
    pub fn brought(&self, bytes: usize) {
        let moved = self.place.moved.lock();
        let mut moved = moved.unwrap_or_else(PoisonError::into_inner);
        moved.1 = moved.1.saturating_add(bytes);
        if moved.1 >= SOME {
            *moved = (Instant::now(), 0);
        }
    }

    /// What it waits for, unless another took its place meanwhile.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] then.
    pub async fn unless_gone<T>(&self, waits: impl Future<Output = T>) -> Result<T, AppError> {
        tokio::select! {
            biased;
            () = self.place.gone.cancelled() => Err(BUSY),
            came = waits => Ok(came),
        }
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let mut arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        arriving.retain(|place| !Arc::ptr_eq(place, &self.place));
    }
}

/// The taking in of one extract.
#[derive(Debug)]
pub struct Turn {
    practice: OdsCode,
    running: Running,
    _one: OwnedSemaphorePermit,
}

impl Turn {
    /// Notes how far it is.
    pub fn at(&self, progress: Progress) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(self.practice.clone(), progress);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.practice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As if so much time had passed without a byte.
    fn stand_still(arrival: &Arrival) {
        let since = Instant::now().checked_sub(STILL).unwrap();
        *arrival.place.moved.lock().unwrap() = (since, 0);
    }

    #[tokio::test]
    async fn a_practice_takes_in_one_extract_at_a_time_and_the_node_two() {
        let imports = Imports::default();
        let [one, two, three] = ["Z90001", "Z90002", "Z90003"].map(|code| code.parse().unwrap());
        assert_eq!(imports.of(&one), None);
        let again = imports.arrive(&one).unwrap();
        let turn = imports.begin(imports.arrive(&one).unwrap()).await.unwrap();
        assert!(imports.begin(again).await.is_err());
        assert!(imports.arrive(&one).is_err());
        turn.at(Progress { read: 5, of: 10 });
        assert_eq!(imports.of(&one), Some(Progress { read: 5, of: 10 }));
        let other = imports.begin(imports.arrive(&two).unwrap()).await.unwrap();
        let waits = imports.begin(imports.arrive(&three).unwrap());
        let ends = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop((turn, other));
        };
        assert!(tokio::join!(waits, ends).0.is_ok());
        assert_eq!(imports.of(&one), None);
    }

    #[tokio::test]
    async fn files_that_never_come_hold_no_turn_and_give_way_to_those_that_do() {
        let imports = Imports::default();
        let practice = |n: usize| format!("Z9000{n}").parse().unwrap();
        let hung = [(); 2].map(|()| imports.arrive(&practice(1)).unwrap());
        assert!(imports.arrive(&practice(1)).is_err());
        assert_eq!(imports.turns.available_permits(), TURNS);
        hung.iter().for_each(stand_still);
        hung[1].brought(SOME);
        let third = imports.arrive(&practice(1)).unwrap();
        assert!(hung[0].unless_gone(std::future::ready(())).await.is_err());
        assert!(hung[1].unless_gone(std::future::ready(())).await.is_ok());
        // The node has room for eight.
        let others: Vec<Arrival> = (2..8).map(|n| imports.arrive(&practice(n)).unwrap()).collect();
        assert!(imports.arrive(&practice(9)).is_err());
        stand_still(&others[3]);
        assert!(imports.arrive(&practice(9)).is_ok());
        assert!(others[3].unless_gone(std::future::ready(())).await.is_err());
        drop((hung, third, others));
        assert!(imports.arriving.lock().unwrap().is_empty());
    }
}
