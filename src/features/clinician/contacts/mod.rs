//! Contacts: the clinician's day with its one button, and the practice's capacity.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use entity::ids::{ContactId, LocalDate, VoidId};
use futures::try_join;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{
            By, ClinicianScope, EnterDaySheets, Permit, RecordContacts, SeeCapacity, SeeOwnDay, SeePracticeTotal,
            SetLimits,
        },
        contact::{Kind, Source, VoidReason},
        limit::Day,
        pace,
    },
    error::AppError,
    operations::{
        self, Sent, Written, change_contact::ChangeContact, count_contact::CountContact, void_contact::VoidContact,
    },
    state::AppState,
    store::{
        appointments,
        days::{self, ClinicianDay},
        often::Beside,
    },
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form},
        routes::Routes,
        shell::{self, Place, Sheet},
    },
};

pub mod across;
pub mod api;
pub mod batch;
mod capacity;
mod detail;
mod detail_pages;
mod limit_pages;
mod limits;
mod offline;
mod pages;
mod reason;
mod set;
mod set_pages;
mod sheet_pages;
pub mod work_api;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/clinicians/{clinician}", SeeOwnDay, page)
        .get("/practices/{ods}/clinicians/{clinician}/day", SeeOwnDay, fragment)
        .post("/practices/{ods}/clinicians/{clinician}/contacts", RecordContacts, tap)
        .post("/practices/{ods}/clinicians/{clinician}/undo", RecordContacts, undo)
        .post("/practices/{ods}/clinicians/{clinician}/last", RecordContacts, change_last)
        .post("/practices/{ods}/clinicians/{clinician}/reason", RecordContacts, reason::reason)
        .get("/practices/{ods}/clinicians/{clinician}/set", SeeOwnDay, set::page)
        .post("/practices/{ods}/clinicians/{clinician}/set", RecordContacts, set::set_to)
        .get("/practices/{ods}/clinicians/{clinician}/days/{date}", SeeOwnDay, detail::page)
        .post("/practices/{ods}/clinicians/{clinician}/days/{date}/contacts", RecordContacts, detail::several)
        .post(
            "/practices/{ods}/clinicians/{clinician}/days/{date}/contacts/{contact}",
            RecordContacts,
            detail::change_one,
        )
        .post("/practices/{ods}/clinicians/{clinician}/days/{date}/work", RecordContacts, detail::work);
    practice_routes(routes)
}

fn practice_routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/today", SeePracticeTotal, capacity::today)
        .get("/practices/{ods}/today/total", SeePracticeTotal, capacity::today_fragment)
        .get("/practices/{ods}/capacity", SeeCapacity, capacity::page)
        .get("/practices/{ods}/capacity/now", SeeCapacity, capacity::fragment)
        .post("/practices/{ods}/day-sheet", EnterDaySheets, capacity::day_sheet)
        .get("/practices/{ods}/limits", SetLimits, limits::page)
        .post("/practices/{ods}/limits", SetLimits, limits::set_limit)
        .post("/practices/{ods}/rota", SetLimits, limits::set_rota);
    let routes = across::routes(work_api::routes(api::routes(routes)));
    offline::routes(batch::routes(routes))
}

/// A clinician's day as the pages show it.
#[derive(Debug)]
pub(super) struct DayView {
    pub(super) scope: ClinicianScope,
    pub(super) label: String,
    pub(super) on: LocalDate,
    pub(super) day: Day,
    pub(super) sheet: Option<u32>,
    pub(super) last: Option<days::Last>,
    /// When the limit is passed if the day goes on like this.
    pub(super) passes_at: Option<DateTime<Utc>>,
    pub(super) reason: Option<String>,
    /// When they told the practice that they are at their limit.
    pub(super) told: Option<DateTime<Utc>>,
    /// The person's own total, on a device of theirs that counts for several places.
    across: Option<across::Across>,
}

