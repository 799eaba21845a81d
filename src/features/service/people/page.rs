//! The administrator's page of people with their roles.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{GrantId, PersonId};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Asking, FirstStep, FreshLink, GrantLine, People, PersonLine, Typed};
use crate::{
    domain::{
        access::{Administer, By, Permit, Role},
        calendar,
        organisation::View,
    },
    error::{AppError, FieldError},
    operations::{
        add_person::{AddPerson, Conflict, GivenBy},
        make_password_link::MakePasswordLink,
        remove_second_factor::RemoveSecondFactor,
        revoke_role::RevokeRole,
    },
    state::AppState,
    store::{account_mails::AccountMail, joinings, people, second_factors},
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        passwords,
        shell::{self, Place},
    },
};

async fn page(
    app: &AppState,
    caller: &Caller,
    fresh: Option<&FreshLink>,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let tree = app.organisations().await?;
    let with_second_factor = second_factors::holders(app.db.unscoped()).await?;
    let lines: Vec<PersonLine> = people::everyone(app.db.unscoped())
        .await?
        .into_iter()
        .map(|(person, grants)| PersonLine {
            id: person.id,
            name: person.name,
            email: person.email,
            has_password: person.password_hash.is_some(),
            has_second_factor: with_second_factor.contains(&person.id),
            grants: grants
                .into_iter()
                .map(|grant| GrantLine {
                    id: grant.id,
                    role: grant.role.parse::<Role>().map_or("Unknown role", Role::title),
                    organisation: match grant.role.parse() {
                        Ok(Role::Administrator) => String::new(),
                        _ => tree.name_of(&grant.organisation),
                    },
                })
                .collect(),
        })
        .collect();
    let first_steps = first_steps(app, tree.all_practices().next().is_some(), lines.len() > 1);
    let asking = asking(app, &tree).await?;
    let people = People {
        lines: &lines,
        fresh,
        typed,
        errors,
        is_clock_doubted: app.clock.is_doubted(),
        first_steps: &first_steps,
        asking: &asking,
    };
    Ok(shell::page(app, caller, &Place::Service, view::people(&people)))
}

/// Who waits for an LMC to decide.
async fn asking(app: &AppState, tree: &View) -> Result<Vec<Asking>, AppError> {
    let rows = joinings::waiting(app.db.unscoped(), app.clock.now()).await?;
    let line = |row: joinings::JoiningRow| Asking {
        practice: tree.name_of(&(&row.practice).into()),
        lmc: row.lmc.as_ref().map_or_else(|| "None".to_owned(), |lmc| tree.name_of(lmc)),
        code: row.practice.to_string(),
        name: row.name,
        email: row.email,
        on: calendar::london_day(row.asked_at),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// What is done once. Who goes without a mail server is not told so for ever.
fn first_steps(app: &AppState, has_organisations: bool, has_others: bool) -> Vec<FirstStep> {
    if has_organisations && has_others {
        return Vec::new();
    }
    vec![
        FirstStep {
            what: "Take in the organisations",
            how: "Practices, their LMCs and ICBs, from files that NHS England publishes.",
            page: Some("/admin/organisations"),
            is_done: has_organisations,
        },
        FirstStep {
            what: "Add the people who sign in",
            how: "A manager for each practice, officers of the LMC, analysts of the ICB: below.",
            page: None,
            is_done: has_others,
        },
        FirstStep {
            what: "Set a mail server",
            how: "Invitations, forgotten passwords and reminders go out by it: the settings smtp and mail-from. Without one, \
                  give people their links yourself.",
            page: None,
            is_done: app.settings.mail.is_some(),
        },
    ]
}

/// Everybody who signs in.
pub(super) async fn people(
    State(app): State<AppState>,
    caller: Caller,
    _permit: Permit<Administer>,
) -> Result<Response, AppError> {
    page(&app, &caller, None, &Typed::default(), &[]).await
}

/// The form that adds a person or a role.
#[derive(Debug, Deserialize)]
pub(super) struct Add {
    id: String,
    #[serde(flatten)]
    typed: Typed,
}

/// Adds a person, or a role to a known one, and shows the link to set a password, this once.
pub(super) async fn add(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<Administer>,
    Form(form): Form<Add>,
) -> Result<Response, AppError> {
    match give(&app, &permit, &form).await {
        Ok(None) => Ok(Redirect::to("/admin/people").into_response()),
        Ok(Some(fresh)) => page(&app, &caller, Some(&fresh), &Typed::default(), &[]).await,
        Err(AppError::Invalid(errors)) => page(&app, &caller, None, &form.typed, &errors).await,
        Err(other) => Err(other),
    }
}

/// Gives the role; returns the link to set a password where the person has none.
async fn give(app: &AppState, permit: &Permit<Administer>, form: &Add) -> Result<Option<FreshLink>, AppError> {
    let id = forms::id(&form.id, "email")?;
    let typed = &form.typed;
    let role = typed.role.parse::<Role>().map_err(|_| AppError::field("role", "Choose a role"))?;
    let conflict = match typed.declared.as_str() {
        "yes" => Conflict::Declared,
        _ => Conflict::None,
    };
    let link = passwords::link(app, id)?;
    let person = AddPerson {
        email: typed.email.clone(),
        name: typed.name.clone(),
        role,
        organisation: typed.organisation.clone(),
        conflict,
        password_hash: None,
        link: link.id,
        link_hash: link.secret_hash,
        by: GivenBy::Administrator,
    };
    let added = person.perform(app, &By::from(permit)).await?;
    if added.has_password {
        return Ok(None);
    }
    fresh(app, added.person, link.address).await.map(Some)
}

async fn fresh(app: &AppState, person: PersonId, link: String) -> Result<FreshLink, AppError> {
    let row = people::person(app.db.unscoped(), person).await?.ok_or(AppError::NotFound)?;
    Ok(FreshLink { name: row.name, link, is_mailed: app.settings.mail.is_some() })
}

/// The form of a password link.
#[derive(Debug, Deserialize)]
pub(super) struct MakeLink {
    id: String,
}

/// Makes a link to set a new password and shows it, this once.
pub(super) async fn password_link(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<Administer>,
    InPath(person): InPath<Uuid>,
    Form(form): Form<MakeLink>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let person = PersonId(person);
    let link = passwords::link(&app, id)?;
    let made = MakePasswordLink { id: link.id, person, secret_hash: link.secret_hash, why: AccountMail::Link };
    made.perform(&app, &By::from(&permit)).await?;
    let fresh = fresh(&app, person, link.address).await?;
    page(&app, &caller, Some(&fresh), &Typed::default(), &[]).await
}

/// Takes away the authenticator app and the passkeys of somebody who lost them.
pub(super) async fn remove_second_factor(
    State(app): State<AppState>,
    permit: Permit<Administer>,
    InPath(person): InPath<Uuid>,
) -> Result<Redirect, AppError> {
    RemoveSecondFactor::Of(PersonId(person)).perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to("/admin/people"))
}

/// Takes a role away.
pub(super) async fn revoke(
    State(app): State<AppState>,
    permit: Permit<Administer>,
    InPath(grant): InPath<Uuid>,
) -> Result<Redirect, AppError> {
    RevokeRole(GrantId(grant)).perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to("/admin/people"))
}
