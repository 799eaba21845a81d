//! Lines below the names of the columns: each cell by its kind, or what is wrong with it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    str::FromStr,
};

use super::{
    columns::{self, Header, PastColumn, Places, bare},
    sheet::{CellError, HEADER_WITHIN, NotTaken, PastSheet, Table},
};
use crate::{
    domain::{
        name::{OwnReference, ProviderName},
        transfer::{
            TransferOutcome,
            book::{Category, TransferBook},
            department,
            past::{MOST_ROWS, PastRow},
            provider,
        },
    },
    exchange::{spreadsheet::cells::Cell, typed_days},
};

/// Reads the first table that names its columns.
pub(super) fn of_first(tables: &[(String, Table)], book: &TransferBook) -> Result<PastSheet, NotTaken> {
    let mut why = if tables.iter().all(|(_, table)| table.is_empty()) { NotTaken::Empty } else { NotTaken::NoHeader };
    for (nth, (_, table)) in tables.iter().enumerate() {
        for (at, (_, cells)) in table.iter().take(HEADER_WITHIN).enumerate() {
            let texts = cells.iter().filter_map(|(at, cell)| match cell {
                Cell::Text(text) => Some((*at, text.as_str())),
                _ => None,
            });
            match columns::header(texts) {
                Header::Names(places, worked_out) => {
                    let read = below(table.get(at..).unwrap_or_default(), (places, &worked_out), book)?;
                    return Ok(PastSheet { other_sheets: like_it(tables, nth), ..read });
                }
                Header::Twice(name) => why = NotTaken::Twice(name),
                Header::Lacks(name) => why = NotTaken::Lacks(name),
                Header::None => {}
            }
        }
    }
    Err(why)
}

/// Names of the other sheets that name columns of items too.
fn like_it(tables: &[(String, Table)], read: usize) -> Vec<String> {
    let names_columns = |table: &Table| {
        table.iter().take(HEADER_WITHIN).any(|(_, cells)| {
            let texts = cells.iter().filter_map(|(at, cell)| match cell {
                Cell::Text(text) => Some((*at, text.as_str())),
                _ => None,
            });
            !matches!(columns::header(texts), Header::None)
        })
    };
    let others = tables.iter().enumerate().filter(|(nth, (_, table))| *nth != read && names_columns(table));
    others.map(|(_, (name, _))| name.clone()).collect()
}

fn below(
    lines: &[(u64, BTreeMap<u32, Cell>)],
    (places, worked_out): (Places, &BTreeSet<u32>),
    book: &TransferBook,
) -> Result<PastSheet, NotTaken> {
    let minutes_of_gp = places.contains_key(&PastColumn::Minutes) && !places.contains_key(&PastColumn::Gp);
    let mut sheet = PastSheet { minutes_of_gp, places, ..PastSheet::default() };
    let (mut foreign, words) = (BTreeSet::<u32>::new(), Words::of(book));
    let month_first = sheet.places.get(&PastColumn::CameOn).is_some_and(|column| {
        let days = lines.iter().skip(1).filter_map(|(_, cells)| cells.get(column));
        typed_days::are_month_first(days.filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        }))
    });
    for (at, (line, cells)) in lines.iter().enumerate() {
        foreign.extend(cells.keys().filter(|at| !sheet.places.values().any(|ours| ours == *at)));
        if at == 0 {
            continue;
        }
        let (places, words) = (&sheet.places, &words);
        let mut row = RowReader { line: *line, cells, places, words, month_first, errors: Vec::new() };
        if row.is_empty() {
            continue;
        }
        let read = row.read();
        if row.errors.is_empty() {
            sheet.rows.extend(read);
        } else {
            sheet.errors.append(&mut row.errors);
        }
        if sheet.rows.len() > MOST_ROWS {
            return Err(NotTaken::TooManyRows);
        }
    }
    sheet.not_read = foreign.difference(worked_out).copied().map(columns::letters).collect();
    Ok(sheet)
}

const FORMULA: &str = "This is a formula. Type what it shows instead";
const FAILED: &str = "This cell holds an error of the spreadsheet. Type what you mean";
const DAY: &str = "This is no day. Type it as day/month/year, such as 18/11/2026";
const KIND: &str = "This is none of the kinds. Copy one from the list of kinds in the template";
const OUTCOME: &str = "Write Returned, Declined, Agreed, Done: urgent or Done";
const DEPARTMENT: &str =
    "This is none of the departments. Copy one from the list in the template, or leave the cell empty";
const MINUTES: &str = "Write whole minutes, such as 10, or leave the cell empty";
/// An eleven-digit number as a spreadsheet shows it.
const SHORTENED: &str =
    "The spreadsheet has shortened this number. Format the column as text and type the reference again";

/// The words that a cell may hold, in small letters and digits.
struct Words<'b> {
    kinds: HashMap<String, &'b Category>,
    routes: HashMap<String, &'b str>,
    departments: HashMap<String, &'static str>,
}

