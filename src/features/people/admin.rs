//! People who sign in and what they hold: for the administrator's pages and the command line alike.

use entity::ids::{GrantId, OrgCode, PersonId};
use uuid::Uuid;

use super::{
    events::{PersonAdded, PersonDisabled, PersonEnabled, RoleGiven, RoleRevoked},
    links,
};
use crate::{
    domain::{
        access::{Authority, Role},
        grant,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{
        admin::{self, Given, PASSWORD},
        people,
    },
    web::{forms, secrets},
    writer::Tx,
};

/// Why an ICB role and a practice or LMC role are not given to one person.
const CONFLICT: &str = "Nobody holds an ICB role together with a practice or LMC role. If this person has declared the conflict \
     of interests, put that on record below";

/// Whether somebody has put a declared conflict on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The person declared it, and whoever gives the role says so.
    Declared,
    /// Nobody said anything.
    None,
}

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
pub async fn add(
    app: &AppState,
    authority: &impl Authority,
    wanted: Wanted,
    link: Uuid,
) -> Result<Added, AppError> {
    let organisation = check(app, &wanted).await?;
    let secret = links::secret(app, PASSWORD, grant::SERVICE, link)?;
    let hash = secrets::hash(&secret);
    let (person, was_new, needs_link) = app
        .writer
        .write(authority, move |tx| {
            Box::pin(async move { write(tx, wanted, organisation, link, hash).await })
        })
        .await?;
    Ok(Added {
        person,
        was_new,
        link: needs_link.then(|| format!("{}/password/{secret}", app.settings.public_url)),
    })
}

async fn check(app: &AppState, wanted: &Wanted) -> Result<OrgCode, AppError> {
    let tree = app.organisations().await?;
    let email = forms::email(&wanted.email, "email");
    let organisation =
        grant::organisation_for(wanted.role, &wanted.organisation, &tree).map_err(|why| {
            let near = grant::suggestions(wanted.role, &wanted.organisation, &tree);
            FieldError::new("organisation", format!("{why}{near}"))
        });
    match (email, organisation) {
        (Ok(_), Ok(organisation)) => Ok(organisation),
        (email, organisation) => Err(AppError::Invalid(
            [email.err(), organisation.err()]
                .into_iter()
                .flatten()
                .collect(),
        )),
    }
}

async fn write(
    tx: &Tx,
    wanted: Wanted,
    organisation: OrgCode,
    link: Uuid,
    secret_hash: String,
) -> Result<(PersonId, bool, bool), AppError> {
    let (person, was_new, has_password) = find_or_add(tx, &wanted).await?;
    give(tx, person, &wanted, organisation).await?;
    if !has_password {
        links::write_password_link(tx, person, link, secret_hash).await?;
    }
    Ok((person, was_new, !has_password))
}

/// The person of an address, held for the rest of the transaction; whether they are new; whether they have a password.
async fn find_or_add(tx: &Tx, wanted: &Wanted) -> Result<(PersonId, bool, bool), AppError> {
    if let Some(known) = admin::person_by_email(tx.conn(), &wanted.email).await? {
        if known.disabled_at.is_some() {
            return Err(AppError::Conflict(
                "This account is disabled: enable it first, with `headroom user enable`",
            ));
        }
        admin::hold(tx.conn(), known.id).await?;
        if known.password_hash.is_some() && wanted.password_hash.is_some() {
            return Err(AppError::Conflict(
                "This person has a password already; they keep it",
            ));
        }
        if let Some(hash) = wanted.password_hash.clone() {
            admin::set_password(tx.conn(), known.id, hash).await?;
            return Ok((known.id, false, true));
        }
        return Ok((known.id, false, known.password_hash.is_some()));
    }
    let name = forms::name(&wanted.name, "name").map_err(|why| AppError::Invalid(vec![why]))?;
    let (id, hash) = (PersonId(Uuid::now_v7()), wanted.password_hash.clone());
    let with_password = hash.is_some();
    people::add_person(tx.conn(), id, &wanted.email, &name, hash, tx.now()).await?;
    tx.audit_service(&PersonAdded {
        person: id,
        with_password,
    })
    .await?;
    Ok((id, true, with_password))
}

