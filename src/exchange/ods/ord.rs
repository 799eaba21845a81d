//! Answers of ODS's ORD interface: an organisation each, as JSON with its identity, roles and relationships.
//!
//! One answer, a list of them, or one after another in a file. An answer has no date of its own: what it says holds on the
//! day on which it was fetched. What an organisation is, its roles say; what it belongs to, its active relationships.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use entity::ids::{LocalDate, OdsCode, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, Statement};

use super::{
    extract::{Extract, FileKind, Reason, Skipped, Uncertain},
    ord_shapes::{Answer, Organisation, Period},
    refusal::Column,
    table::{LONGEST_NAME, Problems},
};

const ID: Column = Column::Name("OrgId");
const NAME: Column = Column::Name("Name");
const STATUS: Column = Column::Name("Status");
const ROLES: Column = Column::Name("Roles");
const RELS: Column = Column::Name("Rels");
const SUCCS: Column = Column::Name("Succs");
const DATE: Column = Column::Name("Date");

/// Roles that make an organisation one of ours.
const KINDS: [(&str, OrganisationKind); 5] = [
    ("RO76", OrganisationKind::Practice),
    ("RO272", OrganisationKind::Pcn),
    ("RO319", OrganisationKind::SubIcb),
    ("RO318", OrganisationKind::Icb),
    ("RO209", OrganisationKind::Region),
];

/// Primary roles of what an organisation can belong to. A hub has that of a sub-ICB location too; none of our files knows it.
const PARENTS: [(&str, OrganisationKind); 4] = [
    ("RO272", OrganisationKind::Pcn),
    ("RO98", OrganisationKind::SubIcb),
    ("RO261", OrganisationKind::Icb),
    ("RO209", OrganisationKind::Region),
];

/// Relationships that say where something belongs, the strongest first: commissioned by, partner to, in the geography of,
/// directed by, a sub-division of.
const BELONGS: [&str; 5] = ["RE4", "RE8", "RE5", "RE3", "RE2"];

/// Whether a file is JSON: no table begins so.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first().is_some_and(|first| matches!(first, b'{' | b'['))
}

pub(super) fn read(text: &str, problems: &mut Problems) -> Extract {
    let mut extract = Extract::new(FileKind::Ord);
    let mut answers = Answers { text, at: 0, is_list: false, counted: 0, line: 1 };
    let mut seen = HashSet::new();
    while let Some((line, answer)) = answers.next(problems) {
        let Some(found) = organisation(answer, line, problems) else {
            continue;
        };
        take(&found, &mut Place { line, problems }, &mut extract, &mut seen);
    }
    // Areas before practices, as every file has them.
    extract.statements.sort_by_key(|statement| std::cmp::Reverse(statement.kind));
    extract
}

fn organisation(answer: Answer, line: u64, problems: &mut Problems) -> Option<Organisation> {
    if answer.one.is_none() {
        let reason = if answer.found.is_some() {
            "the answer to a search, which does not say what an organisation belongs to: fetch the record of each, at \
             …/ORD/2-0-0/organisations/CODE"
        } else if answer.fhir.is_some() {
            "an answer of ODS's FHIR interface, which is not read: fetch the record from …/ORD/2-0-0/organisations/CODE"
        } else {
            "no answer of ODS: a record begins with \"Organisation\""
        };
        problems.push(line, Column::Row, reason);
    }
    answer.one
}

/// Answers with the line each starts on.
struct Answers<'a> {
    text: &'a str,
    at: usize,
    is_list: bool,
    /// Bytes whose line ends were counted, and the line they reach.
    counted: usize,
    line: u64,
}

