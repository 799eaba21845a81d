//! The workbook on its way back: whose it is, its columns, and each row's cells by their kinds.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{LocalDate, OdsCode};

use super::{
    Column, KIND, RowError, SheetRow, YES,
    cells::{self, Cell, Cells},
    out::letters,
    refused::Refused,
    unmark,
};
use crate::{
    domain::{action::NotedDays, appointment::truth},
    exchange::typed_days,
};

/// What a filled-in workbook says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Back {
    /// Rows whose cells are of their kinds.
    pub rows: Vec<SheetRow>,
    /// What is wrong with the others.
    pub errors: Vec<RowError>,
    /// Columns that are not ours and were not read, by their letters.
    pub not_read: Vec<String>,
}

/// Reads a filled-in workbook of this practice.
///
/// # Errors
/// [`Refused`] where it cannot be taken as a whole.
pub fn read(bytes: &[u8], practice: &OdsCode) -> Result<Back, Refused> {
    let sheets = cells::open(bytes)?;
    let said = |name: &str| {
        let mut rows = sheets.about.values();
        rows.find(|row| row.get(&0) == Some(&Cell::Text(name.to_owned()))).and_then(|row| row.get(&1))
    };
    if said("kind") != Some(&Cell::Text(KIND.to_owned())) {
        return Err(Refused::AnotherWorkbook);
    }
    if said("practice") != Some(&Cell::Text(practice.to_string())) {
        return Err(Refused::AnotherPractice);
    }
    let columns = columns(&sheets.register)?;
    Ok(rows(&sheets.register, &columns, sheets.days_from_1900))
}

/// Where each column stands.
type Columns = BTreeMap<Column, u32>;

fn columns(cells: &Cells) -> Result<Columns, Refused> {
    let mut columns = Columns::new();
    for (at, cell) in cells.get(&0).into_iter().flatten() {
        let Cell::Text(heading) = cell else { continue };
        if let Some(column) = Column::named(heading)
            && columns.insert(column, *at).is_some()
        {
            return Err(Refused::ColumnTwice(column.heading()));
        }
    }
    match Column::all().find(|column| !columns.contains_key(column)) {
        Some(missing) => Err(Refused::ColumnMissing(missing.heading())),
        None => Ok(columns),
    }
}

fn rows(cells: &Cells, columns: &Columns, days_from_1900: bool) -> Back {
    let mut back = Back::default();
    let mut foreign = BTreeSet::new();
    let month_first = is_month_first(cells, columns);
    for (at, cells) in cells.iter().filter(|(at, _)| **at > 0) {
        for column in cells.keys() {
            if !columns.values().any(|ours| ours == column) {
                foreign.insert(*column);
            }
        }
        let row =
            RowReader { row: at.saturating_add(1), cells, columns, month_first, days_from_1900, errors: Vec::new() };
        match row.read() {
            Ok(Some(row)) => back.rows.push(row),
            Ok(None) => {}
            Err(errors) => back.errors.extend(errors),
        }
    }
    let letter = |at: u32| letters(usize::try_from(at).unwrap_or(0));
    back.not_read = foreign.into_iter().map(letter).collect();
    back
}

fn is_month_first(cells: &Cells, columns: &Columns) -> bool {
    let days: Vec<u32> = Column::days().filter_map(|column| columns.get(&column).copied()).collect();
    let all = cells.iter().filter(|(at, _)| **at > 0).flat_map(|(_, row)| days.iter().filter_map(|day| row.get(day)));
    typed_days::are_month_first(all.filter_map(|cell| match cell {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    }))
}

/// What people put into a box to tick.
fn is_yes(text: &str) -> bool {
    text.eq_ignore_ascii_case(YES) || truth(text) == Some(true) || ["x", "X", "✓", "✔", "☑"].contains(&text)
}

