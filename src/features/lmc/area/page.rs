//! The area page and its live part.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use maud::Markup;
use uuid::Uuid;

use super::{
    shown_view::{self, Asked, Dates},
    status::{note, status},
    view,
};
use crate::{
    domain::{
        access::{LmcScope, Permission, Permit, SeeLmcArea},
        area::AreaStatus,
        calendar,
        organisation::View as Organisations,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::lmc_meetings,
    web::{caller::Caller, shell},
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
    let meetings = lmc_meetings::days(app.db.read(permit.scope())).await?;
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
    let shown = Shown::new(app, &organisations, &status, (asked, dates));
    let shown = Shown { met_on: meeting.typed, errors: &errors, ..shown };
    let page = shell::show(app, caller, permit.scope(), view::page(&shown.page())).await?;
    note(app, permit, &status);
    Ok(page)
}

/// `GET /lmc/{lmc}/status`: what changes while the page is open.
pub(super) async fn fragment(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Markup, AppError> {
    let meetings = lmc_meetings::days(app.db.read(permit.scope())).await?;
    let dates = asked.read(app.clock.today(), &meetings)?;
    let organisations = app.organisations().await?;
    let status = status(&app, &organisations, &permit, dates).await?;
    let shown = Shown::new(&app, &organisations, &status, (&asked, dates));
    note(&app, &permit, &status);
    Ok(view::status(&shown.page()))
}

/// The values of the page, owned where the page only borrows.
struct Shown<'a> {
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

impl<'a> Shown<'a> {
    fn new(
        app: &AppState,
        organisations: &Organisations,
        status: &'a AreaStatus,
        (asked, dates): (&'a Asked, Dates),
    ) -> Self {
        let now = app.clock.now();
        let today = calendar::london_day(now);
        Shown {
            name: organisations.name_of(&status.lmc),
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

    fn page(&self) -> shown_view::Area<'_> {
        shown_view::Area {
            lmc: &self.status.lmc,
            name: &self.name,
            status: self.status,
            live: self.live.clone(),
            asked: self.asked,
            dates: self.dates,
            meeting: shown_view::Meeting { id: &self.fresh, met_on: self.met_on.as_deref(), today: self.today },
            errors: self.errors,
        }
    }
}
