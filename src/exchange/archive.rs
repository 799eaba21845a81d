//! Several files as one zip with a list of their hashes. The same files give the same bytes.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// The list of hashes, in the form that `sha256sum -c` reads.
pub const SUMS: &str = "SHA256SUMS.txt";
/// Longest name of a file.
const LONGEST_NAME: usize = 200;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path within the archive: small folders, forward slashes.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The zip.
    pub bytes: Vec<u8>,
    /// The hash of the list of hashes: it stands for everything inside.
    pub digest: String,
    /// How many files are in it, the list included.
    pub files: usize,
}

/// Why there is no archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A name that could leave the folder it is unpacked in, or that some system cannot write.
    #[error("a file of the archive has a name that cannot be used")]
    Name,
    /// Two files of one name.
    #[error("two files of the archive have one name")]
    Twice,
    /// The library refused.
    #[error("the archive could not be written: {0}")]
    Write(String),
}

/// Packs the files, sorted by name and without a time of their own, after a list of their hashes was added.
///
/// # Errors
/// [`Refused`]; nothing is packed then.
pub fn pack(files: Vec<File>) -> Result<Packed, Refused> {
    let mut all: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for file in files {
        if !is_safe(&file.name) {
            return Err(Refused::Name);
        }
        // Some systems do not tell small letters from capitals.
        let twice = all.keys().any(|name| name.eq_ignore_ascii_case(&file.name));
        if twice || file.name.eq_ignore_ascii_case(SUMS) {
            return Err(Refused::Twice);
        }
        all.insert(file.name, file.bytes);
    }
    let mut sums = String::new();
    for (name, bytes) in &all {
        // Writing to a string cannot fail.
        let _ = writeln!(sums, "{}  {name}", sha256(bytes));
    }
    let digest = sha256(sums.as_bytes());
    all.insert(SUMS.to_owned(), sums.into_bytes());
    let bytes = zipped(&all).map_err(|error| Refused::Write(error.to_string()))?;
    Ok(Packed { bytes, digest, files: all.len() })
}

fn zipped(all: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in all {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A relative path of plain segments that every system can write, and that leads nowhere but down.
fn is_safe(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.len() <= LONGEST_NAME
        && name.split('/').all(|segment| {
            !segment.is_empty() && !segment.starts_with('.') && !segment.ends_with('.') && segment.chars().all(plain)
        })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..archive.len())
            .map(|at| {
                let mut file = archive.by_index(at).unwrap();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                (file.name().unwrap().into_owned(), bytes)
            })
            .collect()
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "",
            "/etc/passwd",
            "../up",
            "a/../../b",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "C:a",
            "a\0b",
            "a\nb",
            ".hidden",
            "a.",
            "naïve",
            &"a".repeat(LONGEST_NAME + 1),
        ] {
            let files = vec![File::new(name, "x")];
            assert_eq!(pack(files), Err(Refused::Name), "{name:?}");
        }
        for (one, other) in [("a", "a"), ("a/B", "a/b"), ("x", "sha256sums.TXT")] {
            let files = vec![File::new(one, "x"), File::new(other, "y")];
            assert_eq!(pack(files), Err(Refused::Twice), "{other}");
        }
    }

    proptest! {
        #[test]
        fn the_same_files_give_the_same_bytes_and_come_back(
            files in proptest::collection::btree_map("[a-z]{1,8}(/[a-z]{1,8}\\.csv)?", proptest::collection::vec(any::<u8>(), 0..300), 0..12)
        ) {
            let list: Vec<File> = files.iter().map(|(name, bytes)| File::new(name, bytes.clone())).collect();
            let mut turned = list.clone();
            turned.reverse();
            let packed = pack(list).unwrap();
            prop_assert_eq!(&packed, &pack(turned).unwrap());
            let mut back = unpacked(&packed.bytes);
            let sums = String::from_utf8(back.remove(SUMS).unwrap()).unwrap();
            prop_assert_eq!(sha256(sums.as_bytes()), packed.digest);
            prop_assert_eq!(&back, &files);
            prop_assert_eq!(packed.files, files.len() + 1);
            for line in sums.lines() {
                let (hash, name) = line.split_once("  ").unwrap();
                prop_assert_eq!(hash, sha256(&files[name]));
            }
            prop_assert_eq!(sums.lines().count(), files.len());
        }
    }
}
