//! A record cut into cells.

use csv_core::ReadRecordResult;

/// Columns of the widest file.
pub(super) const MOST_COLUMNS: usize = 256;

/// One record cut into cells; the memory is used again for the next.
pub(super) struct Cutter {
    reader: csv_core::Reader,
    line: Vec<u8>,
    out: Vec<u8>,
    ends: Vec<usize>,
    width: usize,
}

impl std::fmt::Debug for Cutter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never what it holds.
        write!(f, "Cutter({} cells)", self.width)
    }
}

impl Cutter {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            line: Vec::new(),
            out: Vec::new(),
            ends: vec![0; MOST_COLUMNS],
            width: 0,
        }
    }

    /// The number of cells; nothing where a quotation mark is not closed.
    pub(super) fn cut(&mut self, line: &[u8]) -> Option<usize> {
        self.line.clear();
        self.line.extend_from_slice(line);
        // The end of the line ends the record; inside quotes it does not.
        self.line.push(b'\n');
        self.out.resize(self.line.len(), 0);
        self.reader.reset();
        let (result, _, _, cells) = self.reader.read_record(&self.line, &mut self.out, &mut self.ends);
        self.width = if result == ReadRecordResult::Record { cells } else { 0 };
        (self.width > 0).then_some(cells)
    }

    /// The number of cells of the record that was cut last.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn range(&self, at: usize) -> std::ops::Range<usize> {
        if at >= self.width {
            return 0..0;
        }
        let end = |at: usize| self.ends.get(at).copied().unwrap_or(0);
        at.checked_sub(1).map_or(0, end)..end(at)
    }

    pub(super) fn text(&self, at: usize) -> &str {
        let cell = self.out.get(self.range(at)).unwrap_or_default();
        // The line was text, and a cell begins and ends between signs.
        std::str::from_utf8(cell).unwrap_or_default()
    }

    /// Overwrites a cell, in both places where it stands; says whether there was anything.
    pub(super) fn blank(&mut self, at: usize) -> bool {
        let range = self.range(at);
        let cell = self.out.get_mut(range).unwrap_or_default();
        let said = cell.iter().any(|byte| !byte.is_ascii_whitespace());
        cell.fill(b' ');
        self.line.clear();
        said
    }
}
