//! Keys: read from files that nobody else may read, and of the master key one for each purpose.
//!
//! Nothing is signed or derived with a master key itself. HKDF makes a key of its own for each [`Purpose`], so that what
//! was made for one is nothing for another. Several masters may lie side by side: the newest makes, the older ones still
//! open what they made, until their files are removed.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use hkdf::Hkdf;
use sha2::Sha256;

use super::{Database, Settings, bad_setting::BadSetting};
use crate::{domain::digest::hex, error::AppError};

/// What a key is for. The text goes into the derivation and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs API tokens.
    Token,
    /// Proves that a device's PIN was given.
    Unlock,
    /// A device that enrols with a link.
    Device,
    /// Links that work once: to enrol, to set a password.
    Link,
    /// The link of a display.
    DisplayLink,
    /// A screen that opened such a link.
    Display,
    /// The address of a calendar feed.
    CalendarFeed,
    /// A reminder's link that answers a week's return.
    AnswerWeek,
    /// A reminder's link that stops mail.
    StopMail,
    /// A browser in which somebody signed in before.
    KnownDevice,
    /// How accounts and addresses are named where wrong tries are counted.
    Tries,
    /// The secret that an authenticator app makes its codes of.
    SecondFactor,
    /// A right password, until its code is given.
    HalfSignIn,
    /// A challenge of a passkey, until it is answered.
    Passkey,
    /// What a browser keeps while its person is at the organisation's sign-in.
    Errand,
    /// Signs what is told to a practice's own programs.
    Webhook,
    /// What services that pass messages on to browsers know us by.
    Push,
    /// Signs where the next page of a list begins.
    Cursor,
}

impl Purpose {
    fn info(self) -> &'static [u8] {
        match self {
            Self::Token => b"headroom api-token",
            Self::Unlock => b"headroom unlock",
            Self::Device => b"headroom device",
            Self::Link => b"headroom link",
            Self::DisplayLink => b"headroom display-link",
            Self::Display => b"headroom display",
            Self::CalendarFeed => b"headroom calendar-feed",
            Self::AnswerWeek => b"headroom answer-week",
            Self::StopMail => b"headroom stop-mail",
            Self::KnownDevice => b"headroom known-device",
            Self::Tries => b"headroom tries",
            Self::SecondFactor => b"headroom second-factor",
            Self::HalfSignIn => b"headroom half-sign-in",
            Self::Passkey => b"headroom passkey",
            Self::Errand => b"headroom errand",
            Self::Webhook => b"headroom webhook",
            Self::Push => b"headroom push",
            Self::Cursor => b"headroom cursor",
        }
    }
}

/// One master key, as the source of the others.
#[derive(Clone)]
pub struct Master {
    hkdf: Hkdf<Sha256>,
    fingerprint: String,
}

impl Master {
    fn new(key: &[u8; 32]) -> Self {
        Self {
            hkdf: Hkdf::new(Some(b"headroom"), key),
            fingerprint: hex(&[b"headroom key fingerprint", b"master", key]),
        }
    }

    /// The key for a purpose.
    ///
    /// # Errors
    /// A fault of the library.
    pub fn key(&self, purpose: Purpose) -> Result<[u8; 32], AppError> {
        let mut key = [0; 32];
        self.hkdf.expand(purpose.info(), &mut key).map_err(|error| AppError::Fault(error.to_string()))?;
        Ok(key)
    }

    /// What the database knows it by.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What a token names it by: the beginning of its fingerprint.
    pub fn kid(&self) -> &str {
        self.fingerprint.get(..16).unwrap_or_default()
    }
}

/// The master keys of this installation.
#[derive(Clone)]
pub struct Keys {
    newest: Master,
    older: Vec<Master>,
}

/// Never the keys themselves.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} and {} older)", self.newest.kid(), self.older.len())
    }
}

impl Keys {
    /// The newest, which makes, and older ones, which only open.
    pub fn new(newest: &[u8; 32], older: &[[u8; 32]]) -> Self {
        Self { newest: Master::new(newest), older: older.iter().map(Master::new).collect() }
    }

    /// The one that makes.
    pub fn newest(&self) -> &Master {
        &self.newest
    }

    /// All that open, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &Master> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The one that a token names.
    pub fn named(&self, kid: &str) -> Option<&Master> {
        self.all().find(|master| master.kid() == kid)
    }
}

/// Whether a missing key may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// On SQLite, where one process owns everything.
    Make,
    /// The database knows one already, so another would be wrong.
    Refuse,
}

impl Settings {
    /// Makes the data folder for its owner alone, where it is missing.
    pub fn prepare_folder(&self) -> Result<(), BadSetting> {
        private_folder(&self.data).map_err(|why| BadSetting::Folder { folder: self.data.display().to_string(), why })
    }

