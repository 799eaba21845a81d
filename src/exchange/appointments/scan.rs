//! The first reading: what the files are, which names they hold, and their digest. Nothing is stored.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{ClinicianId, LocalDate, OdsCode};

use super::{MOST_SESSIONS, Source, Unreadable, lines::Lines, names, rows::count_without_name, sheet::Sheet};
use crate::domain::{
    appointment::{
        Column, Erasures, FileKind, KEPT_DAYS, Matched, Matching, Places, RowRules, Session, Sessions, System,
        TypeMeaning, day, kind_in_words, plain, truth,
    },
    digest,
};

/// Holders of one session that are kept.
const MOST_HOLDERS: usize = 8;

/// EMIS: what is used of the file of sessions, and of that of their holders.
pub(super) const SESSION_COLUMNS: [&str; 5] =
    ["appointmentsessionguid", "startdate", "sessiontypedescription", "description", "deleted"];
pub(super) const HOLDER_COLUMNS: [&str; 3] = ["sessionguid", "userinroleguid", "deleted"];

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
    /// Days on which the file comes on top of what stands, where somebody said so.
    pub on_top: OnTop,
    /// What clinicians had erased: the practice kept the sums.
    pub erased: Erasures,
}

/// Days of clinicians on which rows without slot ids are slots of their own, whatever stood before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OnTop(pub BTreeSet<(ClinicianId, LocalDate)>);

/// A name in a file, for whoever chose the file to match: it is shown and forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Slots that have it.
    pub slots: u64,
    /// Of them those that were attended, where the columns are known.
    pub attended: u64,
    /// What helps to know a session holder who is only a number: the description of a session.
    pub hint: String,
    /// Whether it was matched before, or speaks for itself.
    pub known: bool,
}

/// A file of slots.
#[derive(Debug)]
pub(super) struct Part {
    /// Its place among the files.
    pub(super) at: usize,
    pub(super) sheet: Sheet,
    pub(super) places: Places,
    /// Lines of the files of slots before it: lines are counted through.
    pub(super) lines_before: u64,
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
    /// Bytes of the files of slots.
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
    /// Statuses whose words nobody explained.
    pub statuses: BTreeMap<String, Found>,
    /// Dropped columns, by name.
    pub dropped: Vec<String>,
    pub(super) parts: Vec<Part>,
    pub(super) sessions: Sessions,
}

impl Scan {
    /// Whether rows would be refused because nobody said whose session it is.
    pub fn has_unknown_holders(&self) -> bool {
        self.holders.values().any(|found| !found.known)
    }

    /// Whether a person should say what words of the file mean: statuses that are not known, and attended slots of a type that
    /// its words take out of the count.
    pub fn has_words_to_explain(&self) -> bool {
        let guessed = |(text, found): (&String, &Found)| {
            let meaning = kind_in_words(text);
            !found.known && found.attended > 0 && !matches!(meaning, Some(TypeMeaning::Contact(_)))
        };
        self.statuses.values().any(|found| !found.known) || self.types.iter().any(guessed)
    }

