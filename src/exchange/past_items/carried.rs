//! Rows on their way through a page: shown to somebody, and taken when they say so. Nothing of them is kept meanwhile.

use std::io::{Cursor, Read, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::domain::transfer::past::{MOST_ROWS, PastRow};

/// The longest word: a form of a page is smaller than a megabyte.
const MOST_LETTERS: usize = 960 * 1024;
/// The most bytes that a word unpacks to.
const MOST_UNPACKED: u64 = 4 * 1024 * 1024;
/// What the one part is called.
const PART: &str = "rows";

/// What a preview showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// Rows that were not there yet.
    pub rows: Vec<PastRow>,
    /// Rows that were.
    pub there: u64,
    /// Rows that could not be taken.
    pub refused: u64,
}

/// As one word for a hidden field; nothing where there is more text than a form takes.
pub fn pack(carried: &Carried) -> Option<String> {
    let json = serde_json::to_vec(carried).ok()?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(PART, SimpleFileOptions::default()).ok()?;
    zip.write_all(&json).ok()?;
    let word = URL_SAFE_NO_PAD.encode(zip.finish().ok()?.into_inner());
    (word.len() <= MOST_LETTERS).then_some(word)
}

/// What a word holds. Anybody can write one: each row is read as one of a file, with its names checked for people.
pub fn unpack(word: &str) -> Option<Carried> {
    let bytes = URL_SAFE_NO_PAD.decode(word).ok()?;
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut json = Vec::new();
    zip.by_name(PART).ok()?.take(MOST_UNPACKED).read_to_end(&mut json).ok()?;
    let carried: Carried = serde_json::from_slice(&json).ok()?;
    let fine = carried.rows.len() <= MOST_ROWS && carried.there.max(carried.refused) <= 1_000_000;
    fine.then_some(carried)
}
