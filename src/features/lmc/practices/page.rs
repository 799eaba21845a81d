//! Practice by practice, as far as they share, on any day; each reading is noted for the practice.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, OrgCode};

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
    ui::{
        sections::Section,
        seen_by_lmc::{self, SeenByLmc},
        sheet::Sheet,
    },
    web::{
        caller::Caller,
        forms::{self, OnQuery},
        receipts, shell,
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

/// The day that is asked for, as far as is known at this moment.
fn when(app: &AppState, asked: &OnQuery) -> Result<When, AppError> {
    Ok(known_now(app, forms::as_of(&asked.on, app.clock.today())?))
}

/// `GET /lmc/{lmc}/practices`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<OnQuery>,
) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let read = read(&app, &permit, &asked).await?;
    let (when, found, members) = (read.when, &read.found, read.members(lmc));
    let catalogue = app.catalogue().await?;
    let (sharing, others) = rows(&catalogue, &members, found, when);
    let sheet = view::list(&view::List { lmc, on: when.on, now: when.now, sharing: &sharing, others: &others });
    let page = shell::show(&app, &caller, permit.scope(), sheet).await?;
    let read = found.shared.keys().cloned().collect();
    receipts::note(&app, &permit, (lmc, OutsidePage::Practices), read);
    Ok(page)
}

/// The area as it is read for a list of its practices.
pub(super) struct AreaRead {
    pub(super) when: When,
    pub(super) found: Area,
    then: Arc<View>,
}

impl AreaRead {
    /// Its practices on the day, by name.
    pub(super) fn members(&self, lmc: &OrgCode) -> Vec<&PracticeOn> {
        let mut members = self.then.practices_in(OrganisationKind::Lmc, lmc);
        members.sort_by(|one, other| (&one.name, &one.code).cmp(&(&other.name, &other.code)));
        members
    }
}

pub(super) async fn read(app: &AppState, permit: &Permit<SeeLmcArea>, asked: &OnQuery) -> Result<AreaRead, AppError> {
    let when = when(app, asked)?;
    let today = app.organisations().await?;
    let then = app.organisations_on(when.on).await?;
    let at = app.db.read(permit.scope());
    let found = areas::area(at, (&then, &today), when, (&app.caches, Parts::Registers)).await?;
    Ok(AreaRead { when, found, then })
}

pub(super) fn rows<'a>(
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
) -> Result<Response, AppError> {
    let when = when(&app, &asked)?;
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
    let sheet = Sheet::new(Section::Practices, known.name.as_ref()).own_heading().content(content);
    let page = shell::page(&app, &caller, &shell::lmc_place(&app, &lmc).await?, sheet);
    receipts::note(&app, &permit, (&lmc, OutsidePage::Practice), vec![practice.clone()]);
    Ok(page)
}
