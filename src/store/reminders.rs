//! Reminders: who gets them, what waits to be mailed, what became of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    action_status,
    ids::{LocalDate, OdsCode, OrgCode, PersonId},
    mail_choice, person, reminder, role_grant, weekly_answer,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult, prelude::Expr,
};
use uuid::Uuid;

/// A stored reminder, as features and jobs handle it.
pub use entity::reminder::Model as ReminderRow;

use crate::{
    db::Scoped,
    domain::{
        access::{AccountScope, EverywhereScope, PracticeScope, Role},
        action::EnteredBy,
        calendar,
    },
};

/// What became of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits to be mailed, or to be mailed again.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It is shown here only: no mail server is set up, or the person wants no mail.
    Kept,
    /// Nothing was left to say before it could be sent.
    Settled,
    /// The mail server refused it for good.
    Refused,
    /// The mail server could not be reached that day.
    Late,
}

impl State {
    const ALL: [Self; 6] = [Self::Waiting, Self::Sent, Self::Kept, Self::Settled, Self::Refused, Self::Late];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::Late => "late",
        }
    }

    /// What is stored, as a state; one that this version does not know is over.
    pub fn of(row: &ReminderRow) -> Self {
        let known = Self::ALL.into_iter().find(|state| state.code() == row.state);
        known.unwrap_or(Self::Settled)
    }
}

/// Somebody who runs practices, with the practices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub person: PersonId,
    /// Where mail goes.
    pub email: String,
    /// Which practices they run.
    pub practices: Vec<OdsCode>,
}

/// Everybody who runs a practice, or one of them, with their practices in order.
pub async fn recipients<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    only: Option<PersonId>,
) -> Result<Vec<Recipient>, DbErr> {
    let mut managers = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::Person)
        .column(role_grant::Column::Organisation)
        .filter(role_grant::Column::Role.eq(Role::PracticeManager.code()))
        .filter(role_grant::Column::RevokedAt.is_null());
    let mut people = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::Email)
        .filter(person::Column::DisabledAt.is_null());
    if let Some(only) = only {
        managers = managers.filter(role_grant::Column::Person.eq(only));
        people = people.filter(person::Column::Id.eq(only));
    }
    let mut practices: BTreeMap<PersonId, Vec<OdsCode>> = BTreeMap::new();
    for (person, organisation) in managers.into_tuple::<(PersonId, OrgCode)>().all(at.conn).await? {
        if let Ok(practice) = organisation.as_str().parse() {
            practices.entry(person).or_default().push(practice);
        }
    }
    let people = people.into_tuple::<(PersonId, String)>().all(at.conn).await?;
    Ok(people
        .into_iter()
        .filter_map(|(person, email)| {
            let mut practices = practices.remove(&person)?;
            practices.sort_unstable();
            practices.dedup();
            Some(Recipient { person, email, practices })
        })
        .collect())
}

/// Whether a practice answered for a week, or recorded a change in it.
pub async fn is_heard_from<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    week_ending: LocalDate,
) -> Result<bool, DbErr> {
    let practice = at.scope.practice();
    let answered = weekly_answer::Entity::find()
        .select_only()
        .column(weekly_answer::Column::Id)
        .filter(weekly_answer::Column::Practice.eq(practice.clone()))
        .filter(weekly_answer::Column::WeekEnding.eq(week_ending))
        .into_tuple::<Uuid>()
        .one(at.conn)
        .await?;
    if answered.is_some() {
        return Ok(true);
    }
    let monday = calendar::monday(week_ending);
    let changed = action_status::Entity::find()
        .select_only()
        .column(action_status::Column::Id)
        .filter(action_status::Column::Practice.eq(practice.clone()))
        .filter(action_status::Column::EnteredBy.eq(EnteredBy::Practice.code()))
        .filter(action_status::Column::RecordedAt.gte(calendar::day_begins(monday)))
        .filter(action_status::Column::RecordedAt.lt(calendar::day_begins(week_ending.plus_days(3))))
        .into_tuple::<Uuid>()
        .one(at.conn)
        .await?;
    Ok(changed.is_some())
}

