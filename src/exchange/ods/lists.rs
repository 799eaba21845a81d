//! Practices with opening dates and list sizes (`practices_2026-08.csv`).
//!
//! The column `list_size_est_2026_08` names its month, whose first day is the file's date. Its sizes are modelled so
//! that the practices of each PCN sum to the published total: they are illustrative wherever they are shown.

use std::collections::{BTreeMap, HashSet};

use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, Statement};

use super::{
    extract::{Extract, FileKind, area},
    refusal::Column,
    table::{Problems, Row, Table},
};

pub(super) const COLUMNS: &[&str] =
    &["ods_code", "name", "open_date", "pcn_code", "pcn_name", "sub_icb_code", "icb_code", "region_code"];

const CAVEAT: &str = "List sizes are estimates modelled from each PCN's total: illustrative only.";

/// The first day of the month that a list size column names.
pub(super) fn month(column: &[u8]) -> Option<LocalDate> {
    let (year, month) = std::str::from_utf8(column).ok()?.trim().strip_prefix("list_size_est_")?.split_once('_')?;
    LocalDate::new(year.parse().ok()?, month.parse().ok()?, 1)
}

pub(super) fn read(text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(FileKind::PracticeLists);
    let Some(table) = Table::new(text, COLUMNS, problems) else {
        return extract;
    };
    let mut sizes =
        table.header().iter().enumerate().filter_map(|(at, name)| month(name.as_bytes()).map(|month| (at + 1, month)));
    let (Some((size, month)), None) = (sizes.next(), sizes.next()) else {
        problems.push(1, Column::Row, "expected one column list_size_est_ with year and month");
        return extract;
    };
    extract.effective_on = Some(month);
    extract.caveat = Some(CAVEAT);
    let mut seen = HashSet::new();
    let mut areas = BTreeMap::new();
    let mut practices = Vec::new();
    table.rows(problems, |row| {
        if let Some(statement) = practice(row, size, &mut areas)
            && row.once(&mut seen, &statement.code, Column::Name("ods_code"))
        {
            practices.push(statement);
        }
    });
    extract.statements = areas.into_iter().map(|((kind, code), name)| Statement { name, ..area(kind, code) }).collect();
    extract.statements.append(&mut practices);
    extract
}

/// Areas by kind and code; only those of PCNs have a name in this file.
type Areas = BTreeMap<(OrganisationKind, OrgCode), Option<String>>;

fn practice(row: &mut Row<'_>, size: usize, areas: &mut Areas) -> Option<Statement> {
    let code = row.practice(Column::Name("ods_code"));
    let name = row.name(Column::Name("name"));
    let since = row.compact_day(Column::Name("open_date"));
    let patients = row.number(Column::Number(size));
    let pcn = if row.named("pcn_code").is_empty() {
        Some(None)
    } else {
        let name = row.name(Column::Name("pcn_name"));
        row.area(Column::Name("pcn_code")).zip(name).map(Some)
    };
    let sub_icb = row.area(Column::Name("sub_icb_code"));
    let icb = row.area(Column::Name("icb_code"));
    let region = row.area(Column::Name("region_code"));
    let nested =
        [(OrganisationKind::SubIcb, sub_icb?), (OrganisationKind::Icb, icb?), (OrganisationKind::Region, region?)];
    let pcn = pcn?;
    let mut parents: BTreeMap<_, _> = nested.iter().map(|(kind, code)| (*kind, Some(code.clone()))).collect();
    parents.insert(OrganisationKind::Pcn, pcn.as_ref().map(|(code, _)| code.clone()));
    let statement = Statement {
        standing: Openness::Open { since: since? },
        name: Some(name?),
        list_size: Some(patients?),
        parents,
        ..Statement::about(OrganisationKind::Practice, code?.into())
    };
    areas.extend(nested.map(|area| (area, None)));
    areas.extend(pcn.map(|(code, name)| ((OrganisationKind::Pcn, code), Some(name))));
    Some(statement)
}
