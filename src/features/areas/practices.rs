//! Practice by practice, as far as they share; each reading is noted for the practice.

use axum::extract::{Path, State};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::Markup;

use super::{area::LmcPractice, place, practice_pages as pages, represented};
use crate::{
    domain::{
        access::{Actor, Permission, Permit, Role, SeeLmcArea, SeePracticeAsLmc},
        area,
        catalogue::Catalogue,
        organisation::{Kind, PracticeOn},
    },
    error::AppError,
    state::AppState,
    store::{
        areas::{self, Area, Parts, When},
        sharing::{self, Reader},
    },
    web::{
        caller::Caller,
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
    note(&app, &permit, lmc, found.shared.keys().cloned().collect());
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
    note(&app, &permit, &lmc, vec![practice]);
    Ok(markup)
}

/// Notes that these practices' rows were read: once a reader, practice and day. The page does not wait for it.
fn note<P: Permission>(app: &AppState, permit: &Permit<P>, lmc: &OrgCode, read: Vec<OdsCode>) {
    let Actor::Person { id, .. } = permit.actor() else {
        return;
    };
    let reader = Reader {
        person: *id,
        role: Role::LmcOfficer.code(),
        organisation: lmc.clone(),
    };
    let (app, permit, day) = (app.clone(), permit.clone(), app.clock.today());
    tokio::spawn(async move {
        if let Err(error) = write_receipts(&app, &permit, reader, read, day).await {
            tracing::error!(%error, "could not note that rows of practices were read");
        }
    });
}

async fn write_receipts<P: Permission>(
    app: &AppState,
    permit: &Permit<P>,
    reader: Reader,
    read: Vec<OdsCode>,
    day: LocalDate,
) -> Result<(), AppError> {
    let at = app.db.read(permit.scope());
    let new = areas::without_receipt(at, reader.person, read, day).await?;
    if new.is_empty() {
        return Ok(());
    }
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                Ok(sharing::add_receipts(tx.conn(), &reader, &new, day, tx.now()).await?)
            })
        })
        .await
}
