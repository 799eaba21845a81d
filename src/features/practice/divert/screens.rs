//! Display links: made and revoked by the practice, used up by the screen that opens one. Opening a link changes
//! nothing: scanners follow links in messages.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use entity::ids::DisplayId;
use serde::Deserialize;
use uuid::Uuid;

use super::screens_view::{self, LONGEST_LABEL, Screens, screens_of};
use crate::{
    config::Purpose,
    domain::{
        access::{By, ManageDisplays, Permit},
        identifier,
    },
    error::{AppError, FieldError},
    href,
    operations::{make_display_link::MakeDisplayLink, open_display::OpenDisplay, revoke_display::RevokeDisplay},
    state::AppState,
    store::displays::{self, DisplayRow},
    web::{
        browser::Browser,
        caller::Caller,
        cookies::{self, Cookie},
        forms::{self, Form, InPath},
        outside, secrets, shell,
    },
};

/// How long a repeated request still gets the answer of the first.
const REPEAT: Duration = Duration::minutes(10);

/// The practice's screens, and the form that makes a link.
pub(super) async fn page(
    permit: Permit<ManageDisplays>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    render(&app, &caller, &permit, Shown::default()).await
}

/// What a page shows beside the list.
#[derive(Debug, Default)]
struct Shown {
    /// The link that was made this moment.
    link: Option<String>,
    typed: String,
    desk: bool,
    errors: Vec<FieldError>,
}

async fn render(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<ManageDisplays>,
    shown: Shown,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let rows = displays::of_practice(app.db.read(scope), app.clock.now()).await?;
    let sheet = screens_view::screens(&Screens {
        practice: scope.practice(),
        rows: &rows,
        link: shown.link.as_deref(),
        typed: &shown.typed,
        desk: shown.desk,
        errors: &shown.errors,
    });
    shell::show(app, caller, scope, sheet).await
}

/// The form of a new link.
#[derive(Debug, Deserialize)]
pub(super) struct Make {
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    place: String,
}

/// Makes a link and shows it, this once.
pub(super) async fn make(
    permit: Permit<ManageDisplays>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Make>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let desk = form.place == "desk";
    let mut shown = Shown { desk, ..Shown::default() };
    match label(&form.label) {
        Ok(label) => shown.link = Some(add(&app, &permit, DisplayId(id), label, desk).await?),
        Err(error) => {
            shown.errors.push(error);
            shown.typed = form.label;
        }
    }
    render(&app, &caller, &permit, shown).await
}

fn label(text: &str) -> Result<String, FieldError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        let why = "Say where the screen stands, such as Reception or Staff room";
        return Err(FieldError::new("label", why));
    }
    identifier::check_note(&text, LONGEST_LABEL)
        .map(|note| note.as_str().to_owned())
        .map_err(|refused| FieldError::new("label", refused.to_string()))
}

/// Writes the display; the same form again shows the same link while no screen has used it.
async fn add(
    app: &AppState,
    permit: &Permit<ManageDisplays>,
    id: DisplayId,
    label: String,
    desk: bool,
) -> Result<String, AppError> {
    // Ids are made by clients: another practice may use the same one, for a link of its own.
    let parts = [permit.scope().practice().as_str(), &id.to_string()];
    let secret = secrets::derived(&app.keys, Purpose::DisplayLink, &parts)?;
    let link = MakeDisplayLink { id, label, desk, secret_hash: secrets::hash(&secret) };
    link.perform(app, &By::from(permit)).await?;
    Ok(format!("{}/display-link/{secret}", app.settings.public_url))
}

/// The display of an address.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    display: Uuid,
}

/// Revokes a display: its screen opens nothing from the next request on, and its stream ends.
pub(super) async fn revoke(
    permit: Permit<ManageDisplays>,
    State(app): State<AppState>,
    InPath(which): InPath<Which>,
) -> Result<Redirect, AppError> {
    let display = RevokeDisplay(DisplayId(which.display));
    display.perform(&app, &By::from(&permit)).await?;
    let to = screens_of(permit.scope().practice());
    Ok(Redirect::to(to.as_str()))
}

/// What the link is for, and one button.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    let Some(row) = waiting(&app, &secret).await? else {
        return Ok(gone(&app, &caller));
    };
    let practice = shell::practice_name(&app, &row.practice).await?;
    let sheet = screens_view::opening(&secret, &practice, &row.label, row.may_count);
    Ok(shell::outside(&app, &caller, sheet))
}

/// The display of a link that no screen has used.
async fn waiting(app: &AppState, secret: &str) -> Result<Option<DisplayRow>, AppError> {
    let now = app.clock.now();
    let found = displays::by_secret(app.db.unscoped(), &secrets::hash(secret), now).await?;
    Ok(found.filter(|row| row.opened_at.is_none()))
}

/// The form of the one button.
#[derive(Debug, Deserialize)]
pub(super) struct Open {
    id: String,
}

/// Uses the link up: this browser is the screen from now on.
pub(super) async fn open(
    State(app): State<AppState>,
    caller: Caller,
    browser: Browser,
    Path(secret): Path<String>,
    Form(form): Form<Open>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    // The same from link and form: whoever sends both again is the same browser. The link is of one practice.
    let parts = [secret.as_str(), &id.to_string()];
    let own = secrets::derived(&app.keys, Purpose::Display, &parts)?;
    let link = waiting(&app, &secret).await?;
    if let Some(row) = link {
        let opened = OpenDisplay {
            practice: row.practice,
            display: row.id,
            link_hash: secrets::hash(&secret),
            own_hash: secrets::hash(&own),
            replaces: browser.session().map(str::to_owned),
        };
        opened.perform(&app, &By::from(&caller.sign_in()?)).await?;
    }
    let now = app.clock.now();
    let known = displays::by_secret(app.db.unscoped(), &secrets::hash(&own), now).await?;
    match known.filter(|row| row.opened_at.is_some_and(|at| at + REPEAT > now)) {
        Some(row) => welcome(&app, &row, own),
        None => Ok(gone(&app, &caller)),
    }
}

/// Gives the screen its cookie and sends it to its page.
fn welcome(app: &AppState, row: &DisplayRow, own: String) -> Result<Response, AppError> {
    let seconds = (row.expires_at - app.clock.now()).num_seconds();
    let cookie: HeaderValue = cookies::set(&app.settings, &Cookie::Display(own), seconds)
        .ok_or_else(|| AppError::Fault("the cookie could not be written".to_owned()))?;
    let page = if row.may_count { "desk" } else { "display" };
    let to = href!("/practices").seg(&row.practice).seg(page);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to.as_str())).into_response())
}

fn gone(app: &AppState, caller: &Caller) -> Response {
    let why = "A display link works for one screen, within seven days. Ask your practice manager for a new one.";
    outside::gone(app, caller, why, None)
}

/// Where a screen is led whose link was revoked or has run out.
pub(super) async fn ended(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, screens_view::ended())
}
