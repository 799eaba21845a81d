//! What is sent to a secret address. A POST counts; a GET shows a button and neither counts nor says what was counted, for
//! previews of links and browsers that look ahead fetch it unasked.

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::{ContactId, LocalDate, VoidId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::press_view::{self, Shown};
use crate::{
    domain::{
        access::By,
        contact::{self, ContactKind, VoidReason},
        instant::Instant,
        limit,
    },
    error::AppError,
    operations::{Operation, Written, count_contact::CountContact, void_contact::VoidContact},
    state::{AppState, MOST_PRESSES},
    store::days,
    ui::day as words,
    web::{
        day::{self, DayOut},
        forms::{Form, InPath},
        tap_addresses::{self, Opened},
        written,
    },
};

/// Longest key of a repeated request.
const LONGEST_KEY: usize = 200;

/// What may stand behind the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    kind: String,
}

/// The form of the page.
#[derive(Debug, Default, Deserialize)]
struct PressForm {
    /// A fresh one each time, so that a page that is sent again counts once.
    #[serde(default)]
    key: String,
    #[serde(default)]
    kind: String,
}

/// What a program is told.
#[derive(Debug, Serialize)]
struct PressedOut {
    /// The contact that was counted.
    contact: ContactId,
    #[serde(flatten)]
    day: DayOut,
}

/// How the sender likes to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likes {
    Page,
    Json,
    Text,
}

