//! Archives: ODS serves its daily files as a zip with a table in it and a page about it, and people keep records together.
//! Every size is bounded while it is unpacked.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

/// Files of an archive that are read: the records of every organisation of a large ICB.
const MOST_FILES: usize = 2_000;
/// Entries of an archive that are looked at.
const MOST_ENTRIES: usize = 5_000;
/// Letters of a name that are shown.
const NAME_SHOWN: usize = 80;

/// Why an archive cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Packed {
    /// A password.
    #[error("the archive has a password: unpack it and choose the files in it")]
    Locked,
    /// Cut off, or no archive.
    #[error("the archive is damaged: download it again")]
    Damaged,
    /// A bomb, or another archive.
    #[error("the archive is larger than can be read: unpack it and choose the files in it")]
    TooBig,
    /// A workbook or a document, which are archives too.
    #[error("a workbook or a document: save the table as CSV")]
    Document,
    /// Only other things.
    #[error("the archive holds no CSV and no JSON file")]
    NothingInside,
}

/// What an archive holds: names and contents.
pub type Unpacked = Vec<(String, Vec<u8>)>;

/// The tables and records of an archive by their names; none where it is no archive. `left` is how many bytes may still be
/// unpacked: what an entry says about its own size is not believed.
///
/// # Errors
/// [`Packed`].
pub fn unpacked(bytes: &[u8], left: &mut usize) -> Result<Option<Unpacked>, Packed> {
    if !(bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")) {
        return Ok(None);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if ["xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml"]
        .iter()
        .any(|part| zip.index_for_name(part).is_some())
    {
        return Err(Packed::Document);
    }
    if zip.len() > MOST_ENTRIES {
        return Err(Packed::TooBig);
    }
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let entry = zip.by_index(at).map_err(damaged)?;
        let path = entry.name().map_err(damaged)?.into_owned();
        let name = path.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let hidden = path.starts_with("__MACOSX") || name.starts_with('.');
        if entry.is_dir() || hidden || !["csv", "txt", "json"].contains(&ending.as_str()) {
            continue;
        }
        let name = name.chars().filter(|sign| !sign.is_control()).take(NAME_SHOWN).collect();
        let mut file = Vec::new();
        let most = u64::try_from(*left).unwrap_or(u64::MAX).saturating_add(1);
        entry.take(most).read_to_end(&mut file).map_err(|_| Packed::Damaged)?;
        *left = left.checked_sub(file.len()).ok_or(Packed::TooBig)?;
        files.push((name, file));
        if files.len() > MOST_FILES {
            return Err(Packed::TooBig);
        }
    }
    if files.is_empty() { Err(Packed::NothingInside) } else { Ok(Some(files)) }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn damaged(error: ZipError) -> Packed {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Packed::Locked,
        _ => Packed::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn an_archive_that_unpacks_to_more_than_is_left_is_refused_before_it_is_all_there() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["one.csv", "two.json", "about.pdf", ".hidden.csv"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&[b'a'; 1_000]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        for (mut left, fits) in [(2_000, true), (1_999, false), (10, false)] {
            let taken = unpacked(&bytes, &mut left);
            assert_eq!(taken.is_ok(), fits);
            assert!(fits || taken == Err(Packed::TooBig));
        }
        assert_eq!(unpacked(b"a,b\n", &mut 0), Ok(None));
    }
}
