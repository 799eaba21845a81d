//! The month's log, the form that logs an item or corrects one, and the providers that it finds as one types.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, TransferId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    form_view::{self, LogForm, Sender},
    read::{self, Log},
    view::{self, base},
};
use crate::{
    domain::{
        access::{Actor, By, LogTransfers, Permit, PracticeScope, SeeTransfers},
        name::Asked,
        transfer::{NewTransfer, Transfer, book::TransferBook, provider},
    },
    error::{AppError, FieldError},
    exchange::transfer_csv,
    operations::{self, Sent, log_transfer::LogTransfer},
    state::AppState,
    ui::{filled::Filled, offline, sections::Section},
    web::{
        caller::Caller,
        download,
        forms::{Form, InPath},
        shell::{self, Place},
    },
};

/// Providers that are offered as one types.
const OFFERED: usize = 8;

#[derive(Debug, Deserialize)]
pub(super) struct MonthQuery {
    #[serde(default)]
    month: String,
    /// Which page of the items, from 1.
    page: Option<usize>,
    saved: Option<String>,
}

/// The month that an address names, or the present one: its first day and its last that has come.
fn month(text: &str, today: LocalDate) -> Result<(LocalDate, LocalDate), AppError> {
    let this = today.to_string().get(..7).unwrap_or_default().to_owned();
    let text = if text.is_empty() { &this } else { text };
    let first = format!("{text}-01").parse::<LocalDate>().ok().filter(|first| *first <= today);
    let first = first.ok_or_else(|| AppError::field("month", "Choose a month that has begun"))?;
    let mut last = first.plus_days(31);
    while last.to_string().get(..7) != first.to_string().get(..7) {
        last = last.minus_days(1);
    }
    Ok((first, last.min(today)))
}

pub(super) async fn list(
    permit: Permit<SeeTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<MonthQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let (first, last) = month(&query.month, today)?;
    let (practice, items) = (permit.scope().practice(), read::between(&app, permit.scope(), first, last).await?);
    let letters = read::letters(&app, permit.scope()).await?;
    let joint = read::joint(&app, permit.scope(), &items).await?;
    let book = app.transfer_book(permit.scope()).await?;
    let pathways = app.pathways(permit.scope()).await?;
    let answers = app.answers(permit.scope(), &book, &pathways).await?;
    let sheet = view::month(&view::Month {
        practice,
        book: &book,
        letters: &letters,
        routes: &app.transfer_routes(permit.scope()).await?,
        joint: &joint,
        pathways: &pathways,
        answers: &answers,
        today,
        first,
        last,
        items: &items,
        page: query.page.unwrap_or(1),
        is_running: last == today,
        saved: query.saved.is_some(),
    });
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// What a month's file is called, and what stands in it.
async fn of_month(
    app: &AppState,
    scope: &PracticeScope,
    query: &MonthQuery,
) -> Result<(String, TransferBook, Vec<Transfer>), AppError> {
    let (first, last) = month(&query.month, app.clock.today())?;
    let items = read::between(app, scope, first, last).await?;
    Ok((format!("transferred-work-{}", first.0.format("%Y-%m")), app.transfer_book(scope).await?, items))
}

/// The same month as CSV.
pub(super) async fn csv(
    permit: Permit<SeeTransfers>,
    State(app): State<AppState>,
    Query(query): Query<MonthQuery>,
) -> Result<Response, AppError> {
    let (name, book, items) = of_month(&app, permit.scope(), &query).await?;
    Ok(download::file(download::CSV, &format!("{name}.csv"), transfer_csv::write(&book, &items)))
}

/// The same month as a workbook.
pub(super) async fn xlsx(
    permit: Permit<SeeTransfers>,
    State(app): State<AppState>,
    Query(query): Query<MonthQuery>,
) -> Result<Response, AppError> {
    let (name, book, items) = of_month(&app, permit.scope(), &query).await?;
    let file = download::made(&app, move || transfer_csv::workbook(&book, &items)).await?;
    Ok(download::file(download::XLSX, &format!("{name}.xlsx"), file))
}

#[derive(Debug, Deserialize)]
pub(super) struct FreshQuery {
    saved: Option<String>,
}

/// An empty form.
pub(super) async fn fresh(
    permit: Permit<LogTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<FreshQuery>,
) -> Result<Response, AppError> {
    let filled = Filled::fresh([("id", Uuid::now_v7().to_string())]);
    let log = read::log(&app, &caller.actor, permit.scope()).await?;
    form(&app, &caller, permit.scope(), &log, &filled, query.saved.is_some()).await
}

#[derive(Debug, Deserialize)]
pub(super) struct OnePath {
    transfer: String,
}

/// The form that corrects an item, with what it says now.
pub(super) async fn correct(
    permit: Permit<SeeTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Response, AppError> {
    let id: TransferId = path.transfer.parse().map_err(|_| AppError::NotFound)?;
    let item = read::one(&app, permit.scope(), id).await?.ok_or(AppError::NotFound)?;
    let newest = read::newest(&app, permit.scope(), id).await?;
    if newest != id {
        // An older link: what is corrected is the newest entry.
        let to = base(permit.scope().practice()).seg(newest);
        return Ok(Redirect::to(to.as_str()).into_response());
    }
    let mut log = read::log(&app, &caller.actor, permit.scope()).await?;
    let sender = sender_of(&item);
    log.offer(sender.clone());
    log.item = Some(item.says.lasting());
    form(&app, &caller, permit.scope(), &log, &correcting(&log.book, &item, &sender), false).await
}

fn sender_of(item: &Transfer) -> Sender {
    Sender { provider: item.says.provider.clone(), department: item.says.department.clone() }
}

fn correcting(book: &TransferBook, item: &Transfer, sender: &Sender) -> Filled {
    let says = &item.says;
    let text = |text: Option<String>| text.unwrap_or_default();
    Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("corrects", says.id.to_string()),
        ("from", sender.value()),
        ("category", says.category.clone()),
        ("reason", text(answer_reason(book, says).map(str::to_owned))),
        ("pathway", text(says.pathway.map(|id| id.to_string()))),
        ("route", says.route.clone()),
        ("asked", text(says.asked.as_ref().map(ToString::to_string))),
        ("outcome", says.outcome.to_string()),
        ("gp", says.minutes.gp.to_string()),
        ("other_clinician", says.minutes.other_clinician.to_string()),
        ("nurse", says.minutes.nurse.to_string()),
        ("admin", says.minutes.admin.to_string()),
        ("reference", text(says.reference.as_ref().map(ToString::to_string))),
        ("came_on", says.came_on.to_string()),
    ])
}

