//! What providers passed on to practices of an area.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use entity::{
    ids::{LocalDate, OdsCode},
    transfer,
};
use futures::TryStreamExt;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QuerySelect, StreamTrait};

use super::{Narrowed, Period, count, seen};
use crate::{
    db::Scoped,
    domain::{
        access::LmcScope,
        transfer::{
            ProviderRef,
            desk::{LEAST_ITEMS, LEAST_PRACTICES, Repeat},
        },
    },
    store::sharing::Sharing,
};

/// Patterns that are shown at once.
const MOST_REPEATS: usize = 100;
/// Providers that are shown at once; kinds are fewer.
const MOST_LINES: usize = 200;

/// What providers passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOn {
    /// The same work of one provider from several practices, those that came most first.
    pub repeats: Vec<Repeat>,
    /// Each provider, those that pass on most first.
    pub providers: Vec<ProviderLine>,
}

/// Items of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLine {
    /// The provider, under the name that a practice wrote.
    pub provider: ProviderRef,
    /// How many.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
}

/// Practice, provider, its name, department, kind, items, the newest day.
type PassedOnRow = (OdsCode, String, String, Option<String>, String, i64, LocalDate);

/// What is asked about by provider, and the same work among it. Counting practices in the statement would sort every item
/// by text; a row for each practice is folded here as it comes, so that a year takes no more memory than a week.
pub async fn passed_on<C: ConnectionTrait + StreamTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
) -> Result<PassedOn, DbErr> {
    if sharing.is_empty() {
        return Ok(PassedOn::default());
    }
    let work = [transfer::Column::Provider, transfer::Column::Department, transfer::Column::Category];
    let mut asked = seen(sharing, period, narrowed)
        .select_only()
        .column(transfer::Column::Practice)
        .column(transfer::Column::Provider)
        .column_as(transfer::Column::ProviderName.max(), "name")
        .column(transfer::Column::Department)
        .column(transfer::Column::Category)
        .column_as(transfer::Column::Id.count(), "items")
        .column_as(transfer::Column::CameOn.max(), "last")
        .group_by(transfer::Column::Practice);
    for column in work {
        asked = asked.group_by(column);
    }
    let mut rows = asked.into_tuple::<PassedOnRow>().stream(at.conn).await?;
    let mut fold = Fold::default();
    while let Some(row) = rows.try_next().await? {
        fold.add(row);
    }
    Ok(fold.done())
}

/// Work by provider, department and kind; providers with the practices to which they passed it on.
#[derive(Default)]
struct Fold {
    work: HashMap<(String, Option<String>, String), Repeat>,
    providers: HashMap<String, (ProviderLine, BTreeSet<OdsCode>)>,
}

impl Fold {
    fn add(&mut self, (practice, key, name, department, category, items, last): PassedOnRow) {
        let items = count(items);
        let provider = ProviderRef { key: key.clone(), name };
        let (line, practices) = self
            .providers
            .entry(key.clone())
            .or_insert_with(|| (ProviderLine { provider: provider.clone(), items: 0, practices: 0 }, BTreeSet::new()));
        line.items = line.items.saturating_add(items);
        if line.provider.name < provider.name {
            line.provider.name.clone_from(&provider.name);
        }
        practices.insert(practice);
        let work = (key, department.clone(), category.clone());
        let same = self.work.entry(work).or_insert_with(|| Repeat {
            provider: provider.clone(),
            department,
            category,
            items: 0,
            practices: 0,
            last,
        });
        same.items = same.items.saturating_add(items);
        // One row is one practice's.
        same.practices = same.practices.saturating_add(1);
        same.last = Ord::max(same.last, last);
        if same.provider.name < provider.name {
            same.provider.name = provider.name;
        }
    }

    fn done(self) -> PassedOn {
        let often = |same: &Repeat| same.items >= LEAST_ITEMS && same.practices >= LEAST_PRACTICES;
        let mut repeats: Vec<Repeat> = self.work.into_values().filter(often).collect();
        let by_work = |same: &Repeat| (same.provider.key.clone(), same.department.clone(), same.category.clone());
        repeats.sort_by_cached_key(|same| (Reverse(same.items), by_work(same)));
        repeats.truncate(MOST_REPEATS);
        let of_practices = |(line, practices): (ProviderLine, BTreeSet<OdsCode>)| ProviderLine {
            practices: u32::try_from(practices.len()).unwrap_or(u32::MAX),
            ..line
        };
        let mut providers: Vec<ProviderLine> = self.providers.into_values().map(of_practices).collect();
        providers.sort_by_cached_key(|line| (Reverse(line.items), line.provider.key.clone()));
        providers.truncate(MOST_LINES);
        PassedOn { repeats, providers }
    }
}
