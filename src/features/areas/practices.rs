//! Practice by practice, as far as they share; each reading is noted for the practice.

use axum::extract::{Path, State};
use maud::Markup;

use super::{area::LmcPractice, place, practice_pages as pages, represented};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea, SeePracticeAsLmc},
        area,
        catalogue::Catalogue,
        organisation::{Kind, PracticeOn},
    },
    error::AppError,
    state::AppState,
    store::areas::{self, Area, Parts, When},
    web::{
        caller::Caller,
        receipts,
        shell::{self, Sheet},
    },
};

/// This moment.
pub(super) fn now(app: &AppState) -> When {
    let now = app.clock.now();
    When {
        on: app.clock.today(),
        known_at: now,
        now,
    }
}

/// `GET /lmc/{lmc}/practices`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
) -> Result<Markup, AppError> {
    let lmc = permit.scope().lmc();
    let organisations = app.organisations().await?;
    let when = now(&app);
    let at = app.db.read(permit.scope());
    let found = areas::area(at, &organisations, when, Parts::Registers).await?;
    let mut members = organisations.practices_in(Kind::Lmc, lmc);
    members.sort_by(|one, other| (&one.name, &one.code).cmp(&(&other.name, &other.code)));
    let catalogue = app.catalogue().await?;
    let (sharing, others) = rows(&catalogue, &members, &found, when);
    let sheet = Sheet {
        title: "Practices",
        current: "Practices",
        live: None,
        content: pages::list(lmc, &sharing, &others),
    };
    let markup = shell::page(&app, &caller, &place(&organisations, lmc), sheet);
    receipts::note(&app, &permit, lmc, found.shared.keys().cloned().collect());
    Ok(markup)
}

fn rows<'a>(
    catalogue: &Catalogue,
    members: &[&'a PracticeOn],
    found: &'a Area,
    when: When,
) -> (Vec<pages::Sharing<'a>>, Vec<pages::Other<'a>>) {
    let mut sharing = Vec::new();
    let mut others = Vec::new();
    for practice in members {
        if let Some(shared) = found.shared.get(&practice.code) {
            sharing.push(pages::Sharing {
                practice,
                said: pages::in_force(&area::lines(catalogue, shared, when.on, when.known_at)),
                last_week: shared.last_week(when.known_at),
            });
        } else {
            let entered = found.entered.get(&practice.code);
            let said = entered.map(|entered| {
                pages::as_entered(&area::entered(catalogue, &entered.rows, &entered.subjects))
            });
            others.push(pages::Other {
                practice,
                said: said.unwrap_or_default(),
            });
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
) -> Result<Markup, AppError> {
    let organisations = app.organisations().await?;
    let name = represented(&organisations, &lmc, &practice)?;
    let when = now(&app);
    // Consent is asked again with the rows: it may have gone since the permit was given.
    let shared = areas::practice(app.db.read(permit.scope()), when)
        .await?
        .ok_or(AppError::NotFound)?;
    let catalogue = app.catalogue().await?;
    let lines = area::lines(&catalogue, &shared, when.on, when.known_at);
    let today = shared.days.iter().find(|day| day.day() == when.on);
    let content = pages::one(&pages::One {
        lmc: &lmc,
        code: &practice,
        name: &name,
        lines: &lines,
        last_week: shared.last_week(when.known_at),
        today: today.map(area::CountedDay::sum),
    });
    let sheet = Sheet {
        title: &name,
        current: "Practices",
        live: None,
        content,
    };
    let markup = shell::page(&app, &caller, &place(&organisations, &lmc), sheet);
    receipts::note(&app, &permit, &lmc, vec![practice]);
    Ok(markup)
}