/// The reason that stands on the form for the answer that an item is.
fn answer_reason<'a>(book: &'a TransferBook, says: &NewTransfer) -> Option<&'a str> {
    let kind = book.answer(&says.category, says.reason.as_deref())?;
    book.answers_of(book.category(&says.category)?).find(|(_, own)| *own == kind).map(|(reason, _)| reason)
}

/// Where the form stands for whoever opened it: a clinician's own pages, or the practice's.
pub(super) async fn place(app: &AppState, caller: &Caller, scope: &PracticeScope) -> Result<Place, AppError> {
    let practice = scope.practice().clone();
    match &caller.actor {
        Actor::Device { clinician, .. } => {
            let title = shell::practice_name(app, &practice).await?;
            Ok(Place::Clinician { practice, clinician: *clinician, title })
        }
        Actor::Person { .. } => shell::practice_place(app, &practice).await,
        Actor::Display { .. } | Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => {
            Ok(Place::Nowhere)
        }
    }
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    log: &Log,
    filled: &Filled,
    saved: bool,
) -> Result<Response, AppError> {
    let view = LogForm {
        practice: Some(scope.practice()),
        listed: &[],
        item: log.item,
        newer: log.newer.as_ref(),
        book: &log.book,
        usual: &log.usual,
        kinds: &log.kinds,
        pathways: &log.pathways,
        filled,
        today: app.clock.today(),
        saved,
        may_list: matches!(caller.actor, Actor::Person { .. }),
        at_desk: matches!(caller.actor, Actor::Display { .. }),
    };
    Ok(shell::page(app, caller, &place(app, caller, scope).await?, form_view::form(&view)))
}

