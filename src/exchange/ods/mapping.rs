//! NHS England's mapping of practices to PCN, sub-ICB location, ICB and region (`gp-reg-pat-prac-map`).
//!
//! Published monthly with *Patients Registered at a GP Practice*; complete for England. Lines end in CRLF in some
//! months and in LF in others. Practice names repeat; only codes identify.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, Statement};

use super::{
    extract::{Extract, FileKind, area},
    refusal::Column,
    table::{Problems, Row, Table},
};

pub(super) const COLUMNS: &[&str] = &[
    "EXTRACT_DATE",
    "PRACTICE_CODE",
    "PRACTICE_NAME",
    "PCN_CODE",
    "PCN_NAME",
    "SUB_ICB_LOCATION_CODE",
    "SUB_ICB_LOCATION_NAME",
    "ICB_CODE",
    "ICB_NAME",
    "COMM_REGION_CODE",
    "COMM_REGION_NAME",
];

/// Code of a practice in no PCN.
const NO_PCN: &str = "U";

/// An area as its practices' rows describe it.
struct Area {
    kind: OrganisationKind,
    name: String,
    /// How many practices put it into which parent. Sub-ICB locations nest in ICBs and ICBs in regions; should a row
    /// disagree, most rows win. Of a PCN nothing is said: it can span two ICBs.
    parents: BTreeMap<OrgCode, usize>,
}

pub(super) fn read(text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(FileKind::PracticeMapping);
    let Some(table) = Table::new(text, COLUMNS, problems) else {
        return extract;
    };
    let mut areas: HashMap<OrgCode, Area> = HashMap::new();
    let mut practices = Vec::new();
    let mut seen = HashSet::new();
    table.rows(problems, |row| {
        let day = day(row);
        if let (Some(day), Some(first)) = (day, extract.effective_on)
            && day != first
        {
            row.wrong(Column::Name("EXTRACT_DATE"), "another date than in the rows before");
        }
        extract.effective_on = extract.effective_on.or(day);
        let code = row.practice(Column::Name("PRACTICE_CODE"));
        let name = row.name(Column::Name("PRACTICE_NAME"));
        let parents = parents(row, &mut areas);
        if let (Some(code), Some(name), Some(parents)) = (code, name, parents)
            && row.once(&mut seen, &code, Column::Name("PRACTICE_CODE"))
        {
            practices.push(Statement {
                standing: Openness::Open { since: None },
                name: Some(name),
                parents,
                ..Statement::about(OrganisationKind::Practice, code.into())
            });
        }
    });
    extract.statements = statements(areas);
    extract.statements.append(&mut practices);
    extract
}

/// The areas of a practice; remembers each with its name.
fn parents(
    row: &mut Row<'_>,
    areas: &mut HashMap<OrgCode, Area>,
) -> Option<BTreeMap<OrganisationKind, Option<OrgCode>>> {
    let sub_icb = row.area(Column::Name("SUB_ICB_LOCATION_CODE"));
    let icb = row.area(Column::Name("ICB_CODE"));
    let region = row.area(Column::Name("COMM_REGION_CODE"));
    let pcn = if row.named("PCN_CODE") == NO_PCN { Some(None) } else { row.area(Column::Name("PCN_CODE")).map(Some) };
    let (pcn, sub_icb, icb, region) = (pcn?, sub_icb?, icb?, region?);
    if let Some(pcn) = &pcn {
        remember(row, areas, OrganisationKind::Pcn, pcn, "PCN_NAME", None);
    }
    remember(row, areas, OrganisationKind::SubIcb, &sub_icb, "SUB_ICB_LOCATION_NAME", Some(&icb));
    remember(row, areas, OrganisationKind::Icb, &icb, "ICB_NAME", Some(&region));
    remember(row, areas, OrganisationKind::Region, &region, "COMM_REGION_NAME", None);
    Some(BTreeMap::from([
        (OrganisationKind::Pcn, pcn),
        (OrganisationKind::SubIcb, Some(sub_icb)),
        (OrganisationKind::Icb, Some(icb)),
        (OrganisationKind::Region, Some(region)),
    ]))
}

fn remember(
    row: &mut Row<'_>,
    areas: &mut HashMap<OrgCode, Area>,
    kind: OrganisationKind,
    code: &OrgCode,
    name: &'static str,
    parent: Option<&OrgCode>,
) {
    if !areas.contains_key(code) {
        let Some(name) = row.name(Column::Name(name)) else {
            return;
        };
        areas.insert(code.clone(), Area { kind, name, parents: BTreeMap::new() });
    }
    let Some(area) = areas.get_mut(code) else {
        return;
    };
    if area.kind != kind {
        row.wrong(Column::Name(name), "the code is used for two kinds of area");
    } else if let Some(parent) = parent {
        if let Some(practices) = area.parents.get_mut(parent) {
            *practices += 1;
        } else {
            area.parents.insert(parent.clone(), 1);
        }
    }
}

fn statements(areas: HashMap<OrgCode, Area>) -> Vec<Statement> {
    let mut statements: Vec<_> = areas
        .into_iter()
        .map(|(code, found)| {
            let parent = match found.kind {
                OrganisationKind::SubIcb => Some(OrganisationKind::Icb),
                OrganisationKind::Icb => Some(OrganisationKind::Region),
                _ => None,
            };
            // Of two parents with as many practices the one with the lower code, so that reading is repeatable.
            let most = found.parents.into_iter().rev().max_by_key(|(_, practices)| *practices);
            Statement {
                name: Some(found.name),
                parents: parent.zip(most).map(|(kind, (code, _))| (kind, Some(code))).into_iter().collect(),
                ..area(found.kind, code)
            }
        })
        .collect();
    statements.sort_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code)));
    statements
}

/// The date of a row, written `01Aug2026`.
fn day(row: &mut Row<'_>) -> Option<LocalDate> {
    let text = row.named("EXTRACT_DATE");
    let shape = text.len() == 9 && text.bytes().take(2).all(|byte| byte.is_ascii_digit());
    let day = NaiveDate::parse_from_str(text, "%d%b%Y").ok().filter(|_| shape).map(LocalDate);
    if day.is_none() {
        row.wrong(Column::Name("EXTRACT_DATE"), "not a day written 01Aug2026");
    }
    day
}
