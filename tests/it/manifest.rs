//! What is built, and how: read from the manifest and the lock file.

use std::{collections::BTreeSet, fs, path::Path};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The crates of the lock file, each with the names it depends on.
fn locked() -> Vec<(String, Vec<String>)> {
    let text = read("Cargo.lock");
    let package = |part: &str| {
        let name = part.lines().find_map(|line| line.strip_prefix("name = \""))?.trim_end_matches('"');
        let lines = part.lines().filter_map(|line| line.strip_prefix(" \"")?.split(['"', ' ']).next());
        Some((name.to_owned(), lines.map(str::to_owned).collect()))
    };
    text.split("[[package]]").filter_map(package).collect()
}

/// What a manifest says a crate is compiled at, and is no crate of ours.
fn named_in_the_release_profile(manifest: &str) -> Vec<String> {
    let (_, from) = manifest.split_once("[profile.release.package]\n").unwrap();
    let names = from.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.trim_matches('"').to_owned()).filter(|name| name != "*").collect()
}

#[test]
fn every_crate_that_the_release_profile_names_is_built() {
    let built: BTreeSet<String> = locked().into_iter().map(|(name, _)| name).collect();
    let named = named_in_the_release_profile(&read("Cargo.toml"));
    assert!(named.len() > 20, "{named:?}");
    let unknown: Vec<&String> = named.iter().filter(|name| !built.contains(*name)).collect();
    assert!(unknown.is_empty(), "a crate was renamed, or has gone: {unknown:?}");
    let planted = named_in_the_release_profile("[profile.release.package]\n\"*\" = {}\nsea-orm-sea-schema = {}\n\n");
    assert_eq!(planted, ["sea-orm-sea-schema"]);
}

#[test]
fn one_crypto_answers_for_tls() {
    let all = locked();
    let (_, of_rustls) = all.iter().find(|(name, _)| name == "rustls").unwrap();
    assert!(of_rustls.contains(&"aws-lc-rs".to_owned()), "{of_rustls:?}");
    assert!(!of_rustls.contains(&"ring".to_owned()), "a second crypto is built beside aws-lc");
}
