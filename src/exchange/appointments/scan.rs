//! The first reading: what the files are, which names they hold, and their digest. Nothing is stored.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode};

use super::{MOST_NAMES, MOST_SESSIONS, Source, Unreadable, lines::Lines, sheet::Sheet};
use crate::domain::{
    appointment::{
        Cells, Column, FileKind, KEPT_DAYS, Matched, Matching, Places, RowRules, Session, Sessions, System, day, plain,
        truth,
    },
    digest, identifier,
};

/// Holders of one session that are kept.
const MOST_HOLDERS: usize = 8;

/// How to read the files.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose files.
    pub practice: OdsCode,
    /// The system somebody named, if any.
    pub system: Option<System>,
    /// What was matched before.
    pub matching: Matching,
    /// The London day.
    pub today: LocalDate,
}

/// A name in a file, for whoever chose the file to match: it is shown and forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Slots that have it.
    pub slots: u64,
    /// What helps to know a session holder who is only a number: the description of a session.
    pub hint: String,
    /// Whether it was matched before, or speaks for itself.
    pub known: bool,
}

/// What the first reading found.
#[derive(Debug)]
pub struct Scan {
    /// Where the files come from.
    pub system: System,
    /// Digest over all of the files.
    pub sha256: String,
    /// Rows of slots.
    pub rows: u64,
    /// Bytes of the file of slots.
    pub bytes: u64,
    /// Names of columns that are not about patients.
    pub columns: Vec<String>,
    /// The column each meaning was found in, or guessed.
    pub guessed: BTreeMap<Column, String>,
    /// Columns that are still to be pointed out.
    pub missing: Vec<Column>,
    /// Session holders.
    pub holders: BTreeMap<String, Found>,
    /// Slot types.
    pub types: BTreeMap<String, Found>,
    /// Dropped columns, by name.
    pub dropped: Vec<String>,
    pub(super) slots: usize,
    pub(super) sheet: Sheet,
    pub(super) places: Places,
    pub(super) sessions: Sessions,
}

impl Scan {
    /// Whether rows would be refused because nobody said whose session it is.
    pub fn has_unknown_holders(&self) -> bool {
        self.holders.values().any(|found| !found.known)
    }
}

/// Where files come from, told by their headers.
///
/// # Errors
/// [`Unreadable`] where none holds slots, or one has no header.
pub fn system_of(sources: &[Source]) -> Result<System, Unreadable> {
    let sheets: Result<Vec<Sheet>, Unreadable> = sources.iter().map(|source| Sheet::open(&source.file)).collect();
    Ok(the_slots(&sheets?)?.1)
}

/// Reads the files once.
///
/// # Errors
/// [`Unreadable`] where they cannot be taken as a whole.
pub fn scan(sources: &[Source], asked: &Asked) -> Result<Scan, Unreadable> {
    let mut sheets = Vec::new();
    for source in sources {
        sheets.push(Sheet::open(&source.file)?);
    }
    let (slots, system) = the_slots(&sheets)?;
    if asked.system.is_some_and(|wanted| wanted != system) {
        return Err(Unreadable::OtherSystem);
    }
    let sheet = sheets.get(slots).cloned().ok_or(Unreadable::NoSlots)?;
    let sessions = sessions(sources, &sheets, system, asked.today)?;
    let places = asked.matching.places(&asked.practice, system, &sheet.header);
    let missing = places.missing(system);
    if system != System::Report
        && let Some(column) = missing.first()
    {
        return Err(Unreadable::Missing(*column));
    }
    let name = |at: &usize| sheet.header.get(*at).cloned();
    let mut scan = Scan {
        system,
        sha256: String::new(),
        rows: 0,
        bytes: 0,
        columns: (0..sheet.header.len()).filter(|at| !sheet.dropped.contains(at)).filter_map(|at| name(&at)).collect(),
        guessed: places.0.iter().filter_map(|(column, at)| Some((*column, name(at)?))).collect(),
        missing,
        holders: BTreeMap::new(),
        types: BTreeMap::new(),
        dropped: sheet.dropped.iter().map(|at| sheet.name_of(*at)).collect(),
        slots,
        sheet,
        places,
        sessions,
    };
    read_names(&mut scan, sources, asked)?;
    if scan.rows == 0 {
        return Err(Unreadable::NoRows);
    }
    Ok(scan)
}

/// Which of the files holds the slots; the others must fit to it.
fn the_slots(sheets: &[Sheet]) -> Result<(usize, System), Unreadable> {
    for (at, sheet) in sheets.iter().enumerate() {
        if sheets.iter().take(at).any(|other| other.kind == sheet.kind) {
            return Err(Unreadable::SameKind);
        }
    }
    let mut slots = sheets.iter().enumerate().filter_map(|(at, sheet)| match sheet.kind {
        FileKind::Slots(system) => Some((at, system)),
        _ => None,
    });
    let found = slots.next().ok_or(Unreadable::NoSlots)?;
    if slots.next().is_some() {
        return Err(Unreadable::SameKind);
    }
    let has = |kind| sheets.iter().any(|sheet| sheet.kind == kind);
    if found.1 == System::Emis && !(has(FileKind::Sessions) && has(FileKind::Holders)) {
        return Err(Unreadable::NoSessions);
    }
    Ok(found)
}

