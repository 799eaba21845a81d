//! The area page and its live part.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::Markup;
use uuid::Uuid;

use super::{
    dates::{Asked, Dates},
    name, pages, place,
};
use crate::{
    domain::{
        access::{self, Actor, Facts, LmcScope, Permission, Permit, ReadReleases, SeeLmcArea, Target},
        area::{self, AreaStatus, Ask, Practice},
        calendar,
        organisation::{Kind, View as Organisations},
        readers::OutsidePage,
    },
    error::{AppError, FieldError},
    href,
    state::AppState,
    store::{
        areas::{self, Parts, When},
        meetings,
        releases::Published,
    },
    web::{
        caller::Caller,
        receipts,
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
    show(&app, &caller, &permit, &asked, Meeting::default()).await
}

/// The form of the last meeting as it was sent, where it has to be shown again.
#[derive(Default)]
pub(super) struct Meeting {
    pub(super) typed: Option<String>,
    pub(super) errors: Vec<FieldError>,
}

/// The whole page; 422 where something that was asked or sent cannot be taken.
pub(super) async fn show<P: Permission<Scope = LmcScope>>(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<P>,
    asked: &Asked,
    meeting: Meeting,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let meetings = meetings::days(app.db.read(permit.scope())).await?;
    let mut errors = meeting.errors;
    let dates = match asked.read(today, &meetings) {
        Ok(dates) => dates,
        Err(AppError::Invalid(wrong)) => {
            errors.extend(wrong);
            Dates::usual(today, &meetings)
        }
        Err(other) => return Err(other),
    };
    let organisations = app.organisations().await?;
    let status = status(app, &organisations, permit, dates).await?;
    let view = View::new(app, &organisations, &status, (asked, dates));
    let view = View { met_on: meeting.typed, errors: &errors, ..view };
    let title = match errors.as_slice() {
        [] => view.name.clone(),
        _ => format!("Error: {}", view.name),
    };
    let sheet = Sheet {
        title: &title,
        current: "Area",
        live: view.live.is_some().then(|| href!("/live/lmc").seg(&status.lmc)),
        content: pages::page(&view.page()),
    };
    let markup = shell::page(app, caller, &place(&organisations, &status.lmc), sheet);
    note(app, permit, &status);
    let code = match errors.as_slice() {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((code, markup).into_response())
}

/// `GET /lmc/{lmc}/status`: what changes while the page is open.
pub(super) async fn fragment(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Markup, AppError> {
    let meetings = meetings::days(app.db.read(permit.scope())).await?;
    let dates = asked.read(app.clock.today(), &meetings)?;
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let view = View::new(&app, &organisations, &status, (&asked, dates));
    note(&app, &permit, &status);
    Ok(pages::status(&view.page()))
}

/// Sums are nobody's row; who has not answered, and whose reply is overdue, is.
pub(super) fn note<P: Permission>(app: &AppState, permit: &Permit<P>, status: &AreaStatus) {
    let waiting = status.waiting.iter().map(|waiting| &waiting.practice);
    let overdue = status.overdue.iter().map(|overdue| &overdue.practice);
    let named: BTreeSet<&OdsCode> = waiting.chain(overdue).collect();
    if !named.is_empty() {
        let named = named.into_iter().cloned().collect();
        receipts::note(app, permit, (&status.lmc, OutsidePage::Area), named);
    }
}

/// The values of the page, owned where the page only borrows.
struct View<'a> {
    name: String,
    live: Option<String>,
    status: &'a AreaStatus,
    asked: &'a Asked,
    dates: Dates,
    today: LocalDate,
    fresh: String,
    met_on: Option<String>,
    errors: &'a [FieldError],
}

impl<'a> View<'a> {
    fn new(
        app: &AppState,
        organisations: &Organisations,
        status: &'a AreaStatus,
        (asked, dates): (&'a Asked, Dates),
    ) -> Self {
        let now = app.clock.now();
        let today = calendar::london_day(now);
        View {
            name: name(organisations, &status.lmc),
            live: (status.on == today).then(|| calendar::london_time(now)),
            status,
            asked,
            dates,
            today,
            fresh: Uuid::now_v7().to_string(),
            met_on: None,
            errors: &[],
        }
    }

    fn page(&self) -> pages::Area<'_> {
        pages::Area {
            lmc: &self.status.lmc,
            name: &self.name,
            status: self.status,
            live: self.live.clone(),
            asked: self.asked,
            dates: self.dates,
            meeting: pages::Meeting { id: &self.fresh, met_on: self.met_on.as_deref(), today: self.today },
            errors: self.errors,
        }
    }
}

/// The area on a day, from what its practices share at this moment.
pub(super) async fn status<P: Permission<Scope = LmcScope>>(
    app: &AppState,
    organisations: &Organisations,
    permit: &Permit<P>,
    dates: Dates,
) -> Result<AreaStatus, AppError> {
    let lmc = permit.scope().lmc();
    let now = app.clock.known();
    let when = When { on: dates.on, known_at: now, now };
    // Whoever was a member that day, whatever became of it since.
    let then = app.organisations_on(dates.on).await?;
    let found = areas::area(app.db.read(permit.scope()), (&then, organisations), when, (&app.kept, Parts::All)).await?;
    let held = release_of(app, permit.actor(), dates.on).await?;
    let members = then.practices_in(Kind::Lmc, lmc);
    let practices: Vec<Practice<'_>> = members
        .iter()
        .map(|practice| Practice {
            code: &practice.code,
            name: &practice.name,
            patients: practice.list_size.unwrap_or(0),
            network: named(&then, practice.pcn.as_ref()),
            icb: named(&then, practice.icb.as_ref()),
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
        held: held.as_deref().map(|published| &published.content),
    };
    Ok(area::assemble(&ask, &practices))
}

/// An organisation with its name; its code where no name is known.
fn named<'a>(organisations: &'a Organisations, code: Option<&'a OrgCode>) -> Option<(&'a OrgCode, &'a str)> {
    let code = code?;
    let known = organisations.organisation(code);
    Some((code, known.map_or(code.as_str(), |known| &known.name)))
}

/// What outsiders held that day: an officer may read releases like anybody who signed in.
async fn release_of(app: &AppState, actor: &Actor, on: LocalDate) -> Result<Option<Arc<Published>>, AppError> {
    let facts = Facts { exists: true, ..Facts::default() };
    let Ok(permit) = access::permit::<ReadReleases>(actor, &Target::Releases, facts) else {
        return Ok(None);
    };
    Ok(app.shelf.newest_on(app.db.ledger(permit.scope()), on).await?)
}

/// The parts of a path below an LMC.
pub(super) type LmcPractice = Path<(OrgCode, OdsCode)>;
