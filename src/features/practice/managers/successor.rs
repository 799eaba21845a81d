//! A practice that closed, and what follows to the one that took over.

use std::collections::HashSet;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{ClinicianId, OdsCode, OrgCode};
use uuid::Uuid;

use super::successor_view::{self, Closed, There};
use crate::{
    domain::{
        access::{self, By, Facts, ManageClinicians, ManageManagers, Permit, PracticeScope, Target},
        organisation::View,
        staff::Named,
    },
    error::AppError,
    href,
    operations::{
        add_clinicians::{AddClinicians, NewClinician},
        move_to_successor::MoveToSuccessor,
    },
    state::AppState,
    store::{
        joinings,
        people::{self, ClinicianRow},
    },
    web::{caller::Caller, shell},
};

/// The open practice that took over in the end, where one did.
fn successor(tree: &View, practice: &OdsCode) -> Option<(OdsCode, Option<OrgCode>)> {
    let code = OdsCode::try_from(tree.successor(&practice.into())?).ok()?;
    let known = tree.practice(&code).filter(|known| known.is_open())?;
    Some((code, known.lmc.clone()))
}

/// What somebody may do about clinicians at the practice that took over; nothing where they do not manage it.
fn there(caller: &Caller, successor: &OdsCode) -> Option<Permit<ManageClinicians>> {
    let exists = Facts { exists: true, ..Facts::default() };
    access::permit(&caller.actor, &Target::Practice(successor.clone()), exists).ok()
}

/// Who consults at the closed practice, and is not at the other by label.
async fn missing(app: &AppState, (from, to): (&PracticeScope, &PracticeScope)) -> Result<Vec<ClinicianRow>, AppError> {
    let today = app.clock.today();
    let labels: HashSet<String> =
        people::clinicians(app.db.read(to), today).await?.into_iter().map(|row| row.label).collect();
    let own = people::clinicians(app.db.read(from), today).await?;
    Ok(own.into_iter().filter(|row| !labels.contains(&row.label)).collect())
}

/// `GET /practices/{ods}/successor`.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let tree = app.organisations().await?;
    let closed = tree.practice(scope.practice()).and_then(|known| known.closed);
    let there = match successor(&tree, scope.practice()) {
        None => None,
        Some((code, _)) => Some(of_successor(&app, &caller, scope, (&tree, code)).await?),
    };
    let page = Closed { practice: scope.practice(), on: closed, there: there.as_ref() };
    shell::show(&app, &caller, scope, successor_view::page(&page)).await
}

async fn of_successor(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    (tree, code): (&View, OdsCode),
) -> Result<There, AppError> {
    let own = there(caller, &code);
    let missing = match &own {
        Some(permit) => missing(app, (scope, permit.scope())).await?.into_iter().map(|row| row.label).collect(),
        None => Vec::new(),
    };
    let is_asked = joinings::asks_of(app.db.read(scope), &code, app.clock.now()).await?;
    Ok(There { name: tree.name_of(&(&code).into()), manages: own.is_some(), missing, is_asked, code })
}

fn back(permit: &Permit<ManageManagers>) -> Response {
    let page = href!("/practices").seg(permit.scope().practice()).seg("successor");
    Redirect::to(page.as_str()).into_response()
}

/// Those who manage the practice follow.
pub(super) async fn managers(
    State(app): State<AppState>,
    permit: Permit<ManageManagers>,
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let (successor, _) = successor(&tree, permit.scope().practice()).ok_or(AppError::NotFound)?;
    MoveToSuccessor { successor }.perform(&app, &By::from(&permit)).await?;
    Ok(back(&permit))
}

/// Its clinicians follow, by label: nobody's counts do, and each phone is given a link of the other practice.
pub(super) async fn clinicians(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let (successor, _) = successor(&tree, permit.scope().practice()).ok_or(AppError::NotFound)?;
    let there = there(&caller, &successor).ok_or(AppError::NotYours)?;
    let new: Vec<NewClinician> = missing(&app, (permit.scope(), there.scope()))
        .await?
        .into_iter()
        .filter_map(|row| {
            let named = Named { group: row.staff_group.parse().ok()?, label: row.label };
            Some(NewClinician { id: ClinicianId(Uuid::now_v7()), named })
        })
        .collect();
    if !new.is_empty() {
        AddClinicians(new).perform(&app, &By::from(&there)).await.map(drop)?;
    }
    Ok(back(&permit))
}
