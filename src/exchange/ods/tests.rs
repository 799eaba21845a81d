//! The real files, and real files mutilated.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{
    Caution, ChangedFact, Dated, ImportRefusal, ImportScope, LeftOut, Openness, OrganisationKind, OrganisationSource,
    Plan, Statement, Tree, WhyLeftOut, plan, refuse_truncated,
};

use super::*;

const MAPPING: &[u8] = include_bytes!("../../../tests/data/organisations/gp-reg-pat-prac-map_2026-08.csv");
const PRACTICES: &[u8] = include_bytes!("../../../tests/data/organisations/practices_2026-08.csv");
const LMCS: &[u8] = include_bytes!("../../../tests/data/organisations/lmcs_england.csv");
const MEMBERS: &[u8] = include_bytes!("../../../tests/data/organisations/practice_lmc_demo.csv");
const ICBS: &[u8] = include_bytes!("../../../tests/data/organisations/icbs_2026-08.csv");
const OLD: &[u8] = include_bytes!("../../../tests/data/organisations/epraccur_old_format_quirks.csv");
const NEW: &[u8] = include_bytes!("../../../tests/data/organisations/epraccur_dse_new_format_sample.csv");
const SETTINGS: &[u8] = include_bytes!("../../../tests/data/organisations/epraccur_dse_with_two_settings.csv");
const TRUSTS: &[u8] = include_bytes!("../../../tests/data/organisations/etr_2026-07.csv");

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn org(text: &str) -> OrgCode {
    text.parse().unwrap()
}

fn statements(extract: &Extract, kind: OrganisationKind) -> Vec<&Statement> {
    extract.statements.iter().filter(|statement| statement.kind == kind).collect()
}

fn scope(kind: FileKind) -> ImportScope {
    ImportScope { source: kind.source(), newest: None }
}

/// Imports files one after the other, each with its own date or 1 August 2026.
fn import(files: &[&[u8]]) -> (Vec<Dated>, Vec<Plan>) {
    let mut facts: Vec<Dated> = Vec::new();
    let mut plans = Vec::new();
    for (second, file) in (0_i64..).zip(files) {
        let extract = read(file).unwrap();
        let on = extract.effective_on.unwrap_or(day("2026-08-01"));
        let tree = Tree::from_facts(facts.clone());
        let plan = plan(&tree, &extract.statements, on, scope(extract.kind));
        let at = DateTime::<Utc>::from_timestamp(1_785_600_000 + second, 0).unwrap();
        facts.extend(plan.facts.iter().cloned().map(|fact| fact.recorded(at)));
        plans.push(plan);
    }
    (facts, plans)
}

fn errors(bytes: &[u8]) -> Vec<(u64, Column)> {
    match read(bytes) {
        Err(Refused::Malformed { errors, .. }) => errors.into_iter().map(|error| (error.line, error.column)).collect(),
        other => panic!("expected a malformed file, got {other:?}"),
    }
}

/// The file with one line changed.
fn with_line(bytes: &[u8], line: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let lines = text.split_inclusive('\n').zip(1..);
    lines.map(|(text, n)| if n == line { change(text) } else { text.to_owned() }).collect::<String>().into_bytes()
}

#[test]
fn every_file_is_known_by_its_content() {
    assert_eq!(detect(MAPPING), Some(FileKind::PracticeMapping));
    assert_eq!(detect(PRACTICES), Some(FileKind::PracticeLists));
    assert_eq!(detect(LMCS), Some(FileKind::Lmcs));
    assert_eq!(detect(MEMBERS), Some(FileKind::LmcMembers));
    assert_eq!(detect(OLD), Some(FileKind::EpraccurOld));
    assert_eq!(detect(NEW), Some(FileKind::EpraccurNew));
    for other in [TRUSTS, ICBS, b"", b"\n\n", b"a,b\n1,2\n", b"\xFF\xFE\0", b"\"", b"%PDF-1.7"] {
        assert_eq!(detect(other), None);
        assert_eq!(read(other), Err(Refused::UnknownKind));
    }
}

