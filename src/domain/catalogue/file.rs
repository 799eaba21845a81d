//! A catalogue file, read: of the right shape first, then held to every rule.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Catalogue, CatalogueError, Edition, check};

/// The only shape of catalogue file this version reads.
pub const SCHEMA: u32 = 1;

/// The file of the first edition that comes with this version, byte for byte.
pub const BUILT_IN_FILE: &str = include_str!("../../assets/catalogue/england.json");

/// The later editions that come with it.
const LATER_FILES: [&str; 3] = [
    include_str!("../../assets/catalogue/england-2025-04.json"),
    include_str!("../../assets/catalogue/england-2026-10.json"),
    include_str!("../../assets/catalogue/england-2026-12.json"),
];

/// Every edition that comes with this version, the first one first.
pub fn built_in_files() -> impl Iterator<Item = &'static str> {
    std::iter::once(BUILT_IN_FILE).chain(LATER_FILES)
}

static BUILT_IN: LazyLock<Result<Catalogue, Vec<CatalogueError>>> = LazyLock::new(|| Catalogue::parse(BUILT_IN_FILE));

impl Catalogue {
    /// Reads and checks a catalogue file. A file of the wrong shape gives its first mistake, one of the right shape
    /// every rule it breaks.
    pub fn parse(text: &str) -> Result<Self, Vec<CatalogueError>> {
        let catalogue = shape(text).map_err(|error| vec![error])?;
        let broken = check::rules(&catalogue);
        if broken.is_empty() { Ok(catalogue) } else { Err(broken) }
    }

    /// The first edition that comes with this version.
    pub fn built_in() -> Result<&'static Self, &'static [CatalogueError]> {
        BUILT_IN.as_ref().map_err(Vec::as_slice)
    }
}

/// Reads the file; the first mistake of shape ends it.
fn shape(text: &str) -> Result<Catalogue, CatalogueError> {
    /// Read on its own, so that a file of another schema is told so rather than blamed for a field.
    #[derive(Deserialize)]
    struct Header {
        schema: u32,
    }
    // Spreadsheets and editors on Windows put a mark in front of UTF-8.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return Err(CatalogueError {
            path: ".".to_owned(),
            reason: "is no catalogue: the file must be one JSON object, and begin with {".to_owned(),
        });
    }
    let header: Header = read(text)?;
    if header.schema != SCHEMA {
        let reason = format!("this version reads schema {SCHEMA}, the file is of {}", header.schema);
        return Err(CatalogueError { path: "schema".to_owned(), reason });
    }
    let mut catalogue: Catalogue = read(text)?;
    catalogue.editions.push(Edition { name: catalogue.edition.clone(), valid_from: catalogue.valid_from });
    for item in &mut catalogue.items {
        item.edition.clone_from(&catalogue.edition);
        item.own_positions = item.positions.iter().cloned().collect();
    }
    Ok(catalogue)
}

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, CatalogueError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| CatalogueError { path: error.path().to_string(), reason: error.into_inner().to_string() })?;
    json.end().map_err(|error| CatalogueError { path: ".".to_owned(), reason: error.to_string() })?;
    Ok(value)
}
