//! Lines of a file, whatever its size, with the digest of all of them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
};

use sha2::{Digest, Sha256};

/// The longest line that can be a row.
const MOST_BYTES: u64 = 64 * 1024;

/// What was found at the reader's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, in the buffer.
    Read,
    /// A longer one than any row is; skipped.
    TooLong,
    /// Nothing more.
    End,
}

/// A file read line by line.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    reader: BufReader<&'a File>,
    digest: Option<Sha256>,
    /// The line that was read last, from 1.
    pub(super) number: u64,
    /// Bytes read.
    pub(super) bytes: u64,
    /// The line, without its end.
    pub(super) buffer: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// Reads from the beginning.
    pub(super) fn new(mut file: &'a File) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            reader: BufReader::with_capacity(256 * 1024, file),
            digest: None,
            number: 0,
            bytes: 0,
            buffer: Vec::with_capacity(1024),
        })
    }

    /// The same, and takes the digest of what is read.
    pub(super) fn digesting(file: &'a File) -> io::Result<Self> {
        let mut lines = Self::new(file)?;
        lines.digest = Some(Sha256::new());
        Ok(lines)
    }

    /// The next line.
    pub(super) fn next(&mut self) -> io::Result<Line> {
        if self.fill()? == 0 {
            return Ok(Line::End);
        }
        self.number = self.number.saturating_add(1);
        let ended = self.buffer.ends_with(b"\n");
        if !ended && self.buffer.len() >= usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) {
            while !self.buffer.ends_with(b"\n") && self.fill()? > 0 {}
            self.buffer.clear();
            return Ok(Line::TooLong);
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        Ok(Line::Read)
    }

    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.clear();
        let read = (&mut self.reader).take(MOST_BYTES).read_until(b'\n', &mut self.buffer)?;
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if let Some(digest) = &mut self.digest {
            digest.update(&self.buffer);
        }
        Ok(read)
    }

    /// Whether the first part of a file has carriage returns and no line feed: to us it is one line.
    pub(super) fn has_no_line_feed(mut file: &File) -> io::Result<bool> {
        file.rewind()?;
        let mut head = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut head)?;
        // A carriage return at the very end belongs to a file of one line.
        let inner = head.trim_ascii_end();
        Ok(inner.contains(&b'\r') && !inner.contains(&b'\n'))
    }

    /// The digest of everything that was read.
    pub(super) fn sha256(self) -> [u8; 32] {
        self.digest.map_or([0; 32], |digest| digest.finalize().into())
    }
}
