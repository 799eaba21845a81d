//! Practice by practice, as far as they share, on any day; each reading is noted for the practice.

use axum::extract::{Path, State};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::Markup;
use serde::Deserialize;

use super::view;
use crate::{
    domain::{
        access::{Permit, SeeLmcArea, SeePracticeAsLmc},
        area,
        catalogue::Catalogue,
        organisation::{OrganisationKind, PracticeOn, View},
        readers::OutsidePage,
    },
    error::AppError,
    state::AppState,
    store::areas::{self, Area, Parts, Tenure, When},
    ui::seen_by_lmc::{self, SeenByLmc},
    web::{
        caller::Caller,
        forms, receipts,
        shell::{self, Section, Sheet},
    },
};

/// The parts of a path below an LMC.
pub(super) type LmcPractice = Path<(OrgCode, OdsCode)>;

/// The decision table has seen that the reader is an officer of the practice's LMC on the day of `organisations`; the
/// LMC in the path must be the same one, or the address names nothing.
pub(super) fn represented<'a>(
    organisations: &'a View,
    lmc: &OrgCode,
    practice: &OdsCode,
) -> Result<&'a PracticeOn, AppError> {
    organisations.practice(practice).filter(|known| known.lmc.as_ref() == Some(lmc)).ok_or(AppError::NotFound)
}

/// A day, as far as is known at this moment.
pub(super) fn known_now(app: &AppState, on: LocalDate) -> When {
    let now = app.clock.known();
    When { on, known_at: now, now }
}

/// The day that is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct OnQuery {
    #[serde(default)]
    on: String,
}

impl OnQuery {
    fn read(&self, app: &AppState) -> Result<When, AppError> {
        let on = forms::as_of(&self.on, app.clock.today());
        let on = on.map_err(|error| AppError::Invalid(vec![error]))?;
        Ok(known_now(app, on))
    }
}

/// `GET /lmc/{lmc}/practices`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<OnQuery>,
) -> Result<Markup, AppError> {
    let lmc = permit.scope().lmc();
    let when = asked.read(&app)?;
    let today = app.organisations().await?;
    let then = app.organisations_on(when.on).await?;
    let at = app.db.read(permit.scope());
    let found = areas::area(at, (&then, &today), when, (&app.caches, Parts::Registers)).await?;
    let mut members = then.practices_in(OrganisationKind::Lmc, lmc);
    members.sort_by(|one, other| (&one.name, &one.code).cmp(&(&other.name, &other.code)));
    let catalogue = app.catalogue().await?;
    let (sharing, others) = rows(&catalogue, &members, &found, when);
    let content = view::list(&view::List { lmc, on: when.on, now: when.now, sharing: &sharing, others: &others });
    let sheet = Sheet { title: "Practices", current: Section::Practices, live: None, content };
    let place = shell::lmc_place(&app, lmc).await?;
    let markup = shell::page(&app, &caller, &place, sheet);
    let read = found.shared.keys().cloned().collect();
    receipts::note(&app, &permit, (lmc, OutsidePage::Practices), read);
    Ok(markup)
}

fn rows<'a>(
    catalogue: &Catalogue,
    members: &[&'a PracticeOn],
    found: &'a Area,
    when: When,
) -> (Vec<view::Sharing<'a>>, Vec<view::Other<'a>>) {
    let mut sharing = Vec::new();
    let mut others = Vec::new();
    for practice in members {
        if let Some(shared) = found.shared.get(&practice.code) {
            sharing.push(view::Sharing {
                practice,
                said: view::in_force(&area::lines(catalogue, shared, when.on, when.known_at)),
                shared,
            });
        } else {
            let entered = found.entered.get(&practice.code);
            let said =
                entered.map(|entered| view::as_entered(&area::entered(catalogue, &entered.rows, &entered.subjects)));
            others.push(view::Other { practice, said: said.unwrap_or_default() });
        }
    }
    (sharing, others)
}

/// `GET /lmc/{lmc}/practices/{ods}`.
pub(super) async fn one(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeePracticeAsLmc>,
    Path((lmc, practice)): LmcPractice,
    Query(asked): Query<OnQuery>,
) -> Result<Markup, AppError> {
    let when = asked.read(&app)?;
    let today = app.organisations().await?;
    let then = app.organisations_on(when.on).await?;
    let known = represented(&then, &lmc, &practice)?;
    // Consent is asked again with the rows: it may have gone since the permit was given.
    let tenure = Tenure::of(known, &today, &lmc);
    let shared =
        areas::practice(app.db.read(permit.scope()), &app.caches, when, tenure).await?.ok_or(AppError::NotFound)?;
    let catalogue = app.catalogue().await?;
    let content = seen_by_lmc::page(&SeenByLmc {
        lmc: &lmc,
        code: &practice,
        name: &known.name,
        catalogue: &catalogue,
        shared: &shared,
        on: when.on,
        now: when.now,
    });
    let sheet = Sheet { title: &known.name, current: Section::Practices, live: None, content };
    let place = shell::lmc_place(&app, &lmc).await?;
    let markup = shell::page(&app, &caller, &place, sheet);
    receipts::note(&app, &permit, (&lmc, OutsidePage::Practice), vec![practice.clone()]);
    Ok(markup)
}