    /// Whether the slots have ids of their own: files without are compared by what their rows mean.
    pub fn has_slot_ids(&self) -> bool {
        self.parts.iter().all(|part| part.places.0.contains_key(&Column::Slot))
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
    let sessions = sessions(sources, &sheets, system, asked.today)?;
    let mut scan = Scan {
        system,
        sha256: String::new(),
        rows: 0,
        bytes: 0,
        columns: Vec::new(),
        guessed: BTreeMap::new(),
        missing: Vec::new(),
        holders: BTreeMap::new(),
        types: BTreeMap::new(),
        statuses: BTreeMap::new(),
        dropped: Vec::new(),
        parts: Vec::new(),
        sessions,
    };
    for at in slots {
        let sheet = sheets.get(at).cloned().ok_or(Unreadable::NoSlots)?;
        scan.add(at, sheet, asked)?;
    }
    read_names(&mut scan, sources, asked)?;
    if scan.rows == 0 {
        return Err(Unreadable::NoRows);
    }
    Ok(scan)
}

impl Scan {
    /// Adds a file of slots: where its columns stand, and which have to be pointed out.
    fn add(&mut self, at: usize, sheet: Sheet, asked: &Asked) -> Result<(), Unreadable> {
        let (places, mut missing) = placed(&sheet, self.system, asked);
        if let Some(column) = missing.first().filter(|_| self.system != System::Report) {
            return Err(Unreadable::Missing(*column));
        }
        let name = |at: &usize| sheet.header.get(*at).cloned();
        for at in (0..sheet.header.len()).filter(|at| !sheet.dropped.contains(at)) {
            let name = name(&at).unwrap_or_default();
            if !self.columns.contains(&name) {
                self.columns.push(name);
            }
        }
        for (column, at) in &places.0 {
            if let Some(name) = name(at) {
                self.guessed.entry(*column).or_insert(name);
            }
        }
        missing.retain(|column| !self.missing.contains(column));
        self.missing.append(&mut missing);
        for name in sheet.dropped.iter().map(|at| sheet.name_of(*at)) {
            if !self.dropped.contains(&name) {
                self.dropped.push(name);
            }
        }
        self.parts.push(Part { at, sheet, places, lines_before: 0 });
        Ok(())
    }
}

/// Where the columns of a file of slots stand, and which have to be pointed out.
pub(super) fn placed(sheet: &Sheet, system: System, asked: &Asked) -> (Places, Vec<Column>) {
    let mut places = asked.matching.places(&asked.practice, system, &sheet.header);
    let mut missing = places.missing(system);
    if system == System::Report && !asked.matching.has_all(&asked.practice, &sheet.header) {
        missing
            .extend(places.doubled(&sheet.header).into_iter().filter(|one| !missing.contains(one)).collect::<Vec<_>>());
        if !places.0.contains_key(&Column::Count)
            && let Some(at) = count_without_name(sheet.columns())
        {
            places.0.insert(Column::Count, at);
        }
    }
    (places, missing)
}

/// Which of the files hold the slots: one of an extract, or several reports. The others must fit to it.
fn the_slots(sheets: &[Sheet]) -> Result<(Vec<usize>, System), Unreadable> {
    let report = FileKind::Slots(System::Report);
    for (at, sheet) in sheets.iter().enumerate() {
        if sheet.kind != report && sheets.iter().take(at).any(|other| other.kind == sheet.kind) {
            return Err(Unreadable::SameKind);
        }
    }
    let slots = sheets.iter().enumerate().filter_map(|(at, sheet)| match sheet.kind {
        FileKind::Slots(system) => Some((at, system)),
        _ => None,
    });
    let found: Vec<(usize, System)> = slots.collect();
    let (_, system) = *found.first().ok_or(Unreadable::NoSlots)?;
    if found.iter().any(|(_, other)| *other != system) {
        return Err(Unreadable::SameKind);
    }
    let has = |kind| sheets.iter().any(|sheet| sheet.kind == kind);
    if system == System::Emis && !(has(FileKind::Sessions) && has(FileKind::Holders)) {
        return Err(Unreadable::NoSessions);
    }
    Ok((found.into_iter().map(|(at, _)| at).collect(), system))
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
    each(file(FileKind::Sessions)?, SESSION_COLUMNS, |[id, begins, kind, description, deleted]| {
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
    each(file(FileKind::Holders)?, HOLDER_COLUMNS, |[id, holder, deleted]| {
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
    let mut lines_before = 0;
    for (at, source) in sources.iter().enumerate() {
        let mut lines = Lines::digesting(&source.file)?;
        let part = scan.parts.iter().position(|part| part.at == at);
        if let Some(mut part) = part.map(|place| scan.parts.remove(place)) {
            part.lines_before = lines_before;
            lines_before += names::of_slots(scan, (&part.sheet, &part.places), &mut lines, asked)?;
            scan.bytes += lines.bytes;
            scan.parts.push(part);
        } else {
            while lines.next()? != super::lines::Line::End {}
        }
        let digest = lines.sha256();
        if digests.contains(&digest) {
            return Err(Unreadable::SameKind);
        }
        digests.push(digest);
    }
    digests.sort_unstable();
    let parts: Vec<&[u8]> = digests.iter().map(<[u8; 32]>::as_slice).collect();
    scan.sha256 = digest::hex(&parts);
    let (practice, matching) = (&asked.practice, &asked.matching);
    for (text, found) in &mut scan.holders {
        found.known = matching.holder(practice, scan.system, text) != Matched::Unknown;
    }
    for (text, found) in &mut scan.types {
        found.known = matching.types.contains_key(&Matching::type_id(practice, scan.system, text));
    }
    for (text, found) in &mut scan.statuses {
        found.known = matching.statuses.contains_key(&Matching::status_id(practice, scan.system, text));
    }
    Ok(())
}
