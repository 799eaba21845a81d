//! What was sent from a folder: by content, so that a file that was renamed is known. Written as a whole or not at all.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::failure::Failure;

/// Its name in a folder.
pub(super) const NAME: &str = "sent.json";
/// Contents that are remembered; the oldest are forgotten first.
const MOST: usize = 10_000;

/// What became of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It is at the service.
    Sent,
    /// It was there already.
    NoChange,
    /// A person has to say something first.
    Asks,
    /// It cannot be taken.
    Refused,
}

impl Outcome {
    /// How the note beside the file ends.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Sent | Self::NoChange => None,
            Self::Asks => Some("asks.txt"),
            Self::Refused => Some("refused.txt"),
        }
    }
}

/// A content that was dealt with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The name that it had.
    pub(super) name: String,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// The note beside it: deleted, it is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// By SHA-256 of the content.
    contents: BTreeMap<String, Entry>,
}

/// What was sent.
#[derive(Debug)]
pub(super) struct Ledger {
    file: PathBuf,
    kept: Kept,
}

impl Ledger {
    /// Reads it; nothing was sent where it is not there.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        let said = |why: String| Failure::Said(format!("{}: {why}", file.display()));
        let kept = match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|why| {
                said(format!("this is no record of what was sent ({why}); delete it to send all again"))
            })?,
            Err(why) if why.kind() == io::ErrorKind::NotFound => Kept::default(),
            Err(why) => return Err(said(why.to_string())),
        };
        Ok(Self { file: file.to_owned(), kept })
    }

    pub(super) fn get(&self, sha256: &str) -> Option<&Entry> {
        self.kept.contents.get(sha256)
    }

    /// Forgets a content: it is sent again.
    pub(super) fn forget(&mut self, sha256: &str) {
        self.kept.contents.remove(sha256);
    }

    /// Notes what became of a content.
    ///
    /// # Errors
    /// Where it cannot be written; then it holds as before.
    pub(super) fn note(&mut self, sha256: String, entry: Entry) -> io::Result<()> {
        self.kept.contents.insert(sha256, entry);
        while self.kept.contents.len() > MOST {
            let oldest = self.kept.contents.iter().min_by_key(|(_, entry)| entry.at).map(|(sha256, _)| sha256.clone());
            let Some(oldest) = oldest else { break };
            self.kept.contents.remove(&oldest);
        }
        self.write()
    }

    /// A new file takes the place of the old one.
    fn write(&self) -> io::Result<()> {
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut new =
            tempfile::Builder::new().prefix(".sent").suffix(".tmp").tempfile_in(folder.unwrap_or(Path::new(".")))?;
        let text = serde_json::to_vec_pretty(&self.kept).map_err(io::Error::other)?;
        new.write_all(&text)?;
        new.as_file().sync_all()?;
        new.persist(&self.file).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: i64) -> Entry {
        let at = DateTime::from_timestamp(n, 0).unwrap();
        Entry { name: format!("{n}.csv"), at, outcome: Outcome::Sent, note: None }
    }

    #[test]
    fn what_was_noted_is_known_again_and_the_oldest_is_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NAME);
        let mut ledger = Ledger::open(&file).unwrap();
        for n in 0..i64::try_from(MOST).unwrap() {
            ledger.kept.contents.insert(format!("{n}"), entry(n));
        }
        ledger.note("newest".to_owned(), entry(1_000_000)).unwrap();
        let again = Ledger::open(&file).unwrap();
        assert!(again.get("0").is_none() && again.get("1").is_some() && again.get("newest").is_some());
        // Nothing else is left in the folder.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(&file, "{").unwrap();
        assert!(Ledger::open(&file).is_err());
    }
}