impl Likes {
    fn of(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
        if accept.contains("text/html") {
            Self::Page
        } else if accept.contains("json") {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// Nobody finds it by searching, keeps it, or learns it from where a reader came.
fn unseen(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// A device has no use for a page: it is told in a line what is wrong.
fn refused(app: &AppState, likes: Likes, error: AppError) -> Response {
    if likes != Likes::Text {
        return unseen(error);
    }
    if let Some(trouble) = error.trouble() {
        app.db.met(trouble);
    }
    let says = match &error {
        AppError::NotFound => "This address does not work any more".to_owned(),
        AppError::Invalid(errors) => errors.iter().map(|error| error.message.as_ref()).collect::<Vec<_>>().join(". "),
        AppError::TooManyTries { .. } => "Not counted: too many presses in a minute".to_owned(),
        AppError::IdReused => "Not counted: this key stands for another contact".to_owned(),
        _ => "Not counted: Headroom cannot take it just now. Press again in a moment".to_owned(),
    };
    let mut plain = (error.status(), format!("{says}\n")).into_response();
    if let Some(wait) = error.into_response().headers_mut().remove(header::RETRY_AFTER) {
        plain.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    unseen(plain)
}

/// The page with the button.
pub(super) async fn show(
    State(app): State<AppState>,
    InPath(secret): InPath<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let shown = async {
        let opened = tap_addresses::open(&app, &secret).await?;
        let kind = day::kind_of(&asked.kind)?;
        Ok::<_, AppError>(press_view::page(&Shown {
            secret: &secret,
            name: opened.name(),
            kind,
            done: None,
            demo: app.demo,
        }))
    };
    match shown.await {
        Ok(page) => unseen(page),
        Err(error) => refused(&app, Likes::Page, error),
    }
}

/// Counts one.
pub(super) async fn press(
    State(app): State<AppState>,
    InPath(secret): InPath<String>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let likes = Likes::of(request.headers());
    match pressed(&app, &secret, &asked, request).await {
        Ok(pressed) => answer(&app, &secret, likes, &pressed),
        Err(error) => refused(&app, likes, error),
    }
}

/// What came of a press.
struct Pressed {
    name: String,
    kind: ContactKind,
    contact: Option<ContactId>,
    written: Written,
    on: LocalDate,
    day: limit::Day,
}

async fn pressed(app: &AppState, secret: &str, asked: &Asked, request: Request) -> Result<Pressed, AppError> {
    let opened = tap_addresses::open(app, secret).await?;
    app.paces.step(opened.id.0, MOST_PRESSES, &app.clock)?;
    let sent = sent(request).await?;
    let kind = day::kind_of(if sent.kind.is_empty() { &asked.kind } else { &sent.kind })?;
    let id = match sent.key.as_str() {
        "" => Uuid::now_v7(),
        key => contact::derived_id(opened.id.0, key),
    };
    let (written, on) = count(app, &opened, ContactId(id), kind).await?;
    opened.note_use(app);
    Ok(Pressed {
        name: opened.name().to_owned(),
        kind,
        contact: Some(ContactId(id)),
        written,
        on,
        day: app.tap_lookups.own_day(opened.see.scope(), on).await?.day,
    })
}

/// The form of the page, or the header of a program. A body of any other kind is not read.
async fn sent(request: Request) -> Result<PressForm, AppError> {
    let text = |headers: &HeaderMap, name| headers.get(name)?.to_str().ok().map(str::to_owned);
    let is_form = text(request.headers(), "content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let header = text(request.headers(), "idempotency-key");
    let mut sent = if is_form { Form::<PressForm>::from_request(request, &()).await?.0 } else { PressForm::default() };
    if let Some(key) = header {
        sent.key = key;
    }
    if sent.key.len() > LONGEST_KEY {
        return Err(AppError::field("key", "A key has at most 200 characters"));
    }
    Ok(sent)
}

/// One contact, now, by the way of every other. A key that was sent before stands for what it counted then.
async fn count(
    app: &AppState,
    opened: &Opened,
    id: ContactId,
    kind: ContactKind,
) -> Result<(Written, LocalDate), AppError> {
    if let Some(before) = counted(app, opened, id, kind).await? {
        return Ok((Written::Repeat, before));
    }
    let occurred_at = Some(Instant(app.clock.now()));
    let one = CountContact { id, kind: Some(kind), complex: false, occurred_at };
    match one.perform(app, &By::from(&opened.record)).await {
        // The same key at the same moment: the other one counted it.
        Err(AppError::IdReused) => {
            counted(app, opened, id, kind).await?.map(|on| (Written::Repeat, on)).ok_or(AppError::IdReused)
        }
        done => done,
    }
}

/// The day of a contact that this id counted before.
async fn counted(
    app: &AppState,
    opened: &Opened,
    id: ContactId,
    kind: ContactKind,
) -> Result<Option<LocalDate>, AppError> {
    match days::contact(app.db.read(opened.see.scope()), id).await? {
        None => Ok(None),
        Some(row) if row.kind == kind.code() => Ok(Some(row.day)),
        Some(_) => Err(AppError::IdReused),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct UndoForm {
    contact: String,
    #[serde(default)]
    kind: String,
}

/// Takes back the contact that the page named, if it was counted by this address: pressing twice takes back one.
pub(super) async fn undo(
    State(app): State<AppState>,
    InPath(secret): InPath<String>,
    headers: HeaderMap,
    Form(form): Form<UndoForm>,
) -> Response {
    let likes = Likes::of(&headers);
    match undone(&app, &secret, &form).await {
        Ok(pressed) => answer(&app, &secret, likes, &pressed),
        Err(error) => refused(&app, likes, error),
    }
}

async fn undone(app: &AppState, secret: &str, form: &UndoForm) -> Result<Pressed, AppError> {
    let opened = tap_addresses::open(app, secret).await?;
    app.paces.step(opened.id.0, MOST_PRESSES, &app.clock)?;
    let contact: Uuid = form.contact.parse().map_err(|_| AppError::NotFound)?;
    let (contact, scope) = (ContactId(contact), opened.see.scope());
    let row = days::contact(app.db.read(scope), contact).await?;
    let row = row.filter(|row| row.recorded_by == opened.id.0).ok_or(AppError::NotFound)?;
    let id = VoidId(contact::derived_id(contact.0, "void"));
    let void = VoidContact { id, contact, reason: Some(VoidReason::Mistake) };
    void.perform(app, &By::from(&opened.record)).await?;
    Ok(Pressed {
        name: opened.name().to_owned(),
        kind: day::kind_of(&form.kind)?,
        contact: None,
        written: Written::Repeat,
        on: row.day,
        day: app.tap_lookups.own_day(scope, row.day).await?.day,
    })
}

fn answer(app: &AppState, secret: &str, likes: Likes, pressed: &Pressed) -> Response {
    let status = written::status(pressed.written);
    let says = says(&pressed.day);
    match (likes, pressed.contact) {
        (Likes::Page, contact) => {
            let done = Some((contact, says.as_str()));
            let shown = Shown { secret, name: &pressed.name, kind: pressed.kind, done, demo: app.demo };
            unseen((StatusCode::OK, press_view::page(&shown)))
        }
        (Likes::Json, Some(contact)) => {
            unseen((status, Json(PressedOut { contact, day: DayOut::new(pressed.on, &pressed.day) })))
        }
        (Likes::Json, None) => unseen((status, Json(DayOut::new(pressed.on, &pressed.day)))),
        (Likes::Text, _) => unseen((status, format!("{says}\n"))),
    }
}

/// What is left, in the words of My day; where another source counts, that the tap was kept.
fn says(day: &limit::Day) -> String {
    if let Some(instead) = words::instead(day) {
        return words::kept(day.taps, instead);
    }
    let (number, text) = words::words(day.headroom, day.limit);
    format!("{number} {text}")
}
