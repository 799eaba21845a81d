//! Served notices of practices that share, as their LMC reads them: only those on which a reply was due and has not come.
//! Letters stay with the practice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ids::{LocalDate, NoticeId, OdsCode},
    notice, notice_event,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::keyed;
use crate::domain::{
    area::Unanswered,
    notice::{Event, NoticeState, state},
};

/// By practice. What happened after the day is not known on it. The practices consented a moment ago.
pub(super) async fn unanswered(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    on: LocalDate,
) -> Result<BTreeMap<OdsCode, Vec<Unanswered>>, DbErr> {
    let due = notice::Entity::find()
        .filter(notice::Column::Practice.is_in(practices.iter().cloned()))
        .filter(notice::Column::ReplyDueOn.lt(on))
        .filter(notice::Column::ServedOn.lte(on))
        .all(conn)
        .await?;
    if due.is_empty() {
        return Ok(BTreeMap::new());
    }
    let happened = happened(conn, &due, on).await?;
    let mut found: BTreeMap<OdsCode, Vec<Unanswered>> = BTreeMap::new();
    for row in due {
        let key = (row.practice, row.id);
        let events = happened.get(&key).into_iter().flatten().copied();
        if let Some(due_on) = row.reply_due_on
            && state(events) == NoticeState::Waiting
        {
            found.entry(key.0).or_default().push(Unanswered { item: row.item, subject: row.subject, due_on });
        }
    }
    Ok(found)
}

/// What happened to these notices up to a day, in the order it was recorded.
async fn happened(
    conn: &impl ConnectionTrait,
    notices: &[notice::Model],
    on: LocalDate,
) -> Result<HashMap<(OdsCode, NoticeId), Vec<Event>>, DbErr> {
    let practices: BTreeSet<&OdsCode> = notices.iter().map(|row| &row.practice).collect();
    let rows = notice_event::Entity::find()
        .filter(notice_event::Column::Practice.is_in(practices.into_iter().cloned()))
        .filter(notice_event::Column::HappenedOn.lte(on))
        .order_by_asc(notice_event::Column::RecordedAt)
        .order_by_asc(notice_event::Column::Id);
    let notices = notices.iter().map(|row| row.id);
    let rows = keyed::listed(conn, rows, notice_event::Column::Notice, notices).await?;
    let mut found: HashMap<(OdsCode, NoticeId), Vec<Event>> = HashMap::new();
    for row in rows {
        let event = row.event.parse().map_err(|error: entity::ids::NotAnId| DbErr::Type(error.to_string()))?;
        let key = (row.practice, row.notice);
        found.entry(key).or_default().push(event);
    }
    Ok(found)
}
