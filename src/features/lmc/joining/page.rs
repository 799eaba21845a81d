//! Who asks, whom the LMC proposes, and where the link goes.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, OrgCode};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Line, Lists, Proposal};
use crate::{
    domain::{
        access::{BringIn, By, Permit, Role},
        grant,
        joining::JoiningStanding,
        organisation::{OrganisationKind, View},
    },
    error::{AppError, FieldError},
    href,
    operations::{
        ask_to_join::AskToJoin,
        decline_joining::DeclineJoining,
        propose_manager::{Candidate, ProposeManager},
    },
    state::AppState,
    store::joinings,
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        joining_link, shell,
    },
};

fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("joining")
}

/// What is on the page beside the lists.
#[derive(Default)]
struct Beside<'a> {
    typed: Proposal,
    errors: &'a [FieldError],
    /// Of whom the address is at fault.
    at: Option<Uuid>,
    /// A link, where no mail can carry it.
    link: Option<String>,
}

async fn page(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<BringIn>,
    beside: Beside<'_>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let (tree, now) = (app.organisations().await?, app.clock.now());
    let rows = joinings::of_area(app.db.read(scope)).await?;
    let lost = joinings::undelivered(app.db.read(scope), &rows).await?;
    let lines = rows.into_iter().map(|row| Line {
        id: row.id,
        practice: tree.name_of(&(&row.practice).into()),
        code: row.practice.to_string(),
        standing: joinings::standing_for_lmc(&row, now),
        is_lost: lost.contains(&row.id),
        name: row.name,
        email: row.email,
        held_address: row.held_address,
        asked_at: row.asked_at,
        is_proposed: row.proposed_by.is_some(),
    });
    let (waiting, decided): (Vec<_>, Vec<_>) =
        lines.partition(|line| matches!(line.standing, JoiningStanding::Waits(_)));
    let members = tree.practices_in(OrganisationKind::Lmc, scope.lmc());
    let lists = Lists {
        base: &base(scope.lmc()),
        waiting: &waiting,
        decided: &decided,
        members: &members.iter().map(|known| known.name.to_string()).collect::<Vec<_>>(),
        mails: app.settings.mail.is_some(),
    };
    let typed = Proposal { id: Uuid::now_v7().to_string(), ..beside.typed };
    let sheet = view::page(&lists, &typed, (beside.at, beside.errors), beside.link.as_deref());
    shell::show(app, caller, scope, sheet).await
}

/// `GET /lmc/{lmc}/joining`.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<BringIn>,
) -> Result<Response, AppError> {
    page(&app, &caller, &permit, Beside::default()).await
}

/// Proposes somebody, and sends the link.
pub(super) async fn propose(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<BringIn>,
    Form(form): Form<Proposal>,
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let read = read(&form, permit.scope().lmc(), &tree);
    match read {
        Ok((candidate, held)) => {
            let id = candidate.id;
            let done = go(&app, &permit, (Candidate::Proposed(candidate), id), held).await;
            after(&app, &caller, &permit, done, Beside { typed: form, ..Beside::default() }).await
        }
        Err(errors) => page(&app, &caller, &permit, Beside { typed: form, errors: &errors, ..Beside::default() }).await,
    }
}

fn read(form: &Proposal, lmc: &OrgCode, tree: &View) -> Result<(AskToJoin, String), Vec<FieldError>> {
    let id = forms::id(&form.id, "practice");
    let practice = practice(&form.practice, lmc, tree);
    let name = forms::name(&form.name, "name");
    let email = forms::email(&form.email, "email");
    let held = forms::email(&form.held_address, "held_address");
    match (id, practice, name, email, held) {
        (Ok(id), Ok(practice), Ok(name), Ok(email), Ok(held)) => {
            Ok((AskToJoin { id, practice, lmc: Some(lmc.clone()), name, email }, held))
        }
        (id, practice, name, email, held) => {
            let errors = [id.err(), practice.err(), name.err(), email.err(), held.err()];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

fn practice(text: &str, lmc: &OrgCode, tree: &View) -> Result<OdsCode, FieldError> {
    let refused = |why: String| FieldError::new("practice", why);
    let code = grant::organisation_for(Role::PracticeManager, text, tree).map_err(|why| {
        let near = grant::near(Role::PracticeManager, text, tree).map(|near| format!(". {near}")).unwrap_or_default();
        refused(format!("{why}{near}"))
    })?;
    let code =
        OdsCode::try_from(&code).map_err(|_| refused("Enter the code of a practice, such as F84006".to_owned()))?;
    let is_own = tree.practice(&code).is_some_and(|known| known.lmc.as_ref() == Some(lmc));
    if is_own { Ok(code) } else { Err(refused("This practice is not in your area".to_owned())) }
}

/// Sends it; the link, where no mail can carry it.
async fn go(
    app: &AppState,
    permit: &Permit<BringIn>,
    (candidate, id): (Candidate, Uuid),
    held_address: String,
) -> Result<Option<String>, AppError> {
    let link = joining_link::of(app, id)?;
    let act = ProposeManager { candidate, held_address, secret_hash: link.secret_hash };
    act.perform(app, &By::from(permit)).await?;
    Ok(app.settings.mail.is_none().then_some(link.address))
}

async fn after(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<BringIn>,
    done: Result<Option<String>, AppError>,
    beside: Beside<'_>,
) -> Result<Response, AppError> {
    match done {
        Ok(None) => Ok(back(permit)),
        Ok(link) => page(app, caller, permit, Beside { link, ..Beside::default() }).await,
        Err(AppError::Conflict(why)) => {
            let field = beside.at.map_or_else(|| "held_address".to_owned(), view::held);
            let errors = [FieldError::new(field, why)];
            page(app, caller, permit, Beside { errors: &errors, ..beside }).await
        }
        Err(other) => Err(other),
    }
}

fn back(permit: &Permit<BringIn>) -> Response {
    Redirect::to(base(permit.scope().lmc()).as_str()).into_response()
}

/// Where the link of somebody who asked goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Send {
    held_address: String,
}

/// Which of those who asked.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    joining: Uuid,
}

/// Sends the link of somebody who asked.
pub(super) async fn send(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<BringIn>,
    InPath(Which { joining }): InPath<Which>,
    Form(form): Form<Send>,
) -> Result<Response, AppError> {
    let beside = Beside { at: Some(joining), ..Beside::default() };
    match forms::email(&form.held_address, "held_address") {
        Ok(held) => {
            let done = go(&app, &permit, (Candidate::Asked(joining), joining), held).await;
            after(&app, &caller, &permit, done, beside).await
        }
        Err(error) => {
            let errors = [FieldError::new(view::held(joining), error.message)];
            page(&app, &caller, &permit, Beside { errors: &errors, ..beside }).await
        }
    }
}

/// Declines, or takes the link back.
pub(super) async fn decline(
    State(app): State<AppState>,
    permit: Permit<BringIn>,
    InPath(Which { joining }): InPath<Which>,
) -> Result<Response, AppError> {
    DeclineJoining(joining).for_lmc(&app, &By::from(&permit)).await?;
    Ok(back(&permit))
}