    /// The master keys: the named file, and beside it the older ones, `token-….key` for `token.key`.
    ///
    /// # Errors
    /// [`BadSetting`] names the file.
    pub fn keys(&self, missing: Missing) -> Result<Keys, BadSetting> {
        let newest = match missing {
            Missing::Make => self.key(&self.token_key)?,
            Missing::Refuse => read(&self.token_key)?.ok_or_else(|| {
                bad(&self.token_key, "it is missing, and the database was begun with one: put it back".to_owned())
            })?,
        };
        let mut older = Vec::new();
        for file in beside(&self.token_key)? {
            older.extend(read(&file)?);
        }
        Ok(Keys::new(&newest, &older))
    }

    /// Reads a 256-bit key. On SQLite a missing one is generated; on PostgreSQL, where several nodes must share it, it
    /// has to be supplied.
    ///
    /// # Errors
    /// [`BadSetting`] names the file.
    pub fn key(&self, file: &Path) -> Result<[u8; 32], BadSetting> {
        if let Some(key) = read(file)? {
            return Ok(key);
        }
        match self.database {
            Database::Sqlite(_) => {
                let key: [u8; 32] = rand::random();
                write_private(file, &key).map_err(|error| bad(file, error.to_string()))?;
                Ok(key)
            }
            Database::Postgres(_) => Err(bad(
                file,
                "with PostgreSQL every node needs the same key: make one with `head -c 32 /dev/urandom`, give it \
                 to each node and name it with --token-key or --noise-key"
                    .to_owned(),
            )),
        }
    }

    /// The noise key, where it is here.
    ///
    /// # Errors
    /// [`BadSetting`] names the file.
    pub fn noise_key_here(&self) -> Result<Option<[u8; 32]>, BadSetting> {
        read(&self.noise_key)
    }
}

/// What a group and everybody else may do.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

fn bad(file: &Path, why: String) -> BadSetting {
    BadSetting::Key { file: file.display().to_string(), why }
}

/// A key; nothing where there is no such file.
fn read(file: &Path) -> Result<Option<[u8; 32]>, BadSetting> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(file, error.to_string())),
    };
    close_to_others(file)?;
    let length = bytes.len();
    let key = bytes.try_into().map_err(|_| bad(file, format!("it holds {length} bytes and must hold 32")))?;
    Ok(Some(key))
}

/// The older keys of a key file: in the same folder, `token-….key` for `token.key`.
fn beside(file: &Path) -> Result<Vec<PathBuf>, BadSetting> {
    let (Some(folder), Some(stem)) = (file.parent(), file.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(Vec::new());
    };
    let begins = format!("{stem}-");
    let mut found = files(folder)?;
    found.retain(|other| {
        let name = other.file_stem().and_then(|name| name.to_str());
        other.extension() == file.extension() && name.is_some_and(|name| name.starts_with(&begins))
    });
    Ok(found)
}

/// What lies in a folder, by name; nothing where there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, BadSetting> {
    // A file that is named without a folder lies in this one.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(bad(folder, error.to_string())),
    };
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()).collect();
    found.sort();
    Ok(found)
}

/// Takes a key file away from others where the system lets us. Where it does not, one that a group of ours may read is how
/// a service is given a key; one that everybody may read, or others may write, is refused.
#[cfg(unix)]
fn close_to_others(file: &Path) -> Result<(), BadSetting> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |file: &Path| fs::metadata(file).map(|known| known.permissions().mode() & 0o7777);
    let before = mode(file).map_err(|error| bad(file, error.to_string()))?;
    if before & OTHERS == 0 {
        return Ok(());
    }
    if fs::set_permissions(file, fs::Permissions::from_mode(0o600)).is_ok() {
        tracing::warn!(
            "the key file {} was open to others ({before:o}); it is its owner's alone now (600)",
            file.display()
        );
        return Ok(());
    }
    if before & 0o027 == 0 {
        return Ok(());
    }
    Err(bad(
        file,
        format!("others may read or write it ({before:o}) and it is not ours to close: run `chmod 600` on it"),
    ))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> Result<(), BadSetting> {
    Ok(())
}

/// Makes the data folder for its owner alone; takes one that is there away from others. A folder that holds other things
/// too, or that many share, is left as it is, and refused where others may write into it.
#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    if !folder.is_dir() {
        return fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    }
    let mode = fs::metadata(folder)?.permissions().mode() & 0o7777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let shared = mode & 0o1000 != 0;
    if !shared && is_ours(folder)? && fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).is_ok() {
        tracing::warn!(
            "the data folder {} was open to others ({mode:o}); it is its owner's alone now (700)",
            folder.display()
        );
        return Ok(());
    }
    if mode & 0o022 != 0 {
        return Err(io::Error::other(format!(
            "others may write into it ({mode:o}) and it is not ours to close: choose a folder of its own, or run `chmod 700` on it"
        )));
    }
    Ok(())
}

/// Whether a folder holds what we keep, or nothing yet.
#[cfg(unix)]
fn is_ours(folder: &Path) -> io::Result<bool> {
    let mut empty = true;
    for entry in fs::read_dir(folder)? {
        empty = false;
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let key = name.ends_with(".key") && (name.starts_with("token") || name.starts_with("noise"));
        if key || name.starts_with("headroom.sqlite") {
            return Ok(true);
        }
    }
    Ok(empty)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(bytes)
}

