//! Where a page leads, there is something.

use std::{collections::BTreeSet, fs, path::Path};

use super::{pages, root};

/// Addresses in `[words](address)` of a page, code apart.
fn links(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let parts = line.split("](").skip(1);
        found.extend(parts.filter_map(|rest| rest.split(')').next()));
    }
    found
}

/// The addresses of a page's headings, as a forge makes them.
fn headings(page: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#');
        let is_heading = words.len() < line.len() && words.starts_with(' ');
        is_heading.then(|| {
            words
                .trim()
                .to_lowercase()
                .chars()
                .filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign))
                .map(|sign| if sign == ' ' { '-' } else { sign })
                .collect()
        })
    };
    page.lines().filter_map(heading).collect()
}

/// What is wrong with the links of one page.
fn broken(at: &Path, page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for link in links(page) {
        if link.starts_with("https://") || link.starts_with("mailto:") {
            continue;
        }
        let (file, place) = link.split_once('#').unwrap_or((link, ""));
        let target = root().join(at.parent().unwrap()).join(file);
        if !target.exists() {
            wrong.push(format!("{}: {link}", at.display()));
            continue;
        }
        let there = match file {
            "" => page.to_owned(),
            _ if place.is_empty() => continue,
            _ => fs::read_to_string(&target).unwrap(),
        };
        if !headings(&there).contains(place) {
            wrong.push(format!("{}: {link}: no such heading", at.display()));
        }
    }
    wrong
}

/// Paths of the tree in `code`: a folder, a file, or with `*` or `…` in it the part before.
fn paths(page: &str) -> Vec<&str> {
    const FOLDERS: [&str; 8] = ["src/", "tests/", "docs/", "benches/", "entity/", "migration/", ".ci/", ".github/"];
    page.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| !code.contains([' ', '\n']) && FOLDERS.iter().any(|folder| code.starts_with(folder)))
        .map(|code| code.split(['*', '…', '<', ':']).next().unwrap())
        .collect()
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let wrong: Vec<String> = pages().iter().flat_map(|(at, page)| broken(at, page)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_path_that_a_page_names_is_in_the_tree() {
    let mut named = 0;
    let mut wrong = Vec::new();
    for (at, page) in pages() {
        for path in paths(&page) {
            named += 1;
            if !root().join(path).exists() {
                wrong.push(format!("{}: {path}", at.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(named > 100, "{named}");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let at = Path::new("docs/API.md");
    let good =
        "# One page\n[one](../README.md), [two](#one-page) and [three](https://example.org/x)\n```\n[four](none)\n```";
    assert_eq!(broken(at, good), Vec::<String>::new());
    assert_eq!(broken(at, "[one](README.md)").len(), 1);
    assert_eq!(broken(at, "# One\n[one](#two)").len(), 1);
    assert_eq!(paths("`src/lib.rs`, `cargo test` and `src/features/…`"), ["src/lib.rs", "src/features/"]);
}
