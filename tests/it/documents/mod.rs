//! The documents say what the program does: every setting, every command and what its help shows, every picture, every
//! path, link and test that they name.

mod assurance;
mod decisions;
mod dependencies;
mod links;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use headroom::cli;

const README: &str = include_str!("../../../README.md");
const OPERATIONS: &str = include_str!("../../../docs/OPERATIONS.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page that people read, with its path from the root.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    for folder in ["", "docs", "docs/decisions", "docs/papers", "benches"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).unwrap();
                pages.insert(path.strip_prefix(root()).unwrap().to_owned(), text);
            }
        }
    }
    assert!(pages.contains_key(Path::new("docs/decisions/README.md")));
    pages
}

/// The rows of a table below its head, cell by cell.
fn table<'a>(page: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let rows: Vec<Vec<&str>> = page
        .lines()
        .skip_while(|line| *line != head)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(!rows.is_empty(), "{head}");
    rows
}

#[test]
fn the_readme_is_read_in_a_minute() {
    let lines = README.lines().count();
    assert!(lines <= 120, "{lines} lines");
    let pictures = README.matches("![").count();
    assert_eq!(pictures, 4, "one of each reader");
    for command in ["cargo run --release -- demo", "./tests/run"] {
        assert!(README.contains(command), "{command}");
    }
}

#[test]
fn every_setting_stands_in_the_table_of_settings() {
    let settings: BTreeMap<String, String> = cli::command()
        .get_arguments()
        .filter_map(|argument| {
            let environment = argument.get_env()?.to_string_lossy();
            let flag = argument.get_long()?;
            Some((format!("`--{flag}`"), format!("`{environment}`")))
        })
        .collect();
    let rows = table(OPERATIONS, "| flag | environment | where nothing is said | what it is |");
    let said: BTreeMap<String, String> = rows.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    assert_eq!(said, settings);
    assert_eq!(rows.len(), said.len(), "no setting has two rows");
}

/// Each command that does something, and the settings that its help shows.
fn commands(command: &clap::Command, name: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let inner: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    for inner in &inner {
        let name = format!("{name} {}", inner.get_name());
        commands(inner, name.trim_start(), found);
    }
    if inner.is_empty() {
        let shown = command
            .get_arguments()
            .filter(|argument| argument.is_global_set() && !argument.is_hide_set())
            .filter_map(|argument| argument.get_long())
            .map(str::to_owned)
            .collect();
        found.insert(name.to_owned(), shown);
    }
}

#[test]
fn every_command_stands_in_the_table_of_commands_with_the_settings_it_uses() {
    let mut command = cli::command();
    command.build();
    let mut expected = BTreeMap::new();
    commands(&command, "", &mut expected);
    // The groups by which the table names them.
    let groups: BTreeMap<&str, BTreeSet<String>> = table(OPERATIONS, "| letter | settings |")
        .into_iter()
        .map(|row| {
            let flags = row[1].split(',').map(|flag| flag.trim().trim_matches('`'));
            let flags = flags.map(|flag| flag.trim_start_matches("--").to_owned());
            (row[0], flags.collect())
        })
        .collect();
    let said: BTreeMap<String, BTreeSet<String>> = table(OPERATIONS, "| command | settings | what it does |")
        .into_iter()
        .map(|row| {
            // Arguments in capitals and flags follow the name.
            let name = row[0].trim_matches('`').split(' ');
            let name = name.take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            let name: Vec<&str> = name.take_while(|word| !word.starts_with("--")).collect();
            let letters = row[1].split(' ').filter(|letter| *letter != "–");
            let settings = letters.flat_map(|letter| groups[letter].clone());
            (name.join(" "), settings.collect())
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn every_picture_is_there_and_is_shown() {
    let all: String = pages().into_values().collect();
    let mut pictures = 0;
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let begins: &[u8] = match path.extension().and_then(|extension| extension.to_str()) {
            Some("png") => b"\x89PNG",
            Some("svg") => b"<svg ",
            _ => continue,
        };
        pictures += 1;
        assert!(fs::read(&path).unwrap().starts_with(begins), "{name}");
        let shown = all.contains(&format!("]({name})")) || all.contains(&format!("](docs/{name})"));
        assert!(shown, "{name} is shown nowhere");
    }
    assert!(pictures > 4);
}
