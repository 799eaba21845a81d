//! Every row against the newest event that tells of it.

use std::{collections::HashMap, fmt};

use entity::{audit_event, ids::OrgCode, row_written};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::{BEFORE, Digests, Key, day_of, digest, key_of, tables};
use crate::{
    db::Scoped,
    domain::{access::EverywhereScope, calendar},
    store::batches::{self, Batches},
};

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is not what its event said.
    Changed,
    /// An event tells of it, and it is not there.
    Gone,
    /// It is there, and no event tells of it.
    Unknown,
}

/// A row that is not what the chain says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Which table.
    pub table: String,
    /// Whose row; the service's own where it is nobody's.
    pub owner: String,
    /// What is wrong.
    pub what: What,
    /// The London day it was recorded on.
    pub day: Option<String>,
    /// The event that tells of it: whose chain, and which.
    pub event: Option<(OrgCode, i64)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table.replace('_', " ");
        write!(f, "{} {}", self.owner, table)?;
        if let Some(day) = &self.day {
            write!(f, " of {day}")?;
        }
        f.write_str(match self.what {
            What::Changed => ": not what was recorded",
            What::Gone => ": gone",
            What::Unknown => ": no event tells of it",
        })?;
        match &self.event {
            Some((chain, seq)) => write!(f, " (event {seq} of {chain})"),
            None => Ok(()),
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows compared.
    pub rows: u64,
    /// Rows of before there were digests, which the next start takes up.
    pub waiting: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// What the newest event about a row says.
pub(super) struct Told {
    owner: Option<String>,
    digest: Option<String>,
    /// Another event told another digest before, and never that the row was gone: rows are not changed.
    is_contradicted: bool,
    chain: OrgCode,
    seq: i64,
    day: String,
}

/// By table, and by how the row goes by.
pub(super) type Said = HashMap<String, HashMap<String, Told>>;

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
    if !super::is_adopted(at.conn).await? {
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
        let key = super::named(&note.tbl, &note.owner, note.id, &note.name);
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

/// Holds the rows of one table to what was said of them; what is left of it is gone.
pub(super) async fn table<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    table: &str,
    key: &Key<E>,
    said: &mut Said,
    report: &mut Report,
) -> Result<(), DbErr> {
    let mut said = said.remove(table).unwrap_or_default();
    match (key.owner, key.id) {
        (Some(owner), Some(id)) if key.leads => {
            for of in batches::owners::<E>(conn, owner).await? {
                let mut batches = Batches::of(E::find().filter(owner.eq(of)), id);
                while let Some(rows) = batches.next(conn).await? {
                    hold(table, key, &rows, &mut said, report);
                }
            }
        }
        _ => hold(table, key, &E::find().all(conn).await?, &mut said, report),
    }
    report.gone(table, said);
    Ok(())
}

/// Holds some rows to what was said of them, and takes that away.
fn hold<E: EntityTrait>(
    table: &str,
    key: &Key<E>,
    rows: &[E::Model],
    said: &mut HashMap<String, Told>,
    report: &mut Report,
) {
    for row in rows {
        report.rows = report.rows.saturating_add(1);
        let (owner, name) = key_of(table, key, row);
        let told = said.remove(&name);
        let (what, event) = match told {
            // Waits for its digest.
            Some(Told { digest: None, seq: 0, .. }) => continue,
            Some(Told { digest: Some(said), is_contradicted: false, .. }) if said == digest::<E>(row) => continue,
            Some(Told { digest: Some(_), chain, seq, .. }) => (What::Changed, Some((chain, seq))),
            Some(Told { digest: None, .. }) | None => (What::Unknown, None),
        };
        report.faults.push(Fault { table: table.to_owned(), owner, what, day: day_of::<E>(row), event });
    }
}

impl Report {
    /// Rows that events tell of and that are not there.
    fn gone(&mut self, table: &str, left: HashMap<String, Told>) {
        for told in left.into_values().filter(|told| told.digest.is_some()) {
            self.faults.push(Fault {
                owner: told.owner.unwrap_or_else(|| told.chain.to_string()),
                table: table.to_owned(),
                what: What::Gone,
                day: Some(told.day),
                event: Some((told.chain, told.seq)),
            });
        }
    }
}
