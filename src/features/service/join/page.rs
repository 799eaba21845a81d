//! Asking to join, and the link that goes to the practice.

use axum::{
    extract::{Path, State},
    response::Response,
};
use entity::ids::OdsCode;
use uuid::Uuid;

use super::view::{self, Asking, Candidate, Let};
use crate::{
    domain::{
        access::{By, Role},
        grant,
        organisation::View,
    },
    error::{AppError, FieldError},
    href,
    operations::{
        admit_manager::{AdmitByLink, Admitted, FirstPassword},
        ask_to_join::AskToJoin,
    },
    state::AppState,
    store::joinings::{self, JoiningRow},
    ui::href::Href,
    web::{
        address::Address,
        caller::Caller,
        forms::{self, Form},
        outside, passwords, secrets, sessions, shell, tries,
    },
};

/// The form.
pub(super) async fn ask(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::ask(&Asking::default(), &[]))
}

/// Writes it down, and says what comes next: the same, whether or not anybody is here from the practice.
pub(super) async fn asked(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    Form(form): Form<Asking>,
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let (asking, name) = match read(&form, &tree) {
        Ok(read) => read,
        Err(errors) => return Ok(shell::outside(&app, &caller, view::ask(&form, &errors))),
    };
    tries::begin_joining(&app, &caller, &address).await?;
    let email = asking.email.clone();
    asking.perform(&app, &By::from(&caller.sign_in()?)).await?;
    Ok(shell::outside(&app, &caller, view::asked(&name, &email)))
}

/// Who asks, and what their practice is called.
fn read(form: &Asking, tree: &View) -> Result<(AskToJoin, String), Vec<FieldError>> {
    let practice = practice(&form.practice, tree);
    let name = forms::name(&form.name, "name");
    let email = forms::email(&form.email, "email");
    match (practice, name, email) {
        (Ok(practice), Ok(name), Ok(email)) => {
            let known = tree.practice(&practice);
            let called = known.map_or_else(String::new, |known| known.name.to_string());
            let lmc = known.and_then(|known| known.lmc.clone());
            Ok((AskToJoin { id: Uuid::now_v7(), practice, lmc, name, email }, called))
        }
        (practice, name, email) => Err([practice.err(), name.err(), email.err()].into_iter().flatten().collect()),
    }
}

fn practice(text: &str, tree: &View) -> Result<OdsCode, FieldError> {
    let role = Role::PracticeManager;
    let found = grant::organisation_for(role, text, tree).ok().and_then(|code| OdsCode::try_from(&code).ok());
    found.ok_or_else(|| {
        let near = grant::near(role, text, tree).map(|near| format!(". {near}")).unwrap_or_default();
        FieldError::new("practice", format!("Enter the code of an open practice, such as F84006{near}"))
    })
}

fn gone(app: &AppState, caller: &Caller) -> Response {
    let why = "It works once, within fourteen days, and ends where the LMC takes it back. Ask your LMC for another, or ask to \
               join yourself.";
    outside::gone(app, caller, why, None)
}

async fn candidate(app: &AppState, row: &JoiningRow) -> Result<Candidate, AppError> {
    let tree = app.organisations().await?;
    Ok(Candidate {
        practice: tree.name_of(&(&row.practice).into()),
        code: row.practice.to_string(),
        lmc: row.lmc.as_ref().map(|lmc| tree.name_of(lmc)),
        name: row.name.clone(),
        email: row.email.clone(),
    })
}

async fn by_secret(app: &AppState, secret: &str) -> Result<Option<JoiningRow>, AppError> {
    Ok(joinings::by_secret(app.db.unscoped(), &secrets::hash(secret), app.clock.now()).await?)
}

/// Who it is, before anything happens: whatever reads mail opens links.
pub(super) async fn look(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    let Some(row) = by_secret(&app, &secret).await? else {
        return Ok(gone(&app, &caller));
    };
    Ok(shell::outside(&app, &caller, view::look(&page(&secret), &candidate(&app, &row).await?, None)))
}

fn page(secret: &str) -> Href {
    href!("/join").seg(secret)
}

/// The practice agrees.
pub(super) async fn agree(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    let Some(row) = by_secret(&app, &secret).await? else {
        return Ok(gone(&app, &caller));
    };
    let who = candidate(&app, &row).await?;
    let link = passwords::link(&app, Uuid::now_v7())?;
    let password = FirstPassword { link: link.id, link_hash: link.secret_hash };
    let agreed = AdmitByLink { joining: row.id, password };
    let outcome = match agreed.perform(&app, &By::from(&caller.sign_in()?)).await {
        Err(AppError::Conflict(why)) => {
            return Ok(shell::outside(&app, &caller, view::look(&page(&secret), &who, Some(why))));
        }
        other => other?,
    };
    let added = match outcome {
        Admitted::Gone => return Ok(gone(&app, &caller)),
        Admitted::ByManagers => return Ok(shell::outside(&app, &caller, view::agreed(&who, Let::ByManagers))),
        Admitted::Yes(added) => added,
    };
    if !added.has_link {
        return Ok(shell::outside(&app, &caller, view::agreed(&who, Let::Known)));
    }
    // Whoever holds this link has read the mail of this very address: a second one would say the same.
    let is_theirs = row.held_address.as_deref() == Some(row.email.as_str());
    if is_theirs || app.settings.mail.is_none() {
        let path = link.address.strip_prefix(&app.settings.public_url).unwrap_or(&link.address);
        let path = Href::new(path).map_err(|_| AppError::Fault("a link that is no address".to_owned()))?;
        return sessions::redirect(&path, Vec::new());
    }
    Ok(shell::outside(&app, &caller, view::agreed(&who, Let::Mailed)))
}
