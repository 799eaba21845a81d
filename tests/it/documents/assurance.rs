//! Assurance: every requirement of levels 1 and 2 is said once, and is held by tests that there are or says why not; and
//! the tests that papers name are there.

use std::{collections::BTreeSet, fs};

use super::{decisions::has_test, pages, root};

const PAGE: &str = include_str!("../../../docs/assurance.md");
const SAFETY: &str = include_str!("../../../docs/papers/clinical-safety.md");

/// Requirements of levels 1 and 2 in OWASP ASVS 5.0.0.
const REQUIREMENTS: usize = 253;
/// Rows that name a test: more is welcome.
const HELD_BY_TESTS: usize = 119;

/// The cells of each row that begins with the number of a requirement.
fn rows(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter(|line| line.starts_with("| V"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// Whether there is a test of that name: `web::tokens::one` in `src/web/tokens.rs`, `crowd::day::one` in
/// `tests/it/crowd/day.rs`, `tests/browser/taps.test.mjs: a title` in that file.
fn is_there(named: &str) -> bool {
    let holds = |file: &str, name: &str| fs::read_to_string(root().join(file)).is_ok_and(|text| has_test(&text, name));
    if let Some((file, title)) = named.split_once(": ") {
        return holds(file, title);
    }
    let Some((module, name)) = named.rsplit_once("::") else {
        return false;
    };
    let path = module.replace("::", "/");
    ["src", "tests/it", "tests"]
        .iter()
        .any(|folder| holds(&format!("{folder}/{path}.rs"), name) || holds(&format!("{folder}/{path}/mod.rs"), name))
}

/// What is wrong with a row.
fn wrong(row: &[&str]) -> Vec<String> {
    let is_missing = |how: &str| how.contains("**Missing:**") || how.starts_with("As V");
    match row {
        // Those that do not apply.
        [_, why] if !why.is_empty() => Vec::new(),
        [_, _, how, "By hand"] if !how.is_empty() => Vec::new(),
        [_, _, how, "Not met"] if is_missing(how) => Vec::new(),
        [number, _, how, held_by] if held_by.contains('`') && !how.contains("**Missing:**") => {
            let named = held_by.split('`').skip(1).step_by(2);
            named.filter(|named| !is_there(named)).map(|named| format!("{number}: there is no test {named}")).collect()
        }
        row => vec![format!("held by nothing, without a reason: {row:?}")],
    }
}

#[test]
fn every_requirement_is_held_by_a_test_or_says_why_not() {
    let rows = rows(PAGE);
    let wrong: Vec<String> = rows.iter().flat_map(|row| wrong(row)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let held = rows.iter().filter(|row| row.last().is_some_and(|held_by| held_by.contains('`'))).count();
    assert!(held >= HELD_BY_TESTS, "{held}");
}

#[test]
fn every_requirement_is_said_once() {
    let rows = rows(PAGE);
    let numbers: Vec<&str> = rows.iter().flat_map(|row| row[0].split(", ")).collect();
    let once: BTreeSet<&str> = numbers.iter().copied().collect();
    assert_eq!((numbers.len(), once.len()), (REQUIREMENTS, REQUIREMENTS));
}

/// The tests that a text names.
fn tests_of(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|code| code.contains("::") || code.contains(".mjs: "))
}

#[test]
fn every_test_that_a_paper_names_exists() {
    let (mut named, mut missing) = (0, Vec::new());
    for (at, page) in pages().into_iter().filter(|(at, _)| at.starts_with("docs/papers")) {
        for test in tests_of(&page) {
            named += 1;
            if !is_there(test) {
                missing.push(format!("{}: {test}", at.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named >= 60, "{named}");
}

#[test]
fn every_hazard_is_held_by_a_test() {
    let hazards: Vec<&str> = SAFETY.lines().filter(|line| line.starts_with("| H")).collect();
    assert!(hazards.len() >= 15, "{}", hazards.len());
    for hazard in hazards {
        assert!(tests_of(hazard).next().is_some(), "{hazard}");
    }
}

#[test]
fn a_row_that_is_held_by_nothing_is_found() {
    let page = "| V1.1.1 | short | how | `documents::assurance::every_requirement_is_said_once` |\n\
        | V1.1.2 | short | **Missing:** all of it. | Not met |\n| V1.1.3, V1.1.4 | no such thing |\n\
        | V1.1.5 | short | how | |\n| V1.1.6 | short | how | Not met |\n| V1.1.7 | short | how | `a::b` |\n\
        | V1.1.8 | short | **Missing:** half. | `documents::assurance::every_requirement_is_said_once` |\n| V1.1.9 | |\n";
    let found: Vec<usize> = rows(page).iter().map(|row| wrong(row).len()).collect();
    assert_eq!(found, [0, 0, 0, 1, 1, 1, 1, 1]);
}
