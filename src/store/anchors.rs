//! What a practice's audit chain says about its counts, and what the rows say now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    audit_event, audit_head,
    ids::{LocalDate, OdsCode, OrgCode},
    practice_day,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::de::DeserializeOwned;

use self::leaves::leaves;
use super::history;
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope, PracticeScope},
        calendar,
        history::{Anchor, Erased, Folded, Span, Trail, first_kept},
        record::RecordTakenIn,
    },
};

mod emptied;
mod leaves;

pub use self::emptied::{Emptied, emptied};

/// Rows were digested.
pub const ANCHORED: &str = "contacts.anchored";
/// A day was folded.
pub const FOLDED: &str = "day.folded";
/// Somebody's counts were erased.
pub const ERASED: &str = "counts.erased";
/// The practice's record came from another Headroom.
pub const TAKEN_IN: &str = "record.taken-in";

/// What the chain says. Details that retention emptied are passed over: they are about days that are folded.
pub async fn trail(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Trail, DbErr> {
    let rows = audit_event::Entity::find()
        .select_only()
        .columns([audit_event::Column::Event, audit_event::Column::Detail, audit_event::Column::RecordedAt])
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.is_in([ANCHORED, FOLDED, ERASED, TAKEN_IN]))
        .filter(audit_event::Column::Detail.is_not_null())
        .order_by_asc(audit_event::Column::Seq)
        .into_tuple::<(String, String, DateTime<Utc>)>()
        .all(conn)
        .await?;
    let mut trail = Trail::default();
    for (event, detail, at) in rows {
        match event.as_str() {
            ANCHORED => trail.anchors.push(read::<Anchor>(&detail)?),
            FOLDED => {
                let folded: Folded = read(&detail)?;
                trail.folded.insert(folded.day, folded.sum);
            }
            TAKEN_IN => {
                let kept = first_kept(calendar::london_day(at));
                let came = read::<RecordTakenIn>(&detail)?.folded.into_iter();
                let (folded, open): (Vec<_>, Vec<_>) = came.partition(|(day, _)| *day < kept);
                trail.folded.extend(folded);
                trail.taken_in.extend(open);
            }
            _ => trail.erased.extend(read::<Erased>(&detail)?.digests),
        }
    }
    Ok(trail)
}

fn read<T: DeserializeOwned>(detail: &str) -> Result<T, DbErr> {
    serde_json::from_str(detail).map_err(|error| DbErr::Type(error.to_string()))
}

/// The last moment of a practice that is anchored: the newest anchor says it.
pub async fn anchored_until(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Option<DateTime<Utc>>, DbErr> {
    let newest = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Detail)
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.eq(ANCHORED))
        .filter(audit_event::Column::Detail.is_not_null())
        .order_by_desc(audit_event::Column::Seq)
        .limit(1)
        .into_tuple::<String>()
        .one(conn)
        .await?;
    newest.map(|detail| Ok(read::<Anchor>(&detail)?.span.until)).transpose()
}

/// The number of a practice's newest anchor in its chain.
pub(crate) async fn newest(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Option<i64>, DbErr> {
    audit_event::Entity::find()
        .select_only()
        .column_as(audit_event::Column::Seq.max(), "seq")
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.eq(ANCHORED))
        .into_tuple::<Option<i64>>()
        .one(conn)
        .await
        .map(Option::flatten)
}

/// When the practice's record was taken in, with the digest of its archive; nothing where it began here.
pub async fn taken_in<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<Option<(DateTime<Utc>, String)>, DbErr> {
    let newest = audit_event::Entity::find()
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(at.scope.practice())))
        .filter(audit_event::Column::Event.eq(TAKEN_IN))
        .order_by_desc(audit_event::Column::Seq)
        .one(at.conn)
        .await?;
    let newest = newest.and_then(|event| Some((event.recorded_at, event.detail?)));
    newest.map(|(at, detail)| Ok((at, read::<RecordTakenIn>(&detail)?.archive))).transpose()
}

/// The newest event of a practice's chain: its number and its hash. Nothing where nothing was ever recorded.
pub async fn head<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Option<(i64, String)>, DbErr> {
    let head = audit_head::Entity::find_by_id(OrgCode::from(at.scope.practice())).one(at.conn).await?;
    Ok(head.map(|head| (head.seq, head.hash)))
}

/// The anchor of the rows of one span, of days from `first` on; nothing where there are none.
pub async fn anchor<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    span: Span,
    first: LocalDate,
) -> Result<Option<Anchor>, DbErr> {
    let covering = |at: DateTime<Utc>| span.covers(at).then_some((span, true));
    let leaves = leaves(at.conn, practice, None, first, covering).await?;
    let mut days: BTreeMap<LocalDate, BTreeSet<String>> = BTreeMap::new();
    for ((_, day, _), digest) in leaves {
        days.entry(day).or_default().insert(digest);
    }
    let beside = true;
    Ok((!days.is_empty()).then_some(Anchor { span, days, beside }))
}

