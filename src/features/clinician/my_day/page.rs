//! The clinician's own day with its one button, and what they press.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{ContactId, VoidId};
use futures::try_join;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    across,
    view::{self, DayView},
};
use crate::{
    domain::{
        access::{Actor, By, ClinicianScope, Permit, RecordContacts, SeeOwnDay},
        contact::{Source, VoidReason},
        pace,
    },
    error::AppError,
    operations::{
        self, Sent,
        change_contact::ChangeContact,
        count_contact::CountContact,
        give_reason::{GiveReason, REASONS},
        void_contact::VoidContact,
    },
    state::AppState,
    store::{
        appointments,
        days::{self, ClinicianDay},
        tap_lookups::Beside,
    },
    ui,
    web::{
        caller::Caller,
        day,
        forms::{self, Form},
        headers, shell, written,
    },
};

pub(super) async fn load(app: &AppState, scope: &ClinicianScope, caller: &Caller) -> Result<DayView, AppError> {
    let on = app.clock.today();
    let (known, beside) = try_join!(app.tap_lookups.own_day(scope, on), app.tap_lookups.beside(scope, on))?;
    let ClinicianDay { facts, mut day, .. } = known;
    let Beside { label, ends, reason, told } = beside.ok_or(AppError::NotFound)?;
    if day.booked > 0 {
        // Of the book only what is still to come.
        day.booked = appointments::still_booked(app.db.read(scope), on, app.clock.now()).await?;
    }
    let taps = facts.taps.unwrap_or(0);
    let passes_at =
        ends.as_ref().and_then(|ends| pace::passes_at(ends.first_at, taps, day.limit.contacts, app.clock.now()));
    Ok(DayView {
        label,
        passes_at: passes_at.filter(|_| day.source == Some(Source::Taps)),
        last: ends.map(|ends| ends.last),
        reason: reason.filter(|_| day.headroom.is_over()),
        told: told.filter(|_| day.headroom.is_full()),
        across: across::read(app, caller, on, (scope, &day)).await?,
        sheet: facts.sheet,
        scope: scope.clone(),
        on,
        day,
    })
}

pub(super) async fn show(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let view = load(&app, permit.scope(), &caller).await?;
    let place = shell::clinician_place(&app, permit.scope(), &view.label).await?;
    let own = matches!(caller.actor, Actor::Device { .. });
    Ok(headers::framing_ours(shell::page(&app, &caller, &place, view::day(&view, caller.has_pin, own))))
}

pub(super) async fn fragment(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    Ok(view::changed(&load(&app, permit.scope(), &caller).await?).into_response())
}

/// After a write: the fragment for a script, the page again for a form.
async fn answer(
    app: &AppState,
    headers: &HeaderMap,
    (scope, caller): (&ClinicianScope, &Caller),
    status: StatusCode,
) -> Result<Response, AppError> {
    if forms::wants_fragment(headers) {
        let markup = view::changed(&load(app, scope, caller).await?);
        return Ok((status, markup).into_response());
    }
    // Without a script the small window stays small.
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok());
    let home = ui::day::home(scope);
    let is_small = from.and_then(|from| from.rsplit('/').next()) == Some(ui::desk::SMALL);
    let to = if is_small { home.seg(ui::desk::SMALL) } else { home };
    Ok(Redirect::to(to.as_str()).into_response())
}

/// One tap. The id says when it was made, so a tap that waited in a pocket lands on its own day.
pub(super) async fn tap(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    caller: &Caller,
    (headers, pairs): (&HeaderMap, Vec<(String, String)>),
) -> Result<Response, AppError> {
    let sent = Sent::form(pairs);
    let by = By::from(permit);
    let (written, _) = operations::take::<CountContact>(app, &by, &sent, &[]).await?;
    answer(app, headers, (permit.scope(), caller), written::status(written)).await
}

#[derive(Debug, Deserialize)]
pub(super) struct UndoForm {
    id: String,
    contact: String,
}

/// Takes back the contact the page named: pressing twice takes back one.
pub(super) async fn undo(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<UndoForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let contact = forms::id(&form.contact, "contact")?;
    let void = VoidContact { id: VoidId(id), contact: ContactId(contact), reason: Some(VoidReason::Mistake) };
    void.perform(&app, &By::from(&permit)).await?;
    answer(&app, &headers, (permit.scope(), &caller), StatusCode::OK).await
}

#[derive(Debug, Deserialize)]
pub(super) struct LastForm {
    contact: Uuid,
    kind: String,
}

/// Changes the last contact.
pub(super) async fn change_last(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<LastForm>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let id = ContactId(form.contact);
    if days::contact(app.db.read(scope), id).await?.is_none() {
        return Err(AppError::NotFound);
    }
    // One that was replaced or taken back meanwhile stays so: the answer shows the day as it stands.
    if let Some(old) = days::counting(app.db.read(scope), id).await? {
        let (kind, complex) = match form.kind.as_str() {
            "complex" => (old.kind.parse().unwrap_or_default(), !old.complex),
            other => (day::kind_of(other)?, old.complex),
        };
        let day = old.day;
        let becomes = ChangeContact { kind, complex, day };
        becomes.perform(&app, &By::from(&permit), &old).await?;
    }
    answer(&app, &headers, (scope, &caller), StatusCode::OK).await
}

#[derive(Debug, Deserialize)]
pub(super) struct ReasonForm {
    id: String,
    reason: String,
}

/// Notes why a clinician goes on past the limit, where they say so.
pub(super) async fn reason(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, AppError> {
    let Some((reason, _)) = REASONS.into_iter().find(|(code, _)| *code == form.reason) else {
        return Err(AppError::field("reason", "Choose one of the reasons"));
    };
    let id = forms::id(&form.id, "id")?;
    let day = app.clock.today();
    let given = GiveReason { id, day, reason };
    given.perform(&app, &By::from(&permit)).await?;
    answer(&app, &headers, (permit.scope(), &caller), StatusCode::OK).await
}
