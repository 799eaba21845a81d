//! Wrong tries to sign in and to unlock, counted in the database: on every node, and over a restart. A try counts before
//! it is made, so that a thousand at once cannot all slip through, and one that is right is taken back. A place that has
//! none left is told so by a read alone: guessing on writes nothing.

use std::future::Future;

use chrono::{DateTime, Utc};
use entity::ids::PersonId;
use uuid::Uuid;

use super::{address::Address, browser::Browser, caller::Caller, secrets};
use crate::{
    config::Purpose,
    domain::guessing,
    error::AppError,
    state::AppState,
    store::{people::DeviceRow, tries},
    writer::Tx,
};

/// A try at an account that was counted.
#[derive(Debug, Clone)]
pub struct Counted {
    id: Uuid,
    at: At,
    address: String,
}

/// Where a try counts. All of it are names that only the master key makes.
#[derive(Debug, Clone)]
struct At {
    /// Nothing where the account is known at the place.
    account: Option<String>,
    place: String,
}

impl At {
    /// Name of the account, and of the place.
    fn names(&self) -> (Option<&str>, &str) {
        (self.account.as_deref(), &self.place)
    }
}

/// Counts a try to sign in, with an address that may be a person's.
///
/// # Errors
/// [`AppError::TooManyTries`] where there were too many of late; then nothing is counted.
pub async fn begin(
    app: &AppState,
    caller: &Caller,
    Address(address): &Address,
    browser: &Browser,
    (account, person): (&str, Option<PersonId>),
) -> Result<Counted, AppError> {
    let name = |parts: &[&str]| secrets::derived(&app.keys, Purpose::Tries, parts);
    let (read, now) = (app.db.unscoped(), app.clock.now());
    let address_name = name(&["address", address])?;
    // The same question where there is nobody: the time of the answer must not tell.
    let somebody = person.unwrap_or(PersonId(Uuid::nil()));
    let known_here = tries::is_known(read, somebody, &address_name, now).await?;
    let at = match browser.mark_of(&app.keys, somebody, now) {
        Some(mark) => At {
            account: None,
            place: name(&["browser", mark])?,
        },
        None if known_here => At {
            account: None,
            place: name(&["known", account, address])?,
        },
        None => At {
            account: Some(name(&["account", account])?),
            place: address_name.clone(),
        },
    };
    if let Some(retry_after) = tries::wait(read, at.names(), now).await? {
        return Err(AppError::TooManyTries { retry_after });
    }
    let permit = caller.sign_in()?;
    let held = at.clone();
    let id = app
        .writer
        .write(&permit, move |tx| {
            Box::pin(async move { count(tx, &held).await })
        })
        .await?;
    Ok(Counted {
        id,
        at,
        address: address_name,
    })
}

async fn count(tx: &Tx, at: &At) -> Result<Uuid, AppError> {
    let (conn, now) = (tx.conn(), tx.now());
    let names: Vec<&str> = at
        .account
        .as_deref()
        .into_iter()
        .chain([&*at.place])
        .collect();
    tries::hold(conn, &names).await?;
    match tries::wait(conn, at.names(), now).await? {
        Some(retry_after) => Err(AppError::TooManyTries { retry_after }),
        None => Ok(tries::add(conn, at.account.as_deref(), &at.place, now).await?),
    }
}

impl Counted {
    /// The try was right: it and those like it are forgotten, and the person is known there from now on.
    pub async fn right(&self, tx: &Tx, person: PersonId) -> Result<(), AppError> {
        tries::forget(tx.conn(), self.at.account.as_deref(), &self.at.place).await?;
        tries::know(tx.conn(), person, &self.address, tx.now()).await?;
        Ok(())
    }

    /// What became of looking at the password. Where it could not be looked at, nobody has guessed.
    ///
    /// # Errors
    /// That of the looking.
    pub async fn looked<T>(
        &self,
        app: &AppState,
        caller: &Caller,
        looking: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let looked = looking.await;
        if looked.is_err() {
            let (permit, id) = (caller.sign_in()?, self.id);
            let taken = app
                .writer
                .write(&permit, move |tx| {
                    Box::pin(async move { Ok(tries::take_back(tx.conn(), id).await?) })
                })
                .await;
            if let Err(error) = taken {
                tracing::debug!(%error, "a try that was not made counts for five minutes");
            }
        }
        looked
    }
}

/// Counts a try to give a device's PIN.
///
/// # Errors
/// [`AppError::TooManyTries`] where there were too many in a row; then nothing is counted.
pub async fn begin_pin(
    app: &AppState,
    caller: &Caller,
    device: &DeviceRow,
) -> Result<(), AppError> {
    let (practice, id) = (device.practice.clone(), device.id);
    let before = tries::wrong_pins(app.db.unscoped(), &practice, id).await?;
    refuse_pin(before, app.clock.now())?;
    let permit = caller.sign_in()?;
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                let (conn, now) = (tx.conn(), tx.now());
                tries::hold(conn, &[&format!("pin {practice} {id}")]).await?;
                let before = tries::wrong_pins(conn, &practice, id).await?;
                refuse_pin(before, now)?;
                let wrong = before.map_or(1, |(wrong, _)| wrong.saturating_add(1));
                Ok(tries::set_wrong_pins(conn, &practice, id, wrong, now).await?)
            })
        })
        .await
}

fn refuse_pin(before: Option<(u32, DateTime<Utc>)>, now: DateTime<Utc>) -> Result<(), AppError> {
    match before.and_then(|(wrong, last)| guessing::wait_for_pin(wrong, last, now)) {
        Some(retry_after) => Err(AppError::TooManyTries { retry_after }),
        None => Ok(()),
    }
}

/// What became of looking at the PIN: after a right one the wrong ones are forgotten, and where it could not be looked at
/// nobody has guessed.
///
/// # Errors
/// That of the looking, or where the database cannot be written.
pub async fn looked_at_pin(
    app: &AppState,
    caller: &Caller,
    device: &DeviceRow,
    looking: impl Future<Output = Result<bool, AppError>>,
) -> Result<bool, AppError> {
    let looked = looking.await;
    if let Ok(false) = looked {
        return Ok(false);
    }
    let (practice, id, right) = (device.practice.clone(), device.id, looked.is_ok());
    let permit = caller.sign_in()?;
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                let conn = tx.conn();
                if right {
                    return Ok(tries::forget_pins(conn, &practice, id).await?);
                }
                tries::hold(conn, &[&format!("pin {practice} {id}")]).await?;
                if let Some((wrong, last)) = tries::wrong_pins(conn, &practice, id).await? {
                    let wrong = wrong.saturating_sub(1);
                    tries::set_wrong_pins(conn, &practice, id, wrong, last).await?;
                }
                Ok(())
            })
        })
        .await?;
    looked
}
