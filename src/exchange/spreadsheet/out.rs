//! The workbook on its way out.

use chrono::Datelike;
use entity::ids::{LocalDate, OdsCode, StatusId, SubjectId};
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use super::{ABOUT, Column, EMPTY_ROWS, KIND, REGISTER, STATES, YES, guide, mark};
use crate::domain::{
    action::NotedDays,
    catalogue::{Item, Status},
};

/// A register on a day.
#[derive(Debug, Clone)]
pub struct Book<'a> {
    /// Whose.
    pub practice: &'a OdsCode,
    /// Its name.
    pub name: &'a str,
    /// The edition of the menu.
    pub edition: &'a str,
    /// The day.
    pub on: LocalDate,
    /// The menu of the day.
    pub menu: Vec<&'a Item>,
    /// Its rows, items in the order of the menu.
    pub lines: Vec<Line<'a>>,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// Of which item.
    pub item: &'a Item,
    /// About which subject.
    pub subject: Option<(SubjectId, &'a str)>,
    /// Where it stands.
    pub entry: Option<Entry>,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The record it comes from.
    pub id: StatusId,
    /// As it reads on the day.
    pub status: Status,
    /// From when.
    pub from: LocalDate,
    /// The day is a guess.
    pub about: bool,
    /// When notice was served.
    pub notice_served_on: Option<LocalDate>,
    /// The days that were noted.
    pub noted: NotedDays,
}

