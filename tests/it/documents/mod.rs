//! The README says what the program takes: every setting and every command.

use headroom::cli;

const README: &str = include_str!("../../README.md");

#[test]
fn every_setting_stands_in_the_table_of_settings() {
    let command = cli::command();
    let mut settings = 0;
    for argument in command.get_arguments() {
        let Some(environment) = argument.get_env() else {
            continue;
        };
        let flag = format!("`--{}`", argument.get_long().unwrap());
        let environment = format!("`{}`", environment.to_string_lossy());
        let row = README
            .lines()
            .find(|line| line.starts_with(&format!("| {flag}")));
        assert!(
            row.is_some_and(|row| row.contains(&environment)),
            "{flag} {environment} is missing"
        );
        settings += 1;
    }
    assert_eq!(
        settings,
        README
            .lines()
            .filter(|line| line.starts_with("| `--"))
            .count(),
        "the table has a row too many"
    );
}

#[test]
fn every_command_stands_in_the_table_of_commands() {
    for command in cli::command().get_subcommands() {
        let name = format!("| `{}", command.get_name());
        assert!(
            README.lines().any(|line| line.starts_with(&name)),
            "{name} is missing"
        );
    }
}

#[test]
fn every_picture_is_there() {
    let pictures: Vec<&str> = README
        .split("](docs/")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|file| !file.contains(".md"))
        .collect();
    assert!(pictures.len() >= 4, "a picture of each role");
    for picture in pictures {
        let file = format!("{}/docs/{picture}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(bytes.starts_with(b"\x89PNG"), "{file} is a PNG");
    }
}
