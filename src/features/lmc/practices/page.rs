//! Practice by practice, as far as they share, on any day; each reading is noted for the practice.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, State},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, OrgCode};

use super::{
    asked_view::{Asked, Line, Saying, Stand},
    sheet_view::Shown,
    view,
};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea, SeePracticeAsLmc},
        area::{self, AreaLine, ENDING_DAYS, LastHeard},
        catalogue::{Catalogue, Item, Status},
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
fn when(app: &AppState, on: &str) -> Result<When, AppError> {
    Ok(known_now(app, forms::as_of(on, app.clock.today())?))
}

/// `GET /lmc/{lmc}/practices`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let read = read(&app, &permit, &asked).await?;
    let catalogue = app.menu_of_lmc(Some(permit.scope().lmc())).await?;
    let list = list_of(&catalogue, lmc, &read, &asked);
    let name = app.organisations().await?.name_of(lmc);
    let page = shell::show(&app, &caller, permit.scope(), view::list(&list, &name)).await?;
    let read = read.found.shared.keys().cloned().collect();
    receipts::note(&app, &permit, (lmc, OutsidePage::Practices), read);
    Ok(page)
}

/// The lines that are asked for, in their order.
pub(super) fn list_of<'a>(
    catalogue: &'a Catalogue,
    lmc: &'a OrgCode,
    read: &'a AreaRead,
    asked: &'a Asked,
) -> view::List<'a> {
    let when = read.when;
    let menu = area::menu(catalogue, when.on);
    let shown = Shown::of(asked, &menu);
    let members = read.members(lmc);
    let all: Vec<Line<'_>> = members.iter().map(|practice| read.line(catalogue, &menu, practice)).collect();
    let networks: BTreeSet<(String, String)> =
        all.iter().filter_map(|line| Some((line.network.clone(), line.practice.pcn.as_ref()?.to_string()))).collect();
    let sharing = all.iter().filter(|line| line.answers != LastHeard::NotSharing).count();
    let (among, known) = (all.len(), asked.item.is_empty() || shown.at().is_some());
    let mut lines: Vec<Line<'_>> = all.into_iter().filter(|line| known && asked.takes(line, shown.at())).collect();
    asked.sort(&mut lines);
    view::List { lmc, on: when.on, now: when.now, asked, menu, shown, lines, networks, among, sharing }
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

    /// One practice, as far as it shares.
    fn line<'a>(&'a self, catalogue: &'a Catalogue, menu: &[&Item], practice: &'a PracticeOn) -> Line<'a> {
        let (on, known_at) = (self.when.on, self.when.known_at);
        let shared = self.found.shared.get(&practice.code);
        let answers = LastHeard::of(shared, on, known_at);
        let said = match (shared, self.found.entered.get(&practice.code)) {
            (Some(shared), _) => area::lines(catalogue, shared, on, known_at),
            (None, Some(entered)) => area::entered(catalogue, &entered.rows, &entered.subjects),
            (None, None) => Vec::new(),
        };
        let acts = shared.and_then(|shared| area::acts(menu, shared, on, known_at));
        let entered = |item: &Item| shared.is_none() && said.iter().any(|line| line.item.code == item.code);
        let stand = |(at, item): (usize, &&Item)| match acts.as_ref().and_then(|acts| acts.get(at)) {
            Some(true) => Stand::Acts,
            Some(false) => Stand::Not,
            None if entered(item) => Stand::Entered,
            None => Stand::Unknown,
        };
        let horizon = on.plus_days(ENDING_DAYS);
        let ends = |line: &&AreaLine<'_>| {
            line.status == Status::PausingFrom && line.item.subject.is_service() && line.day <= horizon
        };
        let small = |name: &str| name.trim().to_lowercase();
        let overdue = shared.iter().flat_map(|shared| {
            let known = shared.unanswered.iter().filter(|notice| menu.iter().any(|item| item.code == notice.item));
            known.filter_map(|notice| shared.subjects.get(&notice.subject)).map(|name| small(name))
        });
        let network = practice.pcn.as_ref().map(|code| self.then.name_of(code)).unwrap_or_default();
        Line {
            practice,
            network,
            answers,
            stands: menu.iter().enumerate().map(stand).collect(),
            ending: said.iter().filter(ends).filter_map(|line| line.subject).map(small).collect(),
            overdue: overdue.collect(),
            counted: shared.is_some_and(|shared| shared.days.iter().any(|day| day.day() == on)),
            says: said
                .iter()
                .filter(|line| shared.is_none() || line.status != Status::Running)
                .map(|line| Saying { item: line.item.code.clone(), said: seen_by_lmc::said(line) })
                .collect(),
        }
    }
}

pub(super) async fn read(app: &AppState, permit: &Permit<SeeLmcArea>, asked: &Asked) -> Result<AreaRead, AppError> {
    let when = when(app, &asked.on)?;
    let parts = if asked.is_of_all_parts() { Parts::All } else { Parts::Registers };
    let today = app.organisations().await?;
    let then = app.organisations_on(when.on).await?;
    let at = app.db.read(permit.scope());
    let found = areas::area(at, (&then, &today), when, (&app.caches, parts)).await?;
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
    let when = when(&app, &asked.on)?;
    let today = app.organisations().await?;
    let then = app.organisations_on(when.on).await?;
    let known = represented(&then, &lmc, &practice)?;
    // Consent is asked again with the rows: it may have gone since the permit was given.
    let tenure = Tenure::of(known, &today, &lmc);
    let shared =
        areas::practice(app.db.read(permit.scope()), &app.caches, when, tenure).await?.ok_or(AppError::NotFound)?;
    let catalogue = app.menu_of_lmc(Some(&lmc)).await?;
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
