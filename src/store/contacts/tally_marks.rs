//! Tally marks beside the contacts. What a practice sent elsewhere is never taken back below nothing, however many take back
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
    keys::{TallyKey, TallyMarkKey, tally_key},
    recorded::by_key,
    rows,
};
use crate::{
    domain::work::{TallyMark, TallySheet},
    store::keyed,
};

const KEY: [tick::Column; 2] = [tick::Column::Practice, tick::Column::Id];

/// Appends the tally marks of a group. One that would take back more than there is, is refused and leaves no row.
pub(super) async fn append(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let marks = group.tally_marks.iter();
    let marks = marks.filter(|(key, _)| !group.not_taken_marks.contains_key(*key));
    let marks = marks.map(|(_, mark)| *mark);
    let (mut backward, forward): (Vec<&TallyMark>, Vec<&TallyMark>) = marks.partition(|mark| takes_back(mark));
    group.fresh_tally_marks = insert(conn, forward, now).await?;
    if !backward.is_empty() {
        let mut left = left_over(conn, group, &backward).await?;
        // Looked up behind the lock: the same press may have come by another node.
        let known = stored(conn, backward.iter().map(|mark| (&mark.practice, mark.id))).await?;
        backward.retain(|mark| !known.contains_key(&key_of(mark)));
        backward.sort_unstable_by_key(|mark| mark.id);
        let (granted, refused): (Vec<&TallyMark>, Vec<&TallyMark>) =
            backward.into_iter().partition(|mark| take(&mut left, mark));
        group.refused_tally_marks = refused.into_iter().map(key_of).collect();
        let fresh = insert(conn, granted, now).await?;
        group.fresh_tally_marks.extend(fresh);
    }
    let old = group.tally_marks.keys();
    let old = old.filter(|key| !group.fresh_tally_marks.contains(*key));
    group.known_tally_marks = stored(conn, old.map(|(practice, id)| (practice, *id))).await?;
    Ok(())
}

/// Takes from what is left, where that is enough.
fn take(left: &mut BTreeMap<TallyKey, i64>, mark: &TallyMark) -> bool {
    let Some(n) = left.get_mut(&tally_key(mark)) else {
        return false;
    };
    let after = n.saturating_add(i64::from(mark.n));
    if after < 0 {
        return false;
    }
    *n = after;
    true
}

/// Sorted by key, like the contacts.
async fn insert(
    conn: &impl ConnectionTrait,
    mut marks: Vec<&TallyMark>,
    now: DateTime<Utc>,
) -> Result<HashSet<TallyMarkKey>, DbErr> {
    marks.sort_unstable_by_key(|mark| (&mark.practice, mark.id));
    let rows = marks.into_iter().map(|mark| {
        let row = rows::tally_mark(mark, now).into_active_model().reset_all();
        (key_of(mark), row)
    });
    rows::insert_new(conn, rows.collect(), OnConflict::columns(KEY), KEY).await
}

/// Those that were there before.
async fn stored(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (&OdsCode, RowId)>,
) -> Result<HashMap<TallyMarkKey, tick::Model>, DbErr> {
    let found = rows::stored::<tick::Entity, _>(conn, wanted, KEY).await?;
    Ok(by_key(found, |row| (row.practice.clone(), row.id)))
}

fn key_of(mark: &TallyMark) -> TallyMarkKey {
    (mark.practice.clone(), mark.id)
}

/// Whether it takes back a patient sent elsewhere. Work beside the contacts is a clinician's own to correct.
fn takes_back(mark: &TallyMark) -> bool {
    mark.sheet == TallySheet::Divert && mark.n < 0
}

/// What there is to take back, with what this group adds. The rows stay locked until COMMIT: on PostgreSQL another node
/// that takes back at the same moment waits here, and then sees what is left. On SQLite there is one writer.
async fn left_over(
    conn: &impl ConnectionTrait,
    group: &Group<'_>,
    backward: &[&TallyMark],
) -> Result<BTreeMap<TallyKey, i64>, DbErr> {
    let mut left: BTreeMap<TallyKey, i64> = backward.iter().map(|mark| (tally_key(mark), 0)).collect();
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
    let added = group.fresh_tally_marks.iter();
    for mark in added.filter_map(|key| group.tally_marks.get(key)) {
        if let Some(n) = left.get_mut(&tally_key(mark)) {
            *n = n.saturating_add(i64::from(mark.n));
        }
    }
    Ok(left)
}
