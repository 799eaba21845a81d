//! Wrong tries to sign in and to unlock, counted in the database: on every node, and over a restart. A try counts before
//! it is made, so that a thousand at once cannot all slip through, and one that is right is taken back. A place that has
//! none left is told so by a read alone: guessing on writes nothing.

use std::future::Future;

use entity::ids::PersonId;
use uuid::Uuid;

use super::{address::Address, browser::Browser, caller::Caller, secrets};
use crate::{
    config::Purpose,
    domain::access::By,
    error::AppError,
    operations::{
        count_pin_try::CountPinTry,
        count_sign_in_try::CountSignInTry,
        forgive_pin_try::{ForgivePinTry, Try},
        open_session::RightTry,
        take_back_try::TakeBackTry,
    },
    state::AppState,
    store::{
        people::{DeviceRow, PersonRow},
        tries,
    },
};

/// A try at an account that was counted.
#[derive(Debug, Clone)]
pub struct Counted {
    id: Uuid,
    at: CountSignInTry,
    address: String,
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
    let (at, address) = names(app, address, browser, (account, person)).await?;
    let by = By::from(&caller.sign_in()?);
    Ok(Counted { id: at.clone().perform(app, &by).await?, at, address })
}

/// Counts that somebody asks for a new password, apart from tries to sign in: by the address that is asked about and by the
/// place, so that nobody is pestered with mail.
///
/// # Errors
/// As [`begin`].
pub async fn begin_forgotten(
    app: &AppState,
    caller: &Caller,
    Address(address): &Address,
    account: &str,
) -> Result<(), AppError> {
    let name = |parts: &[&str]| secrets::derived(&app.keys, Purpose::Tries, parts);
    let at =
        CountSignInTry { account: Some(name(&["forgotten", account])?), place: name(&["forgotten-from", address])? };
    at.perform(app, &By::from(&caller.sign_in()?)).await.map(|_| ())
}

/// Counts that somebody asks to join, by the place alone: nobody can keep a practice out by asking in its name.
///
/// # Errors
/// As [`begin`].
pub async fn begin_joining(app: &AppState, caller: &Caller, Address(address): &Address) -> Result<(), AppError> {
    let place = secrets::derived(&app.keys, Purpose::Tries, &["join-from", address])?;
    let at = CountSignInTry { account: None, place };
    at.perform(app, &By::from(&caller.sign_in()?)).await.map(|_| ())
}

/// The tries of a person at a place, once it turns out that they were right: of the password, where its code comes later.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn right(
    app: &AppState,
    Address(address): &Address,
    browser: &Browser,
    person: &PersonRow,
) -> Result<RightTry, AppError> {
    let (at, address) = names(app, address, browser, (&person.email, Some(person.id))).await?;
    Ok(RightTry { account: at.account, place: at.place, address })
}

/// Where a try counts, and the name of its address.
async fn names(
    app: &AppState,
    address: &str,
    browser: &Browser,
    (account, person): (&str, Option<PersonId>),
) -> Result<(CountSignInTry, String), AppError> {
    let name = |parts: &[&str]| secrets::derived(&app.keys, Purpose::Tries, parts);
    let (read, now) = (app.db.unscoped(), app.clock.now());
    let address_name = name(&["address", address])?;
    // The same question where there is nobody: the time of the answer must not tell.
    let somebody = person.unwrap_or(PersonId(Uuid::nil()));
    let known_here = tries::is_known(read, somebody, &address_name, now).await?;
    let at = match browser.mark_of(&app.keys, somebody, now) {
        Some(mark) => CountSignInTry { account: None, place: name(&["browser", mark])? },
        None if known_here => CountSignInTry { account: None, place: name(&["known", account, address])? },
        None => CountSignInTry { account: Some(name(&["account", account])?), place: address_name.clone() },
    };
    Ok((at, address_name))
}

impl Counted {
    /// The try was right.
    pub fn right(&self) -> RightTry {
        RightTry { account: self.at.account.clone(), place: self.at.place.clone(), address: self.address.clone() }
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
            let by = By::from(&caller.sign_in()?);
            let taken = TakeBackTry(self.id).perform(app, &by).await;
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
pub async fn begin_pin(app: &AppState, caller: &Caller, device: &DeviceRow) -> Result<(), AppError> {
    let counted = CountPinTry { practice: device.practice.clone(), device: device.id };
    counted.perform(app, &By::from(&caller.sign_in()?)).await
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
    let forgiven = ForgivePinTry {
        practice: device.practice.clone(),
        device: device.id,
        was: if looked.is_ok() { Try::Right } else { Try::NotMade },
    };
    forgiven.perform(app, &By::from(&caller.sign_in()?)).await?;
    looked
}
