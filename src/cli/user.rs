//! `headroom user add`: adds a person with a role, or a role to a known person; `disable` and `enable` an account.

use std::io::Read;

use clap::{Args, Subcommand};
use entity::ids::OrgCode;
use uuid::Uuid;

use super::{failure::Failure, open, spoken::say};
use crate::{
    config::Settings,
    domain::access::{CliAuthority, Role},
    error::AppError,
    operations::{
        add_person::{AddPerson, Conflict, GivenBy},
        remove_second_factor::RemoveSecondFactor,
        set_access::{Access, SetAccess},
    },
    state::AppState,
    web::passwords,
};

/// People who sign in.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add a person with a role, or one more role to a known person
    Add(Add),
    /// Sign a person out everywhere and let them in no more, at once
    Disable(Which),
    /// Let a person in again, with the password and the roles they had
    Enable(Which),
    /// Take away the authenticator app, recovery codes and passkeys of a person who lost them, and sign them out everywhere
    ResetSecondFactor(Which),
}

/// Whose account.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Email address, by which the person signs in
    email: String,
}

/// Who, what and where.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Email address, by which the person signs in
    #[arg(long)]
    email: String,
    /// practice-manager, lmc-officer, icb-analyst or administrator
    #[arg(long)]
    role: Role,
    /// Code of the practice, LMC or ICB; none for an administrator
    #[arg(long, default_value = "")]
    organisation: String,
    /// Name; where it is left out, the part of the address before the at sign
    #[arg(long)]
    name: Option<String>,
    /// Read a password from the first line of standard input instead of making a link to set one
    #[arg(long)]
    password_stdin: bool,
    /// Put on record that the person declared a conflict of interests
    #[arg(long)]
    declared_conflict: bool,
}

pub(super) async fn run(settings: Settings, user: User) -> Result<(), Failure> {
    let app = open::state_as_served(settings).await?;
    match user {
        User::Add(which) => add(&app, which).await,
        User::Disable(which) => set_access(&app, &which.email, Access::Disabled).await,
        User::Enable(which) => set_access(&app, &which.email, Access::Enabled).await,
        User::ResetSecondFactor(which) => reset_second_factor(&app, &which.email).await,
    }
}

async fn set_access(app: &AppState, email: &str, access: Access) -> Result<(), Failure> {
    let authority = CliAuthority::new();
    let account = SetAccess { email: email.to_owned(), access };
    let changed = account.perform(app, &authority.within(authority.service())).await.map_err(known)?;
    say(match (access, changed) {
        (Access::Disabled, true) => "The account is disabled, and signed out everywhere.",
        (Access::Disabled, false) => "The account was disabled already.",
        (Access::Enabled, true) => "The account is enabled.",
        (Access::Enabled, false) => "The account was enabled already.",
    });
    Ok(())
}

async fn reset_second_factor(app: &AppState, email: &str) -> Result<(), Failure> {
    let authority = CliAuthority::new();
    let removed = RemoveSecondFactor::At(email.to_owned()).perform(app, &authority.within(authority.service())).await;
    say(if removed.map_err(known)? {
        "The second factor is taken away, and the account signed out everywhere. They set up another one when they sign in."
    } else {
        "This account has no second factor."
    });
    Ok(())
}

async fn add(app: &AppState, add: Add) -> Result<(), Failure> {
    let password_hash = if add.password_stdin { Some(hash(app, &add).await?) } else { None };
    let before = add.email.split('@').next().unwrap_or_default();
    let link = passwords::link(app, Uuid::now_v7()).map_err(plain)?;
    let person = AddPerson {
        name: add.name.unwrap_or_else(|| before.to_owned()),
        email: add.email,
        role: add.role,
        organisation: add.organisation,
        conflict: if add.declared_conflict { Conflict::Declared } else { Conflict::None },
        password_hash,
        link: link.id,
        link_hash: link.secret_hash,
        by: GivenBy::Administrator,
    };
    let authority = CliAuthority::new();
    let by = authority.within(authority.service());
    let added = person.perform(app, &by).await.map_err(plain)?;
    say(if added.was_new {
        "The person was added and holds the role."
    } else {
        "The person was known already and holds the role."
    });
    if !added.has_password {
        say(&format!("To set a password, within seven days: {}", link.address));
    }
    Ok(())
}

async fn hash(app: &AppState, add: &Add) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut text)
        .map_err(|why| Failure::Said(format!("the password could not be read: {why}")))?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    let name = add.name.as_deref().unwrap_or_default();
    let tree = app.organisations().await.map_err(AppError::from)?;
    let organisation = add.organisation.parse::<OrgCode>().ok();
    let organisation = organisation.and_then(|code| tree.organisation(&code));
    let organisation = organisation.map(|found| found.name.to_string());
    let organisation = organisation.unwrap_or_default();
    let context = [&*add.email, name, &*add.organisation, &*organisation];
    passwords::check(&password, &context, "password").map_err(|error| plain(error.into()))?;
    Ok(passwords::hash(app, password).await?)
}

/// What a form has below it is an option here.
fn here(message: &str) -> String {
    message.replace("put that on record below", "add --declared-conflict")
}

/// Why an account that is named by its address is not found.
fn known(error: AppError) -> Failure {
    match error {
        AppError::NotFound => Failure::Said("nobody has this email address".to_owned()),
        other => plain(other),
    }
}

/// On the command line a refused field is a sentence, not a form.
fn plain(error: AppError) -> Failure {
    match error {
        AppError::Invalid(errors) => Failure::Said(
            errors
                .iter()
                .map(|error| format!("--{}: {}", error.field, here(&error.message)))
                .collect::<Vec<_>>()
                .join("; "),
        ),
        other => Failure::App(other),
    }
}