#[test]
fn the_mapping_holds_england() {
    let extract = read(MAPPING).unwrap();
    assert_eq!(extract.effective_on, Some(day("2026-08-01")));
    let counts = OrganisationKind::ALL.map(|kind| statements(&extract, kind).len());
    assert_eq!(counts, [6129, 1298, 106, 36, 7, 0]);
    let no_pcn = |statement: &&&Statement| statement.parents.get(&OrganisationKind::Pcn) == Some(&None);
    assert_eq!(statements(&extract, OrganisationKind::Practice).iter().filter(no_pcn).count(), 52);
    assert_eq!(extract.skipped, []);
    let listed: BTreeSet<_> = std::str::from_utf8(ICBS)
        .unwrap()
        .lines()
        .skip(1)
        .filter_map(|line| Some(org(line.split(',').next()?)))
        .collect();
    let icbs: BTreeSet<_> =
        statements(&extract, OrganisationKind::Icb).iter().map(|statement| statement.code.clone()).collect();
    assert_eq!(icbs, listed);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    let lf: Vec<u8> = MAPPING.iter().copied().filter(|byte| *byte != b'\r').collect();
    let marked = [b"\xEF\xBB\xBF", MAPPING].concat();
    assert_eq!(read(&lf), read(MAPPING));
    assert_eq!(read(&marked), read(MAPPING));
    let other_way = String::from_utf8(LMCS.to_vec()).unwrap().replace('\n', "\r\n");
    assert_eq!(read(other_way.as_bytes()), read(LMCS));
}

#[test]
fn all_files_together_make_england_and_a_second_time_nothing() {
    let files = [MAPPING, PRACTICES, LMCS, MEMBERS, OLD, NEW];
    let (facts, plans) = import(&[files, files].concat());
    for (n, plan) in plans.iter().enumerate().skip(files.len()) {
        assert!(plan.facts.is_empty() && plan.changes.is_empty(), "file {n} twice");
    }
    let tree = Tree::from_facts(facts);
    let view = tree.on(day("2026-08-01"));
    assert_eq!(view.all_practices().count(), 6129);
    assert_eq!(view.of_kind(OrganisationKind::Lmc).count(), 102);
    assert_eq!(view.of_kind(OrganisationKind::Icb).count(), 36);
    assert_eq!(view.practices_in(OrganisationKind::Icb, &org("QKS")).len(), 175);
    assert_eq!(view.practices_in(OrganisationKind::Lmc, &org("beds-herts")).len(), 181);
    assert_eq!(view.icbs_of_lmc(&org("cumbria")), [org("QE1"), org("QHM")]);
    let densham = view.practice(&"A81001".parse().unwrap()).unwrap();
    assert_eq!(&*densham.name, "THE DENSHAM SURGERY");
    assert_eq!(densham.list_size, Some(5014));
    assert_eq!(densham.lmc, Some(org("cleveland")));
    assert_eq!(densham.opened, Some(day("1974-04-01")));
    let patients: u64 = view.all_practices().filter_map(|p| p.list_size).map(u64::from).sum();
    assert_eq!(patients, 63_237_908);
}

#[test]
fn a_pcn_can_span_two_icbs() {
    let (facts, _) = import(&[MAPPING]);
    let view = Tree::from_facts(facts).on(day("2026-08-01"));
    let practices = view.practices_in(OrganisationKind::Pcn, &org("U41591"));
    let icbs: BTreeSet<_> = practices.iter().filter_map(|p| p.icb.clone()).collect();
    assert_eq!(icbs, BTreeSet::from([org("QJK"), org("QT6")]));
}

#[test]
fn a_month_later_what_is_left_out_is_closed_and_a_cut_file_refused() {
    let (facts, _) = import(&[MAPPING]);
    let tree = Tree::from_facts(facts);
    let later = String::from_utf8(MAPPING.to_vec()).unwrap().replace("01Aug2026", "01Sep2026");
    let judge = |cut: &str| {
        let extract = read(cut.as_bytes()).unwrap();
        let on = extract.effective_on.unwrap();
        let plan = plan(&tree, &extract.statements, on, scope(extract.kind));
        (refuse_truncated(&tree, &extract.statements, &plan, on, scope(extract.kind), Caution::Refuse), plan)
    };
    let whole: Vec<&str> = later.split_inclusive('\n').collect();
    let few: String =
        whole.iter().enumerate().filter(|(at, _)| *at < 5 || at % 1000 != 0).map(|(_, line)| *line).collect();
    let (verdict, plan) = judge(&few);
    assert_eq!((verdict, plan.practices_closed()), (Ok(()), 6));
    assert!(plan.changes.iter().all(|change| change.on == day("2026-09-01")));
    let cut = |lines: usize| judge(&whole[..lines].concat()).0;
    let truncated = |closed| Err(ImportRefusal::Truncated { closed, open: 6129 });
    assert_eq!(cut(4000), truncated(2130));
    assert_eq!(cut(6130 - 123), truncated(123));
    // Cut between two lines, however little is gone.
    for gone in [1, 5, 70, 122] {
        let refused = cut(6130 - gone).unwrap_err();
        let ImportRefusal::CutAtEnd { gone: found, closes: true, .. } = refused else { panic!("{refused}") };
        assert_eq!(found, gone);
    }
    let one = cut(6129).unwrap_err().to_string();
    assert!(one.starts_with("1 practice would be closed, and it comes after Y"), "{one}");
}

