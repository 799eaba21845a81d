//! Files without a name, gone when they are closed.

use std::{fs::File, io, io::BufWriter, path::Path};

use super::Unreadable;

/// A new one, in a folder or, where that takes none, in the system's.
pub(super) fn made(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())
}

/// It, with all of it written.
pub(super) fn ended(out: BufWriter<File>) -> Result<File, Unreadable> {
    out.into_inner().map_err(|error| Unreadable::Io(error.into_error()))
}
