//! Every chain walked from its first event to its head, a piece at a time, so that one of any length is walked.

use std::fmt;

use entity::{
    audit_event, audit_head,
    ids::{EventId, OrgCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::link;
use crate::domain::digest::hex;

/// Events read at a time.
const PIECE: u64 = 1_000;

/// A chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Whose.
    pub organisation: OrgCode,
    /// The first event that does not fit.
    pub seq: i64,
    /// Why not.
    pub why: Why,
}

/// What is wrong with an event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The row with this id is not the one that was written, or stands where another stood.
    Changed(EventId),
    /// It is not there; the row with this id comes after it.
    Gone(EventId),
    /// It is not there, and nothing comes after it: the end was cut off.
    CutOff,
    /// It is there, and the head knows nothing of it, or of another.
    NotTheHead,
    /// The head is not there.
    NoHead,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { organisation, seq, why } = self;
        match why {
            Why::Changed(id) => {
                write!(f, "audit_event {organisation} {seq} (id {id}) is not what was written")
            }
            Why::Gone(next) => {
                write!(f, "audit_event {organisation} {seq} is gone; the next row there has the id {next}")
            }
            Why::CutOff => write!(f, "audit_event {organisation} {seq} is gone, and all after it: the end was cut off"),
            Why::NotTheHead => {
                write!(f, "audit_head {organisation} is not the end of the chain, which goes up to {seq}")
            }
            Why::NoHead => write!(f, "audit_head {organisation} is gone"),
        }
    }
}

async fn piece(
    conn: &impl ConnectionTrait,
    organisation: &OrgCode,
    after: i64,
) -> Result<Vec<audit_event::Model>, DbErr> {
    audit_event::Entity::find()
        .filter(audit_event::Column::Organisation.eq(organisation.clone()))
        .filter(audit_event::Column::Seq.gt(after))
        .order_by_asc(audit_event::Column::Seq)
        .limit(PIECE)
        .all(conn)
        .await
}

/// Walks every chain and names the first event of each that does not hold.
pub async fn verify(conn: &impl ConnectionTrait) -> Result<(u64, Vec<Broken>), DbErr> {
    let mut broken = without_head(conn).await?;
    let mut checked: u64 = 0;
    for head in audit_head::Entity::find().order_by_asc(audit_head::Column::Organisation).all(conn).await? {
        let (n, fault) = walk(conn, &head).await?;
        checked = checked.saturating_add(n);
        broken.extend(fault.map(|(seq, why)| Broken { organisation: head.organisation, seq, why }));
    }
    Ok((checked, broken))
}

/// How many events of a chain were looked at, and what is wrong with the first that does not hold.
async fn walk(conn: &impl ConnectionTrait, head: &audit_head::Model) -> Result<(u64, Option<(i64, Why)>), DbErr> {
    let (mut checked, mut previous, mut after) = (0_u64, String::new(), 0_i64);
    loop {
        let events = piece(conn, &head.organisation, after).await?;
        for event in &events {
            checked = checked.saturating_add(1);
            let expected = after.saturating_add(1);
            if event.seq > expected {
                return Ok((checked, Some((expected, Why::Gone(event.id)))));
            }
            if !holds(event, &previous, expected) {
                return Ok((checked, Some((event.seq, Why::Changed(event.id)))));
            }
            previous.clone_from(&event.hash);
            after = expected;
        }
        if events.is_empty() {
            let fault = if after < head.seq {
                Some((after.saturating_add(1), Why::CutOff))
            } else if after > head.seq || previous != head.hash {
                Some((after, Why::NotTheHead))
            } else {
                None
            };
            return Ok((checked, fault));
        }
    }
}

fn holds(event: &audit_event::Model, previous: &str, expected: i64) -> bool {
    let detail_holds = match (&event.salt, &event.detail) {
        (Some(salt), Some(detail)) => hex(&[salt.as_bytes(), detail.as_bytes()]) == event.detail_hash,
        // Erased: the hash stands for what was there.
        (None, None) => true,
        _ => false,
    };
    let at = event.recorded_at.to_rfc3339();
    detail_holds
        && event.seq == expected
        && event.previous_hash == previous
        && link(previous, &event.organisation, event.seq, &at, &event.actor, &event.event, &event.detail_hash)
            == event.hash
}

/// The next events of a chain as lines of JSON, with everything that proves them, and the number of the last; nothing
/// where there are no more.
pub async fn exported(
    conn: &impl ConnectionTrait,
    organisation: &OrgCode,
    after: i64,
) -> Result<Option<(Vec<String>, i64)>, DbErr> {
    let events = piece(conn, organisation, after).await?;
    let Some(last) = events.last().map(|event| event.seq) else { return Ok(None) };
    let lines = events.into_iter().map(|event| {
        json!({
            "organisation": event.organisation.to_string(),
            "seq": event.seq,
            "id": event.id.to_string(),
            "recorded_at": event.recorded_at.to_rfc3339(),
            "actor": event.actor,
            "event": event.event,
            "detail": event.detail,
            "salt": event.salt,
            "detail_hash": event.detail_hash,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        })
        .to_string()
    });
    Ok(Some((lines.collect(), last)))
}

/// Chains that have events and no head, or a head and no events: whoever deletes one forgets the other.
async fn without_head(conn: &impl ConnectionTrait) -> Result<Vec<Broken>, DbErr> {
    let headed: Vec<OrgCode> = audit_head::Entity::find()
        .select_only()
        .column(audit_head::Column::Organisation)
        .into_tuple()
        .all(conn)
        .await?;
    let rows: Vec<OrgCode> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Organisation)
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    let lone = rows.into_iter().filter(|organisation| !headed.contains(organisation));
    Ok(lone.map(|organisation| Broken { organisation, seq: 1, why: Why::NoHead }).collect())
}
