//! Which lines of a report are rows, and what stands in cells that it leaves blank because they repeat.

use super::cutter::Cutter;
use crate::domain::appointment::{Column, Places, RowRefusal, day, plain};

/// What a file's header and first rows say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    /// Whether it is a report, whose rows are not as regular as those of an extract.
    pub(super) is_report: bool,
    /// Names of columns.
    pub(super) header: &'a [String],
    /// Columns about patients.
    pub(super) dropped: &'a [usize],
    /// Values of the first rows, by column.
    pub(super) sample: &'a [Vec<String>],
}

/// What is known of a report's rows while they are read. Other files have every cell in every row.
#[derive(Debug)]
pub(super) struct Grouping<'a> {
    sheet: Columns<'a>,
    places: &'a Places,
    /// Cells that repeat are blank.
    grouped: bool,
    /// Columns without which a row says nothing: one that ends before them is torn.
    least: usize,
    /// The cells of the row before, those about patients empty.
    above: Vec<String>,
}

/// Columns that every row of a report has.
const NEEDED: [Column; 7] =
    [Column::Day, Column::Holder, Column::Status, Column::DidNotAttend, Column::Count, Column::Slot, Column::Left];

impl<'a> Grouping<'a> {
    pub(super) fn new(sheet: Columns<'a>, places: &'a Places) -> Self {
        let least = NEEDED.iter().filter_map(|column| places.0.get(column)).max();
        Self {
            sheet,
            places,
            grouped: sheet.is_report && is_grouped(sheet, places),
            least: least.map_or(1, |at| at + 1),
            above: vec![String::new(); sheet.header.len()],
        }
    }

    /// The cells of the row before, where some were taken from it.
    pub(super) fn above(&self) -> &[String] {
        &self.above
    }

    /// How many of the first cells are those of the row above; nothing where the line is no row.
    ///
    /// # Errors
    /// [`RowRefusal::Torn`] where it has not the columns of the header.
    pub(super) fn take(
        &mut self,
        cutter: &Cutter,
        cells: Option<usize>,
        widest: usize,
    ) -> Result<Option<usize>, RowRefusal> {
        let cells = cells.ok_or(RowRefusal::Torn)?;
        let width = self.sheet.header.len();
        if !self.sheet.is_report {
            return if cells == width { Ok(Some(0)) } else { Err(RowRefusal::Torn) };
        }
        if self.is_no_row(cutter) {
            return Ok(None);
        }
        let behind = (width..cells).any(|at| !cutter.text(at).trim().is_empty());
        if cells < self.least || cells > widest || behind {
            return Err(RowRefusal::Torn);
        }
        if !self.grouped {
            return Ok(Some(0));
        }
        let filled = self.filled(cutter);
        for (at, above) in self.above.iter_mut().enumerate().skip(filled) {
            if self.sheet.dropped.contains(&at) {
                continue;
            }
            above.clear();
            above.push_str(cutter.text(at));
        }
        Ok(Some(filled))
    }

    /// The first cell that says something, those about patients apart.
    fn filled(&self, cutter: &Cutter) -> usize {
        let says = |at: &usize| !self.sheet.dropped.contains(at) && !cutter.text(*at).trim().is_empty();
        (0..self.sheet.header.len()).find(says).unwrap_or(0)
    }

