//! The rows of one table against what was said of them, and what is wrong.

use std::{collections::HashMap, fmt};

use entity::ids::OrgCode;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::row::{Key, day_of, digest, key_of};
use crate::store::batches::{self, Batches};

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
    pub(super) owner: Option<String>,
    pub(super) digest: Option<String>,
    /// Another event told another digest before, and never that the row was gone: rows are not changed.
    pub(super) is_contradicted: bool,
    pub(super) chain: OrgCode,
    pub(super) seq: i64,
    pub(super) day: String,
}

/// By table, and by how the row goes by.
pub(super) type Said = HashMap<String, HashMap<String, Told>>;

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
    pub(super) fn gone(&mut self, table: &str, left: HashMap<String, Told>) {
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
