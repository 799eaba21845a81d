//! People who sign in and what they hold: for the administrator's pages and the command line alike.

use entity::ids::{OrgCode, PersonId};
use uuid::Uuid;

use super::links;
use crate::{
    domain::{
        access::{By, Role, ServiceScope},
        grant,
    },
    error::{AppError, FieldError},
    operations::add_person::{AddPerson, Conflict},
    state::AppState,
    store::admin::PASSWORD,
    web::{forms, secrets},
};

/// A person and the role they are to hold, as typed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Address; a person who has it already gets one more role.
    pub email: String,
    /// As they want to be called; not needed for a person who is known.
    pub name: String,
    /// Which role.
    pub role: Role,
    /// Where, as typed.
    pub organisation: String,
    /// Whether a conflict was declared.
    pub conflict: Conflict,
    /// A password, hashed; without one a link is made to set it.
    pub password_hash: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Who.
    pub person: PersonId,
    /// Whether they were new.
    pub was_new: bool,
    /// The address of the link with which they set a password, where they have none.
    pub link: Option<String>,
}

/// Adds a person, or a role to a known one. `link` is the id of the link that is made where they have no password.
///
/// # Errors
/// [`AppError::Invalid`] with each field that cannot be taken.
pub async fn add(app: &AppState, by: &By<ServiceScope>, wanted: Wanted, link: Uuid) -> Result<Added, AppError> {
    let organisation = check(app, &wanted).await?;
    let secret = links::secret(app, PASSWORD, grant::SERVICE, link)?;
    let person = AddPerson {
        email: wanted.email,
        name: wanted.name,
        role: wanted.role,
        organisation,
        conflict: wanted.conflict,
        password_hash: wanted.password_hash,
        link,
        link_hash: secrets::hash(&secret),
    };
    let added = person.perform(app, by).await?;
    let address = || format!("{}/password/{secret}", app.settings.public_url);
    Ok(Added { person: added.person, was_new: added.was_new, link: (!added.has_password).then(address) })
}

async fn check(app: &AppState, wanted: &Wanted) -> Result<OrgCode, AppError> {
    let tree = app.organisations().await?;
    let email = forms::email(&wanted.email, "email");
    let organisation = grant::organisation_for(wanted.role, &wanted.organisation, &tree).map_err(|why| {
        let near = grant::suggestions(wanted.role, &wanted.organisation, &tree);
        FieldError::new("organisation", format!("{why}{near}"))
    });
    match (email, organisation) {
        (Ok(_), Ok(organisation)) => Ok(organisation),
        (email, organisation) => {
            Err(AppError::Invalid([email.err(), organisation.err()].into_iter().flatten().collect()))
        }
    }
}
