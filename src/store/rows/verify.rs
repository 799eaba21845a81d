//! Every row against the newest event that tells of it.

use entity::{audit_event, ids::OrgCode, row_written};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::{
    BEFORE, Digests,
    compare::{Report, Said, Told},
    is_adopted, row, tables,
};
use crate::{
    db::Scoped,
    domain::{access::EverywhereScope, calendar},
};

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    row_digests: Digests,
}

/// Holds every row to its event.
pub async fn verify<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Report, DbErr> {
    let mut report = Report {
        waiting: row_written::Entity::find().filter(row_written::Column::Xact.eq(BEFORE)).count(at.conn).await?,
        ..Report::default()
    };
    let mut said = said(at.conn).await?;
    if !is_adopted(at.conn).await? {
        waiting(at.conn, &mut said).await?;
    }
    tables::compare(at.conn, &mut said, &mut report).await?;
    for (table, rows) in said {
        report.gone(&table, rows);
    }
    report.faults.sort();
    Ok(report)
}

/// Events that tell of rows, a practice at a time.
async fn said(conn: &impl ConnectionTrait) -> Result<Said, DbErr> {
    let mut said = Said::new();
    let chains: Vec<OrgCode> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Organisation)
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    for chain in chains {
        let events = audit_event::Entity::find()
            .filter(audit_event::Column::Organisation.eq(chain.clone()))
            .filter(audit_event::Column::Detail.contains("\"row_digests\":"))
            .order_by_asc(audit_event::Column::Seq)
            .all(conn)
            .await?;
        for event in events {
            let detail = event.detail.unwrap_or_default();
            // A detail that cannot be read is not what was hashed: the chain says so.
            let Ok(Detail { row_digests }) = serde_json::from_str(&detail) else {
                continue;
            };
            let day = calendar::london_day(event.recorded_at).to_string();
            for (table, rows) in row_digests {
                let of = said.entry(table).or_default();
                for (key, digest) in rows {
                    let (owner, key) = match key.rsplit_once(' ') {
                        Some((owner, key)) => (Some(owner.to_owned()), key.to_owned()),
                        None => (None, key),
                    };
                    let before = of.get(&key).and_then(|told| told.digest.as_ref());
                    let told = Told {
                        owner,
                        is_contradicted: before.is_some_and(|before| digest.as_ref().is_some_and(|now| now != before))
                            || of.get(&key).is_some_and(|told| told.is_contradicted),
                        digest,
                        chain: chain.clone(),
                        seq: event.seq,
                        day: day.clone(),
                    };
                    of.insert(key, told);
                }
            }
        }
    }
    Ok(said)
}

/// Rows of before have no event yet; whether they are right nobody can say, and they are passed over.
async fn waiting(conn: &impl ConnectionTrait, said: &mut Said) -> Result<(), DbErr> {
    let notes = row_written::Entity::find().filter(row_written::Column::Xact.eq(BEFORE)).all(conn).await?;
    for note in notes {
        let key = row::named(&note.tbl, &note.owner, note.id, &note.name);
        let of = said.entry(note.tbl).or_default();
        of.remove(&key);
        of.insert(
            key,
            Told {
                owner: None,
                digest: None,
                is_contradicted: false,
                chain: note.chain.parse().map_err(|_| DbErr::Type(note.chain))?,
                seq: 0,
                day: String::new(),
            },
        );
    }
    Ok(())
}
