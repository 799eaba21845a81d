//! The area page and its live part.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::OrgCode;
use maud::Markup;

use super::{
    dates::{Asked, Dates},
    name, pages, place,
};
use crate::{
    domain::{
        access::{self, Actor, Facts, Permit, ReadReleases, SeeLmcArea, Target},
        area::{self, AreaStatus, Ask, Practice},
        calendar,
        disclosure::Content,
        organisation::{Kind, View},
    },
    error::{AppError, FieldError},
    href,
    state::AppState,
    store::{
        areas::{self, Parts, When},
        releases,
    },
    web::{
        caller::Caller,
        shell::{self, Sheet},
    },
};

/// `GET /lmc/{lmc}`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let (dates, errors) = match asked.read(today) {
        Ok(dates) => (dates, Vec::new()),
        Err(AppError::Invalid(errors)) => (Dates::usual(today), errors),
        Err(other) => return Err(other),
    };
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let view = view(&app, &organisations, &status, &asked, dates, &errors);
    let live = view.live.is_some();
    let sheet = Sheet {
        title: &if errors.is_empty() {
            view.name.clone()
        } else {
            format!("Error: {}", view.name)
        },
        current: "Area",
        live: live.then(|| href!("/live/lmc").seg(&status.lmc)),
        content: pages::page(&view.page()),
    };
    let markup = shell::page(&app, &caller, &place(&organisations, &status.lmc), sheet);
    let code = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((code, markup).into_response())
}

/// `GET /lmc/{lmc}/status`: what changes while the page is open.
pub(super) async fn fragment(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Markup, AppError> {
    let dates = asked.read(app.clock.today())?;
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let view = view(&app, &organisations, &status, &asked, dates, &[]);
    Ok(pages::status(&view.page()))
}

/// The values of the page, owned where the page only borrows.
struct Shown<'a> {
    name: String,
    live: Option<String>,
    status: &'a AreaStatus,
    asked: &'a Asked,
    dates: Dates,
    errors: &'a [FieldError],
}

impl Shown<'_> {
    fn page(&self) -> pages::Area<'_> {
        pages::Area {
            lmc: &self.status.lmc,
            name: &self.name,
            status: self.status,
            live: self.live.clone(),
            asked: self.asked,
            dates: self.dates,
            errors: self.errors,
        }
    }
}

fn view<'a>(
    app: &AppState,
    organisations: &View,
    status: &'a AreaStatus,
    asked: &'a Asked,
    dates: Dates,
    errors: &'a [FieldError],
) -> Shown<'a> {
    let now = app.clock.now();
    Shown {
        name: name(organisations, &status.lmc),
        live: (status.on == calendar::london_day(now)).then(|| calendar::london_time(now)),
        status,
        asked,
        dates,
        errors,
    }
}

/// The area on a day, from what its practices share at this moment.
pub(super) async fn status(
    app: &AppState,
    organisations: &View,
    permit: &Permit<SeeLmcArea>,
    dates: Dates,
) -> Result<AreaStatus, AppError> {
    let lmc = permit.scope().lmc();
    let now = app.clock.now();
    let when = When {
        on: dates.on,
        known_at: now,
        now,
    };
    // Whoever was a member that day, whatever became of it since.
    let then = app.organisations_on(dates.on).await?;
    let found = areas::area(
        app.db.read(permit.scope()),
        (&then, organisations),
        when,
        Parts::All(&app.past_days),
    )
    .await?;
    let held = latest_release(app, permit.actor()).await?;
    let members = then.practices_in(Kind::Lmc, lmc);
    let practices: Vec<Practice<'_>> = members
        .iter()
        .map(|practice| Practice {
            code: &practice.code,
            patients: practice.list_size.unwrap_or(0),
            network: practice
                .pcn
                .as_ref()
                .map(|code| (code, network_name(&then, code))),
            shared: found.shared.get(&practice.code),
        })
        .collect();
    let catalogue = app.catalogue().await?;
    let ask = Ask {
        catalogue: &catalogue,
        lmc,
        on: dates.on,
        since: dates.since,
        known_at: now,
        held: held.as_ref(),
    };
    Ok(area::assemble(&ask, &practices))
}

fn network_name<'a>(organisations: &'a View, code: &'a OrgCode) -> &'a str {
    organisations
        .organisation(code)
        .map_or(code.as_str(), |network| &network.name)
}

/// What outsiders hold: an officer may read releases like anybody who signed in.
async fn latest_release(app: &AppState, actor: &Actor) -> Result<Option<Content>, AppError> {
    let facts = Facts {
        exists: true,
        ..Facts::default()
    };
    let Ok(permit) = access::permit::<ReadReleases>(actor, &Target::Releases, facts) else {
        return Ok(None);
    };
    let latest = releases::latest(app.db.ledger(permit.scope())).await?;
    Ok(latest.map(|published| published.content))
}

/// The parts of a path below an LMC.
pub(super) type LmcPractice = Path<(OrgCode, entity::ids::OdsCode)>;
