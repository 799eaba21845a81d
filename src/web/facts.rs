//! What a decision about a route depends on besides who asks.

use axum::http::{Method, request::Parts};
use entity::ids::{LocalDate, OrgCode};

use super::forms::optional_day;
use crate::{
    domain::access::{Actor, Facts, Role, Target},
    error::AppError,
    state::AppState,
    store::{people, sharing},
};

/// The day a page is asked about, by `on` in its address: today for whatever is not read, and for what is no day or lies
/// ahead, of which the handler says so.
pub(super) fn asked_about(app: &AppState, parts: &Parts) -> LocalDate {
    let today = app.clock.today();
    let query = parts.uri.query().unwrap_or_default();
    let asked = (parts.method == Method::GET || parts.method == Method::HEAD)
        .then(|| query.split('&').find_map(|pair| pair.strip_prefix("on=")))
        .flatten()
        .and_then(|text| optional_day(text, "on").ok().flatten());
    asked.filter(|day| *day <= today).unwrap_or(today)
}

/// Looks up what the decision depends on, and no more.
pub(super) async fn facts(app: &AppState, actor: &Actor, target: &Target, on: LocalDate) -> Result<Facts, AppError> {
    let yes = Facts { exists: true, ..Facts::default() };
    match target {
        Target::Releases => Ok(Facts { public_releases: app.settings.public_releases, ..yes }),
        Target::Account | Target::Service => Ok(yes),
        Target::Clinician(practice, clinician) => {
            // A device was enrolled for a clinician that exists.
            let own =
                matches!(actor, Actor::Device { practice: p, clinician: c, .. } if p == practice && c == clinician);
            let left_on = if own {
                Some(None)
            } else {
                people::clinician_left_on(app.db.unscoped(), practice, *clinician).await?
            };
            let today = app.clock.today();
            Ok(Facts {
                exists: left_on.is_some(),
                has_left: left_on.flatten().is_some_and(|day| day <= today),
                ..Facts::default()
            })
        }
        Target::Practice(practice) => {
            let organisations = app.organisations().await?;
            let Some(known) = organisations.practice(practice) else {
                return Ok(Facts::default());
            };
            let of = |lmc: Option<&OrgCode>| lmc.is_some_and(|lmc| actor.holds(Role::LmcOfficer, lmc));
            let represented = of(known.lmc.as_ref());
            let represented_then = if organisations.day() == on {
                represented
            } else {
                let then = app.organisations_on(on).await?;
                of(then.practice(practice).and_then(|then| then.lmc.as_ref()))
            };
            let shares_with_lmc =
                (represented || represented_then) && sharing::shares_with_lmc(app.db.unscoped(), practice).await?;
            Ok(Facts { exists: true, represented, represented_then, shares_with_lmc, ..Facts::default() })
        }
        Target::Lmc(code) | Target::Organisation(code) => {
            let exists = app.organisations().await?.organisation(code).is_some();
            Ok(Facts { exists, ..Facts::default() })
        }
    }
}