#[test]
fn epraccur_skips_what_is_not_ours_and_says_why() {
    let extract = read(OLD).unwrap();
    assert_eq!((extract.effective_on, extract.kind), (None, FileKind::EpraccurOld));
    let count = |reason| extract.skipped.iter().filter(|row| row.reason == reason).count();
    let counts = [
        Reason::Wales,
        Reason::CrownDependency,
        Reason::OtherSetting,
        Reason::Closed,
        Reason::Dormant,
        Reason::Proposed,
    ]
    .map(count);
    assert_eq!(counts, [7, 8, 53, 1, 1, 0]);
    let open: Vec<_> = statements(&extract, OrganisationKind::Practice)
        .into_iter()
        .filter(|statement| statement.name.is_some())
        .map(|statement| statement.code.as_str())
        .collect();
    assert_eq!(open, ["A81001", "A89015", "A89023", "B81004", "C82614"]);
    assert_eq!(75, open.len() + extract.skipped.len());
}

#[test]
fn the_new_epraccur_says_the_same_of_the_same_practice() {
    let of = |bytes| {
        let extract = read(bytes).unwrap();
        extract.statements.into_iter().find(|statement| statement.code == org("A81001")).unwrap()
    };
    assert_eq!(of(OLD), of(NEW));
    let extract = read(NEW).unwrap();
    assert_eq!(extract.kind, FileKind::EpraccurNew);
    let reasons: Vec<_> = extract.skipped.iter().map(|row| (row.line, row.reason)).collect();
    assert_eq!(reasons, [(2, Reason::Closed), (5, Reason::Closed), (6, Reason::Dormant), (7, Reason::Closed)]);
    assert_eq!(statements(&extract, OrganisationKind::Practice).len(), 6);
}

#[test]
fn epraccur_after_the_mapping_closes_nothing_of_it() {
    let inactive = with_line(NEW, 1, |line| {
        line.replace("\"19740401\",\"\",\"ACTIVE\"", "\"19740401\",\"20260901\",\"INACTIVE\"")
    });
    let (facts, plans) = import(&[MAPPING, &inactive]);
    let last = plans.last().unwrap();
    assert!(last.changes.iter().all(|change| change.what != ChangedFact::Closed));
    let kept = LeftOut { code: org("A81001"), why: WhyLeftOut::OnPatientList };
    assert_eq!(last.left_out, [kept]);
    let view = Tree::from_facts(facts).on(day("2026-11-20"));
    assert!(view.practice(&"A81001".parse().unwrap()).unwrap().is_open());
}

#[test]
fn list_sizes_give_their_month_and_their_caveat() {
    let extract = read(PRACTICES).unwrap();
    assert_eq!(extract.effective_on, Some(day("2026-08-01")));
    assert!(extract.caveat.unwrap().contains("illustrative"));
    let practices = statements(&extract, OrganisationKind::Practice);
    assert_eq!(practices.len(), 6129);
    let since = |statement: &&&Statement| matches!(statement.standing, Openness::Open { since: Some(_) });
    assert_eq!(practices.iter().filter(since).count(), 6129);
}

#[test]
fn guessed_rows_of_the_lmc_files_are_marked() {
    let lmcs = read(LMCS).unwrap();
    assert_eq!((lmcs.statements.len(), lmcs.uncertain.len()), (102, 45));
    let members = read(MEMBERS).unwrap();
    assert_eq!((members.statements.len(), members.uncertain.len()), (6129, 38));
    let unassigned: Vec<_> = members.skipped.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(unassigned, ["Y06592"]);
    let (_, plans) = import(&[MAPPING, LMCS, MEMBERS]);
    assert!(plans.iter().all(|plan| plan.left_out.is_empty()));
}

