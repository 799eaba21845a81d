//! The archive of a practice read back: every digest first, then the rows of a table one after the other, so that memory
//! stays bounded whatever was packed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use zip::{ZipArchive, result::ZipError};

use super::archive::SUMS;
use crate::domain::{digest, record::Misfit};

/// Files of an archive: two a table, of which there are some sixty.
const MOST_FILES: usize = 400;
/// All of them unpacked.
const MOST_BYTES: u64 = 16 * 1024 * 1024 * 1024;
/// The list of digests.
const LONGEST_SUMS: u64 = 128 * 1024;
/// One row as JSON.
const LONGEST_ROW: usize = 4 * 1024 * 1024;
/// Rows of all tables.
const MOST_ROWS: u64 = 10_000_000;

/// What is wrong with an archive, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongArchive {
    /// In which file of it.
    pub file: Option<String>,
    /// In which row, from 1.
    pub row: Option<u64>,
    /// What.
    pub what: Misfit,
}

impl WrongArchive {
    fn whole(why: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { file: None, row: None, what: Misfit::row(why) }
    }

    /// Of one of its files.
    pub fn file(name: &str, why: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { file: Some(name.to_owned()), ..Self::whole(why) }
    }
}

impl fmt::Display for WrongArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            f.write_str(file)?;
            if let Some(row) = self.row {
                write!(f, ", row {row}")?;
            }
            f.write_str(if self.what.column.is_some() { ", " } else { ": " })?;
        }
        self.what.fmt(f)
    }
}

/// A row: its columns as they stand, no two of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<(String, Json)>);

impl Row {
    /// What a column says.
    pub fn get(&self, column: &str) -> Option<&Json> {
        self.0.iter().find_map(|(name, cell)| (name == column).then_some(cell))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Columns;
        impl<'de> Visitor<'de> for Columns {
            type Value = Row;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut columns: Vec<(String, Json)> = Vec::with_capacity(16);
                while let Some((name, cell)) = map.next_entry::<String, Json>()? {
                    if columns.iter().any(|(before, _)| *before == name) {
                        return Err(A::Error::custom(format_args!("the column {name} stands twice")));
                    }
                    columns.push((name, cell));
                }
                Ok(Row(columns))
            }
        }
        deserializer.deserialize_map(Columns)
    }
}

/// An archive whose files are what its list of digests says.
#[derive(Debug)]
pub struct RecordArchive {
    zip: ZipArchive<BufReader<File>>,
    digest: String,
    sums: BTreeMap<String, String>,
}

impl RecordArchive {
    /// Opens one, and holds every file of it to the list.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn open(file: File) -> Result<Self, WrongArchive> {
        let mut zip = ZipArchive::new(BufReader::new(file))
            .map_err(|error| WrongArchive::whole(format!("the file is no whole zip: {error}")))?;
        if zip.len() > MOST_FILES {
            return Err(WrongArchive::whole("there are more files in it than an archive of a practice has"));
        }
        let mut text = Vec::new();
        let list = zip.by_name(SUMS).map_err(|error| unreadable(SUMS, &error))?;
        let read = list.take(LONGEST_SUMS).read_to_end(&mut text);
        read.map_err(|error| WrongArchive::file(SUMS, format!("cannot be read: {error}")))?;
        let sums = listed(&text)?;
        let mut names = BTreeSet::new();
        for name in zip.file_names() {
            let name = name.map_err(|error| WrongArchive::whole(format!("a file in it has no name: {error}")))?;
            if name != SUMS {
                names.insert(name.into_owned());
            }
        }
        if let Some(name) = names.iter().find(|name| !sums.contains_key(*name)) {
            return Err(WrongArchive::file(name, "the list of digests does not name it"));
        }
        if let Some(name) = sums.keys().find(|name| !names.contains(*name)) {
            return Err(WrongArchive::file(name, "the list of digests names it, and it is not there"));
        }
        let mut room = MOST_BYTES;
        for (name, said) in &sums {
            if digest_of(&mut zip, name, &mut room)? != *said {
                return Err(WrongArchive::file(name, "it is not the file whose digest is in the list"));
            }
        }
        Ok(Self { zip, digest: digest::file(&text), sums })
    }

    /// The digest of the list of digests, which stands for everything inside.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The digest of one file.
    pub fn digest_of(&self, name: &str) -> Option<&str> {
        self.sums.get(name).map(String::as_str)
    }

    /// Its files, but for the list.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.sums.keys().map(String::as_str)
    }

    /// Hands out the rows of a table one after the other, numbered from 1, and says how many there were. A table that is not
    /// there has none.
    ///
    /// # Errors
    /// The first row that cannot be read or is refused.
    pub fn rows(
        &mut self,
        table: &str,
        mut each: impl FnMut(u64, Row) -> Result<(), Misfit>,
    ) -> Result<u64, WrongArchive> {
        let name = format!("{table}.json");
        if !self.sums.contains_key(&name) {
            return Ok(0);
        }
        let file = self.zip.by_name(&name).map_err(|error| unreadable(&name, &error))?;
        let mut objects = Objects { from: BufReader::with_capacity(64 * 1024, file), text: Vec::new(), n: 0 };
        loop {
            let at = |what| WrongArchive { file: Some(name.clone()), row: None, what };
            let Some(text) = objects.next().map_err(at)? else { return Ok(objects.n) };
            let row = serde_json::from_slice::<Row>(text).map_err(|error| Misfit::row(plain(&error)));
            let n = objects.n;
            let taken = row.and_then(|row| each(n, row));
            taken.map_err(|what| WrongArchive { file: Some(name.clone()), row: Some(n), what })?;
        }
    }
}

