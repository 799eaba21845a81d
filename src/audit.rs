//! The audit trail: typed events, chained per organisation, written in the transaction of what they tell of.
//!
//! The chain runs over `H(salt ‖ detail)`, so that erasing detail and salt leaves it verifiable.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{
    audit_event, audit_head,
    ids::{EventId, OrgCode},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::digest::hex;

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

/// Appends one event to the organisation's chain.
pub async fn append<E: Event>(
    conn: &impl ConnectionTrait,
    stamp: &Stamp,
    organisation: &OrgCode,
    event: &E,
) -> Result<(), DbErr> {
    let detail = serde_json::to_string(event).map_err(|error| DbErr::Custom(error.to_string()))?;
    let head = lock_head(conn, organisation).await?;
    let salt = STANDARD_NO_PAD.encode(rand::random::<[u8; 16]>());
    let detail_hash = hex(&[salt.as_bytes(), detail.as_bytes()]);
    let seq = head.seq.saturating_add(1);
    let at = stamp.at.to_rfc3339();
    let hash = link(
        &head.hash,
        organisation,
        seq,
        &at,
        &stamp.actor,
        E::NAME,
        &detail_hash,
    );
    audit_event::Entity::insert(audit_event::ActiveModel {
        organisation: Set(organisation.clone()),
        seq: Set(seq),
        id: Set(EventId(Uuid::now_v7())),
        recorded_at: Set(stamp.at),
        actor: Set(stamp.actor.clone()),
        event: Set(E::NAME.to_owned()),
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

/// The head row is made if missing and locked, so that on PostgreSQL two nodes take turns.
async fn lock_head(
    conn: &impl ConnectionTrait,
    organisation: &OrgCode,
) -> Result<audit_head::Model, DbErr> {
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
    head.one(conn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("audit head".to_owned()))
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
    let parts = [
        previous,
        organisation.as_str(),
        &seq,
        at,
        actor,
        event,
        detail_hash,
    ];
    let bytes: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    hex(&bytes)
}

/// A chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Whose.
    pub organisation: OrgCode,
    /// The first event that does not fit.
    pub seq: i64,
}

/// Walks every chain and names the first event of each that does not hold.
pub async fn verify(conn: &impl ConnectionTrait) -> Result<(u64, Vec<Broken>), DbErr> {
    let mut broken = Vec::new();
    let mut checked: u64 = 0;
    for head in audit_head::Entity::find()
        .order_by_asc(audit_head::Column::Organisation)
        .all(conn)
        .await?
    {
        let events = audit_event::Entity::find()
            .filter(audit_event::Column::Organisation.eq(head.organisation.clone()))
            .order_by_asc(audit_event::Column::Seq)
            .all(conn)
            .await?;
        let mut previous = String::new();
        let mut expected: i64 = 1;
        let mut fault = None;
        for event in &events {
            checked = checked.saturating_add(1);
            if !holds(event, &previous, expected) {
                fault = Some(event.seq);
                break;
            }
            previous.clone_from(&event.hash);
            expected = expected.saturating_add(1);
        }
        if fault.is_none() && (expected.saturating_sub(1) != head.seq || previous != head.hash) {
            fault = Some(expected);
        }
        if let Some(seq) = fault {
            broken.push(Broken {
                organisation: head.organisation,
                seq,
            });
        }
    }
    Ok((checked, broken))
}

fn holds(event: &audit_event::Model, previous: &str, expected: i64) -> bool {
    let detail_holds = match (&event.salt, &event.detail) {
        (Some(salt), Some(detail)) => {
            hex(&[salt.as_bytes(), detail.as_bytes()]) == event.detail_hash
        }
        // Erased: the hash stands for what was there.
        (None, None) => true,
        _ => false,
    };
    let at = event.recorded_at.to_rfc3339();
    detail_holds
        && event.seq == expected
        && event.previous_hash == previous
        && link(
            previous,
            &event.organisation,
            event.seq,
            &at,
            &event.actor,
            &event.event,
            &event.detail_hash,
        ) == event.hash
}
