//! Files as they are sent: read once, cut to the columns that are used, and put into one body.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::PathBuf,
};

use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::{folder::Stand, service::Practice};
use crate::{
    clock::Clock,
    domain::{appointment::Erasures, digest::hex},
    exchange::appointments::{self, Asked, OnTop, Piece, Source, Stays, Unreadable},
};

/// The largest file that is read.
const MOST_BYTES: u64 = 768 * 1024 * 1024;

/// A file as it was at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// Its name without a folder.
    pub(super) name: String,
    /// Digest of its content.
    pub(super) sha256: String,
    /// A copy without a name, gone when this ends.
    copy: File,
}

impl Snapshot {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, or changed meanwhile ([`io::ErrorKind::Interrupted`]).
    pub(super) async fn of(path: PathBuf) -> io::Result<Self> {
        spawn_blocking(move || {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mut file = File::open(&path)?;
            let before = Stand::of(&file.metadata()?);
            let (mut copy, mut digest) = (tempfile::tempfile()?, Sha256::new());
            let mut buffer = vec![0; 256 * 1024];
            let mut left = MOST_BYTES;
            loop {
                let n = file.read(&mut buffer)?;
                let some = buffer.get(..n).unwrap_or_default();
                if some.is_empty() {
                    break;
                }
                let read = u64::try_from(n).unwrap_or(u64::MAX);
                left = left.checked_sub(read).ok_or_else(|| io::Error::other("the file is larger than 768 MB"))?;
                digest.update(some);
                copy.write_all(some)?;
            }
            if Stand::of(&fs::metadata(&path)?) != before {
                return Err(io::Error::new(io::ErrorKind::Interrupted, "the file is still being written"));
            }
            Ok(Self { name, sha256: plain_hex(&digest.finalize()), copy })
        })
        .await
        .map_err(io::Error::other)?
    }

    /// The tables in it.
    fn tables(&self) -> Result<Vec<Source>, Unreadable> {
        let source = Source { name: self.name.clone(), file: self.copy.try_clone()? };
        appointments::unpacked(vec![source], &std::env::temp_dir())
    }

    /// What it is to an import.
    pub(super) async fn piece(&self) -> io::Result<Result<Piece, Unreadable>> {
        let own = Self { name: self.name.clone(), sha256: String::new(), copy: self.copy.try_clone()? };
        spawn_blocking(move || own.tables().and_then(|tables| appointments::piece_of(&tables)))
            .await
            .map_err(io::Error::other)
    }
}

fn plain_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// What leaves.
#[derive(Debug)]
pub(super) struct Cut {
    /// A form with files.
    pub(super) body: File,
    /// Its length.
    pub(super) bytes: u64,
    /// What stands between its parts.
    pub(super) boundary: String,
}

/// Cuts files to what may leave; or says why they stay.
///
/// # Errors
/// Where the disk does not do what it is asked.
pub(super) async fn cut(snapshots: &[Snapshot], practice: &Practice) -> io::Result<Result<Cut, Stays>> {
    let asked = Asked {
        practice: practice.code.clone(),
        system: None,
        matching: practice.matching.clone(),
        today: Clock::system().today(),
        on_top: OnTop::default(),
        erased: Erasures::default(),
    };
    let mut sources = Vec::new();
    for snapshot in snapshots {
        sources.push(Source { name: snapshot.name.clone(), file: snapshot.copy.try_clone()? });
    }
    let made = spawn_blocking(move || {
        let folder = std::env::temp_dir();
        let tables = appointments::unpacked(sources, &folder)?;
        let leaving = appointments::without_patients(&tables, &asked, &folder)?;
        if leaving.is_empty() {
            return Err(Unreadable::NoSlots.into());
        }
        Ok(body(leaving).map_err(Unreadable::Io)?)
    })
    .await
    .map_err(io::Error::other)?;
    match made {
        // The disk is no fault of the file.
        Err(Stays::Unreadable(Unreadable::Io(why))) => Err(why),
        made => Ok(made),
    }
}

fn body(leaving: Vec<Source>) -> io::Result<Cut> {
    let boundary = format!("headroom-{}", hex(&[&rand::random::<[u8; 16]>()]));
    let mut body = tempfile::tempfile()?;
    for Source { name, mut file } in leaving {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        );
        body.write_all(head.as_bytes())?;
        file.rewind()?;
        io::copy(&mut file, &mut body)?;
        body.write_all(b"\r\n")?;
    }
    write!(body, "--{boundary}--\r\n")?;
    let bytes = body.stream_position()?;
    body.rewind()?;
    Ok(Cut { body, bytes, boundary })
}
