//! Wrong tries to sign in and to unlock, and the places that people are known at. Rows of tries that no longer count are
//! taken away by a job; a try that is refused writes none.

use chrono::{DateTime, Duration, Utc};
use entity::{
    ids::{DeviceId, OdsCode, PersonId},
    known_place, pin_try, sign_in_try,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::domain::guessing::{self, Try, WINDOW};

/// How long somebody is known at a place where they do not sign in again.
const KNOWN: Duration = Duration::days(180);
/// How many places one person is known at.
const MOST_KNOWN: u64 = 50;
/// How long wrong PINs count: longer than any device is enrolled.
const PINS_COUNT: Duration = Duration::days(100);

/// Seconds that somebody has to wait who tries an account at a place; an account that is known there is not asked about.
pub async fn wait(
    conn: &impl ConnectionTrait,
    (account, place): (Option<&str>, &str),
    now: DateTime<Utc>,
) -> Result<Option<u32>, DbErr> {
    let of_place = of_place(conn, place, now).await?;
    let at_place = guessing::wait_of_place(&of_place, now);
    let Some(account) = account else {
        return Ok(at_place);
    };
    let at_account = at_account(conn, account, now).await?;
    Ok(at_place.max(guessing::wait_of_account(&at_account, now)))
}

/// Locks these names for the rest of the transaction, so that of a thousand tries at once, on whatever nodes, each sees
/// those before it. On SQLite there is one writer anyway.
pub async fn hold(conn: &impl ConnectionTrait, names: &[&str]) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    // Always in one order, or two transactions wait for each other.
    let mut names = names.to_vec();
    names.sort_unstable();
    for name in names {
        let lock = Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 8025))",
            [name.into()],
        );
        conn.execute_raw(lock).await?;
    }
    Ok(())
}

/// When tries were made at a place that count still.
pub async fn of_place(
    conn: &impl ConnectionTrait,
    place: &str,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    sign_in_try::Entity::find()
        .select_only()
        .column(sign_in_try::Column::TriedAt)
        .filter(sign_in_try::Column::Place.eq(place))
        .filter(sign_in_try::Column::TriedAt.gt(now - WINDOW))
        .into_tuple()
        .all(conn)
        .await
}

/// Tries at an account that count still, from places where it is not known.
pub async fn at_account(conn: &impl ConnectionTrait, account: &str, now: DateTime<Utc>) -> Result<Vec<Try>, DbErr> {
    let rows: Vec<(String, DateTime<Utc>)> = sign_in_try::Entity::find()
        .select_only()
        .column(sign_in_try::Column::Place)
        .column(sign_in_try::Column::TriedAt)
        .filter(sign_in_try::Column::Account.eq(account))
        .filter(sign_in_try::Column::TriedAt.gt(now - WINDOW))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(place, at)| Try { place, at }).collect())
}

/// Counts a try before it is made.
pub async fn add(
    conn: &impl ConnectionTrait,
    account: Option<&str>,
    place: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, DbErr> {
    let id = Uuid::now_v7();
    sign_in_try::Entity::insert(sign_in_try::ActiveModel {
        id: Set(id),
        account: Set(account.map(str::to_owned)),
        place: Set(place.to_owned()),
        tried_at: Set(now),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(id)
}

/// Takes one try back: it was never made.
pub async fn take_back(conn: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    sign_in_try::Entity::delete_by_id(id).exec(conn).await?;
    Ok(())
}

/// Forgets the tries of one account at one place: whoever made them got it right.
pub async fn forget(conn: &impl ConnectionTrait, account: Option<&str>, place: &str) -> Result<(), DbErr> {
    let of_account = match account {
        Some(account) => sign_in_try::Column::Account.eq(account),
        None => sign_in_try::Column::Account.is_null(),
    };
    sign_in_try::Entity::delete_many()
        .filter(sign_in_try::Column::Place.eq(place))
        .filter(of_account)
        .exec(conn)
        .await?;
    Ok(())
}

/// Whether a person signed in from a place before.
pub async fn is_known(
    conn: &impl ConnectionTrait,
    person: PersonId,
    place: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let known = known_place::Entity::find_by_id((person, place.to_owned())).one(conn).await?;
    Ok(known.is_some_and(|known| known.seen_at + KNOWN > now))
}

/// Whether a person signed in from anywhere before.
pub async fn is_known_anywhere(conn: &impl ConnectionTrait, person: PersonId) -> Result<bool, DbErr> {
    let known = known_place::Entity::find()
        .select_only()
        .column(known_place::Column::Place)
        .filter(known_place::Column::Person.eq(person))
        .into_tuple::<String>()
        .one(conn)
        .await?;
    Ok(known.is_some())
}

/// Notes that a person signed in from a place; of many places the oldest is forgotten.
pub async fn know(conn: &impl ConnectionTrait, person: PersonId, place: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    known_place::Entity::insert(known_place::ActiveModel {
        person: Set(person),
        place: Set(place.to_owned()),
        seen_at: Set(now),
    })
    .on_conflict(
        OnConflict::columns([known_place::Column::Person, known_place::Column::Place])
            .update_column(known_place::Column::SeenAt)
            .to_owned(),
    )
    .exec_without_returning(conn)
    .await?;
    let surplus: Option<DateTime<Utc>> = known_place::Entity::find()
        .select_only()
        .column(known_place::Column::SeenAt)
        .filter(known_place::Column::Person.eq(person))
        .order_by_desc(known_place::Column::SeenAt)
        .offset(MOST_KNOWN)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    if let Some(seen_at) = surplus {
        known_place::Entity::delete_many()
            .filter(known_place::Column::Person.eq(person))
            .filter(known_place::Column::SeenAt.lte(seen_at))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Wrong PINs of a device in a row, and when the last one was given.
pub async fn wrong_pins(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    device: DeviceId,
) -> Result<Option<(u32, DateTime<Utc>)>, DbErr> {
    let row = pin_try::Entity::find_by_id((practice.clone(), device)).one(conn).await?;
    Ok(row.map(|row| (u32::try_from(row.wrong).unwrap_or(0), row.last_at)))
}

/// Sets how many there were.
pub async fn set_wrong_pins(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    device: DeviceId,
    wrong: u32,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    pin_try::Entity::insert(pin_try::ActiveModel {
        practice: Set(practice.clone()),
        device: Set(device),
        wrong: Set(i32::try_from(wrong).unwrap_or(i32::MAX)),
        last_at: Set(now),
    })
    .on_conflict(
        OnConflict::columns([pin_try::Column::Practice, pin_try::Column::Device])
            .update_columns([pin_try::Column::Wrong, pin_try::Column::LastAt])
            .to_owned(),
    )
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// Forgets them: the right one was given.
pub async fn forget_pins(conn: &impl ConnectionTrait, practice: &OdsCode, device: DeviceId) -> Result<(), DbErr> {
    pin_try::Entity::delete_by_id((practice.clone(), device)).exec(conn).await?;
    Ok(())
}

/// Takes away what counts no longer; says how many rows.
pub async fn clean(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let tries =
        sign_in_try::Entity::delete_many().filter(sign_in_try::Column::TriedAt.lte(now - WINDOW)).exec(conn).await?;
    let places =
        known_place::Entity::delete_many().filter(known_place::Column::SeenAt.lte(now - KNOWN)).exec(conn).await?;
    let pins = pin_try::Entity::delete_many().filter(pin_try::Column::LastAt.lte(now - PINS_COUNT)).exec(conn).await?;
    Ok(tries.rows_affected + places.rows_affected + pins.rows_affected)
}