async fn give(
    tx: &Tx,
    person: PersonId,
    wanted: &Wanted,
    organisation: OrgCode,
) -> Result<(), AppError> {
    let held = people::grants(tx.conn(), person).await?;
    let conflicts = grant::conflicts(&held, wanted.role);
    if conflicts && wanted.conflict == Conflict::None {
        return Err(AppError::field("role", CONFLICT));
    }
    let given = admin::give(tx.conn(), person, wanted.role, &organisation, tx.now()).await?;
    if let Given::Fresh(grant) = given {
        let event = RoleGiven {
            person,
            grant,
            role: wanted.role.code(),
            organisation,
            declared_conflict: conflicts,
        };
        tx.audit_service(&event).await?;
    }
    Ok(())
}

/// Takes a role away, at once: it is looked up on every request. The last administrator stays.
pub(super) async fn revoke(
    app: &AppState,
    authority: &impl Authority,
    grant: GrantId,
) -> Result<(), AppError> {
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                let administrators = admin::holders(tx.conn(), Role::Administrator).await?;
                let row = admin::grant(tx.conn(), grant)
                    .await?
                    .ok_or(AppError::NotFound)?;
                if row.revoked_at.is_some() {
                    return Ok(());
                }
                if row.role == Role::Administrator.code() && administrators <= 1 {
                    return Err(AppError::Conflict(
                        "This is the last administrator: make somebody else one first",
                    ));
                }
                people::revoke_grant(tx.conn(), grant, tx.now()).await?;
                let event = RoleRevoked {
                    person: row.person,
                    grant,
                };
                Ok(tx.audit_service(&event).await?)
            })
        })
        .await
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// With what they hold.
    Enabled,
    /// Not at all.
    Disabled,
}

/// Disables an account, or enables it again; says whether that was a change. A disabled one is signed out everywhere at
/// once, for a person is looked up on every request; what it holds stays. The last administrator stays enabled.
///
/// # Errors
/// [`AppError::NotFound`] where nobody has the address.
pub async fn set_access(
    app: &AppState,
    authority: &impl Authority,
    email: &str,
    access: Access,
) -> Result<bool, AppError> {
    let email = email.to_owned();
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                let (conn, now) = (tx.conn(), tx.now());
                let administrators = admin::holders(conn, Role::Administrator).await?;
                let known = admin::person_by_email(conn, &email)
                    .await?
                    .ok_or(AppError::NotFound)?;
                let (person, disabled) = (known.id, access == Access::Disabled);
                if known.disabled_at.is_some() == disabled {
                    return Ok(false);
                }
                let grants = people::grants(conn, person).await?;
                let is_administrator = grants.iter().any(|grant| grant.role == Role::Administrator);
                if disabled && is_administrator && administrators <= 1 {
                    return Err(AppError::Conflict(
                        "This is the last administrator: make somebody else one first",
                    ));
                }
                admin::set_disabled(conn, person, disabled.then_some(now)).await?;
                if disabled {
                    people::end_sessions(conn, person, now).await?;
                    tx.audit_service(&PersonDisabled { person }).await?;
                } else {
                    tx.audit_service(&PersonEnabled { person }).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// Makes a link with which a person sets a new password; returns its address.
pub(super) async fn password_link(
    app: &AppState,
    authority: &impl Authority,
    person: PersonId,
    link: Uuid,
) -> Result<String, AppError> {
    let secret = links::secret(app, PASSWORD, grant::SERVICE, link)?;
    let hash = secrets::hash(&secret);
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                if admin::hold(tx.conn(), person).await?.is_none() {
                    return Err(AppError::NotFound);
                }
                links::write_password_link(tx, person, link, hash).await
            })
        })
        .await?;
    Ok(format!("{}/password/{secret}", app.settings.public_url))
}
