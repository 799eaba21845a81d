//! The area as it stood on a day, and who is told that it was read.

use std::{collections::BTreeSet, sync::Arc};

use entity::ids::{LocalDate, OdsCode, OrgCode};

use super::shown_view::Dates;
use crate::{
    domain::{
        access::{self, Actor, Facts, LmcScope, Permission, Permit, ReadReleases, Target},
        area::{self, AreaPractice, AreaStatus, Ask},
        organisation::{OrganisationKind, View as Organisations},
        readers::OutsidePage,
    },
    error::AppError,
    state::AppState,
    store::{
        areas::{self, Parts, When},
        releases::Published,
    },
    web::receipts,
};

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
    let found =
        areas::area(app.db.read(permit.scope()), (&then, organisations), when, (&app.caches, Parts::All)).await?;
    let held = release_of(app, permit.actor(), dates.on).await?;
    let members = then.practices_in(OrganisationKind::Lmc, lmc);
    let practices: Vec<AreaPractice<'_>> = members
        .iter()
        .map(|practice| AreaPractice {
            code: &practice.code,
            name: &practice.name,
            patients: practice.list_size.unwrap_or(0),
            network: named(&then, practice.pcn.as_ref()),
            icb: named(&then, practice.icb.as_ref()),
            shared: found.shared.get(&practice.code),
        })
        .collect();
    let catalogue = app.menu_of_lmc(Some(permit.scope().lmc())).await?;
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
    Ok(app.release_cache.newest_on(app.db.ledger(permit.scope()), on).await?)
}