#[test]
fn mutilated_files_are_refused_with_line_and_column() {
    let named = Column::Name;
    let header = with_line(MAPPING, 1, |line| line.replace("PCN_NAME,", ""));
    assert_eq!(errors(&header), [(1, named("PCN_NAME"))]);
    let code = with_line(MAPPING, 4000, |line| line.replacen(",01Aug2026,", ",01Aug2026,x", 1));
    assert_eq!(errors(&code), [(4000, named("PRACTICE_CODE"))]);
    let date = with_line(MAPPING, 6130, |line| line.replace("01Aug2026", "31Jun2026"));
    assert_eq!(errors(&date), [(6130, named("EXTRACT_DATE"))]);
    let other = with_line(MAPPING, 7, |line| line.replace("01Aug2026", "01Jul2026"));
    assert_eq!(errors(&other), [(7, named("EXTRACT_DATE"))]);
    let cut = MAPPING.get(..MAPPING.len() - 60).unwrap();
    assert_eq!(errors(cut), [(6130, Column::Row)]);
    let twice = [MAPPING, MAPPING.split_inclusive(|b| *b == b'\n').nth(1).unwrap()].concat();
    assert_eq!(errors(&twice), [(6131, named("PRACTICE_CODE"))]);
    let quote = with_line(MAPPING, 6128, |line| line.replace("EMIS", "\"EMIS").replace("TPP", "\"TPP"));
    assert_eq!(errors(&quote), [(6128, Column::Row)]);
    let latin = with_line(MAPPING, 3, |line| line.replace("QUEENS", "\u{1}"));
    let latin: Vec<u8> = latin.into_iter().map(|b| if b == 1 { 0xE9 } else { b }).collect();
    assert_eq!(errors(&latin), [(3, Column::Row)]);
    let only_header = MAPPING.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    assert_eq!(errors(only_header), [(1, Column::Row)]);
    let icb = with_line(LMCS, 9, |line| line.replace(",QHL,", ",qhl,"));
    assert_eq!(errors(&icb), [(9, named("icb_codes"))]);
    let size = with_line(PRACTICES, 2, |line| line.replace(",5014,", ",5014.5,"));
    assert_eq!(errors(&size).first().map(|error| error.0), Some(2));
}

#[test]
fn epraccur_errors_name_the_column_by_its_place() {
    let status = with_line(OLD, 75, |line| line.replace("\"A\",\"B\"", "\"ACTIVE\",\"B\""));
    assert_eq!(errors(&status), [(75, Column::Number(13))]);
    let opened = with_line(OLD, 1, |line| line.replace("19740401", "1974-4-1"));
    assert_eq!(errors(&opened), [(1, Column::Number(11))]);
    let torn = with_line(OLD, 40, |line| line.replacen(',', ",\"\",", 1));
    assert_eq!(errors(&torn), [(40, Column::Row)]);
    let code = with_line(OLD, 1, |line| line.replace("A81001", "A8100"));
    assert_eq!(errors(&code), [(1, Column::Number(1))]);
}

#[test]
fn errors_are_collected_up_to_a_bound_and_repeat_nothing() {
    let bad = String::from_utf8(MAPPING.to_vec()).unwrap().replace(",01Aug2026,", ",Jane Doe,");
    let Err(Refused::Malformed { errors, more }) = read(bad.as_bytes()) else {
        panic!("the file is malformed");
    };
    assert_eq!((errors.len(), more), (MOST_ERRORS, true));
    for error in errors {
        assert!(!error.to_string().contains("Jane"), "{error}");
        assert!(error.to_string().starts_with("line "));
    }
}

#[test]
fn torn_bytes_never_panic() {
    for file in [MAPPING, PRACTICES, LMCS, MEMBERS, OLD, NEW] {
        for end in (0..file.len().min(1500)).step_by(7) {
            let cut = file.get(..end).unwrap();
            let _ = read(cut);
            for kind in [FileKind::EpraccurOld, FileKind::Lmcs, FileKind::PracticeMapping] {
                let _ = read_as(kind, cut);
            }
        }
    }
}

#[test]
fn the_lowest_source_code_is_stable() {
    assert_eq!(FileKind::EpraccurOld.source(), OrganisationSource::Epraccur);
    assert_eq!(FileKind::PracticeMapping.source().code(), "practice-mapping");
}

#[test]
fn several_settings_of_a_cell_and_a_blank_one_refuse_no_file() {
    let extract = read(SETTINGS).unwrap();
    assert_eq!(extract.kind, FileKind::EpraccurNew);
    let practices: Vec<String> =
        statements(&extract, OrganisationKind::Practice).iter().map(|one| one.code.to_string()).collect();
    assert_eq!(practices, ["A81001"]);
    let other = extract.skipped.iter().filter(|row| row.reason == Reason::OtherSetting).count();
    assert_eq!(other, 10);
    let text = String::from_utf8(SETTINGS.to_vec()).unwrap();
    // A practice that is something else besides, in either order, is a practice.
    for cell in ["RO76|RO80", "RO80|RO76", "RO80; RO76", "RO76, RO80"] {
        let extract = read(text.replace("RO80|RO87", cell).as_bytes()).unwrap();
        assert_eq!(statements(&extract, OrganisationKind::Practice).len(), 2, "{cell}");
    }
    for cell in ["RO76|4", "RO76|somewhere", "ROXX"] {
        let errors = errors(text.replace("RO80|RO87", cell).as_bytes());
        assert_eq!(errors, [(10, Column::Number(26))], "{cell}");
    }
}