/// What the parser says, without the place in a text that nobody sees.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

fn unreadable(name: &str, error: &ZipError) -> WrongArchive {
    match error {
        ZipError::FileNotFound => {
            WrongArchive::whole(format!("there is no {name} in it: it is no archive of a practice"))
        }
        error => WrongArchive::file(name, format!("cannot be read: {error}")),
    }
}

/// The lines of the list: a digest, two spaces, a name.
fn listed(text: &[u8]) -> Result<BTreeMap<String, String>, WrongArchive> {
    let wrong = |line: usize| WrongArchive::file(SUMS, format!("line {line} is no digest with a name"));
    let text = std::str::from_utf8(text).map_err(|_| wrong(1))?;
    let mut sums = BTreeMap::new();
    for (n, line) in (1..).zip(text.lines()) {
        let (digest, name) = line.split_once("  ").ok_or_else(|| wrong(n))?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest || name.is_empty() || sums.insert(name.to_owned(), digest.to_ascii_lowercase()).is_some() {
            return Err(wrong(n));
        }
    }
    Ok(sums)
}

fn digest_of(zip: &mut ZipArchive<BufReader<File>>, name: &str, room: &mut u64) -> Result<String, WrongArchive> {
    let mut file = zip.by_name(name).map_err(|error| unreadable(name, &error))?;
    let (mut digest, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let n = match file.read(&mut piece) {
            Ok(0) => return Ok(digest::hexed(&digest.finalize())),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(WrongArchive::file(name, format!("cannot be read: {error}"))),
        };
        let left = room.checked_sub(u64::try_from(n).unwrap_or(u64::MAX));
        *room =
            left.ok_or_else(|| WrongArchive::whole("unpacked it is larger than an archive of a practice may be"))?;
        digest.update(piece.get(..n).unwrap_or_default());
    }
}

/// The objects of an array, each as its text.
struct Objects<R> {
    from: BufReader<R>,
    text: Vec<u8>,
    n: u64,
}

impl<R: Read> Objects<R> {
    /// The next one; nothing behind the array's end, where nothing else may be.
    fn next(&mut self) -> Result<Option<&[u8]>, Misfit> {
        const NO_ARRAY: Misfit = Misfit { column: None, why: std::borrow::Cow::Borrowed("it is no array of objects") };
        if self.n == 0 && self.sign()? != Some(b'[') {
            return Err(NO_ARRAY);
        }
        let mut sign = self.sign()?;
        if sign == Some(b',') && self.n > 0 {
            sign = self.sign()?;
        } else if sign == Some(b']') {
            return if self.sign()?.is_none() { Ok(None) } else { Err(NO_ARRAY) };
        } else if self.n > 0 && sign.is_some() {
            return Err(NO_ARRAY);
        }
        if sign.is_none() {
            return Err(Misfit::row("it ends in the middle"));
        }
        if sign != Some(b'{') {
            return Err(NO_ARRAY);
        }
        self.object()?;
        self.n = self.n.saturating_add(1);
        if self.n > MOST_ROWS {
            return Err(Misfit::row("there are more rows in it than an archive of a practice has"));
        }
        Ok(Some(&self.text))
    }

    /// The next byte that is no space; nothing at the end.
    fn sign(&mut self) -> Result<Option<u8>, Misfit> {
        loop {
            let Some(byte) = filled(&mut self.from)?.first().copied() else { return Ok(None) };
            self.from.consume(1);
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
        }
    }

    /// Reads an object whose first brace was read, to its last.
    fn object(&mut self) -> Result<(), Misfit> {
        self.text.clear();
        self.text.push(b'{');
        let (mut depth, mut in_text, mut escaped) = (1_u32, false, false);
        loop {
            let piece = filled(&mut self.from)?;
            if piece.is_empty() {
                return Err(Misfit::row("it ends in the middle of a row"));
            }
            let mut end = piece.len();
            for (at, byte) in piece.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    b'{' if !in_text => depth = depth.saturating_add(1),
                    b'}' if !in_text => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    end = at.saturating_add(1);
                    break;
                }
            }
            self.text.extend_from_slice(piece.get(..end).unwrap_or_default());
            self.from.consume(end);
            if self.text.len() > LONGEST_ROW {
                return Err(Misfit::row("a row is longer than any that Headroom writes"));
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

fn filled<R: Read>(from: &mut BufReader<R>) -> Result<&[u8], Misfit> {
    from.fill_buf().map_err(|error| Misfit::row(format!("cannot be read: {error}")))
}
