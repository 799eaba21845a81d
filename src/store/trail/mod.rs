//! What happened, read from the audit chain by those it concerns. Every statement finds its rows by an index that begins with
//! the chain, and stops at its limit: a chain of any length is read in the same time.

use std::{cmp::Reverse, collections::BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    audit_event::{Column, Entity},
    ids::{NotAnId, OrgCode},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Statement,
};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{
        access::{AccountScope, LmcScope, OrganisationScope, PracticeScope, ServiceScope},
        grant,
    },
};

mod names;

pub use names::names;

/// Who has a chain that they may read.
pub trait Chained: Sync {
    /// Whose it is.
    ///
    /// # Errors
    /// Where the code of the service is none, which cannot be.
    fn chain(&self) -> Result<OrgCode, DbErr>;
}

impl Chained for OrganisationScope {
    fn chain(&self) -> Result<OrgCode, DbErr> {
        Ok(self.organisation().clone())
    }
}

impl Chained for LmcScope {
    fn chain(&self) -> Result<OrgCode, DbErr> {
        Ok(self.lmc().clone())
    }
}

impl Chained for PracticeScope {
    fn chain(&self) -> Result<OrgCode, DbErr> {
        Ok(self.practice().into())
    }
}

/// What an account did stands with the service's.
impl Chained for AccountScope {
    fn chain(&self) -> Result<OrgCode, DbErr> {
        grant::SERVICE.parse().map_err(|error: NotAnId| DbErr::Custom(error.to_string()))
    }
}

impl Chained for ServiceScope {
    fn chain(&self) -> Result<OrgCode, DbErr> {
        grant::SERVICE.parse().map_err(|error: NotAnId| DbErr::Custom(error.to_string()))
    }
}

/// One event as it is read. Salt and hashes are for whoever checks the chain.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct TrailEvent {
    /// Its number in the chain.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Who, as the trail names them.
    pub actor: String,
    /// Which kind.
    pub event: String,
    /// What, as JSON; nothing where it was erased.
    pub detail: Option<String>,
}

/// By which index events are found; what else is asked of them is looked at one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// All of them.
    Chain,
    /// Those of these kinds.
    Kinds(Vec<&'static str>),
    /// Those of these actors, by their names in the trail.
    Actors(Vec<String>),
}

/// Which part of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Numbers after this one …
    pub after: i64,
    /// … and before this one.
    pub before: i64,
}

impl Part {
    /// The whole chain.
    pub const WHOLE: Self = Self { after: 0, before: i64::MAX };
}

/// Which end of the part comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The newest.
    Newest,
    /// The oldest.
    Oldest,
}

fn of(chain: &OrgCode, part: Part) -> Select<Entity> {
    let columns = [Column::Seq, Column::Id, Column::RecordedAt, Column::Actor, Column::Event, Column::Detail];
    Entity::find()
        .select_only()
        .columns(columns)
        .filter(Column::Organisation.eq(chain.clone()))
        .filter(Column::Seq.gt(part.after))
        .filter(Column::Seq.lt(part.before))
}

fn ordered(rows: Select<Entity>, first: First, most: u64) -> Select<Entity> {
    match first {
        First::Newest => rows.order_by_desc(Column::Seq),
        First::Oldest => rows.order_by_asc(Column::Seq),
    }
    .limit(most)
}

