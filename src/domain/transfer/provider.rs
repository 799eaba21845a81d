//! Who passes work on: the trusts, community services, independent providers and hospices of England, and those that a practice
//! names itself.

use std::sync::LazyLock;

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{name::ProviderName, written};

static LISTED: LazyLock<Result<Vec<Provider>, String>> =
    LazyLock::new(|| read(include_str!("../../assets/transfers/providers.csv")));

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
/// The first line that is none, a code that stands twice, or that there is nothing.
pub fn read(csv: &str) -> Result<Vec<Provider>, String> {
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize();
    let all: Vec<Provider> = rows.collect::<Result<_, _>>().map_err(|error: csv::Error| error.to_string())?;
    super::lists::whole(all.iter().map(|one| (one.code.as_str(), one.name.as_str())))?;
    Ok(all)
}

/// The list that comes with this version.
///
/// # Errors
/// What is wrong with it. A service does not start with a broken one.
pub fn built_in() -> Result<&'static [Provider], &'static str> {
    LISTED.as_deref().map_err(String::as_str)
}

/// All providers of the list; [`built_in`] is asked at the start.
pub fn listed() -> &'static [Provider] {
    built_in().unwrap_or(&[])
}

/// A provider by its code.
pub fn of_code(code: &str) -> Option<&'static Provider> {
    listed().iter().find(|provider| provider.code == code)
}

/// Providers whose words begin as typed, those whose name begins so first; at most so many. Fewer letters than
/// [`LEAST_LETTERS`] find nothing.
pub fn find(typed: &str, today: LocalDate, most: usize) -> Vec<&'static Provider> {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    if typed.trim().chars().count() < LEAST_LETTERS {
        return Vec::new();
    }
    let open = listed().iter().filter(|provider| provider.is_open(today));
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
        match listed().iter().find(same) {
            Some(found) => Self { key: found.code.clone(), name: found.name.clone() },
            None => Self { key: format!("own:{}", name.to_lowercase()), name: name.to_owned() },
        }
    }
}