pub(super) async fn add(
    permit: Permit<LogTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let by = By::from(&permit);
    let mut log = read::log(&app, &caller.actor, permit.scope()).await?;
    // Whoever sent the item that is corrected is among the choices, however seldom they send.
    let corrected = match text(&pairs, "corrects").parse() {
        Ok(id) => read::one(&app, permit.scope(), id).await?,
        Err(_) => None,
    };
    if let Some(item) = &corrected {
        log.offer(sender_of(item));
        log.item = Some(item.says.lasting());
    }
    let sent = as_sent(&pairs, &log, corrected.as_ref());
    match operations::take::<LogTransfer>(&app, &by, &sent, &[]).await {
        Ok(_) => {
            // Whoever cannot read the list logs the next one.
            let listed = matches!(caller.actor, Actor::Person { .. });
            let base = base(permit.scope().practice());
            let to = if listed { base } else { base.seg("new") };
            Ok(Redirect::to(to.query("saved", 1).as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let filled = Filled { sent: Sent::form(pairs), errors: errors.into_iter().map(at_its_field).collect() };
            form(&app, &caller, permit.scope(), &log, &filled, false).await
        }
        // Back to the form after it was saved, and something else typed: another item, under an id of its own.
        Err(AppError::IdReused) => {
            let fresh = Uuid::now_v7().to_string();
            let typed =
                pairs.into_iter().map(|(name, text)| if name == "id" { (name, fresh.clone()) } else { (name, text) });
            let why = "An item was logged with this page before, and what you typed now is not saved yet. Press the button again to log it as another item";
            let filled =
                Filled { sent: Sent::form(typed.collect::<Vec<_>>()), errors: vec![FieldError::new("category", why)] };
            let page = form(&app, &caller, permit.scope(), &log, &filled, false).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(AppError::Corrected { newest }) => {
            let newest = TransferId(newest);
            // Only who reads the list reads what somebody else wrote.
            if matches!(caller.actor, Actor::Person { .. }) {
                log.newer = read::one(&app, permit.scope(), newest).await?;
            }
            let typed = pairs.into_iter().map(|(name, text)| match name.as_str() {
                "corrects" => (name, newest.to_string()),
                _ => (name, text),
            });
            let why = "This item was corrected since you opened it. Nothing was saved, and what you typed is kept: look at what it says now, then save again";
            let filled =
                Filled { sent: Sent::form(typed.collect::<Vec<_>>()), errors: vec![FieldError::new("category", why)] };
            let page = form(&app, &caller, permit.scope(), &log, &filled, false).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn text<'a>(pairs: &'a [(String, String)], wanted: &str) -> &'a str {
    pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, text)| text.trim())
}

/// The form by the names of the API: a usual sender is a provider and its department in one choice, and a name that was typed
/// goes before it. The page asks for a reason only where it tells answers apart: an entry that stays of its kind keeps the
/// one it has. What was chosen before another kind was, and is out of sight, is left out.
fn as_sent(pairs: &[(String, String)], log: &Log, corrected: Option<&Transfer>) -> Sent {
    let text = |wanted| text(pairs, wanted);
    let chosen = log.usual.iter().find(|one| one.value() == text("from") && text("provider_name").is_empty());
    let mut fields: Vec<(String, String)> =
        pairs.iter().filter(|(name, _)| !["from", "reason"].contains(&name.as_str())).cloned().collect();
    if !log.book.is_about_pathways(text("category")) {
        fields.retain(|(name, _)| name != "pathway");
    }
    if let Some(sender) = chosen {
        fields.retain(|(name, _)| name != "provider_name" && name != "department");
        fields.push(("provider_name".to_owned(), sender.provider.name.clone()));
        fields.push(("department".to_owned(), sender.department.clone().unwrap_or_default()));
    }
    let same_kind = corrected.filter(|item| item.says.category == text("category"));
    let kept = same_kind.and_then(|item| item.says.reason.clone());
    let kind = log.book.category(text("category"));
    let told = kind.filter(|kind| kind.reasons.iter().any(|reason| reason == text("reason")));
    // The same answer as before keeps its own reason, which may say more than the button.
    let same = same_kind.is_some_and(|item| answer_reason(&log.book, &item.says) == Some(text("reason")));
    let reason = if same { kept } else { told.map(|_| text("reason").to_owned()).or(kept) };
    fields.extend(reason.map(|reason| ("reason".to_owned(), reason)));
    Sent::form(fields)
}

fn at_its_field(error: FieldError) -> FieldError {
    match error.field.as_ref() {
        "provider" => FieldError::new("provider_name", error.message),
        "id" | "corrects" => FieldError::new("category", error.message),
        _ => error,
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    provider_name: String,
}

/// Names for the field as one types; fewer than three letters find none.
pub(super) async fn providers(
    _: Permit<LogTransfers>,
    State(app): State<AppState>,
    Query(typed): Query<Typed>,
) -> Result<Response, AppError> {
    let found = provider::find(&typed.provider_name, app.clock.today(), OFFERED);
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    Ok(form_view::suggestions(&names).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    asked: String,
}

/// Looks through what was asked as one types it; keeps nothing of it.
pub(super) async fn check(_: Permit<LogTransfers>, Form(words): Form<Words>) -> Response {
    let refused = match words.asked.trim() {
        "" => None,
        text => text.parse::<Asked>().err().map(|refused| refused.to_string()),
    };
    form_view::said(refused.as_deref()).into_response()
}

/// The form without a connection, the same for everybody.
pub(super) async fn frame(State(app): State<AppState>) -> Result<Response, AppError> {
    let book = TransferBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))?;
    let today = app.clock.today();
    let listed: Vec<&str> =
        provider::listed().iter().filter(|one| one.is_open(today)).map(|one| one.name.as_str()).collect();
    let content = form_view::frame(book, &listed, today);
    Ok(offline::page(app.demo, ("Log transferred work", Section::Transfers), content).into_response())
}