/// Whether a person wants mail: the newest choice, or yes.
pub async fn is_mail_wanted(conn: &impl ConnectionTrait, person: PersonId) -> Result<bool, DbErr> {
    mail_choice::Entity::find()
        .filter(mail_choice::Column::Person.eq(person))
        .order_by_desc(mail_choice::Column::RecordedAt)
        .order_by_desc(mail_choice::Column::Id)
        .one(conn)
        .await
        .map(|row| row.is_none_or(|row| row.wanted))
}

/// Records a choice; nothing where it is the one that holds already. Says whether it was new.
pub async fn choose_mail(
    conn: &impl ConnectionTrait,
    person: PersonId,
    wanted: bool,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    if is_mail_wanted(conn, person).await? == wanted {
        return Ok(false);
    }
    mail_choice::Entity::insert(mail_choice::ActiveModel {
        id: Set(Uuid::now_v7()),
        person: Set(person),
        wanted: Set(wanted),
        recorded_at: Set(now),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(true)
}

/// Puts a reminder into the queue; nothing where the person has one of that day. Says whether it was new.
pub async fn queue(conn: &impl ConnectionTrait, row: ReminderRow) -> Result<bool, DbErr> {
    let added = reminder::Entity::insert(reminder::ActiveModel::from(row))
        .on_conflict_do_nothing_on([reminder::Column::Person, reminder::Column::Day])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// What waits and may be tried now, oldest first.
pub async fn due<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<ReminderRow>, DbErr> {
    reminder::Entity::find()
        .filter(reminder::Column::State.eq(State::Waiting.code()))
        .filter(reminder::Column::NextAt.lte(now))
        .order_by_asc(reminder::Column::NextAt)
        .order_by_asc(reminder::Column::Id)
        .limit(most)
        .all(at.conn)
        .await
}

/// Notes one more attempt before it is made, and when the next would be: after a crash it is tried again then, and not at
/// once. False where another node was faster: the attempt is theirs.
pub async fn attempt(
    conn: &impl ConnectionTrait,
    (id, made): (Uuid, i32),
    next_at: DateTime<Utc>,
    body: String,
) -> Result<bool, DbErr> {
    reminder::Entity::update_many()
        .col_expr(reminder::Column::Attempts, Expr::value(made.saturating_add(1)))
        .col_expr(reminder::Column::NextAt, Expr::value(next_at))
        .col_expr(reminder::Column::Body, Expr::value(body))
        .filter(reminder::Column::Id.eq(id))
        .filter(reminder::Column::State.eq(State::Waiting.code()))
        .filter(reminder::Column::Attempts.eq(made))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Notes what became of a reminder.
pub async fn settle(conn: &impl ConnectionTrait, id: Uuid, state: State, now: DateTime<Utc>) -> Result<(), DbErr> {
    reminder::Entity::update_many()
        .col_expr(reminder::Column::State, Expr::value(state.code()))
        .col_expr(reminder::Column::SettledAt, Expr::value(Some(now)))
        .filter(reminder::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// A reminder by its id: the link in its mail names it, and proves itself otherwise.
pub async fn reminder(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<ReminderRow>, DbErr> {
    reminder::Entity::find_by_id(id).one(conn).await
}

/// A person's own reminders, newest first.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, AccountScope>, most: u64) -> Result<Vec<ReminderRow>, DbErr> {
    let Some(person) = at.scope.person() else {
        return Ok(Vec::new());
    };
    reminder::Entity::find()
        .filter(reminder::Column::Person.eq(person))
        .order_by_desc(reminder::Column::Day)
        .limit(most)
        .all(at.conn)
        .await
}

/// Forgets reminders of before a day; says how many.
pub async fn forget_before(conn: &impl ConnectionTrait, day: LocalDate) -> Result<u64, DbErr> {
    reminder::Entity::delete_many()
        .filter(reminder::Column::Day.lt(day))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