impl<'b> Words<'b> {
    fn of(book: &'b TransferBook) -> Self {
        let kinds = book.categories.iter().flat_map(|kind| [(bare(&kind.label), kind), (bare(&kind.code), kind)]);
        let routes = book.routes.iter();
        let routes = routes.flat_map(|route| [(bare(&route.label), &*route.code), (bare(&route.code), &*route.code)]);
        let departments = department::listed().iter();
        let departments = departments.flat_map(|one| [(bare(&one.name), &*one.code), (bare(&one.code), &*one.code)]);
        Self { kinds: kinds.collect(), routes: routes.collect(), departments: departments.collect() }
    }
}

struct RowReader<'a, 'b> {
    line: u64,
    cells: &'a BTreeMap<u32, Cell>,
    places: &'a Places,
    words: &'b Words<'b>,
    /// Days that are texts are in the order of America.
    month_first: bool,
    errors: Vec<CellError>,
}

impl<'b> RowReader<'_, 'b> {
    fn is_empty(&self) -> bool {
        !self.places.values().any(|at| self.cells.contains_key(at))
    }

    /// The row where nothing is wrong with it.
    fn read(&mut self) -> Option<PastRow> {
        let came_on = self.day();
        let (provider, provider_name) = self.provider();
        let category = self.category();
        let outcome = self.outcome();
        let department = self.department();
        let reason = category.and_then(|category| self.reason(category));
        let route = self.route();
        let asked = self.named(PastColumn::Asked);
        let reference = self.reference();
        let all = self.minutes(PastColumn::Minutes);
        let each = [PastColumn::Gp, PastColumn::OtherClinician, PastColumn::Nurse, PastColumn::Admin];
        let [gp, other_clinician, nurse, admin] = each.map(|column| self.minutes(column));
        // Minutes that do not say whose are all there were.
        let rest = |of: Option<u16>| of.or(all.map(|_| 0));
        Some(PastRow {
            line: self.line,
            id: self.text(PastColumn::Id).and_then(|text| text.parse().ok()),
            came_on: came_on?,
            provider,
            provider_name,
            department,
            category: category?.code.clone(),
            reason,
            route,
            asked,
            outcome: outcome?,
            gp: gp.or(all),
            other_clinician: rest(other_clinician),
            nurse: rest(nurse),
            admin: rest(admin),
            reference,
        })
    }

    fn cell(&self, column: PastColumn) -> Option<&Cell> {
        self.cells.get(self.places.get(&column)?)
    }

    fn wrong(&mut self, column: PastColumn, reason: impl Into<Cow<'static, str>>) {
        let letter = self.places.get(&column).map(|at| columns::letters(*at));
        self.errors.push(CellError { line: self.line, letter, column, reason: reason.into() });
    }

    /// What a cell says as text; a number as it is typed.
    fn text(&mut self, column: PastColumn) -> Option<String> {
        let reason = match self.cell(column)? {
            Cell::Text(text) => return Some(text.clone()),
            Cell::Number(number) if number.fract() == 0.0 && number.abs() < f64::from(u32::MAX) => {
                return Some(format!("{number:.0}"));
            }
            Cell::Number(number) => return Some(number.to_string()),
            Cell::Yes(_) | Cell::Day(_) | Cell::NotADay => "This is no text. Format the cell as text and type it again",
            Cell::Formula => FORMULA,
            Cell::Error => FAILED,
        };
        self.wrong(column, reason);
        None
    }

    /// A text that names nobody.
    fn named<T: FromStr<Err: std::fmt::Display>>(&mut self, column: PastColumn) -> Option<T> {
        let text = self.text(column)?;
        text.parse().map_err(|refused: T::Err| self.wrong(column, refused.to_string())).ok()
    }

    fn day(&mut self) -> Option<entity::ids::LocalDate> {
        let reason = match self.cell(PastColumn::CameOn) {
            Some(Cell::Day(day)) => return Some(*day),
            Some(Cell::Text(_)) if self.month_first => typed_days::MONTH_FIRST,
            Some(Cell::Text(text)) => match typed_days::read(text) {
                Some(day) => return Some(day),
                None => DAY,
            },
            Some(Cell::Number(_)) => {
                "This is a number, not a date. Format the column as a date, or type it as day/month/year"
            }
            Some(Cell::Formula) => FORMULA,
            Some(Cell::Error) => FAILED,
            Some(Cell::NotADay | Cell::Yes(_)) => DAY,
            None => "Type the day it came, as day/month/year",
        };
        self.wrong(PastColumn::CameOn, reason);
        None
    }

    /// The code of one in the list, or a name: of the list or the practice's own.
    fn provider(&mut self) -> (Option<String>, Option<ProviderName>) {
        let (code, name) = (self.text(PastColumn::Provider), self.text(PastColumn::ProviderName));
        let listed = code.as_deref().and_then(|code| provider::of_code(&code.to_uppercase()));
        if let Some(listed) = listed {
            return (Some(listed.code.clone()), None);
        }
        // A key of a provider that the practice named, as it is written to a file: its name stands beside it.
        let own = code.as_deref().and_then(|code| code.strip_prefix("own:")).map(str::to_owned);
        let (column, text) = match (own, name, code) {
            (_, Some(name), _) => (PastColumn::ProviderName, name),
            (Some(own), None, _) => (PastColumn::Provider, own),
            (None, None, Some(text)) => (PastColumn::Provider, text),
            (None, None, None) => {
                let column = if self.places.contains_key(&PastColumn::Provider) {
                    PastColumn::Provider
                } else {
                    PastColumn::ProviderName
                };
                if !self.errors.iter().any(|error| error.column == column) {
                    self.wrong(column, "Say who sent it: a hospital or another provider, never a person");
                }
                return (None, None);
            }
        };
        match text.parse() {
            Ok(name) => (None, Some(name)),
            Err(refused) => {
                self.wrong(column, format!("{refused}"));
                (None, None)
            }
        }
    }

    /// By its code or its title, in whichever of the two columns says something.
    fn category(&mut self) -> Option<&'b Category> {
        let columns = [PastColumn::Category, PastColumn::Kind];
        let said = columns.into_iter().find(|column| self.cell(*column).is_some());
        let column = said.or_else(|| columns.into_iter().find(|column| self.places.contains_key(column)));
        let column = column.unwrap_or(PastColumn::Kind);
        if said.is_none() {
            self.wrong(column, KIND);
            return None;
        }
        let wanted = bare(&self.text(column)?);
        let found = self.words.kinds.get(&wanted).copied();
        if found.is_none() {
            self.wrong(column, KIND);
        }
        found
    }

    fn outcome(&mut self) -> Option<TransferOutcome> {
        let Some(text) = self.text(PastColumn::Outcome) else {
            if self.cell(PastColumn::Outcome).is_none() {
                self.wrong(PastColumn::Outcome, OUTCOME);
            }
            return None;
        };
        let found = outcome_of(&bare(&text));
        if found.is_none() {
            self.wrong(PastColumn::Outcome, OUTCOME);
        }
        found
    }

    fn department(&mut self) -> Option<String> {
        let wanted = bare(&self.text(PastColumn::Department)?);
        let found = self.words.departments.get(&wanted).map(|code| (*code).to_owned());
        if found.is_none() {
            self.wrong(PastColumn::Department, DEPARTMENT);
        }
        found
    }

    fn reason(&mut self, category: &Category) -> Option<String> {
        let wanted = bare(&self.text(PastColumn::Reason)?);
        let found = category.reasons.iter().find(|reason| bare(reason) == wanted);
        if found.is_none() {
            self.wrong(PastColumn::Reason, "This is no reason of this kind. Leave the cell empty");
        }
        found.cloned()
    }

    fn route(&mut self) -> Option<String> {
        let wanted = bare(&self.text(PastColumn::Route)?);
        let found = self.words.routes.get(&wanted).map(|code| (*code).to_owned());
        if found.is_none() {
            self.wrong(PastColumn::Route, "Copy how it came from the list in the template, or leave the cell empty");
        }
        found
    }

    fn reference(&mut self) -> Option<OwnReference> {
        let text = self.text(PastColumn::Reference)?;
        let shortened = text.split_once(['E', 'e']).is_some_and(|(number, power)| {
            number.parse::<f64>().is_ok() && power.strip_prefix('+').is_some_and(|power| power.parse::<u8>().is_ok())
        });
        if shortened {
            self.wrong(PastColumn::Reference, SHORTENED);
            return None;
        }
        self.named(PastColumn::Reference)
    }

    fn minutes(&mut self, column: PastColumn) -> Option<u16> {
        let text = self.text(column)?.to_lowercase();
        let number = text.trim_end_matches(|sign: char| sign.is_ascii_alphabetic() || sign == '.' || sign == ' ');
        let ending = text.get(number.len()..).unwrap_or_default();
        let number = number.strip_suffix(".0").unwrap_or(number);
        let fine = matches!(bare(ending).as_str(), "" | "m" | "min" | "mins" | "minute" | "minutes");
        let minutes = fine.then(|| number.parse().ok()).flatten();
        if minutes.is_none() {
            self.wrong(column, MINUTES);
        }
        minutes
    }
}

/// By its code, its words on a page, or a word that people use for it.
fn outcome_of(bare_text: &str) -> Option<TransferOutcome> {
    let ours = TransferOutcome::ALL
        .iter()
        .copied()
        .find(|one| [one.as_str(), one.label(), one.short_label()].iter().any(|words| bare(words) == bare_text));
    ours.or(match bare_text {
        "sentback" | "return" | "returnedtosender" => Some(TransferOutcome::Returned),
        "decline" | "refused" | "rejected" | "notdone" => Some(TransferOutcome::Declined),
        "accepted" | "ours" | "takenon" | "agree" => Some(TransferOutcome::Agreed),
        "urgent" | "doneurgently" | "doneurgent" => Some(TransferOutcome::DoneUrgent),
        "completed" | "actioned" | "doneanyway" | "donebyus" => Some(TransferOutcome::DoneOther),
        _ => None,
    })
}
