//! What `deny.toml` asks of dependencies, as far as it can be asked without the network: licences, sources and bans.
//! Advisories need `cargo deny check`.

use std::{fs, process::Command};

use serde_json::Value;

use super::root;

fn rules() -> toml::Table {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    text.parse().unwrap()
}

fn words(of: &toml::Value) -> Vec<&str> {
    let words = of.as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap()).collect()
}

/// Whether an expression of licences can be met by what is allowed. `AND` binds closer than `OR`; an old slash is `OR`.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', "( ").replace(')', " )");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&tokens, allowed);
    assert!(rest.is_empty(), "{expression}");
    met
}

fn any_of<'a, 'b>(tokens: &'a [&'b str], allowed: &[&str]) -> (bool, &'a [&'b str]) {
    let (mut met, mut rest) = all_of(tokens, allowed);
    while let ["OR", after @ ..] = rest {
        let (other, after) = all_of(after, allowed);
        (met, rest) = (met | other, after);
    }
    (met, rest)
}

fn all_of<'a, 'b>(tokens: &'a [&'b str], allowed: &[&str]) -> (bool, &'a [&'b str]) {
    let (mut met, mut rest) = one(tokens, allowed);
    while let ["AND", after @ ..] = rest {
        let (other, after) = one(after, allowed);
        (met, rest) = (met & other, after);
    }
    (met, rest)
}

fn one<'a, 'b>(tokens: &'a [&'b str], allowed: &[&str]) -> (bool, &'a [&'b str]) {
    match tokens {
        ["(", inside @ ..] => {
            let (met, rest) = any_of(inside, allowed);
            assert_eq!(rest.first(), Some(&")"), "{tokens:?}");
            (met, &rest[1..])
        }
        [licence, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{licence} WITH {exception}").as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => panic!("a licence is missing"),
    }
}

/// Every package of this platform, as cargo knows it.
fn packages() -> Vec<Value> {
    let run = |program: String, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let about = run("rustc".to_owned(), &["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run(env!("CARGO").to_owned(), &arguments)).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed_and_comes_from_the_registry() {
    let rules = rules();
    let allowed = words(&rules["licenses"]["allow"]);
    let sources = words(&rules["sources"]["allow-registry"]);
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in &packages {
        let name = &package["name"];
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_met(licence, &allowed), "{name}: {licence:?}");
        if let Some(source) = package["source"].as_str() {
            let is_known = sources.iter().any(|known| source == format!("registry+{known}"));
            assert!(is_known, "{name}: {source}");
        }
    }
}

#[test]
fn no_banned_crate_is_in_the_lock_file_but_below_its_wrappers() {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    // A dependency is written with its version where there are several.
    let needs = |package: &toml::Value, name: &str| {
        let dependencies = package.get("dependencies").map(words).unwrap_or_default();
        dependencies.iter().any(|dependency| dependency.split(' ').next() == Some(name))
    };
    let name_of = |package: &toml::Value| package["name"].as_str().unwrap().to_owned();
    assert!(packages.iter().any(|package| name_of(package) == "axum"));
    let rules = rules();
    let banned = rules["bans"]["deny"].as_array().unwrap();
    assert!(!banned.is_empty());
    for ban in banned {
        let name = ban["crate"].as_str().unwrap();
        let wrappers = ban.get("wrappers").map(words).unwrap_or_default();
        let is_there = packages.iter().any(|package| name_of(package) == name);
        assert_eq!(is_there, !wrappers.is_empty(), "{name}");
        for package in packages.iter().filter(|package| needs(package, name)) {
            assert!(wrappers.contains(&name_of(package).as_str()), "{} brings {name}", name_of(package));
        }
    }
}

#[test]
fn a_licence_is_met_by_what_is_allowed_alone() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
    for met in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "ISC AND (Apache-2.0 OR MIT)", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_met(met, &allowed), "{met}");
    }
    for not in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "ISC AND (Apache-2.0 OR GPL-3.0)"] {
        assert!(!is_met(not, &allowed), "{not}");
    }
}
