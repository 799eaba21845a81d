//! `headroom user add`: adds a person with a role, or a role to a known person.

use std::io::Read;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Failure, open, say};
use crate::{
    config::Settings,
    domain::access::{CliAuthority, Role},
    error::AppError,
    features::people::admin::{self, Conflict, Wanted},
    state::AppState,
    web::passwords,
};

/// People who sign in.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add a person with a role, or one more role to a known person
    Add(Add),
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
    let User::Add(add) = user;
    let app = open::state_as_served(settings).await?;
    let password_hash = if add.password_stdin {
        Some(hash(&app).await?)
    } else {
        None
    };
    let before = add.email.split('@').next().unwrap_or_default();
    let wanted = Wanted {
        name: add.name.unwrap_or_else(|| before.to_owned()),
        email: add.email,
        role: add.role,
        organisation: add.organisation,
        conflict: if add.declared_conflict {
            Conflict::Declared
        } else {
            Conflict::None
        },
        password_hash,
    };
    let added = admin::add(&app, &CliAuthority::new(), wanted, Uuid::now_v7())
        .await
        .map_err(plain)?;
    say(if added.was_new {
        "The person was added and holds the role."
    } else {
        "The person was known already and holds the role."
    });
    if let Some(link) = added.link {
        say(&format!("To set a password, within seven days: {link}"));
    }
    Ok(())
}

async fn hash(app: &AppState) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut text)
        .map_err(|why| Failure::Said(format!("the password could not be read: {why}")))?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    passwords::check(&password, "password")
        .map_err(|error| plain(AppError::Invalid(vec![error])))?;
    Ok(passwords::hash(app, password).await?)
}

/// What a form has below it is an option here.
fn here(message: &str) -> String {
    message.replace("put that on record below", "add --declared-conflict")
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
