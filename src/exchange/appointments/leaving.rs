//! What of a file leaves the practice: the columns that are used, in the lines on which they stood, and nothing of a patient
//! but whether there was one. The same reader decides here and at the server.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use super::{
    Asked, Source, Unreadable,
    lines::Lines,
    scan::{HOLDER_COLUMNS, SESSION_COLUMNS, placed},
    sheet::Sheet,
    unnamed::{ended, made},
};
use crate::domain::appointment::{Cells, Column, FileKind, Places, System, is_used, plain};

/// The column that says of a row whether it was about a patient: `yes`, or nothing. Readers take it for one about patients.
pub const HAS_PATIENT: &str = "Has patient";
/// Lines above the column names that are kept blank, so that lines keep their numbers.
const MOST_ABOVE: u64 = 20;
/// Cells of a line that no header has: it stands for one that is torn, and is refused as that.
const TOO_MANY: usize = 2;

/// What one file is to an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// All of it.
    Whole,
    /// Slots of EMIS: they need the files of sessions and of their holders.
    NeedsSessions,
    /// EMIS: the sessions.
    Sessions,
    /// EMIS: who holds them.
    Holders,
    /// Nothing that is used.
    Unused,
}

/// Why files stay.
#[derive(Debug, thiserror::Error)]
pub enum Stays {
    /// They cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Nobody said yet which column is which, so that nobody knows which may leave.
    #[error("somebody has to say which column is: {}", listed(.0))]
    ToPointOut(Vec<Column>),
}

impl Stays {
    /// Whether a person has to say something, and the files are as they should be.
    pub fn is_for_a_person(&self) -> bool {
        matches!(self, Self::ToPointOut(_))
    }
}

fn listed(columns: &[Column]) -> String {
    let titles: Vec<String> = columns.iter().map(|column| column.title().to_lowercase()).collect();
    titles.join("; ")
}

/// What the tables of one file are to an import.
///
/// # Errors
/// [`Unreadable`] where one is no table.
pub fn piece_of(tables: &[Source]) -> Result<Piece, Unreadable> {
    let kinds: Result<Vec<FileKind>, Unreadable> =
        tables.iter().map(|table| Sheet::open(&table.file).map(|sheet| sheet.kind)).collect();
    let kinds = kinds?;
    let has = |kind| kinds.contains(&kind);
    let slots = kinds.iter().any(|kind| matches!(kind, FileKind::Slots(_)));
    Ok(match (slots, has(FileKind::Sessions), has(FileKind::Holders)) {
        (true, sessions, holders) if has(FileKind::Slots(System::Emis)) && !(sessions && holders) => {
            Piece::NeedsSessions
        }
        (true, ..) => Piece::Whole,
        (false, true, _) => Piece::Sessions,
        (false, false, true) => Piece::Holders,
        (false, false, false) => Piece::Unused,
    })
}

/// The tables as they may leave: columns that are used, under the names that they have.
///
/// # Errors
/// [`Stays`] where they cannot be read, or somebody has to point out columns first.
pub fn without_patients(tables: &[Source], asked: &Asked, folder: &Path) -> Result<Vec<Source>, Stays> {
    let mut leaving = Vec::new();
    for table in tables {
        let sheet = Sheet::open(&table.file)?;
        let (places, kept) = match sheet.kind {
            FileKind::Slots(system) => {
                let (places, missing) = placed(&sheet, system, asked);
                if !missing.is_empty() {
                    return Err(Stays::ToPointOut(missing));
                }
                let kept = kept(&sheet, |at, name| is_used(name) || places.0.values().any(|used| *used == at));
                (places, kept)
            }
            FileKind::Sessions => (Places::default(), named(&sheet, &SESSION_COLUMNS)),
            FileKind::Holders => (Places::default(), named(&sheet, &HOLDER_COLUMNS)),
            FileKind::Rotas => continue,
        };
        let name = format!("{}.csv", leaving.len().saturating_add(1));
        leaving.push(Source { name, file: cut(table, &sheet, (&places, &kept), folder)? });
    }
    Ok(leaving)
}

/// The places of columns that stay in the file.
fn kept(sheet: &Sheet, is_kept: impl Fn(usize, &str) -> bool) -> Vec<usize> {
    let all = sheet.header.iter().enumerate().filter(|(at, _)| !sheet.dropped.contains(at));
    all.filter(|(at, name)| is_kept(*at, name)).map(|(at, _)| at).collect()
}

fn named(sheet: &Sheet, names: &[&str]) -> Vec<usize> {
    kept(sheet, |_, name| names.contains(&&*plain(name)))
}

/// Writes the kept columns of every row to a file without a name.
fn cut(table: &Source, sheet: &Sheet, (places, kept): (&Places, &[usize]), folder: &Path) -> Result<File, Unreadable> {
    let says_patient = matches!(sheet.kind, FileKind::Slots(_)) && !sheet.dropped.is_empty();
    let marker = |yes: bool| if yes { "yes" } else { "" };
    let header = kept.iter().map(|at| sheet.header.get(*at).map_or("", String::as_str));
    let mut out = Table { sheet, out: BufWriter::new(made(folder)?), line: 1 };
    out.write(sheet.header_line().min(MOST_ABOVE), header.chain(says_patient.then_some(HAS_PATIENT)))?;
    // Where the column names stand further down, all that follows moves up as far.
    let moved = sheet.header_line().saturating_sub(out.line.saturating_sub(1));
    let torn = vec!["?"; kept.len().saturating_add(usize::from(says_patient)).saturating_add(TOO_MANY)];
    let mut written = Ok(());
    let mut lines = Lines::new(&table.file)?;
    sheet.all_rows(&mut lines, places, &mut |line, _, row| {
        let line = line.saturating_sub(moved);
        written = match row {
            Ok(row) => {
                let cells = kept.iter().map(|at| row.clean(*at));
                out.write(line, cells.chain(says_patient.then(|| marker(row.has_patient() == Some(true)))))
            }
            Err(_) => out.write(line, torn.iter().copied()),
        };
        written.is_ok()
    })?;
    written?;
    ended(out.out)
}

/// A table that is being written, with each row on the line that it had.
struct Table<'a> {
    sheet: &'a Sheet,
    out: BufWriter<File>,
    /// The line that comes next.
    line: u64,
}

impl Table<'_> {
    fn write<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>) -> std::io::Result<()> {
        while self.line < line {
            self.out.write_all(b"\r\n")?;
            self.line = self.line.saturating_add(1);
        }
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            // A record is one line, so that the next keeps its own.
            let cell = cell.replace(['\r', '\n'], " ").replace('"', "\"\"");
            self.out.write_all(b"\"")?;
            self.out.write_all(&self.sheet.encoded(&cell))?;
            self.out.write_all(b"\"")?;
        }
        self.out.write_all(b"\r\n")?;
        self.line = self.line.saturating_add(1);
        Ok(())
    }
}