#[cfg(not(unix))]
fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(file, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    fn settings(folder: &Path) -> Settings {
        Settings::resolve(Options { data: Some(folder.to_owned()), ..Options::default() }).unwrap()
    }

    #[test]
    fn a_key_is_generated_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let first = settings.key(&settings.token_key).unwrap();
        assert_eq!(first, settings.key(&settings.token_key).unwrap());
        let postgres = Settings { database: Database::Postgres("postgres://x".to_owned()), ..settings };
        assert!(postgres.key(&folder.path().join("none.key")).is_err());
    }

    #[test]
    fn each_purpose_and_each_master_has_a_key_of_its_own() {
        let (one, other) = (Keys::new(&[1; 32], &[]), Keys::new(&[2; 32], &[[1; 32]]));
        let key = |keys: &Keys, purpose| keys.newest().key(purpose).unwrap();
        assert_eq!(key(&one, Purpose::Token), key(&one, Purpose::Token));
        assert_ne!(key(&one, Purpose::Token), key(&one, Purpose::Unlock));
        assert_ne!(key(&one, Purpose::Token), key(&other, Purpose::Token));
        assert_ne!(key(&one, Purpose::Token), [1; 32]);
        // The older one is found by the name that tokens give it.
        let found = other.named(one.newest().kid()).unwrap();
        assert_eq!(found.fingerprint(), one.newest().fingerprint());
        assert!(one.named(other.newest().kid()).is_none());
        assert!(!format!("{other:?}").contains("1, 1"));
    }

    #[test]
    fn no_two_purposes_share_a_key() {
        use Purpose::{
            AnswerWeek, CalendarFeed, Cursor, Device, Display, DisplayLink, Errand, HalfSignIn, KnownDevice, Link,
            Passkey, Push, SecondFactor, StopMail, Token, Tries, Unlock, Webhook,
        };
        let all = [
            Token,
            Unlock,
            Device,
            Link,
            DisplayLink,
            Display,
            CalendarFeed,
            AnswerWeek,
            StopMail,
            KnownDevice,
            Tries,
            SecondFactor,
            HalfSignIn,
            Errand,
            Passkey,
            Webhook,
            Push,
            Cursor,
        ];
        // A purpose that is added does not compile here until it stands above too.
        for purpose in all {
            match purpose {
                Token | Unlock | Device | Link | DisplayLink | Display | CalendarFeed | AnswerWeek | StopMail
                | KnownDevice | Tries | SecondFactor | HalfSignIn | Errand | Passkey | Webhook | Push | Cursor => {}
            }
        }
        let keys = Keys::new(&[1; 32], &[]);
        let mut seen = std::collections::BTreeMap::new();
        for purpose in all {
            let other = seen.insert(keys.newest().key(purpose).unwrap(), purpose);
            assert_eq!(other, None, "{purpose:?}");
        }
    }

    #[test]
    fn older_keys_lie_beside_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        for (name, byte) in [("token.key", 1), ("token-2026.key", 2), ("tokens.key", 3)] {
            write_private(&folder.path().join(name), &[byte; 32]).unwrap();
        }
        write_private(&folder.path().join("token-x.txt"), b"no key").unwrap();
        let keys = settings.keys(Missing::Refuse).unwrap();
        let all: Vec<&str> = keys.all().map(Master::kid).collect();
        let of = |byte| Keys::new(&[byte; 32], &[]).newest().kid().to_owned();
        assert_eq!(all, [of(1), of(2)]);
        write_private(&folder.path().join("token-short.key"), b"short").unwrap();
        let error = settings.keys(Missing::Refuse).unwrap_err().to_string();
        assert!(error.contains("token-short.key") && error.contains("5 bytes"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_read_is_closed_to_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let settings = settings(&data);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let open = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        settings.prepare_folder().unwrap();
        settings.key(&settings.token_key).unwrap();
        write_private(&settings.noise_key, &[1; 32]).unwrap();
        open(&settings.token_key, 0o644);
        open(&settings.noise_key, 0o640);
        open(&data, 0o755);
        settings.prepare_folder().unwrap();
        settings.keys(Missing::Refuse).unwrap();
        assert_eq!(settings.noise_key_here().unwrap(), Some([1; 32]));
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&settings.token_key), 0o600);
        assert_eq!(mode(&settings.noise_key), 0o600);
        // A folder that is not ours alone stays as it is, and is refused where others may write into it.
        let shared = folder.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::write(shared.join("letter.txt"), "x").unwrap();
        open(&shared, 0o755);
        private_folder(&shared).unwrap();
        assert_eq!(mode(&shared), 0o755);
        open(&shared, 0o777);
        assert!(private_folder(&shared).unwrap_err().to_string().contains("chmod 700"));
    }
}
