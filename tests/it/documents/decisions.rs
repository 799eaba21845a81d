//! Decisions: numbered, listed, and each held by tests that there are.

use std::{fs, path::Path};

use super::{pages, root};

const FOLDER: &str = "docs/decisions";

/// A decision's file name, its title and the lines under *Held by*.
struct Decision {
    file: String,
    title: String,
    held_by: Vec<String>,
}

fn decisions() -> Vec<Decision> {
    pages()
        .into_iter()
        .filter(|(path, _)| path.starts_with(FOLDER) && !path.ends_with("README.md"))
        .map(|(path, page)| {
            let held_by = page
                .lines()
                .skip_while(|line| *line != "## Held by")
                .skip(1)
                .filter_map(|line| line.strip_prefix("- "))
                .map(str::to_owned);
            Decision {
                file: path.file_name().unwrap().to_str().unwrap().to_owned(),
                title: page.lines().next().unwrap().trim_start_matches("# ").to_owned(),
                held_by: held_by.collect(),
            }
        })
        .collect()
}

/// Whether a file has a test of that name: a function under `#[test]`, a body for both databases, or one of the browser.
pub(super) fn has_test(text: &str, name: &str) -> bool {
    if text.contains(&format!("test('{name}'")) || text.contains(&format!("test(`{name}`")) {
        return true;
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    // Upwards over attributes and docs, which may take more than one line.
    let under = |at: usize, wanted: &dyn Fn(&str) -> bool| {
        lines[..at]
            .iter()
            .rev()
            .take_while(|line| !line.is_empty() && !line.ends_with(['}', ';']))
            .any(|line| wanted(line))
    };
    lines.iter().enumerate().any(|(at, line)| {
        let is_function = line.starts_with(&format!("fn {name}(")) || line.starts_with(&format!("async fn {name}("));
        let is_body = *line == format!("{name},");
        (is_function && under(at, &|line| line == "#[test]" || line.starts_with("#[tokio::test")))
            || (is_body && under(at, &|line| line == "both_databases!("))
            || line.starts_with(&format!("both_databases!({name},"))
    })
}

#[test]
fn every_test_that_a_decision_names_exists() {
    let mut wrong = Vec::new();
    let decisions = decisions();
    for decision in &decisions {
        assert!(!decision.held_by.is_empty(), "{}: held by nothing", decision.file);
        for line in &decision.held_by {
            // "`tests/it/writer.rs`: `contact_twenty_six_is_recorded`"
            let (file, name) = line
                .strip_prefix('`')
                .and_then(|line| line.split_once("`: `"))
                .and_then(|(file, name)| Some((file, name.strip_suffix('`')?)))
                .unwrap_or_else(|| panic!("{}: {line}", decision.file));
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            if !has_test(&text, name) {
                wrong.push(format!("{}: {file} has no test {name}", decision.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(decisions.len() > 30, "{}", decisions.len());
}

#[test]
fn decisions_are_numbered_from_one_and_all_are_listed() {
    let index = fs::read_to_string(root().join(FOLDER).join("README.md")).unwrap();
    let listed: Vec<&str> = index.lines().filter(|line| line.starts_with("- [")).collect();
    let expected: Vec<String> = decisions()
        .iter()
        .zip(1..)
        .map(|(decision, number)| {
            let number = format!("{number:04}");
            assert!(decision.file.starts_with(&format!("{number}-")), "{}", decision.file);
            let title = decision.title.strip_prefix(&format!("{number} ")).unwrap();
            format!("- [{number}]({}) {title}", decision.file)
        })
        .collect();
    assert_eq!(listed, expected);
}

#[test]
fn a_test_is_known_from_any_other_function() {
    let text = "#[test]\n#[ignore = \"slow\"]\nfn one() {}\nfn two() {}\n\
        both_databases!(\n    /// Why.\n    three,\n    |test| ());\n    four,\n#[tokio::test]\nasync fn five() {}\n";
    assert!(["one", "three", "five"].iter().all(|name| has_test(text, name)));
    assert!(!["two", "on", "six"].iter().any(|name| has_test(text, name)));
    assert!(has_test("test('a page opens', async () => {", "a page opens"));
    let here = root().join(file!());
    assert!(has_test(&fs::read_to_string(Path::new(&here)).unwrap(), "a_test_is_known_from_any_other_function"));
}
