//! What is asked for before something of an account changes: the password; of whoever has none, to have signed in a moment
//! ago. A browser that was left open is not enough.

use chrono::Duration;
use entity::ids::{PersonId, SessionId};

use crate::{
    domain::access::{KeepAccount, Permit},
    error::{AppError, FieldError},
    operations::open_session::RightTry,
    state::AppState,
    store::{people::PersonRow, sessions as stored},
    web::{address::Address, browser::Browser, caller::Caller, sessions},
};

/// How long ago somebody without a password may have signed in, and a second factor may have been given.
pub(super) const MOMENT: Duration = Duration::minutes(10);

/// The person and the session that ask. Everybody who tries the demo is the same few people.
pub(super) fn own(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<KeepAccount>,
) -> Result<(PersonId, SessionId), AppError> {
    if app.demo {
        return Err(AppError::Conflict("the people of the demo are everybody's: their accounts stay as they are"));
    }
    let person = permit.scope().person().ok_or(AppError::NotYours)?;
    Ok((person, caller.session.ok_or(AppError::SignInFirst)?))
}

/// Where a form was sent from.
pub(super) struct Place<'a> {
    pub(super) caller: &'a Caller,
    pub(super) permit: &'a Permit<KeepAccount>,
    pub(super) address: &'a Address,
    pub(super) browser: &'a Browser,
}

/// Whether it was shown: the try with the password, where there is one.
///
/// # Errors
/// [`AppError::TooManyTries`]; [`AppError::Unavailable`].
pub(super) async fn shown(
    app: &AppState,
    place: &Place<'_>,
    person: &PersonRow,
    typed: String,
) -> Result<Result<Option<RightTry>, FieldError>, AppError> {
    let Place { caller, permit, address, browser } = place;
    if person.password_hash.is_none() {
        let late = "You have no password, so this needs a sign-in of the last ten minutes: sign out, and in again";
        let is_fresh = is_fresh(app, caller, permit, person.id).await?;
        return Ok(if is_fresh { Ok(None) } else { Err(FieldError::new("current", late)) });
    }
    let found = sessions::authenticate(app, caller, (address, browser), &person.email, typed).await?;
    let right = found.filter(|(found, _)| found.id == person.id).map(|(_, counted)| counted.right());
    Ok(match right {
        Some(right) => Ok(Some(right)),
        None => Err(FieldError::new("current", "This is not your password")),
    })
}

async fn is_fresh(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<KeepAccount>,
    person: PersonId,
) -> Result<bool, AppError> {
    let now = app.clock.now();
    let open = stored::own(app.db.read(permit.scope()), now).await?;
    let here = open.into_iter().find(|row| Some(row.id) == caller.session && row.person == person);
    Ok(here.is_some_and(|row| now - row.created_at < MOMENT))
}
