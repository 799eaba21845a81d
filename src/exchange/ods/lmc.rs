//! LMCs and their practices. No open list exists: both files are our own compilation, and rows that are general
//! knowledge or a guess are marked as uncertain for an administrator to check.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::ids::OrgCode;

use crate::domain::organisation::{OrganisationKind, Statement};

use super::{
    extract::{Extract, FileKind, Reason, Skipped, Uncertain, area},
    refusal::Column,
    table::{Problems, Row, Table},
};

pub(super) const LMC_COLUMNS: &[&str] = &["lmc_id", "name", "icb_codes", "source_seen"];
pub(super) const MEMBER_COLUMNS: &[&str] = &["ods_code", "lmc_id", "assigned_by"];

/// Reads LMCs with the ICBs they cover, separated by `|`. A row without a page it was checked against is uncertain.
pub(super) fn read_lmcs(text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(FileKind::Lmcs);
    let Some(table) = Table::new(text, LMC_COLUMNS, problems) else {
        return extract;
    };
    let mut seen = HashSet::new();
    let mut lmcs = Vec::new();
    table.rows(problems, |row| {
        let code = row.code(Column::Name("lmc_id"));
        let name = row.name(Column::Name("name"));
        let covers = covered(row);
        let (Some(code), Some(name), Some(covers)) = (code, name, covers) else {
            return;
        };
        if !row.once(&mut seen, &code, Column::Name("lmc_id")) {
            return;
        }
        if row.named("source_seen").is_empty() {
            extract.uncertain.push(Uncertain { line: row.line, code: code.clone() });
        }
        lmcs.push(Statement { name: Some(name), covers: Some(covers), ..area(OrganisationKind::Lmc, code) });
    });
    extract.statements = lmcs;
    extract
}

fn covered(row: &mut Row<'_>) -> Option<BTreeSet<OrgCode>> {
    let capitals = |code: &str| code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let codes: Option<_> = row
        .named("icb_codes")
        .split('|')
        .map(str::trim)
        .map(|code| code.parse().ok().filter(|_| capitals(code)))
        .collect();
    if codes.is_none() {
        row.wrong(Column::Name("icb_codes"), "not codes of ICBs separated by |");
    }
    codes
}

/// Reads the LMC of each practice. A practice without one is said to be in none, and is listed.
pub(super) fn read_members(text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(FileKind::LmcMembers);
    let Some(table) = Table::new(text, MEMBER_COLUMNS, problems) else {
        return extract;
    };
    let mut seen = HashSet::new();
    table.rows(problems, |row| {
        let practice = row.practice(Column::Name("ods_code"));
        let lmc = if row.named("lmc_id").is_empty() { Some(None) } else { row.code(Column::Name("lmc_id")).map(Some) };
        let (Some(practice), Some(lmc)) = (practice, lmc) else {
            return;
        };
        if !row.once(&mut seen, &practice, Column::Name("ods_code")) {
            return;
        }
        let code = OrgCode::from(practice);
        let line = row.line;
        let how = row.named("assigned_by");
        if lmc.is_none() {
            let reason = Reason::Unassigned;
            extract.skipped.push(Skipped { line, code: code.clone(), reason });
        } else if how.ends_with("guess") || how.ends_with("ambiguous") {
            extract.uncertain.push(Uncertain { line, code: code.clone() });
        }
        extract.statements.push(Statement {
            parents: BTreeMap::from([(OrganisationKind::Lmc, lmc)]),
            ..Statement::about(OrganisationKind::Practice, code)
        });
    });
    extract
}
