//! Records of a file, whatever its size, with the digest of all of it. A record is a line, or as many lines as a quoted cell
//! runs over; one buffer of bounded size holds it.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
};

use sha2::{Digest, Sha256};

/// The longest record that can be a row.
const MOST_BYTES: u64 = 64 * 1024;
/// Lines that a quoted cell may run over: a quotation mark that is never closed costs no more than reading these.
const MOST_LINES: usize = 40;

/// What was found at the reader's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A record, in the buffer.
    Read,
    /// A longer line than any row is; skipped.
    TooLong,
    /// Nothing more.
    End,
}

/// A file read record by record.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    reader: BufReader<&'a File>,
    digest: Option<Sha256>,
    /// What separates cells, where quoted cells may run over lines.
    delimiter: Option<u8>,
    /// Lines that were looked at and given back: a quotation mark before them was never closed.
    ahead: VecDeque<(Line, Vec<u8>)>,
    /// Lines that were given out.
    pub(super) passed: u64,
    /// The line on which the last record begins, from 1.
    pub(super) number: u64,
    /// Bytes read.
    pub(super) bytes: u64,
    /// The record, without its end.
    pub(super) buffer: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// Reads lines from the beginning.
    pub(super) fn new(mut file: &'a File) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            reader: BufReader::with_capacity(256 * 1024, file),
            digest: None,
            delimiter: None,
            ahead: VecDeque::new(),
            passed: 0,
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

    /// From here on cells may run over lines.
    pub(super) fn of_cells(&mut self, delimiter: u8) {
        self.delimiter = Some(delimiter);
    }

    /// The next record.
    pub(super) fn next(&mut self) -> io::Result<Line> {
        let found = self.line()?;
        if found == Line::End {
            return Ok(found);
        }
        self.number = self.passed.saturating_add(1);
        self.passed = self.number;
        if let (Line::Read, Some(delimiter)) = (found, self.delimiter)
            && self.buffer.contains(&b'"')
        {
            let state = Quotes::Start.over(&self.buffer, delimiter);
            if state == Quotes::Inside {
                self.join(delimiter)?;
            }
        }
        Ok(found)
    }

    /// Adds the lines that the open cell runs over; where it is never closed as a cell is, the line stays alone.
    fn join(&mut self, delimiter: u8) -> io::Result<()> {
        let first = self.buffer.clone();
        let mut joined = first.clone();
        let mut taken: Vec<(Line, Vec<u8>)> = Vec::new();
        let mut state = Quotes::Inside;
        while state == Quotes::Inside && taken.len() < MOST_LINES {
            let found = self.line()?;
            if found == Line::End {
                break;
            }
            joined.push(b'\n');
            joined.extend_from_slice(&self.buffer);
            let too_long = found == Line::TooLong || joined.len() > usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
            state = if too_long { Quotes::Broken } else { state.over(&self.buffer, delimiter) };
            taken.push((found, self.buffer.clone()));
        }
        if matches!(state, Quotes::Inside | Quotes::Broken) {
            for line in taken.into_iter().rev() {
                self.ahead.push_front(line);
            }
            self.buffer = first;
        } else {
            self.passed = self.passed.saturating_add(u64::try_from(taken.len()).unwrap_or(0));
            self.buffer = joined;
        }
        Ok(())
    }

    /// One line into the buffer.
    fn line(&mut self) -> io::Result<Line> {
        if let Some((found, line)) = self.ahead.pop_front() {
            self.buffer = line;
            return Ok(found);
        }
        if self.fill()? == 0 {
            return Ok(Line::End);
        }
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

    /// The digest of everything that was read.
    pub(super) fn sha256(self) -> [u8; 32] {
        self.digest.map_or([0; 32], |digest| digest.finalize().into())
    }
}

/// Where in a cell a reader is (RFC 4180).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes: a mark in it is a sign like others.
    Plain,
    /// In a quoted cell.
    Inside,
    /// Behind its closing mark, or before the second of two.
    After,
    /// Behind a mark that closed nothing: letters follow it.
    Broken,
}

impl Quotes {
    /// The state at the end of a line.
    fn over(self, line: &[u8], delimiter: u8) -> Self {
        let mut state = self;
        // On a line of its own a broken cell is read as far as it goes, as spreadsheets do.
        let strict = self == Self::Inside;
        for byte in line {
            state = match (state, *byte) {
                (Self::Inside, b'"') => Self::After,
                (Self::Inside, _) | (Self::Start | Self::After, b'"') => Self::Inside,
                (Self::Broken, _) => return Self::Broken,
                (_, byte) if byte == delimiter => Self::Start,
                (Self::After, b' ') => Self::After,
                (Self::After, _) if strict => Self::Broken,
                _ => Self::Plain,
            };
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn records(text: &str) -> Vec<(u64, String)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut lines = Lines::new(&file).unwrap();
        lines.of_cells(b',');
        let mut found = Vec::new();
        while lines.next().unwrap() != Line::End {
            found.push((lines.number, String::from_utf8(lines.buffer.clone()).unwrap()));
        }
        found
    }

    #[test]
    fn a_quoted_cell_runs_over_lines_and_a_mark_that_is_never_closed_takes_none_with_it() {
        let found = records("a,\"b\r\nc\",d\r\ne,\"f \"\"g\"\"\nh\ni\"\nj\n");
        assert_eq!(
            found,
            [(1, "a,\"b\nc\",d".to_owned()), (3, "e,\"f \"\"g\"\"\nh\ni\"".to_owned()), (6, "j".to_owned())]
        );
        for text in ["a,\"b\nc,\"d\",e\nf\n", "a,\"b\nc,d\nf\n", "a,\"b\n\"c\",\"d\"\nf\n"] {
            let lines: Vec<(u64, String)> = (1..).zip(text.lines().map(str::to_owned)).collect();
            assert_eq!(records(text), lines, "{text}");
        }
        // Marks inside a plain cell are signs like others.
        assert_eq!(records("a,5\" dressing\nb\n").len(), 2);
        let long = format!("a,\"{}\nend", "x\n".repeat(100));
        assert_eq!(records(&long).len(), 102);
    }
}
