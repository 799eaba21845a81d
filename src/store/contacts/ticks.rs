//! Strokes beside the contacts. What a practice sent elsewhere is never taken back below nothing, however many take back
//! at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    ids::{OdsCode, RowId},
    tally, tick,
};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IntoActiveModel, QueryOrder, QueryTrait,
    sea_query::{LockType, OnConflict},
};

use super::{
    group::Group,
    keys::{TallyKey, TickKey},
    recorded::by_key,
    rows,
};
use crate::{
    domain::work::{NewTick, TallySheet},
    store::keyed,
};

const KEY: [tick::Column; 2] = [tick::Column::Practice, tick::Column::Id];

/// Appends the ticks of a group. One that would take back more than there is, is refused and leaves no row.
pub(super) async fn append(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ticks = group.ticks.iter();
    let ticks = ticks.filter(|(key, _)| !group.full_ticks.contains(*key));
    let ticks = ticks.map(|(_, tick)| *tick);
    let (mut backward, forward): (Vec<&NewTick>, Vec<&NewTick>) = ticks.partition(|tick| takes_back(tick));
    group.fresh_ticks = insert(conn, forward, now).await?;
    if !backward.is_empty() {
        let mut left = left_over(conn, group, &backward).await?;
        // Looked up behind the lock: the same press may have come by another node.
        let known = stored(conn, backward.iter().map(|tick| (&tick.practice, tick.id))).await?;
        backward.retain(|tick| !known.contains_key(&key_of(tick)));
        backward.sort_unstable_by_key(|tick| tick.id);
        let (granted, refused): (Vec<&NewTick>, Vec<&NewTick>) =
            backward.into_iter().partition(|tick| take(&mut left, tick));
        group.refused_ticks = refused.into_iter().map(key_of).collect();
        let fresh = insert(conn, granted, now).await?;
        group.fresh_ticks.extend(fresh);
    }
    let old = group.ticks.keys();
    let old = old.filter(|key| !group.fresh_ticks.contains(*key));
    group.known_ticks = stored(conn, old.map(|(practice, id)| (practice, *id))).await?;
    Ok(())
}

/// Takes from what is left, where that is enough.
fn take(left: &mut BTreeMap<TallyKey, i64>, tick: &NewTick) -> bool {
    let Some(n) = left.get_mut(&tally_key(tick)) else {
        return false;
    };
    let after = n.saturating_add(i64::from(tick.n));
    if after < 0 {
        return false;
    }
    *n = after;
    true
}

/// Sorted by key, like the contacts.
async fn insert(
    conn: &impl ConnectionTrait,
    mut ticks: Vec<&NewTick>,
    now: DateTime<Utc>,
) -> Result<HashSet<TickKey>, DbErr> {
    ticks.sort_unstable_by_key(|tick| (&tick.practice, tick.id));
    let rows = ticks.into_iter().map(|tick| {
        let row = rows::tick(tick, now).into_active_model().reset_all();
        (key_of(tick), row)
    });
    rows::insert_new(conn, rows.collect(), OnConflict::columns(KEY), KEY).await
}

/// Those that were there before.
async fn stored(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (&OdsCode, RowId)>,
) -> Result<HashMap<TickKey, tick::Model>, DbErr> {
    let found = rows::stored::<tick::Entity, _>(conn, wanted, KEY).await?;
    Ok(by_key(found, |row| (row.practice.clone(), row.id)))
}

fn key_of(tick: &NewTick) -> TickKey {
    (tick.practice.clone(), tick.id)
}

/// Whether it takes back a patient sent elsewhere. Work beside the contacts is a clinician's own to correct.
fn takes_back(tick: &NewTick) -> bool {
    tick.sheet == TallySheet::Divert && tick.n < 0
}

fn tally_key(tick: &NewTick) -> TallyKey {
    let (practice, kind) = (tick.practice.clone(), tick.kind.clone());
    (practice, tick.clinician, tick.day, tick.sheet.code(), kind)
}

/// What there is to take back, with what this group adds. The rows stay locked until COMMIT: on PostgreSQL another node
/// that takes back at the same moment waits here, and then sees what is left. On SQLite there is one writer.
async fn left_over(
    conn: &impl ConnectionTrait,
    group: &Group<'_>,
    backward: &[&NewTick],
) -> Result<BTreeMap<TallyKey, i64>, DbErr> {
    let mut left: BTreeMap<TallyKey, i64> = backward.iter().map(|tick| (tally_key(tick), 0)).collect();
    let columns = [
        tally::Column::Practice,
        tally::Column::Clinician,
        tally::Column::Day,
        tally::Column::Source,
        tally::Column::Kind,
    ];
    let keys = left.keys().map(|(practice, clinician, day, source, kind)| {
        [practice.clone().into(), (*clinician).into(), (*day).into(), (*source).into(), kind.clone().into()]
    });
    let mut find = keyed::among(tally::Entity::find(), columns, keys);
    for column in columns {
        find = find.order_by_asc(column);
    }
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        QueryTrait::query(&mut find).lock_with_tables(LockType::Update, [tally::Entity]);
    }
    let sheet = TallySheet::Divert.code();
    for row in find.all(conn).await? {
        left.insert((row.practice, row.clinician, row.day, sheet, row.kind), row.n);
    }
    let added = group.fresh_ticks.iter();
    for tick in added.filter_map(|key| group.ticks.get(key)) {
        if let Some(n) = left.get_mut(&tally_key(tick)) {
            *n = n.saturating_add(i64::from(tick.n));
        }
    }
    Ok(left)
}
