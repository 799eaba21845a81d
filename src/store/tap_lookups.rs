//! What every tap asks: whose device it is, how the day stands, and what the page says beside it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::{
    clinician, device,
    ids::{ClinicianId, LocalDate, OdsCode},
    limit_notice, over_limit_reason,
};
use futures::try_join;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Select};

use super::{
    batched_lookup::BatchedLookup,
    days::{self, ClinicianDay, Ends},
    facts::{self, Key, Which},
    keyed,
    people::DeviceRow,
    rule_cache::RuleCache,
};
use crate::{
    db::Db,
    domain::{access::ClinicianScope, limit},
};

/// The lookups of the counting path, each made for many requests at once.
#[derive(Debug)]
pub struct TapLookups {
    devices: BatchedLookup<String, DeviceRow>,
    days: BatchedLookup<Key, ClinicianDay>,
    besides: BatchedLookup<Key, Beside>,
}

/// What a clinician's page says beside the count.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The clinician's label.
    pub label: String,
    /// The first and the last contact that count.
    pub ends: Option<Ends>,
    /// The newest reason for going on past the limit.
    pub reason: Option<String>,
    /// When they told the practice that they are at their limit.
    pub told: Option<DateTime<Utc>>,
}

impl TapLookups {
    /// Starts their tasks.
    pub fn start(db: &Db) -> Self {
        let books = Arc::new(RuleCache::default());
        Self {
            devices: BatchedLookup::start(db.clone(), |db, hashes| Box::pin(devices(db, hashes))),
            days: BatchedLookup::start(db.clone(), move |db, keys| Box::pin(days(db, Arc::clone(&books), keys))),
            besides: BatchedLookup::start(db.clone(), |db, keys| Box::pin(besides(db, keys))),
        }
    }

    /// A device by the hash of its secret, if it was not revoked.
    pub async fn device(&self, hash: String) -> Result<Option<DeviceRow>, DbErr> {
        self.devices.get(hash).await
    }

    /// One clinician's day against the limit, as it stands now.
    pub async fn own_day(&self, scope: &ClinicianScope, on: LocalDate) -> Result<ClinicianDay, DbErr> {
        let day = self.days.get(key(scope, on)).await?;
        day.ok_or_else(|| DbErr::Custom("a day was not folded".to_owned()))
    }

    /// What the page says beside it; nothing where there is no such clinician.
    pub async fn beside(&self, scope: &ClinicianScope, on: LocalDate) -> Result<Option<Beside>, DbErr> {
        self.besides.get(key(scope, on)).await
    }
}

fn key(scope: &ClinicianScope, on: LocalDate) -> Key {
    (scope.practice().clone(), scope.clinician(), on)
}

async fn devices(db: Db, hashes: Vec<String>) -> Result<HashMap<String, DeviceRow>, DbErr> {
    let hashes = hashes.into_iter().map(|hash| [hash.into()]);
    let rows = keyed::among(device::Entity::find(), [device::Column::SecretHash], hashes)
        .filter(device::Column::RevokedAt.is_null())
        .all(db.unscoped())
        .await?;
    Ok(rows.into_iter().map(|row| (row.secret_hash.clone(), row)).collect())
}

/// Every key has an answer: a day of which nothing is known is one on which nobody counted.
async fn days(db: Db, books: Arc<RuleCache>, keys: Vec<Key>) -> Result<HashMap<Key, ClinicianDay>, DbErr> {
    let which = Which::Days(&keys);
    let practices = which.practices().unwrap_or_default();
    let (mut facts, rules) = try_join!(facts::facts(db.unscoped(), which), books.of(db.unscoped(), &practices))?;
    let none = Arc::default();
    let days = keys.into_iter().map(|key| {
        let facts = facts.remove(&key).unwrap_or_default();
        let rules = Arc::clone(rules.get(&key.0).unwrap_or(&none));
        let day = limit::day(&facts, &rules, key.1, key.2);
        (key, ClinicianDay { facts, rules, day })
    });
    Ok(days.collect())
}

async fn besides(db: Db, keys: Vec<Key>) -> Result<HashMap<Key, Beside>, DbErr> {
    let conn = db.unscoped();
    let (labels, mut ends, mut reasons, mut told) =
        try_join!(labels(conn, &keys), days::ends(conn, &keys), reasons(conn, &keys), told(conn, &keys))?;
    let besides = keys.into_iter().filter_map(|key| {
        let label = labels.get(&(key.0.clone(), key.1))?.clone();
        let (ends, reason, told) = (ends.remove(&key), reasons.remove(&key), told.remove(&key));
        Some((key, Beside { label, ends, reason, told }))
    });
    Ok(besides.collect())
}

type Whose = (OdsCode, ClinicianId);

async fn labels(conn: &impl ConnectionTrait, keys: &[Key]) -> Result<HashMap<Whose, String>, DbErr> {
    use clinician::Column;
    // Two days of one clinician are two keys.
    let whose: BTreeSet<Whose> = keys.iter().map(|(practice, clinician, _)| (practice.clone(), *clinician)).collect();
    let whose = whose.into_iter().map(|(practice, clinician)| [practice.into(), clinician.into()]);
    let rows = keyed::among(clinician::Entity::find(), [Column::Practice, Column::Id], whose).all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.practice, row.id), row.label)).collect())
}

async fn reasons(conn: &impl ConnectionTrait, keys: &[Key]) -> Result<HashMap<Key, String>, DbErr> {
    let mut rows = given(keys).all(conn).await?;
    rows.sort_unstable_by_key(|row| (row.recorded_at, row.id));
    // The newest is the one that stays.
    Ok(rows.into_iter().map(|row| ((row.practice, row.clinician, row.day), row.reason)).collect())
}

fn given(keys: &[Key]) -> Select<over_limit_reason::Entity> {
    use over_limit_reason::Column;
    let columns = [Column::Practice, Column::Clinician, Column::Day];
    keyed::among(over_limit_reason::Entity::find(), columns, facts::listed(keys))
}

async fn told(conn: &impl ConnectionTrait, keys: &[Key]) -> Result<HashMap<Key, DateTime<Utc>>, DbErr> {
    let rows = noted(keys).all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.practice, row.clinician, row.day), row.recorded_at)).collect())
}

fn noted(keys: &[Key]) -> Select<limit_notice::Entity> {
    use limit_notice::Column;
    let columns = [Column::Practice, Column::Clinician, Column::Day];
    keyed::among(limit_notice::Entity::find(), columns, facts::listed(keys))
}

#[cfg(test)]
mod tests {
    use sea_orm::QueryTrait;
    use uuid::Uuid;

    use super::*;
    use crate::store::keyed::tests::{by_key, plan};

    #[tokio::test]
    async fn what_the_page_says_is_looked_up() {
        let day = "2026-11-20".parse().unwrap();
        let keys: Vec<Key> =
            (1..=5).map(|n| ("Z90001".parse().unwrap(), ClinicianId(Uuid::from_u128(n)), day)).collect();
        let plans = [
            ("over_limit_reason", plan(given(&keys).into_query()).await),
            ("limit_notice", plan(noted(&keys).into_query()).await),
        ];
        for (table, plan) in plans {
            by_key(&plan, table);
        }
    }
}
