//! A second factor is given again before something changes that lets somebody in; one of a moment ago will do.

use axum::{extract::State, response::Response};
use entity::ids::SessionId;
use serde::Deserialize;

use super::{
    passkey_view::{self as view, Prove},
    proof::{MOMENT, own},
};
use crate::{
    domain::access::{AccountScope, By, KeepAccount, Permit},
    error::{AppError, FieldError},
    href,
    operations::prove_second_factor::ProveSecondFactor,
    state::AppState,
    store::sessions as stored,
    ui::{href::Href, sheet::Sheet},
    web::{
        caller::Caller,
        forms::Form,
        home,
        passkeys::{self, At},
        second_factor as codes, sessions, shell,
    },
};

/// The page that asks for it, before somebody is led on; nothing where it was given a moment ago, or where there is none.
pub(super) async fn due(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    to: &Href,
) -> Result<Option<Sheet>, AppError> {
    let (person, here) = (scope.person().ok_or(AppError::NotYours)?, caller.session.ok_or(AppError::SignInFirst)?);
    if !codes::is_there(app, person).await? {
        return Ok(None);
    }
    let now = app.clock.now();
    let open = stored::own(app.db.read(scope), now).await?;
    let given = open.into_iter().find(|row| row.id == here).and_then(|row| row.second_factor_at);
    if given.is_some_and(|given| now - given < MOMENT) {
        return Ok(None);
    }
    sheet(app, scope, here, (to.as_str(), &[])).await.map(Some)
}

async fn sheet(
    app: &AppState,
    scope: &AccountScope,
    here: SessionId,
    (to, errors): (&str, &[FieldError]),
) -> Result<Sheet, AppError> {
    let person = scope.person().ok_or(AppError::NotYours)?;
    let asked = passkeys::ask(app, person, At::Session(here)).await?;
    Ok(view::prove(&Prove {
        to,
        has_app: codes::has_app(app, person).await?,
        passkey: asked.as_ref().map(|asked| (&*asked.options, &*asked.state)),
        errors,
    }))
}

/// A code, or what a passkey answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    #[serde(default)]
    to: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    credential: String,
}

/// Takes it, and leads on.
pub(super) async fn give(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    Form(form): Form<Given>,
) -> Result<Response, AppError> {
    let (person, session) = own(&app, &caller, &permit)?;
    let owner = stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)?;
    let (given, wrong) = if form.state.is_empty() {
        let wrong = "This is not the code of now. Each code works once: wait for the next";
        (codes::look(&app, &owner, &form.code).await?, FieldError::new("code", wrong))
    } else {
        let shown = (&*form.state, &*form.credential);
        let wrong = FieldError::new("passkey", "This passkey was not taken. Try again");
        (passkeys::look(&app, person, At::Session(session), shown).await?, wrong)
    };
    let to = home::onward(&form.to).unwrap_or(href!("/account/second-factor"));
    // Nothing to prove where there is none any more; whoever is led on is asked again as the page wants it.
    let Some(given) = given else {
        return sessions::redirect(&to, Vec::new());
    };
    let proof = ProveSecondFactor { person, session, given };
    if proof.perform(&app, &By::from(&permit)).await? {
        return sessions::redirect(&to, Vec::new());
    }
    let again = sheet(&app, permit.scope(), session, (to.as_str(), &[wrong])).await?;
    Ok(shell::outside(&app, &caller, again))
}

/// A page that is asked for by its address alone, or loaded again.
pub(super) async fn lead_back() -> Result<Response, AppError> {
    sessions::redirect(&href!("/account/second-factor"), Vec::new())
}