/// The anchored digests of one clinician, before their rows are erased, and until when they are complete: what was
/// recorded by then does not change, so this may be read before the transaction that erases.
pub async fn of_clinician<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
) -> Result<(Option<DateTime<Utc>>, Erased), DbErr> {
    let (conn, practice) = (at.conn, at.scope.practice());
    let trail = trail(conn, practice).await?;
    let covering = |at: DateTime<Utc>| covering(&trail, at);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let only = Some(at.scope.clinician());
    let leaves = leaves(conn, practice, only, first, covering).await?;
    // A digest that is not the anchored one is not taken back: the difference stays to be found.
    let digests = leaves.into_values().collect();
    Ok((trail.until(), Erased { digests }))
}

/// The span a row recorded then belongs to, and whether its anchor holds what stands beside the contacts.
fn covering(trail: &Trail, at: DateTime<Utc>) -> Option<(Span, bool)> {
    let anchor = trail.covering(at)?;
    Some((anchor.span, anchor.beside))
}

/// A practice's day whose rows are not those that were anchored, or whose sums are not those that were folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// Where.
    pub practice: OdsCode,
    /// Which day.
    pub day: LocalDate,
}

/// Holds every practice's rows to what its chain says of them: how many days were compared, and which differ.
pub async fn verify<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<(usize, BTreeSet<Changed>), DbErr> {
    let organisations: Vec<OrgCode> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Organisation)
        .distinct()
        .filter(audit_event::Column::Event.is_in([ANCHORED, FOLDED, TAKEN_IN]))
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut checked = 0_usize;
    let mut wrong = BTreeSet::new();
    for organisation in organisations {
        let Ok(practice) = OdsCode::try_from(&organisation) else {
            continue;
        };
        let trail = trail(at.conn, &practice).await?;
        let kept = |anchor: &Anchor| {
            let days = anchor.days.keys();
            days.filter(|day| !trail.folded.contains_key(day)).count()
        };
        let anchored: usize = trail.anchors.iter().map(kept).sum();
        let came = trail.taken_in.keys().filter(|day| !trail.folded.contains_key(day)).count();
        checked = checked.saturating_add(anchored.saturating_add(trail.folded.len()).saturating_add(came));
        let mut days = of_rows(at.conn, &practice, &trail).await?;
        days.append(&mut of_sums(at.conn, &practice, &trail).await?);
        wrong.extend(days.into_iter().map(|day| Changed { practice: practice.clone(), day }));
    }
    Ok((checked, wrong))
}

async fn of_rows(conn: &impl ConnectionTrait, practice: &OdsCode, trail: &Trail) -> Result<BTreeSet<LocalDate>, DbErr> {
    let covering = |at: DateTime<Utc>| covering(trail, at);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let mut found: BTreeMap<(Span, LocalDate), BTreeSet<String>> = BTreeMap::new();
    for ((span, day, _), digest) in leaves(conn, practice, None, first, covering).await? {
        found.entry((span, day)).or_default().insert(digest);
    }
    Ok(trail.mismatches(&found))
}

async fn of_sums(conn: &impl ConnectionTrait, practice: &OdsCode, trail: &Trail) -> Result<BTreeSet<LocalDate>, DbErr> {
    let mut stored = BTreeMap::new();
    for row in
        practice_day::Entity::find().filter(practice_day::Column::Practice.eq(practice.clone())).all(conn).await?
    {
        stored.insert(row.day, history::sum_of(&row)?);
    }
    let none = crate::domain::history::DaySum::default();
    let mut wrong: BTreeSet<LocalDate> = trail
        .folded
        .iter()
        .filter(|(day, sum)| stored.get(day).unwrap_or(&none) != *sum)
        .map(|(day, _)| *day)
        .collect();
    // Who erased their counts left sums on days that are not folded; without that, each sum has its event.
    if !has_erased(conn, practice).await? {
        let open: BTreeMap<_, _> = stored.iter().filter(|(day, _)| !trail.folded.contains_key(day)).collect();
        let came = trail.taken_in.iter().filter(|(day, _)| !trail.folded.contains_key(day));
        let came: BTreeMap<_, _> = came.collect();
        let days = open.keys().chain(came.keys()).map(|day| **day);
        wrong.extend(days.filter(|day| open.get(day) != came.get(day)));
    }
    Ok(wrong)
}

async fn has_erased(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<bool, DbErr> {
    let erased = audit_event::Entity::find()
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.eq(ERASED))
        .count(conn)
        .await?;
    Ok(erased > 0)
}
