//! A zip of long tables, written as they are read: on the disk, a piece at a time, so that memory stays bounded however long
//! a table is. Each table becomes two files, one of CSV and one of JSON.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::archive::SUMS;
use crate::domain::digest;

/// A zip that is being written.
#[derive(Debug)]
pub struct LongArchive {
    zip: ZipWriter<BufWriter<File>>,
    /// JSON of the table at hand, which comes into the zip after its CSV.
    beside: BufWriter<File>,
    table: Option<String>,
    /// Digest of the file at hand, and the list of those before.
    digest: Sha256,
    sums: String,
    has_rows: bool,
}

fn broken(error: zip::result::ZipError) -> io::Error {
    match error {
        zip::result::ZipError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

impl LongArchive {
    /// An empty one, in a file and with another beside it, neither of which has a name.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn new(file: File, beside: File) -> Self {
        Self {
            zip: ZipWriter::new(BufWriter::new(file)),
            beside: BufWriter::new(beside),
            table: None,
            digest: Sha256::new(),
            sums: String::new(),
            has_rows: false,
        }
    }

    fn begin(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(true);
        self.digest = Sha256::new();
        self.zip.start_file(name, options).map_err(broken)
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.zip.write_all(bytes)
    }

    fn end(&mut self, name: &str) {
        let taken = digest::hexed(&std::mem::take(&mut self.digest).finalize());
        // Writing to a string cannot fail.
        let _ = writeln!(self.sums, "{taken}  {name}");
    }

    /// Adds a short file.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name)?;
        self.add(bytes)?;
        self.end(name);
        Ok(())
    }

    /// Begins a table with the line of its columns.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn table(&mut self, name: &str, head: &[u8]) -> io::Result<()> {
        self.begin(&format!("{name}.csv"))?;
        self.add(head)?;
        self.table = Some(name.to_owned());
        self.has_rows = false;
        self.beside.seek(SeekFrom::Start(0))?;
        self.beside.get_ref().set_len(0)?;
        self.beside.write_all(b"[")
    }

    /// Adds rows to it: lines of CSV, and objects of JSON.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn rows(&mut self, csv: &[u8], objects: &[String]) -> io::Result<()> {
        self.add(csv)?;
        for object in objects {
            self.beside.write_all(if self.has_rows { b",\n" } else { b"\n" })?;
            self.beside.write_all(object.as_bytes())?;
            self.has_rows = true;
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn end_table(&mut self) -> io::Result<()> {
        let Some(name) = self.table.take() else { return Ok(()) };
        self.end(&format!("{name}.csv"));
        self.beside.write_all(b"\n]\n")?;
        self.beside.flush()?;
        let mut from = self.beside.get_ref().try_clone()?;
        from.seek(SeekFrom::Start(0))?;
        self.begin(&format!("{name}.json"))?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            let n = io::Read::read(&mut from, &mut piece)?;
            if n == 0 {
                break;
            }
            self.add(piece.get(..n).unwrap_or_default())?;
        }
        self.end(&format!("{name}.json"));
        Ok(())
    }

    /// The whole file, after the list of digests, and the digest of that list, which stands for everything inside.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(mut self) -> io::Result<(File, String)> {
        let sums = std::mem::take(&mut self.sums);
        self.begin(SUMS)?;
        self.add(sums.as_bytes())?;
        let file = self.zip.finish().map_err(broken)?.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((file, digest::file(sums.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn tables_come_back_as_csv_and_json_with_their_digests() {
        let mut archive = LongArchive::new(tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        archive.file("README.txt", b"What this is\n").unwrap();
        archive.table("long", b"n\r\n").unwrap();
        for piece in 0..3 {
            let numbers = (0..1_000).map(|n| (piece * 1_000 + n).to_string());
            let csv: String = numbers.clone().map(|n| n + "\r\n").collect();
            let json: Vec<String> = numbers.map(|n| format!("{{\"n\":{n}}}")).collect();
            archive.rows(csv.as_bytes(), &json).unwrap();
        }
        archive.end_table().unwrap();
        archive.table("empty", b"n\r\n").unwrap();
        archive.end_table().unwrap();
        let (file, told) = archive.finish().unwrap();
        let mut zip = zip::ZipArchive::new(file).unwrap();
        let mut read = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!(read("long.csv").lines().count(), 3_001);
        let long: Vec<serde_json::Value> = serde_json::from_str(&read("long.json")).unwrap();
        assert_eq!((long.len(), long[2_999]["n"].as_i64()), (3_000, Some(2_999)));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&read("empty.json")).unwrap(), serde_json::json!([]));
        let sums = read(SUMS);
        assert_eq!(digest::file(sums.as_bytes()), told);
        assert_eq!(sums.lines().count(), 5);
        for line in sums.lines() {
            let (digest, name) = line.split_once("  ").unwrap();
            assert_eq!(digest::file(read(name).as_bytes()), digest, "{name}");
        }
    }
}