/// At most so many events of a part of the chain. Of several kinds or actors each is read by itself, by its index, and the
/// first of all of them are kept.
pub async fn read<C: ConnectionTrait, S: Chained>(
    at: Scoped<'_, C, S>,
    by: &By,
    part: Part,
    (first, most): (First, u64),
) -> Result<Vec<TrailEvent>, DbErr> {
    let chain = at.scope.chain()?;
    let mut found: Vec<TrailEvent> = Vec::new();
    for (rows, index) in statements(&chain, by, part, first, most) {
        let statement = by_index(at.conn.get_database_backend(), rows, index);
        found.extend(TrailEvent::find_by_statement(statement).all(at.conn).await?);
    }
    match first {
        First::Newest => found.sort_by_key(|one| Reverse(one.seq)),
        First::Oldest => found.sort_by_key(|one| one.seq),
    }
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// The index of a chain's kinds, and that of who acted.
const BY_KIND: &str = "ix_audit_event_organisation_event_seq";
const BY_ACTOR: &str = "ix_audit_event_organisation_actor_seq";

/// A statement for each kind or actor, with the index that it is to use where it is not the primary key.
fn statements(
    chain: &OrgCode,
    by: &By,
    part: Part,
    first: First,
    most: u64,
) -> Vec<(Select<Entity>, Option<&'static str>)> {
    let each = |rows: Select<Entity>| ordered(rows, first, most);
    match by {
        By::Chain => vec![(each(of(chain, part)), None)],
        By::Kinds(kinds) => {
            let rows = |kind: &&'static str| each(of(chain, part).filter(Column::Event.eq(*kind)));
            kinds.iter().map(|kind| (rows(kind), Some(BY_KIND))).collect()
        }
        By::Actors(actors) => {
            let rows = |actor: &String| each(of(chain, part).filter(Column::Actor.eq(actor.as_str())));
            actors.iter().map(|actor| (rows(actor), Some(BY_ACTOR))).collect()
        }
    }
}

/// SQLite has no figures of what an index holds, takes any chain for ten events, and would read the whole of one of half a
/// million to find those of a rare kind (1 s): there the index is named. PostgreSQL knows.
fn by_index(backend: DatabaseBackend, rows: Select<Entity>, index: Option<&'static str>) -> Statement {
    let mut statement = backend.build(&rows.into_query());
    if let (DatabaseBackend::Sqlite, Some(index)) = (backend, index) {
        let from = " FROM \"audit_event\"";
        statement.sql = statement.sql.replacen(from, &format!("{from} INDEXED BY \"{index}\""), 1);
    }
    statement
}

/// The part of the chain that was recorded from one instant on and before another. Clocks may go back, so it is the first
/// and the last number between them; what stands in between is looked at one by one.
pub async fn between<C: ConnectionTrait, S: Chained>(
    at: Scoped<'_, C, S>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<Part, DbErr> {
    if from.is_none() && until.is_none() {
        return Ok(Part::WHOLE);
    }
    let mut rows = Entity::find()
        .select_only()
        .column_as(Column::Seq.min(), "least")
        .column_as(Column::Seq.max(), "most")
        .filter(Column::Organisation.eq(at.scope.chain()?));
    if let Some(from) = from {
        rows = rows.filter(Column::RecordedAt.gte(from));
    }
    if let Some(until) = until {
        rows = rows.filter(Column::RecordedAt.lt(until));
    }
    let found: Option<(Option<i64>, Option<i64>)> = rows.into_tuple().one(at.conn).await?;
    let (least, most) = found.unwrap_or_default();
    let (Some(least), Some(most)) = (least, most) else { return Ok(Part { after: 0, before: 0 }) };
    Ok(Part { after: least.saturating_sub(1), before: most.saturating_add(1) })
}

/// Those who acted, by their names in the trail, at most so many. Each is one look into the index, however much they did.
pub async fn actors<C: ConnectionTrait, S: Chained>(
    at: Scoped<'_, C, S>,
    most: usize,
) -> Result<BTreeSet<String>, DbErr> {
    let chain = at.scope.chain()?;
    let mut found = BTreeSet::new();
    let mut last: Option<String> = None;
    while found.len() < most {
        let mut next =
            Entity::find().select_only().column(Column::Actor).filter(Column::Organisation.eq(chain.clone()));
        if let Some(last) = &last {
            next = next.filter(Column::Actor.gt(last.as_str()));
        }
        let next: Option<String> = next.order_by_asc(Column::Actor).limit(1).into_tuple().one(at.conn).await?;
        let Some(next) = next else { break };
        found.insert(next.clone());
        last = Some(next);
    }
    Ok(found)
}

/// How many events of a kind were recorded from an instant on, counted up to a limit: how often something was done.
pub async fn lately<C: ConnectionTrait, S: Chained>(
    at: Scoped<'_, C, S>,
    kind: &'static str,
    (since, most): (DateTime<Utc>, u64),
) -> Result<u64, DbErr> {
    let newest = read(at, &By::Kinds(vec![kind]), Part::WHOLE, (First::Newest, most)).await?;
    let n = newest.iter().filter(|one| one.recorded_at >= since).count();
    Ok(u64::try_from(n).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::keyed::tests::plan_of;

    fn chain() -> OrgCode {
        "Z90001".parse().unwrap()
    }

    #[tokio::test]
    async fn every_way_to_read_is_by_an_index_that_gives_the_order() {
        let by_kind = By::Kinds(vec!["status.recorded"]);
        let by_actor = By::Actors(vec!["command line".to_owned()]);
        for (by, index) in [
            (By::Chain, "(organisation=? AND seq>? AND seq<?)"),
            (by_kind, "(organisation=? AND event=? AND seq>? AND seq<?)"),
            (by_actor, "(organisation=? AND actor=? AND seq>? AND seq<?)"),
        ] {
            for first in [First::Newest, First::Oldest] {
                for (rows, named) in statements(&chain(), &by, Part { after: 1, before: 9 }, first, 100) {
                    let plan = plan_of(by_index(DatabaseBackend::Sqlite, rows, named)).await;
                    assert!(plan.contains(index) && !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
                }
            }
        }
        let days = Entity::find()
            .select_only()
            .column_as(Column::Seq.min(), "least")
            .filter(Column::Organisation.eq(chain()))
            .filter(Column::RecordedAt.gte(DateTime::<Utc>::MIN_UTC));
        let plan = plan_of(DatabaseBackend::Sqlite.build(&days.into_query())).await;
        assert!(plan.contains("COVERING INDEX") && plan.contains("(organisation=? AND recorded_at>?)"), "{plan}");
    }
}
