//! The same request, repeated: one provider's department asks for the same kind of thing at several practices.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{LocalDate, OdsCode};

use super::{NewTransfer, ProviderRef};

/// Fewest practices that make a pattern: fewer is a practice's own matter.
pub const LEAST_PRACTICES: usize = 3;
/// Fewest items that make one.
pub const LEAST_ITEMS: usize = 5;

/// What has to be the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Who asks.
    pub provider: ProviderRef,
    /// Which department, where that was named.
    pub department: Option<String>,
    /// Code of the category.
    pub category: String,
    /// What exactly, where that was said.
    pub reason: Option<String>,
}

/// A request and how often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// What is asked.
    pub request: Request,
    /// Items.
    pub times: usize,
    /// Practices that logged one.
    pub practices: BTreeSet<OdsCode>,
    /// The day of the first.
    pub oldest: LocalDate,
}

/// Requests that come again and again, the most practices first, then the most items.
pub fn find<'a>(items: impl IntoIterator<Item = (&'a OdsCode, &'a NewTransfer)>) -> Vec<Repeat> {
    let mut all: BTreeMap<Request, Repeat> = BTreeMap::new();
    for (practice, item) in items {
        let request = Request {
            provider: item.provider.clone(),
            department: item.department.clone(),
            category: item.category.clone(),
            reason: item.reason.clone(),
        };
        let repeat = all.entry(request.clone()).or_insert_with(|| Repeat {
            request,
            times: 0,
            practices: BTreeSet::new(),
            oldest: item.came_on,
        });
        repeat.times = repeat.times.saturating_add(1);
        repeat.practices.insert(practice.clone());
        repeat.oldest = repeat.oldest.min(item.came_on);
    }
    let enough = |repeat: &Repeat| repeat.practices.len() >= LEAST_PRACTICES && repeat.times >= LEAST_ITEMS;
    let mut found: Vec<Repeat> = all.into_values().filter(enough).collect();
    found.sort_by_key(|repeat| std::cmp::Reverse((repeat.practices.len(), repeat.times)));
    found
}