    /// Titles, totals, page numbers, blank lines and the heading once more. One that names a session holder or a day above its
    /// rows is kept for them.
    fn is_no_row(&mut self, cutter: &Cutter) -> bool {
        let text = |at: usize| cutter.text(at).trim();
        let says = |column: Column| self.places.0.get(&column).is_some_and(|at| !text(*at).is_empty());
        let filled: Vec<usize> = (0..cutter.width()).filter(|at| !text(*at).is_empty()).collect();
        let Some(first) = filled.first().copied() else {
            // A row may be about a patient alone.
            return true;
        };
        let again = |at: usize| self.sheet.header.get(at).is_some_and(|name| name.starts_with(text(at)));
        if filled.len() > 1 && filled.iter().all(|at| again(*at)) {
            return true;
        }
        let has_day = self.places.0.get(&Column::Day).is_some_and(|at| day(text(*at)).is_some());
        if !has_day && !says(Column::Status) && is_total(text(first)) {
            return true;
        }
        if self.grouped && says(Column::Count) {
            return false;
        }
        let means = [Column::Status, Column::Time, Column::Type, Column::DidNotAttend, Column::Slot];
        if means.into_iter().any(says) || self.places.0.is_empty() {
            return false;
        }
        if says(Column::Holder) && says(Column::Day) {
            return false;
        }
        if self.grouped && filled.len() == 1 {
            let heading = [Column::Holder, Column::Day].iter().any(|column| self.places.0.get(column) == Some(&first));
            if heading && let Some(above) = self.above.get_mut(first) {
                text(first).clone_into(above);
            }
        }
        filled.len() == 1 || !(says(Column::Holder) || says(Column::Day))
    }
}

/// Whether a line begins as a line of sums does.
fn is_total(text: &str) -> bool {
    let text = plain(text);
    ["total", "grandtotal", "subtotal", "sumof"].iter().any(|word| text.starts_with(word)) || text.ends_with("total")
}

/// Whether a report leaves cells blank that repeat: two rows and one in three have no day or no session holder, as EMIS's own
/// report does. A single blank day is a mistake, not a group.
fn is_grouped(sheet: Columns<'_>, places: &Places) -> bool {
    let column = |column| places.0.get(&column).and_then(|at| sheet.sample.get(*at));
    let (Some(days), Some(holders)) = (column(Column::Day), column(Column::Holder)) else {
        return false;
    };
    if is_emis_report(sheet) {
        return true;
    }
    let said = [Column::Status, Column::Time, Column::DidNotAttend].map(column);
    let says = |values: Option<&Vec<String>>, row: usize| {
        values.and_then(|values| values.get(row)).is_some_and(|value| !value.trim().is_empty())
    };
    let rows: Vec<usize> = (0..days.len()).filter(|row| said.iter().any(|values| says(*values, *row))).collect();
    let blank = |values| rows.iter().filter(|row| !says(Some(values), **row)).count();
    let both = rows.iter().filter(|row| !says(Some(days), **row) && !says(Some(holders), **row)).count();
    let most = blank(days).max(blank(holders));
    (most >= 2 && most * 3 >= rows.len()) || (both > 0 && both * 5 >= rows.len())
}

fn is_emis_report(sheet: Columns<'_>) -> bool {
    let has = |wanted: &str| sheet.header.iter().any(|name| plain(name) == wanted);
    has("availability") && has("dna")
}

/// The column without a name that holds how many each row stands for, as in EMIS's own report: the last with anything in it,
/// small whole numbers in every row, and no row's own number.
pub(super) fn count_without_name(sheet: Columns<'_>) -> Option<usize> {
    let says =
        |at: usize| sheet.sample.get(at).is_some_and(|values| values.iter().any(|value| !value.trim().is_empty()));
    let last = (1..sheet.header.len()).rev().find(|at| says(*at))?;
    if !sheet.header.get(last)?.ends_with("without a name") || sheet.dropped.contains(&last) {
        return None;
    }
    let said = sheet.sample.get(last)?.iter().map(|value| value.trim()).filter(|value| !value.is_empty());
    let numbers: Option<Vec<u32>> = said.map(|value| value.parse().ok().filter(|n| (1..=999).contains(n))).collect();
    let numbers = numbers?;
    let follows = |two: &[u32]| matches!(two, [one, next] if one.checked_add(1) == Some(*next));
    let counts_up = !is_emis_report(sheet) && numbers.len() > 2 && numbers.windows(2).all(follows);
    (!numbers.is_empty() && !counts_up).then_some(last)
}
