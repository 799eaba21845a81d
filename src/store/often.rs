//! What every tap asks: whose device it is, and how the day stands.

use std::collections::HashMap;

use entity::{device, ids::LocalDate};
use futures::try_join;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    facts::{self, Key, Which},
    gather::Gather,
    keyed, limits,
    people::DeviceRow,
};
use crate::{
    db::Db,
    domain::{
        access::ClinicianScope,
        limit::{self, Day, Rules},
    },
};

/// The lookups of the counting path, each made for many requests at once.
#[derive(Debug)]
pub struct Often {
    devices: Gather<String, DeviceRow>,
    days: Gather<Key, Day>,
}

impl Often {
    /// Starts their tasks.
    pub fn start(db: &Db) -> Self {
        Self {
            devices: Gather::start(db.clone(), |db, hashes| Box::pin(devices(db, hashes))),
            days: Gather::start(db.clone(), |db, keys| Box::pin(days(db, keys))),
        }
    }

    /// A device by the hash of its secret, if it was not revoked.
    pub async fn device(&self, hash: String) -> Result<Option<DeviceRow>, DbErr> {
        self.devices.get(hash).await
    }

    /// One clinician's day against the limit, as it stands now.
    pub async fn own_day(&self, scope: &ClinicianScope, on: LocalDate) -> Result<Day, DbErr> {
        let key = (scope.practice().clone(), scope.clinician(), on);
        let day = self.days.get(key).await?;
        day.ok_or_else(|| DbErr::Custom("a day was not folded".to_owned()))
    }
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
async fn days(db: Db, keys: Vec<Key>) -> Result<HashMap<Key, Day>, DbErr> {
    let which = Which::Days(&keys);
    let practices = which.practices();
    let (mut facts, rules) =
        try_join!(facts::facts(db.unscoped(), which), limits::rules_of(db.unscoped(), practices.as_deref()),)?;
    let none = Rules::default();
    let days = keys.into_iter().map(|key| {
        let known = facts.remove(&key).unwrap_or_default();
        let rules = rules.get(&key.0).unwrap_or(&none);
        let day = limit::day(&known, rules, key.1, key.2);
        (key, day)
    });
    Ok(days.collect())
}
