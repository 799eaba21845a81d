//! Display links: made and revoked by the practice, used up by the screen that opens one. Opening a link changes
//! nothing: scanners follow links in messages.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;
use entity::ids::{DisplayId, OdsCode};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    displays_pages::{self, Screens},
    events::{DisplayMade, DisplayOpened, DisplayRevoked},
    name,
};
use crate::{
    config::Purpose,
    domain::{
        access::{Authority, ManageDisplays, Permit},
        identifier,
    },
    error::{AppError, FieldError},
    href,
    live::What,
    state::AppState,
    store::{
        displays::{self, DisplayRow},
        sessions,
    },
    ui::href::Href,
    web::{
        browser::Browser,
        caller::Caller,
        cookies::{self, Held},
        forms::{self, Form, InPath},
        secrets,
        shell::{self, Sheet},
    },
    writer::owned_scope,
};

/// How long a link waits for its screen.
const WAITS: Duration = Duration::days(7);
/// How long a screen shows the day, unless it is revoked.
const SHOWS: Duration = Duration::days(365);
/// How long a repeated request still gets the answer of the first.
const REPEAT: Duration = Duration::minutes(10);
/// Longest label of a screen.
pub(super) const LONGEST_LABEL: usize = 40;

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
    let place = shell::practice_place(app, scope.practice()).await?;
    let rows = displays::of_practice(app.db.read(scope), app.clock.now()).await?;
    let content = displays_pages::screens(&Screens {
        practice: scope.practice(),
        rows: &rows,
        link: shown.link.as_deref(),
        typed: &shown.typed,
        desk: shown.desk,
        errors: &shown.errors,
    });
    let (title, status) = if shown.errors.is_empty() {
        ("Screens", StatusCode::OK)
    } else {
        ("Error: Screens", StatusCode::UNPROCESSABLE_ENTITY)
    };
    let sheet = Sheet {
        title,
        current: "Divert",
        live: None,
        content,
    };
    Ok((status, shell::page(app, caller, &place, sheet)).into_response())
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
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    let desk = form.place == "desk";
    let mut shown = Shown {
        desk,
        ..Shown::default()
    };
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
    const USED: AppError =
        AppError::Conflict("This link was used or revoked meanwhile: make a new one");
    // Ids are made by clients: another practice may use the same one, for a link of its own.
    let parts = [permit.scope().practice().as_str(), &id.to_string()];
    let secret = secrets::derived(&app.keys, Purpose::DisplayLink, &parts)?;
    let (scope, by, hash) = (owned_scope(permit), permit.id(), secrets::hash(&secret));
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let row = DisplayRow {
                    practice: scope.practice().clone(),
                    id,
                    label,
                    may_count: desk,
                    secret_hash: hash,
                    created_at: tx.now(),
                    created_by: by,
                    opened_at: None,
                    expires_at: tx.now() + WAITS,
                    revoked_at: None,
                };
                if displays::add(tx.conn(), row.clone()).await? {
                    let event = DisplayMade { display: id, desk };
                    tx.audit(&scope.practice().into(), &event).await?;
                    return Ok(());
                }
                let known = displays::display(tx.conn(), scope.practice(), id).await?;
                match known {
                    Some(known) if known.label != row.label || known.may_count != desk => {
                        Err(AppError::IdReused)
                    }
                    Some(known)
                        if known.opened_at.is_some()
                            || known.revoked_at.is_some()
                            || known.secret_hash != row.secret_hash =>
                    {
                        Err(USED)
                    }
                    _ => Ok(()),
                }
            })
        })
        .await?;
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
    let (scope, id) = (owned_scope(&permit), DisplayId(which.display));
    let to = screens_of(scope.practice());
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                if displays::revoke(tx.read(&scope), id, tx.now()).await? {
                    let event = DisplayRevoked { display: id };
                    tx.audit(&scope.practice().into(), &event).await?;
                    // An open stream hears this, asks whether it may go on, and ends.
                    tx.changed(scope.practice(), What::People);
                    return Ok(());
                }
                let known = displays::display(tx.conn(), scope.practice(), id).await?;
                known.map(drop).ok_or(AppError::NotFound)
            })
        })
        .await?;
    Ok(Redirect::to(to.as_str()))
}

pub(super) fn screens_of(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("displays")
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
    let practice = name(&app, &row.practice).await?;
    let content = displays_pages::opening(&secret, &practice, &row.label, row.may_count);
    Ok(displays_pages::plain(&app, &caller, "Use this screen", content).into_response())
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
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    // The same from link and form: whoever sends both again is the same browser. The link is of one practice.
    let parts = [secret.as_str(), &id.to_string()];
    let own = secrets::derived(&app.keys, Purpose::Display, &parts)?;
    let link = waiting(&app, &secret).await?;
    if let Some(row) = link {
        let permit = caller.sign_in()?;
        let hashes = (secrets::hash(&secret), secrets::hash(&own));
        app.writer
            .write(&permit, move |tx| {
                Box::pin(async move {
                    let (link, own, until) = (&hashes.0, &hashes.1, tx.now() + SHOWS);
                    if displays::open(tx.conn(), link, own, tx.now(), until).await? {
                        let event = DisplayOpened { display: row.id };
                        // Its cookie gives way to that of the screen.
                        if let Some(session) = browser.session() {
                            sessions::end(tx.conn(), session, tx.now()).await?;
                        }
                        tx.audit(&row.practice.into(), &event).await?;
                    }
                    Ok(())
                })
            })
            .await?;
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
    let cookie: HeaderValue = cookies::set(&app.settings, &Held::Display(own), seconds)
        .ok_or_else(|| AppError::Fault("the cookie could not be written".to_owned()))?;
    let page = if row.may_count { "desk" } else { "display" };
    let to = href!("/practices").seg(&row.practice).seg(page);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to.as_str())).into_response())
}

fn gone(app: &AppState, caller: &Caller) -> Response {
    let content = displays_pages::gone();
    let page = displays_pages::plain(app, caller, "This link does not work any more", content);
    (StatusCode::GONE, page).into_response()
}

/// Where a screen is led whose link was revoked or has run out.
pub(super) async fn ended(State(app): State<AppState>, caller: Caller) -> Response {
    let content = displays_pages::ended();
    displays_pages::plain(&app, &caller, "This screen has been switched off", content)
        .into_response()
}
