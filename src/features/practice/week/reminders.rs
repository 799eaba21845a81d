//! A person's own reminders: what they were reminded of, whether it was mailed, and whether they want mail at all.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use entity::ids::PersonId;
use serde::Deserialize;

use super::reminders_view::{self, Own};
use crate::{
    domain::access::{Actor, Authority, By, Permit, SeeAccount, SetMail},
    error::AppError,
    operations::choose_mail::ChooseMail,
    state::AppState,
    store::reminders as stored,
    web::{caller::Caller, forms::Form, shell},
};

/// How many are shown: thirteen weeks of working days.
const MOST: u64 = 65;

/// The page.
pub(super) async fn show(
    permit: Permit<SeeAccount>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let Actor::Person { id, .. } = permit.actor() else {
        return Err(AppError::NotYours);
    };
    let sheet = reminders_view::own(&Own {
        reminders: &stored::own(app.db.read(permit.scope()), MOST).await?,
        wanted: stored::is_mail_wanted(app.db.unscoped(), *id).await?,
        possible: app.settings.mail.is_some(),
        demo: app.demo,
    });
    Ok(shell::outside(&app, &caller, sheet))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceForm {
    mail: String,
}

/// Has them mailed, or not.
pub(super) async fn set(
    permit: Permit<SetMail>,
    State(app): State<AppState>,
    Form(form): Form<ChoiceForm>,
) -> Result<Redirect, AppError> {
    let act = ChooseMail { person: PersonId(permit.id()), wanted: form.mail == "yes" };
    act.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to("/reminders"))
}