/// One clinician's day against the limit, as it stands now.
pub(super) async fn day_of(app: &AppState, scope: &ClinicianScope, on: LocalDate) -> Result<Day, AppError> {
    Ok(app.often.own_day(scope, on).await?.day)
}

async fn view(app: &AppState, scope: &ClinicianScope, caller: &Caller) -> Result<DayView, AppError> {
    let on = app.clock.today();
    let (known, beside) = try_join!(app.often.own_day(scope, on), app.often.beside(scope, on))?;
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

async fn page(permit: Permit<SeeOwnDay>, caller: Caller, State(app): State<AppState>) -> Result<Response, AppError> {
    let view = view(&app, permit.scope(), &caller).await?;
    let place = place(&app, permit.scope(), &view.label).await?;
    let live = Href::new(format!("/live/practices/{}", permit.scope().practice())).ok();
    let content = pages::day(&view, caller.has_pin);
    let sheet = Sheet { title: "My day", current: "My day", live, content };
    Ok(shell::steady_page(&app, &caller, &place, sheet).into_response())
}

async fn fragment(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    Ok(pages::changed(&view(&app, permit.scope(), &caller).await?).into_response())
}

async fn place(app: &AppState, scope: &ClinicianScope, label: &str) -> Result<Place, AppError> {
    let practice = scope.practice().clone();
    let organisations = app.organisations().await?;
    let name = organisations.practice(&practice).map_or_else(|| practice.to_string(), |known| known.name.to_string());
    Ok(Place::Clinician { practice, clinician: scope.clinician(), title: format!("{label} · {name}") })
}

/// After a write: the fragment for a script, the page again for a form.
async fn answer(
    app: &AppState,
    headers: &HeaderMap,
    (scope, caller): (&ClinicianScope, &Caller),
    status: StatusCode,
) -> Result<Response, AppError> {
    if forms::wants_fragment(headers) {
        let markup = pages::changed(&view(app, scope, caller).await?);
        return Ok((status, markup).into_response());
    }
    Ok(Redirect::to(pages::home(scope).as_str()).into_response())
}

/// One tap. The id says when it was made, so a tap that waited in a pocket lands on its own day.
async fn tap(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let sent = Sent::form(pairs);
    let by = By::from(&permit);
    let (written, _) = operations::take::<CountContact>(&app, &by, &sent, &[]).await?;
    let status = match written {
        Written::New => StatusCode::CREATED,
        Written::Repeat => StatusCode::OK,
    };
    answer(&app, &headers, (permit.scope(), &caller), status).await
}

fn kind(text: &str) -> Result<Kind, AppError> {
    if text.is_empty() {
        return Ok(Kind::default());
    }
    text.parse().map_err(|_| AppError::field("kind", "Choose one of the kinds of contact"))
}

#[derive(Debug, Deserialize)]
struct UndoForm {
    id: String,
    contact: String,
}

/// Takes back the contact the page named: pressing twice takes back one.
async fn undo(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<UndoForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    let contact = forms::id(&form.contact, "contact").map_err(|error| AppError::Invalid(vec![error]))?;
    let void = VoidContact { id: VoidId(id), contact: ContactId(contact), reason: Some(VoidReason::Mistake) };
    void.perform(&app, &By::from(&permit)).await?;
    answer(&app, &headers, (permit.scope(), &caller), StatusCode::OK).await
}

#[derive(Debug, Deserialize)]
struct LastForm {
    contact: Uuid,
    kind: String,
}

/// Changes the last contact.
async fn change_last(
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
            other => (kind(other)?, old.complex),
        };
        let day = old.day;
        let becomes = ChangeContact { kind, complex, day };
        becomes.perform(&app, &By::from(&permit), &old).await?;
    }
    answer(&app, &headers, (scope, &caller), StatusCode::OK).await
}

/// Where the count comes from, in words.
pub(super) fn source_words(source: Option<Source>) -> &'static str {
    source.map_or("no count yet", Source::title)
}
