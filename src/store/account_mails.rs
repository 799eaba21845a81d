//! Mails about accounts: what waits to be sent, and what became of it.
//!
//! A mail goes to a person and not to an organisation; whoever sends them reads those of everybody.

use chrono::{DateTime, Utc};
use entity::{account_mail, ids::PersonId, person};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Expr,
};
use uuid::Uuid;

/// A mail as jobs handle it.
pub use entity::account_mail::Model as AccountMailRow;

use super::reminders::State;
use crate::{db::Scoped, domain::access::EverywhereScope};

/// What a mail about an account is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountMail {
    /// An account was made; the link in it sets the first password.
    Invited,
    /// An administrator made a link to set a new password.
    Link,
    /// Somebody asked for a new password; the link in it sets one.
    Forgotten,
    /// The password was changed.
    PasswordChanged,
    /// An authenticator app was set up.
    AppAdded,
    /// The authenticator app was taken away.
    AppRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// The organisation's sign-in was added as a way in.
    OutsideAdded,
    /// It was taken off the account.
    OutsideRemoved,
    /// Somebody signed in from a place that is new.
    NewPlace,
    /// Somebody is to manage a practice; goes to the practice, with a link of its own.
    Joining,
    /// Somebody asks to manage a practice, for those who manage it.
    AskedToManage,
    /// A webhook of a practice that they run was given up.
    WebhookStopped,
}

impl AccountMail {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Invited,
        Self::Link,
        Self::Forgotten,
        Self::PasswordChanged,
        Self::AppAdded,
        Self::AppRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::OutsideAdded,
        Self::OutsideRemoved,
        Self::NewPlace,
        Self::Joining,
        Self::AskedToManage,
        Self::WebhookStopped,
    ];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Link => "link",
            Self::Forgotten => "forgotten",
            Self::PasswordChanged => "password-changed",
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::OutsideAdded => "outside-added",
            Self::OutsideRemoved => "outside-removed",
            Self::NewPlace => "new-place",
            Self::Joining => "joining",
            Self::AskedToManage => "asked-to-manage",
            Self::WebhookStopped => "webhook-stopped",
        }
    }

    /// What is stored; nothing where this version does not know it.
    pub fn of(row: &AccountMailRow) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.code() == row.about)
    }

    /// Whether it has a link to set a password.
    pub fn has_link(self) -> bool {
        matches!(self, Self::Invited | Self::Link | Self::Forgotten)
    }

    /// Puts one into the queue, once for each id.
    pub async fn queue(
        self,
        conn: &impl ConnectionTrait,
        id: Uuid,
        person: impl Into<Option<PersonId>> + Send,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let row = AccountMailRow {
            id,
            person: person.into(),
            about: self.code().to_owned(),
            state: State::Waiting.code().to_owned(),
            queued_at: now,
            attempts: 0,
            next_at: now,
            settled_at: None,
        };
        account_mail::Entity::insert(account_mail::ActiveModel::from(row))
            .on_conflict_do_nothing_on([account_mail::Column::Id])
            .exec_without_returning(conn)
            .await?;
        Ok(())
    }
}

/// How many mails of one kind a person was sent, or waits for, since then.
pub async fn since(
    conn: &impl ConnectionTrait,
    person: PersonId,
    about: AccountMail,
    then: DateTime<Utc>,
) -> Result<u64, DbErr> {
    account_mail::Entity::find()
        .filter(account_mail::Column::Person.eq(person))
        .filter(account_mail::Column::QueuedAt.gt(then))
        .filter(account_mail::Column::About.eq(about.code()))
        .count(conn)
        .await
}

/// Those that are to be sent now, the oldest first.
pub async fn due<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<AccountMailRow>, DbErr> {
    account_mail::Entity::find()
        .filter(account_mail::Column::State.eq(State::Waiting.code()))
        .filter(account_mail::Column::NextAt.lte(now))
        .order_by_asc(account_mail::Column::NextAt)
        .limit(most)
        .all(at.conn)
        .await
}

/// Where a person's mail goes; nothing where there is no such person, or their account is disabled.
pub async fn address<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    person: PersonId,
) -> Result<Option<String>, DbErr> {
    person::Entity::find_by_id(person)
        .select_only()
        .column(person::Column::Email)
        .filter(person::Column::DisabledAt.is_null())
        .into_tuple()
        .one(at.conn)
        .await
}

/// Notes one more attempt before it is made, and when the next would be. False where another node was faster: the attempt
/// is theirs.
pub async fn attempt(
    conn: &impl ConnectionTrait,
    (id, made): (Uuid, i32),
    next_at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    account_mail::Entity::update_many()
        .col_expr(account_mail::Column::Attempts, Expr::value(made.saturating_add(1)))
        .col_expr(account_mail::Column::NextAt, Expr::value(next_at))
        .filter(account_mail::Column::Id.eq(id))
        .filter(account_mail::Column::State.eq(State::Waiting.code()))
        .filter(account_mail::Column::Attempts.eq(made))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Notes what became of one.
pub async fn settle(conn: &impl ConnectionTrait, id: Uuid, state: State, now: DateTime<Utc>) -> Result<(), DbErr> {
    account_mail::Entity::update_many()
        .col_expr(account_mail::Column::State, Expr::value(state.code()))
        .col_expr(account_mail::Column::SettledAt, Expr::value(Some(now)))
        .filter(account_mail::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Forgets those of before a moment that wait no longer; says how many.
pub async fn forget_before(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<u64, DbErr> {
    account_mail::Entity::delete_many()
        .filter(account_mail::Column::QueuedAt.lt(then))
        .filter(account_mail::Column::State.ne(State::Waiting.code()))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