impl Answers<'_> {
    fn next(&mut self, problems: &mut Problems) -> Option<(u64, Answer)> {
        self.reach(problems)?;
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Answer>();
        let found = stream.next()?;
        self.at = start.saturating_add(stream.byte_offset());
        match found {
            Ok(answer) => Some((self.line(start), answer)),
            Err(error) => {
                self.wrong(&error, start, problems);
                None
            }
        }
    }

    /// Goes to where the next answer begins; none at the end of the file.
    fn reach(&mut self, problems: &mut Problems) -> Option<()> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at = self.at.saturating_add(rest.len().saturating_sub(rest.trim_start().len()));
            let rest = self.text.get(self.at..).unwrap_or_default();
            match rest.as_bytes().first() {
                None if self.is_list => {
                    let end = self.line(self.at);
                    problems.push(end, Column::Row, "the list has no end: the file is cut short");
                    return None;
                }
                None => return None,
                Some(b'[') if !self.is_list => self.is_list = true,
                Some(b']') if self.is_list => self.is_list = false,
                Some(b',') if self.is_list => {}
                _ => return Some(()),
            }
            self.at = self.at.saturating_add(1);
        }
    }

    /// The line of a place, which is never before the last one asked for: a file of thousands is counted once.
    fn line(&mut self, at: usize) -> u64 {
        let passed = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        let lines = passed.iter().map(|byte| u64::from(*byte == b'\n')).sum();
        self.line = self.line.saturating_add(lines);
        self.counted = self.counted.max(at);
        self.line
    }

    /// What the parser says repeats what the file says; only its place is told.
    fn wrong(&mut self, error: &serde_json::Error, start: usize, problems: &mut Problems) {
        let before = self.text.get(..start).unwrap_or_default();
        let behind = before.len().saturating_sub(before.rfind('\n').map_or(0, |at| at.saturating_add(1)));
        let character = if error.line() == 1 { behind.saturating_add(error.column()) } else { error.column() };
        let reason = match error.classify() {
            serde_json::error::Category::Eof => "the file ends here, in the middle of a record: it is cut short",
            serde_json::error::Category::Data => "a record of ODS has something else here",
            _ => "not JSON",
        };
        let line = self.line(start).saturating_add(u64::try_from(error.line()).unwrap_or(1).saturating_sub(1));
        problems.push(line, Column::Character(character), reason);
    }
}

/// Where an answer is, and what is wrong with it.
struct Place<'a> {
    line: u64,
    problems: &'a mut Problems,
}

impl Place<'_> {
    fn wrong(&mut self, column: Column, reason: &str) {
        self.problems.push(self.line, column, reason);
    }

    /// A code in capitals and digits.
    fn code(&mut self, text: &str, column: Column) -> Option<OrgCode> {
        let capitals = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let code = text.parse().ok().filter(|_| capitals);
        if code.is_none() {
            self.wrong(column, "not a code: capitals and digits only");
        }
        code
    }

    /// The operational day of a kind; `Some(None)` where none is said.
    #[expect(clippy::option_option, reason = "none, a day and neither are three answers")]
    fn day(&mut self, dates: &[Period], of: fn(&Period) -> Option<&String>) -> Option<Option<LocalDate>> {
        let text = dates.iter().filter(|date| date.r#type == "Operational").find_map(of);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Some(None);
        };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
        if day.is_none() {
            self.wrong(DATE, "not a day written 2026-11-20");
        }
        day.map(|day| Some(LocalDate(day)))
    }
}

fn is_active(status: Option<&String>) -> Option<bool> {
    match status.map(String::as_str) {
        Some("Active") => Some(true),
        Some("Inactive") => Some(false),
        _ => None,
    }
}

fn take(found: &Organisation, at: &mut Place<'_>, extract: &mut Extract, seen: &mut HashSet<OrgCode>) {
    let Some(id) = &found.org_id else {
        return at.wrong(ID, "it is missing");
    };
    let Some(code) = at.code(&id.extension, ID) else { return };
    let Some(is_open) = is_active(found.status.as_ref()) else {
        return at.wrong(STATUS, "not Active or Inactive");
    };
    if found.roles.role.is_empty() {
        return at.wrong(ROLES, "an organisation has a role at least");
    }
    if !seen.insert(code.clone()) {
        return at.wrong(ID, "the code is in the file twice");
    }
    let (line, kind) = (at.line, kind(found, is_open));
    let mut skip = |reason| extract.skipped.push(Skipped { line, code: code.clone(), reason });
    let Some(kind) = kind else {
        return skip(Reason::OtherSetting);
    };
    if let Some(reason) = abroad(found) {
        return skip(reason);
    }
    if kind == OrganisationKind::Practice && id.extension.parse::<OdsCode>().is_err() {
        return at.wrong(ID, "not the code of a practice: a letter and five digits");
    }
    if !is_open {
        skip(Reason::Closed);
        if let (Some(on), Some(successor)) = (at.day(&found.date, |date| date.end.as_ref()), successor(found, at)) {
            let standing = Openness::Closed { on };
            extract.statements.push(Statement { standing, successor, ..Statement::about(kind, code) });
        }
        return;
    }
    let (since, name, parents) = (at.day(&found.date, |date| date.start.as_ref()), name(found, at), parents(found, at));
    let (Some(since), Some(name), Some((mut parents, is_sure))) = (since, name, parents) else {
        return;
    };
    keep_what_it_says(kind, &mut parents);
    if !is_sure {
        extract.uncertain.push(Uncertain { line, code: code.clone() });
    }
    // An area counts from the first file that names it, as in every other file.
    let since = since.filter(|_| kind == OrganisationKind::Practice);
    extract.statements.push(Statement {
        standing: Openness::Open { since },
        name: Some(name),
        parents,
        ..Statement::about(kind, code)
    });
}

