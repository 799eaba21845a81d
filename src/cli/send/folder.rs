//! A folder that is looked at again and again: shares of a network tell nobody what comes into them. A file is whole when it has
//! stood still for a while.

use std::{
    collections::HashMap,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

/// How long a file has to stand still at most.
const STILL: Duration = Duration::from_secs(5);
/// Endings of files that may hold appointments.
const TAKEN: [&str; 6] = ["csv", "tsv", "txt", "xlsx", "xls", "zip"];
/// Endings of notes beside files.
const NOTES: [&str; 2] = [".refused.txt", ".asks.txt"];

/// A folder, and since when its files stand still.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    state: PathBuf,
    still: Duration,
    seen: HashMap<PathBuf, (Stand, Instant)>,
}

/// How a file stands: what changes when it is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stand {
    modified: Option<SystemTime>,
    bytes: u64,
}

impl Stand {
    pub(super) fn of(about: &Metadata) -> Self {
        Self { modified: about.modified().ok(), bytes: about.len() }
    }
}

impl Folder {
    /// A folder that is looked at so often: a file has to stand still from one look to the next, or for five seconds.
    pub(super) fn new(path: PathBuf, state: &Path, every: Duration) -> Self {
        Self { path, state: state.to_owned(), still: every.min(STILL), seen: HashMap::new() }
    }

    pub(super) fn still(&self) -> Duration {
        self.still
    }

    /// The files that are whole, by when they were last written, the oldest first.
    pub(super) fn whole(&mut self, now: Instant) -> io::Result<Vec<(Stand, PathBuf)>> {
        let mut seen = HashMap::new();
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            // One that went away meanwhile is none.
            let Ok(about) = fs::metadata(&path) else { continue };
            if !about.is_file() || !is_taken(&path) || path == self.state {
                continue;
            }
            let stand = Stand::of(&about);
            let since = self.seen.get(&path).filter(|(before, _)| *before == stand).map_or(now, |(_, since)| *since);
            seen.insert(path, (stand, since));
        }
        self.seen = seen;
        let is_still = |since: Instant| now.checked_duration_since(since).is_some_and(|still| still >= self.still);
        let whole = self.seen.iter().filter(|(_, (stand, since))| stand.bytes > 0 && is_still(*since));
        let mut whole: Vec<(Stand, PathBuf)> = whole.map(|(path, (stand, _))| (*stand, path.clone())).collect();
        whole.sort();
        Ok(whole)
    }

    /// Looks at a file anew, as if it had just come.
    pub(super) fn wait_for(&mut self, path: &Path) {
        self.seen.remove(path);
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether a file may hold appointments, by its name: not what programs write until a file is whole.
fn is_taken(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let hidden = name.starts_with('.') || name.starts_with("~$");
    let is_note = NOTES.iter().any(|note| name.ends_with(note));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    !hidden && !is_note && ending.is_some_and(|ending| TAKEN.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_when_it_has_stood_still() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut watched = Folder::new(folder.path().to_owned(), &at("sent.json"), STILL * 2);
        let begun = Instant::now();
        let look = |watched: &mut Folder, seconds: u64| -> Vec<String> {
            let whole = watched.whole(begun + Duration::from_secs(seconds)).unwrap();
            whole.iter().map(|(_, path)| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
        };
        fs::write(at("a.csv"), "half").unwrap();
        for name in
            ["b.csv.part", "c.tmp", "~$d.xlsx", ".e.csv", "f.csv.crdownload", "a.csv.refused.txt", "g.pdf", "sent.json"]
        {
            fs::write(at(name), "x").unwrap();
        }
        fs::write(at("empty.csv"), "").unwrap();
        fs::create_dir(at("folder.csv")).unwrap();
        assert!(look(&mut watched, 0).is_empty());
        assert!(look(&mut watched, 4).is_empty());
        fs::write(at("a.csv"), "half and more").unwrap();
        assert!(look(&mut watched, 5).is_empty());
        assert!(look(&mut watched, 9).is_empty());
        assert_eq!(look(&mut watched, 10), ["a.csv"]);
        fs::rename(at("b.csv.part"), at("B.CSV")).unwrap();
        assert_eq!(look(&mut watched, 11), ["a.csv"]);
        assert_eq!(look(&mut watched, 16).len(), 2);
        watched.wait_for(&at("a.csv"));
        assert_eq!(look(&mut watched, 17), ["B.CSV"]);
    }
}
