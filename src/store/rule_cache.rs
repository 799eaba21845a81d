//! Rules of practices that were read before: a practice of forty has hundreds of rows of its rota, and each tap asks.
//!
//! Rows are only ever added, as in `actions::kept`: their number, asked each time, says whether what is kept is all there is.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use entity::{ids::OdsCode, limit_rule, rota};
use futures::try_join;
use sea_orm::{ConnectionTrait, DbErr};

use super::{keyed::count_by_practice, limits};
use crate::domain::limit::Rules;

/// Practices whose rules are kept: with a rota of two hundred rows each, twenty megabytes.
const MOST_PRACTICES: usize = 2_000;

/// What is kept of practices' rules, with the number of rows each was read from.
#[derive(Debug, Default)]
pub(super) struct RuleCache(Mutex<HashMap<OdsCode, (i64, Arc<Rules>)>>);

impl RuleCache {
    /// The rules of some practices; of one that set nothing there are none.
    pub(super) async fn of(
        &self,
        conn: &impl ConnectionTrait,
        practices: &[OdsCode],
    ) -> Result<HashMap<OdsCode, Arc<Rules>>, DbErr> {
        let counted = counted(conn, practices).await?;
        let mut found = self.kept(&counted);
        let missing: Vec<OdsCode> = counted.keys().filter(|practice| !found.contains_key(*practice)).cloned().collect();
        if !missing.is_empty() {
            let read = limits::rules_of(conn, Some(&missing)).await?;
            let fresh = read.into_iter().map(|(practice, rules)| (practice, Arc::new(rules)));
            let fresh: HashMap<OdsCode, Arc<Rules>> = fresh.collect();
            self.keep(&counted, &fresh);
            found.extend(fresh);
        }
        Ok(found)
    }

    fn kept(&self, counted: &BTreeMap<OdsCode, i64>) -> HashMap<OdsCode, Arc<Rules>> {
        let books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = |(practice, n): (&OdsCode, &i64)| {
            let (rows, rules) = books.get(practice)?;
            (rows == n).then(|| (practice.clone(), Arc::clone(rules)))
        };
        counted.iter().filter_map(whole).collect()
    }

    /// Rows that were added between the count and the reading are kept under too small a number, and so are read once more.
    fn keep(&self, counted: &BTreeMap<OdsCode, i64>, fresh: &HashMap<OdsCode, Arc<Rules>>) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if books.len().saturating_add(fresh.len()) > MOST_PRACTICES {
            books.clear();
        }
        for (practice, rules) in fresh {
            let rows = counted.get(practice).copied().unwrap_or_default();
            books.insert(practice.clone(), (rows, Arc::clone(rules)));
        }
    }
}

/// How many limits and days of the rota each practice has set; those that have none are left out.
async fn counted(conn: &impl ConnectionTrait, practices: &[OdsCode]) -> Result<BTreeMap<OdsCode, i64>, DbErr> {
    let (limits, rota) = try_join!(
        count_by_practice::<limit_rule::Entity, _>(conn, limit_rule::Column::Practice, practices),
        count_by_practice::<rota::Entity, _>(conn, rota::Column::Practice, practices),
    )?;
    let mut all = BTreeMap::new();
    for (practice, n) in limits.into_iter().chain(rota) {
        let sum: &mut i64 = all.entry(practice).or_default();
        *sum = sum.saturating_add(n);
    }
    Ok(all)
}