struct RowReader<'a> {
    row: u32,
    cells: &'a BTreeMap<u32, Cell>,
    columns: &'a Columns,
    /// Days that are texts are in the order of America.
    month_first: bool,
    /// Days that are numbers are those of this workbook.
    days_from_1900: bool,
    errors: Vec<RowError>,
}

impl RowReader<'_> {
    /// The row; nothing where it is empty but for what the workbook itself put there.
    fn read(mut self) -> Result<Option<SheetRow>, Vec<RowError>> {
        let filled = Column::all().filter(|column| !matches!(column, Column::Row | Column::Item));
        if filled.into_iter().all(|column| self.cell(column).is_none()) {
            return Ok(None);
        }
        let (made_from_subject, made_from) = match self.cell(Column::Row) {
            Some(Cell::Text(mark)) => unmark(mark),
            _ => (None, None),
        };
        let row = SheetRow {
            row: self.row,
            code: self.text(Column::Code),
            subject: self.text(Column::Subject),
            status: self.text(Column::Status),
            from: self.day(Column::From),
            about: self.tick(Column::About),
            notice_served_on: self.day(Column::NoticeServed),
            noted: NotedDays::from_each(|day| self.day(Column::Noted(day))),
            secondary: self.tick(Column::Secondary),
            made_from_subject,
            made_from,
        };
        if self.errors.is_empty() { Ok(Some(row)) } else { Err(self.errors) }
    }

    fn cell(&self, column: Column) -> Option<&Cell> {
        self.cells.get(self.columns.get(&column)?)
    }

    fn wrong(&mut self, column: Column, reason: &'static str) {
        self.errors.push(RowError::new(self.row, column, reason));
    }

    fn text(&mut self, column: Column) -> String {
        let reason = match self.cell(column) {
            None => return String::new(),
            Some(Cell::Text(text)) => return text.clone(),
            Some(Cell::Formula) => FORMULA,
            Some(Cell::Day(_) | Cell::NotADay) => "This is a date. Write words",
            // A name may be a number: 111, or the 24 of a service.
            Some(Cell::Number(number)) if column == Column::Subject => return number.to_string(),
            Some(Cell::Number(_) | Cell::Yes(_)) => "This is a number or a truth value. Write words",
            Some(Cell::Error) => FAILED,
        };
        self.wrong(column, reason);
        String::new()
    }

    fn day(&mut self, column: Column) -> Option<LocalDate> {
        let reason = match self.cell(column)? {
            Cell::Day(day) => return Some(*day),
            Cell::NotADay => "Enter a real day between 1990 and 2100, without a time",
            Cell::Text(_) if self.month_first => typed_days::MONTH_FIRST,
            Cell::Text(text) => match typed_days::read(text) {
                Some(day) => return Some(day),
                None => "This is text, not a date. Type it again as day/month/year, such as 20/11/2026",
            },
            Cell::Number(number) if self.days_from_1900 && typed_days::of_number(*number).is_some() => {
                return typed_days::of_number(*number);
            }
            Cell::Number(_) | Cell::Yes(_) => {
                "This is a number, not a date. Type it again as day/month/year, such as 20/11/2026"
            }
            Cell::Formula => FORMULA,
            Cell::Error => FAILED,
        };
        self.wrong(column, reason);
        None
    }

    fn tick(&mut self, column: Column) -> bool {
        let reason = match self.cell(column) {
            None | Some(Cell::Number(0.0)) => return false,
            Some(Cell::Yes(yes)) => return *yes,
            Some(Cell::Text(text)) if is_yes(text) => return true,
            Some(Cell::Text(text)) if truth(text) == Some(false) => return false,
            Some(Cell::Number(1.0)) => return true,
            Some(Cell::Formula) => FORMULA,
            Some(_) => "Write Yes, or leave the cell empty",
        };
        self.wrong(column, reason);
        false
    }
}

const FORMULA: &str = "This is a formula. Type what it shows instead";
const FAILED: &str = "This cell holds an error of the spreadsheet. Type what you mean";
