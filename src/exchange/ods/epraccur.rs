//! ODS `epraccur`: practices and prescribing cost centres of England, Wales and the Crown dependencies.
//!
//! 27 columns, no header, no date. Two layouts, told apart by column 13 (status) and column 26 (setting): until 2025
//! `A`, `C`, `D`, `P` and a number, since then a word and a role. Only open GP practices of England open anything.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use csv::ByteRecord;
use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, Statement};

use super::{
    extract::{Extract, FileKind, Reason, Skipped, area},
    refusal::Column,
    table::{Problems, Row, rows_without_header},
};

const COLUMNS: usize = 27;
const CODE: Column = Column::Number(1);
const NAME: Column = Column::Number(2);
const REGION: Column = Column::Number(3);
const ICB: Column = Column::Number(4);
const OPENED: Column = Column::Number(11);
const CLOSED: Column = Column::Number(12);
const STATUS: Column = Column::Number(13);
const SUB_ICB: Column = Column::Number(15);
const SETTING: Column = Column::Number(26);

/// "Region" of Wales.
const WALES: &str = "W00";
/// "ICBs" of the Isle of Man, Jersey, Guernsey and Alderney.
const CROWN_DEPENDENCIES: [&str; 4] = ["YAC", "YAD", "YAE", "YAF"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Open,
    Closed,
    Dormant,
    Proposed,
}

fn status(text: &str) -> Option<(FileKind, Status)> {
    Some(match text {
        "A" => (FileKind::EpraccurOld, Status::Open),
        "C" => (FileKind::EpraccurOld, Status::Closed),
        "D" => (FileKind::EpraccurOld, Status::Dormant),
        "P" => (FileKind::EpraccurOld, Status::Proposed),
        "ACTIVE" => (FileKind::EpraccurNew, Status::Open),
        "INACTIVE" => (FileKind::EpraccurNew, Status::Closed),
        "DORMANT" => (FileKind::EpraccurNew, Status::Dormant),
        "PROPOSED" => (FileKind::EpraccurNew, Status::Proposed),
        _ => return None,
    })
}

/// Signs between several settings of one cell.
const BETWEEN: [char; 4] = ['|', ';', ',', ' '];

/// The layout of a cell of settings, and whether a GP practice is among them; none where the cell is blank.
fn settings(text: &str) -> Option<(Option<FileKind>, bool)> {
    let mut layout = None;
    let mut is_practice = false;
    for one in text.split(BETWEEN).filter(|one| !one.is_empty()) {
        let (of, practice) = setting(one)?;
        if layout.is_some_and(|layout| layout != of) {
            return None;
        }
        layout = Some(of);
        is_practice |= practice;
    }
    Some((layout, is_practice))
}

/// The layout of one setting, and whether it is that of a GP practice.
fn setting(text: &str) -> Option<(FileKind, bool)> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if number(text) {
        Some((FileKind::EpraccurOld, text == "4"))
    } else if text.strip_prefix("RO").is_some_and(number) {
        Some((FileKind::EpraccurNew, text == "RO76"))
    } else {
        None
    }
}

/// Which of the layouts these rows have: most rows must have the columns, a status and a setting of one of them, so
/// that a bad row does not hide what a file is.
pub(super) fn layout(records: &[ByteRecord]) -> Option<FileKind> {
    let field = |record: &ByteRecord, column: usize| {
        record.get(column).and_then(|field| std::str::from_utf8(field).ok()).map(str::to_owned)
    };
    let of = |record: &ByteRecord| {
        let (kind, _) = status(&field(record, 12)?)?;
        let (same, _) = settings(field(record, 25)?.trim())?;
        (record.len() == COLUMNS && same.is_none_or(|same| same == kind)).then_some(kind)
    };
    [FileKind::EpraccurOld, FileKind::EpraccurNew].into_iter().find(|kind| {
        let rows = records.iter().filter(|record| of(record) == Some(*kind)).count();
        rows * 2 > records.len()
    })
}

pub(super) fn read(kind: FileKind, text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(kind);
    let mut seen = HashSet::new();
    let mut areas: BTreeSet<(OrganisationKind, OrgCode)> = BTreeSet::new();
    let mut practices = Vec::new();
    rows_without_header(text, COLUMNS, problems, |row| {
        let Some(code) = row.code(CODE) else { return };
        let (Some(status), Some(is_practice)) = (status_of(row, kind), setting_of(row, kind)) else {
            return;
        };
        let reason = out_of_scope(row, status, is_practice);
        if let Some(reason) = reason {
            extract.skipped.push(Skipped { line: row.line, code: code.clone(), reason });
        }
        if !matches!(reason, None | Some(Reason::Closed)) {
            return;
        }
        let statement = if status == Status::Closed { closing(row) } else { open(row, &mut areas) };
        if let Some(statement) = statement
            && row.once(&mut seen, &code, CODE)
        {
            practices.push(statement);
        }
    });
    extract.statements = areas.into_iter().map(|(kind, code)| area(kind, code)).collect();
    extract.statements.append(&mut practices);
    extract
}

fn status_of(row: &mut Row<'_>, kind: FileKind) -> Option<Status> {
    let found = status(row.text(&STATUS)).filter(|(layout, _)| *layout == kind);
    if found.is_none() {
        row.wrong(STATUS, "not a status of this layout");
    }
    found.map(|(_, status)| status)
}

fn setting_of(row: &mut Row<'_>, kind: FileKind) -> Option<bool> {
    // A blank one is no practice's: ODS leaves it so for places that no longer prescribe.
    let found = settings(row.text(&SETTING)).filter(|(layout, _)| layout.is_none_or(|layout| layout == kind));
    if found.is_none() {
        row.wrong(SETTING, "not a prescribing setting of this layout");
    }
    found.map(|(_, is_practice)| is_practice)
}

fn out_of_scope(row: &Row<'_>, status: Status, is_practice: bool) -> Option<Reason> {
    if row.text(&REGION) == WALES {
        return Some(Reason::Wales);
    }
    if CROWN_DEPENDENCIES.contains(&row.text(&ICB)) {
        return Some(Reason::CrownDependency);
    }
    if !is_practice {
        return Some(Reason::OtherSetting);
    }
    match status {
        Status::Open => None,
        Status::Closed => Some(Reason::Closed),
        Status::Dormant => Some(Reason::Dormant),
        Status::Proposed => Some(Reason::Proposed),
    }
}

fn closing(row: &mut Row<'_>) -> Option<Statement> {
    let on: Option<LocalDate> = row.compact_day(CLOSED)?;
    let code = row.practice(CODE)?;
    let standing = Openness::Closed { on };
    Some(Statement { standing, ..Statement::about(OrganisationKind::Practice, code.into()) })
}

fn open(row: &mut Row<'_>, areas: &mut BTreeSet<(OrganisationKind, OrgCode)>) -> Option<Statement> {
    let code = row.practice(CODE);
    let name = row.name(NAME);
    let since = row.compact_day(OPENED);
    let sub_icb = row.area(SUB_ICB);
    let icb = row.area(ICB);
    let region = row.area(REGION);
    let parents =
        [(OrganisationKind::SubIcb, sub_icb?), (OrganisationKind::Icb, icb?), (OrganisationKind::Region, region?)];
    let statement = Statement {
        standing: Openness::Open { since: since? },
        name: Some(name?),
        parents: parents.iter().map(|(kind, code)| (*kind, Some(code.clone()))).collect::<BTreeMap<_, _>>(),
        ..Statement::about(OrganisationKind::Practice, code?.into())
    };
    areas.extend(parents);
    Some(statement)
}
