//! The first reading: what the files are, which names they hold, and their digest. Nothing is stored.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode};

use super::{MOST_NAMES, MOST_SESSIONS, Source, Unreadable, lines::Lines, sheet::Sheet};
use crate::domain::{
    appointment::{
        Cells, Column, FileKind, KEPT_DAYS, Matched, Matching, Places, Rules, Session, Sessions,
        System, day,
    },
    digest, identifier,
};

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
    let sheets: Result<Vec<Sheet>, Unreadable> = sources
        .iter()
        .map(|source| Sheet::open(&source.file))
        .collect();
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
    let places = asked
        .matching
        .places(&asked.practice, system, &sheet.header);
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
        columns: (0..sheet.header.len())
            .filter(|at| !sheet.dropped.contains(at))
            .filter_map(|at| name(&at))
            .collect(),
        guessed: places
            .0
            .iter()
            .filter_map(|(column, at)| Some((*column, name(at)?)))
            .collect(),
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
    Ok(scan)
}

/// Which of the files holds the slots; the others must fit to it.
fn the_slots(sheets: &[Sheet]) -> Result<(usize, System), Unreadable> {
    for (at, sheet) in sheets.iter().enumerate() {
        if sheets.iter().take(at).any(|other| other.kind == sheet.kind) {
            return Err(Unreadable::SameKind);
        }
    }
    let mut slots = sheets
        .iter()
        .enumerate()
        .filter_map(|(at, sheet)| match sheet.kind {
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
fn sessions(
    sources: &[Source],
    sheets: &[Sheet],
    system: System,
    today: LocalDate,
) -> Result<Sessions, Unreadable> {
    let mut sessions = Sessions::new();
    if system != System::Emis {
        return Ok(sessions);
    }
    for kind in [FileKind::Sessions, FileKind::Holders] {
        let found = sources
            .iter()
            .zip(sheets)
            .find(|(_, sheet)| sheet.kind == kind);
        let Some((source, sheet)) = found else {
            return Err(Unreadable::NoSessions);
        };
        let place = |name: &str| {
            let mut names = sheet
                .header
                .iter()
                .map(|name| crate::domain::appointment::plain(name));
            names.position(|found| found == name)
        };
        let places: Vec<Option<usize>> = match kind {
            FileKind::Sessions => [
                "appointmentsessionguid",
                "startdate",
                "sessiontypedescription",
                "description",
                "deleted",
            ]
            .map(place)
            .to_vec(),
            _ => ["sessionguid", "userinroleguid", "deleted"]
                .map(place)
                .to_vec(),
        };
        let oldest = today.minus_days(KEPT_DAYS);
        let mut full = false;
        let mut lines = Lines::new(&source.file)?;
        sheet.rows(&mut lines, &Places::default(), &mut |_, _, row| {
            let Ok(row) = row else { return true };
            let text = |n: usize| {
                places
                    .get(n)
                    .copied()
                    .flatten()
                    .map_or("", |at| row.at(at))
                    .trim()
            };
            match kind {
                FileKind::Sessions => {
                    let kept = day(text(1)).is_none_or(|day| day >= oldest);
                    if kept && !is_true(text(4)) {
                        let kind = if text(2).is_empty() { text(3) } else { text(2) };
                        let session = Session {
                            kind: kind.to_owned(),
                            holders: Vec::new(),
                        };
                        sessions.insert(Rules::session_id(text(0)), session);
                    }
                }
                _ => {
                    let session = sessions.get_mut(&Rules::session_id(text(0)));
                    if let Some(session) = session
                        && !is_true(text(2))
                        && !text(1).is_empty()
                        && session.holders.len() < 8
                        && !session.holders.iter().any(|known| known == text(1))
                    {
                        session.holders.push(text(1).to_owned());
                    }
                }
            }
            full = sessions.len() > MOST_SESSIONS;
            !full
        })?;
        if full {
            return Err(Unreadable::TooManySessions);
        }
    }
    Ok(sessions)
}

fn is_true(text: &str) -> bool {
    crate::domain::appointment::truth(text) == Some(true)
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
    let Scan {
        sheet,
        places,
        sessions,
        holders,
        types,
        rows,
        ..
    } = scan;
    let oldest = asked.today.minus_days(KEPT_DAYS);
    let mut full = false;
    sheet.rows(lines, places, &mut |_, _, row| {
        *rows += 1;
        let Ok(row) = row else { return true };
        let day = row.get(Column::Day).and_then(|text| {
            day(text.split([' ', 'T']).next().unwrap_or_default()).or_else(|| day(text))
        });
        if day.is_some_and(|day| day < oldest) || row.has_patient() == Some(false) {
            return true;
        }
        if let Some(session) = row.get(Column::Session) {
            let Some(session) = sessions.get(&Rules::session_id(session)) else {
                return true;
            };
            for holder in &session.holders {
                add(holders, holder, &session.kind);
            }
            add(types, &session.kind, "");
        } else {
            add(
                holders,
                row.get(Column::Holder).unwrap_or_default(),
                row.get(Column::Type).unwrap_or_default(),
            );
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
    let found = Found {
        slots: 1,
        hint: if fine { hint } else { String::new() },
        known: false,
    };
    names.insert(text.to_owned(), found);
}