/// EMIS: sessions of the days that are kept, with their holders.
fn sessions(sources: &[Source], sheets: &[Sheet], system: System, today: LocalDate) -> Result<Sessions, Unreadable> {
    let mut sessions = Sessions::new();
    if system != System::Emis {
        return Ok(sessions);
    }
    let file = |kind| {
        let mut files = sources.iter().zip(sheets);
        files.find(|(_, sheet)| sheet.kind == kind).ok_or(Unreadable::NoSessions)
    };
    let oldest = today.minus_days(KEPT_DAYS);
    let columns = ["appointmentsessionguid", "startdate", "sessiontypedescription", "description", "deleted"];
    each(file(FileKind::Sessions)?, columns, |[id, begins, kind, description, deleted]| {
        let kept = day(begins).is_none_or(|day| day >= oldest);
        if kept && !is_true(deleted) {
            let kind = if kind.is_empty() { description } else { kind };
            let session = Session { kind: kind.to_owned(), holders: Vec::new() };
            sessions.insert(RowRules::session_id(id), session);
        }
        sessions.len() <= MOST_SESSIONS
    })?;
    if sessions.len() > MOST_SESSIONS {
        return Err(Unreadable::TooManySessions);
    }
    let columns = ["sessionguid", "userinroleguid", "deleted"];
    each(file(FileKind::Holders)?, columns, |[id, holder, deleted]| {
        if let Some(session) = sessions.get_mut(&RowRules::session_id(id))
            && !is_true(deleted)
            && !holder.is_empty()
            && session.holders.len() < MOST_HOLDERS
            && !session.holders.iter().any(|known| known == holder)
        {
            session.holders.push(holder.to_owned());
        }
        true
    })?;
    Ok(sessions)
}

/// Gives some columns of every row, by their names; a column that is not there is blank.
fn each<const N: usize>(
    (source, sheet): (&Source, &Sheet),
    columns: [&str; N],
    mut take: impl FnMut([&str; N]) -> bool,
) -> Result<(), Unreadable> {
    let places = columns.map(|name| sheet.header.iter().position(|found| plain(found) == name));
    let mut lines = Lines::new(&source.file)?;
    sheet.rows(&mut lines, &Places::default(), &mut |_, _, row| {
        row.is_err() || row.is_ok_and(|row| take(places.map(|at| at.map_or("", |at| row.at(at)).trim())))
    })?;
    Ok(())
}

fn is_true(text: &str) -> bool {
    truth(text) == Some(true)
}

/// Reads every row for its names, and all files for their digest.
fn read_names(scan: &mut Scan, sources: &[Source], asked: &Asked) -> Result<(), Unreadable> {
    let mut digests = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let mut lines = Lines::digesting(&source.file)?;
        if at == scan.slots {
            names_of_slots(scan, &mut lines, asked)?;
            scan.bytes = lines.bytes;
        } else {
            while lines.next()? != super::lines::Line::End {}
        }
        digests.push(lines.sha256());
    }
    digests.sort_unstable();
    let parts: Vec<&[u8]> = digests.iter().map(<[u8; 32]>::as_slice).collect();
    scan.sha256 = digest::hex(&parts);
    for (text, found) in &mut scan.holders {
        let known = asked.matching.holder(&asked.practice, scan.system, text);
        found.known = known != Matched::Unknown;
    }
    for (text, found) in &mut scan.types {
        let id = Matching::type_id(&asked.practice, scan.system, text);
        found.known = asked.matching.types.contains_key(&id);
    }
    Ok(())
}

fn names_of_slots(scan: &mut Scan, lines: &mut Lines<'_>, asked: &Asked) -> Result<(), Unreadable> {
    let Scan { sheet, places, sessions, holders, types, rows, .. } = scan;
    let oldest = asked.today.minus_days(KEPT_DAYS);
    let mut full = false;
    sheet.rows(lines, places, &mut |_, _, row| {
        *rows += 1;
        let Ok(row) = row else { return true };
        let day = row
            .get(Column::Day)
            .and_then(|text| day(text.split([' ', 'T']).next().unwrap_or_default()).or_else(|| day(text)));
        if day.is_some_and(|day| day < oldest) || row.has_patient() == Some(false) {
            return true;
        }
        if let Some(session) = row.get(Column::Session) {
            let Some(session) = sessions.get(&RowRules::session_id(session)) else {
                return true;
            };
            for holder in &session.holders {
                add(holders, holder, &session.kind);
            }
            add(types, &session.kind, "");
        } else {
            add(holders, row.get(Column::Holder).unwrap_or_default(), row.get(Column::Type).unwrap_or_default());
            add(types, row.get(Column::Type).unwrap_or_default(), "");
        }
        full = holders.len() > MOST_NAMES || types.len() > MOST_NAMES;
        // The rest is read all the same, for the digest.
        true
    })?;
    if full {
        return Err(Unreadable::TooManyNames);
    }
    Ok(())
}

fn add(names: &mut BTreeMap<String, Found>, text: &str, hint: &str) {
    let text = text.trim();
    if text.is_empty() || names.len() > MOST_NAMES {
        return;
    }
    if let Some(found) = names.get_mut(text) {
        found.slots += 1;
        return;
    }
    let hint: String = hint.chars().take(60).collect();
    let fine = identifier::patient_data(&hint).is_empty();
    let found = Found { slots: 1, hint: if fine { hint } else { String::new() }, known: false };
    names.insert(text.to_owned(), found);
}
