//! Who sees a practice's register: consent for its LMC, a preview of exactly what it shows, and who looked.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    audit::Event,
    domain::{
        access::{Authority, Permit, PracticeScope, Role, SeeRegister, SetSharing},
        calendar,
        register::Ground,
    },
    error::AppError,
    href,
    live::What,
    state::AppState,
    store::{actions, sharing},
    ui::practice_row::PracticeRow,
    web::{
        caller::Caller,
        forms::Form,
        routes::Routes,
        shell::{self, Sheet},
    },
    writer::owned_scope,
};

mod pages;

/// How many of the last readers are shown.
const RECEIPTS: u64 = 50;
/// How many weekly answers are looked at to say when a practice was heard from.
const ANSWERS: u64 = 1;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/sharing", SeeRegister, page)
        .post("/practices/{ods}/sharing", SetSharing, decide)
}

/// Consent was given or withdrawn.
#[derive(Debug, Serialize)]
struct SharingChanged {
    purpose: &'static str,
    version: &'static str,
    given: bool,
}

impl Event for SharingChanged {
    const NAME: &'static str = "sharing.changed";
}

/// Who sees this, as the page shows it.
#[derive(Debug)]
struct View {
    row: PracticeRow,
    /// The LMC's name, where the practice has one.
    lmc: Option<String>,
    /// What was decided, and when.
    decision: Option<(bool, DateTime<Utc>)>,
    /// The practice has just recorded its first item.
    first: bool,
    /// Where this Headroom is reached.
    address: String,
    /// Who looked: role, organisation and when.
    receipts: Vec<(String, String, DateTime<Utc>)>,
}

#[derive(Debug, Deserialize)]
struct PageQuery {
    first: Option<String>,
}

async fn page(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<PageQuery>,
) -> Result<Response, AppError> {
    let view = view(&app, permit.scope(), query.first.is_some()).await?;
    let place = shell::practice_place(&app, permit.scope().practice()).await?;
    let sheet = Sheet {
        title: "Who sees this",
        current: "Who sees this",
        live: None,
        content: pages::content(&view),
    };
    Ok(shell::page(&app, &caller, &place, sheet).into_response())
}

async fn view(app: &AppState, scope: &PracticeScope, first: bool) -> Result<View, AppError> {
    let practice = scope.practice();
    let organisations = app.organisations().await?;
    let known = organisations.practice(practice).ok_or(AppError::NotFound)?;
    let name = |code: &_| {
        let found = organisations.organisation(code);
        found.map_or_else(|| code.to_string(), |found| found.name.to_string())
    };
    let read = app.db.read(scope);
    let receipts = sharing::receipts(read, RECEIPTS).await?;
    Ok(View {
        row: preview(app, scope, &known.name).await?,
        lmc: known.lmc.as_ref().map(name),
        decision: sharing::decision(read).await?,
        first,
        address: app.settings.public_url.clone(),
        receipts: receipts
            .into_iter()
            .map(|(role, organisation, at)| {
                let title = role
                    .parse::<Role>()
                    .map_or_else(|_| role.clone(), |role| role.title().to_owned());
                (title, name(&organisation), at)
            })
            .collect(),
    })
}

/// What the LMC sees of this practice, given consent.
async fn preview(
    app: &AppState,
    scope: &PracticeScope,
    name: &str,
) -> Result<PracticeRow, AppError> {
    let read = app.db.read(scope);
    let rows = actions::rows(read).await?;
    let subjects = actions::subjects(read).await?;
    let answered: Vec<_> = sharing::week_answers(read, ANSWERS)
        .await?
        .into_iter()
        .map(|(_, at)| calendar::london_day(at))
        .collect();
    let catalogue = app.catalogue().await?;
    let ground = Ground {
        catalogue: &catalogue,
        rows: &rows,
        subjects: &subjects,
        on: app.clock.today(),
        known_at: app.clock.now(),
    };
    let code = scope.practice();
    Ok(PracticeRow::seen_by_lmc(code, name, &ground, &answered))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecideForm {
    share: String,
}

/// Gives or withdraws consent, at once. Saying again what holds changes nothing.
async fn decide(
    permit: Permit<SetSharing>,
    State(app): State<AppState>,
    Form(form): Form<DecideForm>,
) -> Result<Redirect, AppError> {
    let given = match form.share.as_str() {
        "yes" => sharing::Given::Yes,
        "no" => sharing::Given::No,
        _ => return Err(AppError::field("share", "Choose whether to share or not")),
    };
    set(&app, &permit, given).await?;
    let page = href!("/practices")
        .seg(permit.scope().practice())
        .seg("sharing");
    Ok(Redirect::to(page.as_str()))
}

async fn set(
    app: &AppState,
    permit: &Permit<SetSharing>,
    given: sharing::Given,
) -> Result<(), AppError> {
    let scope = owned_scope(permit);
    let by = permit.id();
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let yes = given == sharing::Given::Yes;
                let at = tx.read(&scope);
                if sharing::decision(at).await?.map(|(held, _)| held) == Some(yes) {
                    return Ok(());
                }
                sharing::add_consent(at, given, by, tx.now()).await?;
                let event = SharingChanged {
                    purpose: sharing::LMC_VIEW,
                    version: sharing::LMC_VIEW_VERSION,
                    given: yes,
                };
                tx.audit(&scope.practice().into(), &event).await?;
                tx.changed(scope.practice(), What::Sharing);
                Ok(())
            })
        })
        .await
}
