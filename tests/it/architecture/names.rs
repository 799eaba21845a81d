//! A name stands for one thing: whoever greps for a type of `domain` or of `store` finds one, and so does whoever reads the
//! OpenAPI document.

use std::{collections::BTreeMap, fs, path::Path};

use super::each_file;

type Found = BTreeMap<String, Vec<String>>;

/// The types that are public in a text. Those of `codes!` stand in it as `Name {`.
fn types(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_codes = false;
    for line in text.lines() {
        in_codes = (in_codes || line == "codes! {") && line != "}";
        let rest = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| {
            let rest = line.strip_prefix("pub ")?;
            rest.strip_prefix(kind)
        });
        let of_codes = line.strip_prefix("    ").filter(|rest| in_codes && rest.ends_with(" {"));
        let Some(rest) = rest.or(of_codes) else { continue };
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            found.push(name);
        }
    }
    found
}

/// The types that the OpenAPI document may show.
fn schemas(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_schema = false;
    for line in text.lines() {
        let line = line.trim();
        is_schema |= line.starts_with("#[derive(") && line.contains("ToSchema");
        let rest = line.trim_start_matches("pub(super) ").trim_start_matches("pub ");
        let Some(rest) = rest.strip_prefix("struct ").or(rest.strip_prefix("enum ")) else { continue };
        if is_schema {
            found.push(rest.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
        is_schema = false;
    }
    found
}

fn twice(folder: &str, read: fn(&str) -> Vec<String>) -> Found {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Found::new();
    each_file(&root.join(folder), &mut |path| {
        let text = fs::read_to_string(path).unwrap();
        for name in read(&text) {
            found.entry(name).or_default().push(path.strip_prefix(root).unwrap().display().to_string());
        }
    });
    assert!(found.len() > 20, "{}", found.len());
    found.retain(|_, files| files.len() > 1);
    found
}

#[test]
fn a_public_type_of_domain_or_of_store_has_a_name_of_its_own() {
    for room in ["src/domain", "src/store"] {
        let found = twice(room, types);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn a_shape_of_the_api_has_a_name_of_its_own() {
    let found = twice("src", schemas);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn planted_names_are_found() {
    let text = "pub struct Row<'a> {\npub(crate) struct Own;\ncodes! {\n    \"a kind\",\n    Kind {\n        Choice = \"choice\",\n    }\n}\npub type Key = u8;";
    assert_eq!(types(text), ["Row", "Kind", "Key"]);
    let text = "#[derive(Debug, ToSchema)]\npub(super) struct Out {\n}\n#[derive(Debug)]\nstruct Plain;\n#[derive(ToSchema)]\n#[schema(x)]\npub enum In {}";
    assert_eq!(schemas(text), ["Out", "In"]);
}