/// Which one took over; nothing where several did.
#[expect(clippy::option_option, reason = "none, one and neither are three answers")]
fn successor(found: &Organisation, at: &mut Place<'_>) -> Option<Option<OrgCode>> {
    let mut codes = BTreeSet::new();
    for succ in found.succs.succ.iter().filter(|succ| succ.r#type == "Successor") {
        codes.insert(at.code(&succ.target.org_id.extension, SUCCS)?);
    }
    Some(codes.pop_first().filter(|_| codes.is_empty()))
}

/// What an organisation is; none of ours where no role says so. The roles of one that is closed have ended with it.
fn kind(found: &Organisation, is_open: bool) -> Option<OrganisationKind> {
    let has = |id: &str| {
        let mut roles = found.roles.role.iter().filter(|role| role.id == id);
        roles.any(|role| !is_open || is_active(role.status.as_ref()) == Some(true))
    };
    KINDS.into_iter().find(|(role, _)| has(role)).map(|(_, kind)| kind)
}

fn abroad(found: &Organisation) -> Option<Reason> {
    let country = found.geo_loc.as_ref()?.location.as_ref()?.country.as_ref()?;
    match country.to_uppercase().as_str() {
        "" | "ENGLAND" => None,
        "WALES" => Some(Reason::Wales),
        "ISLE OF MAN" | "JERSEY" | "GUERNSEY" | "ALDERNEY" | "CHANNEL ISLANDS" => Some(Reason::CrownDependency),
        _ => Some(Reason::Elsewhere),
    }
}

fn name(found: &Organisation, at: &mut Place<'_>) -> Option<String> {
    let name = found.name.as_deref().unwrap_or_default().trim();
    let reason = if name.is_empty() {
        "a name is missing"
    } else if name.chars().count() > LONGEST_NAME {
        "a name has more than 200 characters"
    } else if name.contains(char::is_control) {
        "a name has control characters"
    } else {
        return Some(name.to_owned());
    };
    at.wrong(NAME, reason);
    None
}

/// What an organisation belongs to.
type Parents = BTreeMap<OrganisationKind, Option<OrgCode>>;

/// What its active relationships say, the strongest of each kind, and whether no two of one strength disagree.
fn parents(found: &Organisation, at: &mut Place<'_>) -> Option<(Parents, bool)> {
    let mut parents = Parents::new();
    let mut is_sure = true;
    for (role, kind) in PARENTS {
        for relation in BELONGS {
            let mut codes = BTreeSet::new();
            for rel in
                found.rels.rel.iter().filter(|rel| rel.id == relation && is_active(rel.status.as_ref()) == Some(true))
            {
                if rel.target.primary_role_id.as_ref().is_some_and(|primary| primary.id == role) {
                    codes.insert(at.code(&rel.target.org_id.extension, RELS)?);
                }
            }
            if codes.is_empty() {
                continue;
            }
            is_sure &= codes.len() == 1;
            if codes.len() == 1 {
                parents.extend(codes.pop_first().map(|code| (kind, Some(code))));
            }
            break;
        }
    }
    Some((parents, is_sure))
}

/// A practice without a network is in none; of a network nothing is said, for it can span two ICBs.
fn keep_what_it_says(kind: OrganisationKind, parents: &mut Parents) {
    use OrganisationKind::{Icb, Pcn, Practice, Region, SubIcb};
    match kind {
        Practice => {
            parents.entry(Pcn).or_insert(None);
        }
        SubIcb => parents.retain(|of, _| *of == Icb),
        Icb => parents.retain(|of, _| *of == Region),
        _ => parents.clear(),
    }
}
