//! Who passes work on: the trusts, community services, independent providers and hospices of England, and those that a practice
//! names itself.

use std::sync::LazyLock;

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{name::ProviderName, written};

static LISTED: LazyLock<Vec<Provider>> =
    LazyLock::new(|| read(include_str!("../../assets/transfers/providers.csv")).unwrap_or_default());

/// Fewest letters that are looked for.
pub const LEAST_LETTERS: usize = 3;

/// A provider of the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Provider {
    /// ODS code.
    pub code: String,
    /// As people write it.
    #[serde(deserialize_with = "written_name")]
    pub name: String,
    /// When it closed, where it has.
    pub closed_on: Option<LocalDate>,
}

impl Provider {
    /// Whether it still takes patients on a day, as far as the list says.
    pub fn is_open(&self, day: LocalDate) -> bool {
        self.closed_on.is_none_or(|last| day <= last)
    }
}

fn written_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(written::area(&String::deserialize(deserializer)?))
}

/// Reads a list.
///
/// # Errors
/// The first line that is none.
pub fn read(csv: &str) -> Result<Vec<Provider>, String> {
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().map_err(|error: csv::Error| error.to_string())
}

/// All providers of the list.
pub fn listed() -> &'static [Provider] {
    &LISTED
}

/// A provider by its code.
pub fn of_code(code: &str) -> Option<&'static Provider> {
    LISTED.iter().find(|provider| provider.code == code)
}

/// Providers whose words begin as typed, those whose name begins so first; at most so many. Fewer letters than
/// [`LEAST_LETTERS`] find nothing.
pub fn find(typed: &str, today: LocalDate, most: usize) -> Vec<&'static Provider> {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    if typed.trim().chars().count() < LEAST_LETTERS {
        return Vec::new();
    }
    let open = LISTED.iter().filter(|provider| provider.is_open(today));
    let mut found: Vec<(bool, &Provider)> = open
        .filter_map(|provider| {
            let name = provider.name.to_lowercase();
            let mut words = wanted.iter();
            let fits = words.all(|wanted| name.split([' ', '-', '(']).any(|word| word.starts_with(wanted.as_str())));
            let first = wanted.first().is_some_and(|wanted| name.starts_with(wanted.as_str()));
            (fits || provider.code.eq_ignore_ascii_case(typed.trim())).then_some((!first, provider))
        })
        .collect();
    found.sort_by(|(later, one), (last, other)| (later, &one.name).cmp(&(last, &other.name)));
    found.into_iter().take(most).map(|(_, provider)| provider).collect()
}

/// Whom an item names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct ProviderRef {
    /// Under which items of all practices come together: an ODS code, or the name in small letters after `own:`.
    pub key: String,
    /// As it reads.
    pub name: String,
}

impl ProviderRef {
    /// One of the list.
    pub fn listed(code: &str) -> Option<Self> {
        let found = of_code(code)?;
        Some(Self { key: found.code.clone(), name: found.name.clone() })
    }

    /// A provider by its key, as it is kept: a code of the list, or a name of a practice's own.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.strip_prefix("own:") {
            Some(name) => name
                .parse::<ProviderName>()
                .ok()
                .map(|name| Self::named(&name))
                .map(|found| Self { key: key.to_owned(), name: found.name }),
            None => Self::listed(key),
        }
    }

    /// One that the practice names itself. A name that the list has is that of the list.
    pub fn named(name: &ProviderName) -> Self {
        let name = name.as_str();
        let same = |provider: &&Provider| provider.name.eq_ignore_ascii_case(name);
        match LISTED.iter().find(same) {
            Some(found) => Self { key: found.code.clone(), name: found.name.clone() },
            None => Self { key: format!("own:{}", name.to_lowercase()), name: name.to_owned() },
        }
    }
}
