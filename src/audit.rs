//! The audit trail: typed events, chained per organisation, written in the transaction of what they tell of.
//!
//! The chain runs over `H(salt ‖ detail)`, so that erasing detail and salt leaves it verifiable.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{
    audit_event, audit_head,
    ids::{EventId, OrgCode},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::digest::hex;

mod chain;

pub use chain::{Broken, Why, exported, verify};

/// Something worth being able to prove later.
pub trait Event: Serialize + Send + Sync {
    /// Stable name, such as `status.recorded`.
    const NAME: &'static str;
}

/// Who did it and when; the same for every event of a transaction.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The actor's name in the trail; never a person's real name.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An event that is to be written: its name and its detail as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whose chain.
    pub organisation: OrgCode,
    /// Its name.
    pub name: &'static str,
    detail: String,
}

impl Told {
    /// Puts an event into words.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn new<E: Event>(organisation: &OrgCode, event: &E) -> Result<Self, DbErr> {
        Ok(Self { organisation: organisation.clone(), name: E::NAME, detail: json(event)? })
    }

    /// Adds something that is said of any event, such as the digests of the rows it wrote.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn with(&mut self, name: &str, value: &impl Serialize) -> Result<(), DbErr> {
        let value = json(value)?;
        let comma = match self.detail.as_str() {
            "{}" => "",
            detail if detail.ends_with('}') => ",",
            // An event that says nothing else.
            _ => {
                "{}".clone_into(&mut self.detail);
                ""
            }
        };
        self.detail.pop();
        for part in [comma, "\"", name, "\":", &value, "}"] {
            self.detail.push_str(part);
        }
        Ok(())
    }
}

fn json(value: &impl Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Custom(error.to_string()))
}

/// Appends one event to its organisation's chain.
pub async fn append(conn: &impl ConnectionTrait, stamp: &Stamp, event: Told) -> Result<(), DbErr> {
    let Told { organisation, name, detail } = event;
    let organisation = &organisation;
    let head = lock_head(conn, organisation).await?;
    let salt = STANDARD_NO_PAD.encode(rand::random::<[u8; 16]>());
    let detail_hash = hex(&[salt.as_bytes(), detail.as_bytes()]);
    let seq = head.seq.saturating_add(1);
    let at = stamp.at.to_rfc3339();
    let hash = link(&head.hash, organisation, seq, &at, &stamp.actor, name, &detail_hash);
    audit_event::Entity::insert(audit_event::ActiveModel {
        organisation: Set(organisation.clone()),
        seq: Set(seq),
        id: Set(EventId(Uuid::now_v7())),
        recorded_at: Set(stamp.at),
        actor: Set(stamp.actor.clone()),
        event: Set(name.to_owned()),
        detail: Set(Some(detail)),
        salt: Set(Some(salt)),
        detail_hash: Set(detail_hash),
        previous_hash: Set(head.hash),
        hash: Set(hash.clone()),
    })
    .exec_without_returning(conn)
    .await?;
    audit_head::Entity::update(audit_head::ActiveModel {
        organisation: Set(organisation.clone()),
        seq: Set(seq),
        hash: Set(hash),
    })
    .exec(conn)
    .await?;
    Ok(())
}

/// Keeps others from appending to a chain until COMMIT.
pub async fn hold(conn: &impl ConnectionTrait, organisation: &OrgCode) -> Result<(), DbErr> {
    lock_head(conn, organisation).await.map(drop)
}

/// The head row is made if missing and locked, so that on PostgreSQL two nodes take turns.
async fn lock_head(conn: &impl ConnectionTrait, organisation: &OrgCode) -> Result<audit_head::Model, DbErr> {
    audit_head::Entity::insert(audit_head::ActiveModel {
        organisation: Set(organisation.clone()),
        seq: Set(0),
        hash: Set(String::new()),
    })
    .on_conflict_do_nothing_on([audit_head::Column::Organisation])
    .exec_without_returning(conn)
    .await?;
    let mut head = audit_head::Entity::find_by_id(organisation.clone());
    if conn.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
        head = head.lock_exclusive();
    }
    head.one(conn).await?.ok_or_else(|| DbErr::RecordNotFound("audit head".to_owned()))
}

fn link(
    previous: &str,
    organisation: &OrgCode,
    seq: i64,
    at: &str,
    actor: &str,
    event: &str,
    detail_hash: &str,
) -> String {
    let seq = seq.to_string();
    let parts = [previous, organisation.as_str(), &seq, at, actor, event, detail_hash];
    let bytes: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    hex(&bytes)
}

/// The newest event of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose chain.
    pub organisation: OrgCode,
    /// Its number.
    pub seq: i64,
    /// Its hash, which stands for every event before it.
    pub hash: String,
}

impl Head {
    /// As it is written outside the database.
    pub fn line(&self) -> String {
        format!("{} {} {}", self.organisation, self.seq, self.hash)
    }

    /// Reads [`Self::line`].
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let head = Self {
            organisation: words.next()?.parse().ok()?,
            seq: words.next()?.parse().ok()?,
            hash: words.next()?.to_owned(),
        };
        words.next().is_none().then_some(head)
    }
}

/// The newest event of every chain.
pub async fn heads(conn: &impl ConnectionTrait) -> Result<BTreeMap<OrgCode, Head>, DbErr> {
    let heads = audit_head::Entity::find().all(conn).await?;
    let heads = heads.into_iter().map(|row| {
        let head = Head { organisation: row.organisation.clone(), seq: row.seq, hash: row.hash };
        (row.organisation, head)
    });
    Ok(heads.collect())
}

/// The hash of the event of a chain that an anchor tells of; nothing where there is none.
pub async fn hash_of(conn: &impl ConnectionTrait, head: &Head) -> Result<Option<String>, DbErr> {
    audit_event::Entity::find_by_id((head.organisation.clone(), head.seq))
        .select_only()
        .column(audit_event::Column::Hash)
        .into_tuple()
        .one(conn)
        .await
}

/// The hash of every event of a chain, by its number.
pub async fn hashes(conn: &impl ConnectionTrait, organisation: &OrgCode) -> Result<BTreeMap<i64, String>, DbErr> {
    let rows: Vec<(i64, String)> = audit_event::Entity::find()
        .select_only()
        .columns([audit_event::Column::Seq, audit_event::Column::Hash])
        .filter(audit_event::Column::Organisation.eq(organisation.clone()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