/// Why there is no workbook; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the register could not be written as a spreadsheet: {0}")]
pub struct Failed(#[from] XlsxError);

/// Days that a cell takes.
const FIRST: (u16, u8, u8) = (1990, 1, 1);
const LAST: (u16, u8, u8) = (2100, 1, 1);

/// How cells look, and whether a protected sheet lets them be changed.
struct Styles {
    head: Format,
    fixed: Format,
    text: Format,
    day: Format,
}

impl Styles {
    fn new() -> Self {
        let day = Format::new().set_num_format("d mmm yyyy").set_unlocked();
        Self {
            head: Format::new().set_bold().set_text_wrap().set_background_color("#D8DDE0").set_align(FormatAlign::Top),
            fixed: Format::new().set_background_color("#F0F4F5"),
            text: Format::new().set_unlocked(),
            day: day.set_align(FormatAlign::Left),
        }
    }
}

/// Writes the workbook.
///
/// # Errors
/// [`Failed`] with what the library says.
pub fn write(book: &Book<'_>) -> Result<Vec<u8>, Failed> {
    let mut workbook = Workbook::new();
    // The same register gives the same bytes, whatever the clock of the machine says.
    if let Some(day) = excel(book.on) {
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
    }
    let styles = Styles::new();
    register(workbook.add_worksheet(), book, &styles)?;
    guide::write(workbook.add_worksheet(), book)?;
    states(workbook.add_worksheet(), book)?;
    about(workbook.add_worksheet(), book)?;
    Ok(workbook.save_to_buffer()?)
}

fn register(sheet: &mut Worksheet, book: &Book<'_>, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(REGISTER)?;
    for column in Column::all() {
        sheet.write_string_with_format(0, column.at(), column.heading(), &styles.head)?;
        sheet.set_column_width(column.at(), width(column))?;
    }
    sheet.set_row_height(0, 32)?;
    let mut row = 1;
    for line in &book.lines {
        fill(sheet, row, line, styles)?;
        row += 1;
    }
    drop_downs(sheet, book)?;
    for _ in 0..EMPTY_ROWS {
        empty(sheet, row, styles)?;
        row += 1;
    }
    checks(sheet, book, row)?;
    sheet.set_column_hidden(Column::Row.at())?;
    sheet.set_freeze_panes(1, 3)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    // Without a password: it keeps a slip from changing what identifies a row, and keeps nobody out.
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        sort: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

const fn width(column: Column) -> u16 {
    match column {
        Column::Code => 30,
        Column::Item => 42,
        Column::Subject => 34,
        Column::Status => 38,
        Column::About | Column::Secondary => 13,
        Column::From | Column::NoticeServed | Column::Noted(_) => 14,
        Column::Row => 12,
    }
}

fn fill(sheet: &mut Worksheet, row: u32, line: &Line<'_>, styles: &Styles) -> Result<(), XlsxError> {
    let text = |sheet: &mut Worksheet, column: Column, text: &str, format: &Format| {
        if text.is_empty() {
            sheet.write_blank(row, column.at(), format).map(|_| ())
        } else {
            // As a text, whatever it begins with: a cell is never a formula.
            sheet.write_string_with_format(row, column.at(), text, format).map(|_| ())
        }
    };
    let (entry, open) = (line.entry.as_ref(), styles.text.clone());
    text(sheet, Column::Code, line.item.code.as_str(), &styles.fixed)?;
    text(sheet, Column::Item, &line.item.title, &styles.fixed)?;
    match line.subject {
        Some((_, name)) => text(sheet, Column::Subject, name, &styles.fixed)?,
        None if line.item.takes_subject() => text(sheet, Column::Subject, "", &open)?,
        None => text(sheet, Column::Subject, "", &styles.fixed)?,
    }
    let label = entry.map_or("", |entry| line.item.label(entry.status));
    text(sheet, Column::Status, label, &open)?;
    let tick = |yes: bool| if yes { YES } else { "" };
    text(sheet, Column::About, tick(entry.is_some_and(|entry| entry.about)), &open)?;
    let paused = entry.is_some_and(|entry| matches!(entry.status, Status::PausingFrom | Status::PausedSince));
    // What is recorded as withdrawn was said to be so when it was recorded.
    let secondary = line.item.refuses_mixed_purpose && paused;
    text(sheet, Column::Secondary, tick(secondary), &open)?;
    for column in Column::days() {
        let day = entry.and_then(|entry| match column {
            Column::From => Some(entry.from),
            Column::Noted(day) => entry.noted[day],
            _ => entry.notice_served_on,
        });
        match day.and_then(excel) {
            Some(day) => sheet.write_datetime_with_format(row, column.at(), day, &styles.day)?,
            None => sheet.write_blank(row, column.at(), &styles.day)?,
        };
    }
    let mark = mark(line.subject.map(|(id, _)| id), entry.map(|entry| entry.id));
    text(sheet, Column::Row, &mark, &styles.fixed)
}

fn empty(sheet: &mut Worksheet, row: u32, styles: &Styles) -> Result<(), XlsxError> {
    for column in Column::all() {
        let format = match column {
            Column::Item | Column::Row => &styles.fixed,
            column if column.is_day() => &styles.day,
            _ => &styles.text,
        };
        sheet.write_blank(row, column.at(), format)?;
    }
    Ok(())
}

fn excel(day: LocalDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.0.year()).ok()?;
    let (month, day) = (u8::try_from(day.0.month()).ok()?, u8::try_from(day.0.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// One list of states for each run of rows of one item.
fn drop_downs(sheet: &mut Worksheet, book: &Book<'_>) -> Result<(), XlsxError> {
    let mut row = 1;
    for run in book.lines.chunk_by(|one, other| one.item.code == other.item.code) {
        let last = row + u32::try_from(run.len()).unwrap_or(1) - 1;
        let at = book.menu.iter().position(|item| run.first().is_some_and(|line| line.item.code == item.code));
        if let Some(at) = at {
            let letter = letters(at);
            let range = format!("={STATES}!${letter}$2:${letter}$6");
            let choice = listed(&range, "Choose one of this item’s states.")?;
            sheet.add_data_validation(row, Column::Status.at(), last, Column::Status.at(), &choice)?;
        }
        row = last + 1;
    }
    Ok(())
}

/// The columns' own checks, and the lists of the empty rows.
fn checks(sheet: &mut Worksheet, book: &Book<'_>, end: u32) -> Result<(), XlsxError> {
    let last = end - 1;
    let first_empty = end - EMPTY_ROWS;
    let (from, to) =
        (ExcelDateTime::from_ymd(FIRST.0, FIRST.1, FIRST.2)?, ExcelDateTime::from_ymd(LAST.0, LAST.1, LAST.2)?);
    let day = DataValidation::new()
        .allow_date(DataValidationRule::Between(&from, &to))
        .set_error_title("Not a date")?
        .set_error_message("Enter a date, such as 20/11/2026, or leave the cell empty.")?;
    let yes = DataValidation::new()
        .allow_list_strings(&[YES])?
        .set_error_title("Yes or nothing")?
        .set_error_message("Choose Yes, or leave the cell empty.")?;
    for column in Column::days() {
        sheet.add_data_validation(1, column.at(), last, column.at(), &day)?;
    }
    for column in [Column::About, Column::Secondary] {
        sheet.add_data_validation(1, column.at(), last, column.at(), &yes)?;
    }
    let Some(end) = book.menu.len().checked_sub(1).map(letters) else {
        return Ok(());
    };
    let codes = listed(&format!("={STATES}!$A$1:${end}$1"), "Choose the code of an item.")?;
    let code = Column::Code.at();
    sheet.add_data_validation(first_empty, code, last, code, &codes)?;
    // The list follows the code that was chosen in the row.
    let follows = format!("=OFFSET({STATES}!$A$2,0,MATCH($A{},{STATES}!$A$1:${end}$1,0)-1,5,1)", first_empty + 1);
    let choice = listed(&follows, "Choose the item’s code first, then one of its states.")?;
    let status = Column::Status.at();
    sheet.add_data_validation(first_empty, status, last, status, &choice)?;
    Ok(())
}

fn listed(formula: &str, message: &str) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_formula(Formula::new(formula))
        .set_error_title("Choose from the list")?
        .set_error_message(message)
}

/// `A`, `B`, … `Z`, `AA`, …
pub(in crate::exchange) fn letters(at: usize) -> String {
    let mut text = String::new();
    let mut left = at + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        text.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    text
}

fn states(sheet: &mut Worksheet, book: &Book<'_>) -> Result<(), XlsxError> {
    sheet.set_name(STATES)?;
    for (at, item) in book.menu.iter().enumerate() {
        let Ok(at) = u16::try_from(at) else { break };
        sheet.write_string(0, at, item.code.as_str())?;
        for (row, status) in (1..).zip(Status::ALL) {
            sheet.write_string(row, at, item.label(*status))?;
        }
    }
    sheet.set_hidden(true);
    Ok(())
}

fn about(sheet: &mut Worksheet, book: &Book<'_>) -> Result<(), XlsxError> {
    sheet.set_name(ABOUT)?;
    let said = [
        ("kind", KIND.to_owned()),
        ("practice", book.practice.to_string()),
        ("edition", book.edition.to_owned()),
        ("made on", book.on.to_string()),
    ];
    for (row, (name, value)) in (0..).zip(said) {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, value)?;
    }
    sheet.set_hidden(true);
    Ok(())
}
