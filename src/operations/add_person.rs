//! The administrator adds a person who signs in, or a role to a known one.

use entity::ids::{GrantId, OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::make_password_link::MakePasswordLink;
use crate::{
    audit::Event,
    domain::{
        access::{By, Role, ServiceScope},
        grant, name,
        organisation::View,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{
        account_mails::AccountMail,
        admin::{self, GivenRole},
        enrolment, people,
    },
    writer::Tx,
};

/// Why an ICB role and a practice or LMC role are not given to one person.
const CONFLICT: &str = "Nobody holds an ICB role together with a practice or LMC role. If this person has declared the conflict \
     of interests, put that on record below";

/// A person was added.
#[derive(Debug, Serialize)]
struct PersonAdded {
    person: PersonId,
    with_password: bool,
}

impl Event for PersonAdded {
    const NAME: &'static str = "person.added";
}

/// A role was given.
#[derive(Debug, Serialize)]
struct RoleGiven {
    person: PersonId,
    grant: GrantId,
    role: &'static str,
    organisation: OrgCode,
    declared_conflict: bool,
}

impl Event for RoleGiven {
    const NAME: &'static str = "role.given";
}

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
pub struct AddPerson {
    /// Address; a person who has it already gets one more role.
    pub email: String,
    /// As they want to be called; not needed for a person who is known.
    pub name: String,
    /// Which role.
    pub role: Role,
    /// Where.
    pub organisation: String,
    /// Whether a conflict was declared.
    pub conflict: Conflict,
    /// A password, hashed; without one a link is made to set it.
    pub password_hash: Option<String>,
    /// Id of that link.
    pub link: Uuid,
    /// Hash of the secret in it.
    pub link_hash: String,
    /// Who gives the role.
    pub by: GivenBy,
}

/// Who gives a role. A link that sets the password of an account opens all of it: only who looks after every account makes one
/// for somebody who is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenBy {
    /// Whoever looks after the service.
    Administrator,
    /// Somebody who may let others into one practice.
    Practice,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Who.
    pub person: PersonId,
    /// Whether they were new.
    pub was_new: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether there is a link that sets one.
    pub has_link: bool,
}

impl AddPerson {
    /// Writes the person, the role and the link.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with each field that cannot be taken; [`AppError::Conflict`] for an account that is disabled
    /// or has a password; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ServiceScope>) -> Result<Added, AppError> {
        let organisation = self.check(&*app.organisations().await?).map_err(AppError::Invalid)?;
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, organisation).await })).await
    }

    /// Where the role is to be held, or all fields at fault.
    fn check(&self, tree: &View) -> Result<OrgCode, Vec<FieldError>> {
        let email = name::email(&self.email).map_err(|why| FieldError::new("email", why));
        let organisation = grant::organisation_for(self.role, &self.organisation, tree).map_err(|why| {
            let near = grant::suggestions(self.role, &self.organisation, tree);
            FieldError::new("organisation", format!("{why}{near}"))
        });
        match (email, organisation) {
            (Ok(_), Ok(organisation)) => Ok(organisation),
            (email, organisation) => Err(email.err().into_iter().chain(organisation.err()).collect()),
        }
    }

    /// Within another act, which knows that the role can be held there.
    pub(super) async fn run(self, tx: &Tx, organisation: OrgCode) -> Result<Added, AppError> {
        let mut added = self.find_or_add(tx).await?;
        self.give(tx, added.person, organisation).await?;
        let may = added.was_new || self.by == GivenBy::Administrator || self.is_repeat(tx, added.person).await?;
        added.has_link = !added.has_password && may;
        if added.has_link {
            let why = if added.was_new { AccountMail::Invited } else { AccountMail::Link };
            let link = MakePasswordLink { id: self.link, person: added.person, secret_hash: self.link_hash, why };
            link.run(tx).await?;
        }
        Ok(added)
    }

    /// Whether the same form made the account a moment ago.
    async fn is_repeat(&self, tx: &Tx, person: PersonId) -> Result<bool, AppError> {
        let known = enrolment::link_by_id(tx.conn(), self.link).await?;
        Ok(known.is_some_and(|link| link.subject == Some(person.0) && link.secret_hash == self.link_hash))
    }

    /// The person of the address, held for the rest of the transaction.
    async fn find_or_add(&self, tx: &Tx) -> Result<Added, AppError> {
        if let Some(known) = admin::person_by_email(tx.conn(), &self.email).await? {
            if known.disabled_at.is_some() {
                return Err(AppError::Conflict(
                    "This account is disabled: enable it first, with `headroom user enable`",
                ));
            }
            admin::hold(tx.conn(), known.id).await?;
            if known.password_hash.is_some() && self.password_hash.is_some() {
                return Err(AppError::Conflict("This person has a password already; they keep it"));
            }
            if let Some(hash) = self.password_hash.clone() {
                admin::set_password(tx.conn(), known.id, hash).await?;
            }
            return Ok(Added {
                person: known.id,
                was_new: false,
                has_password: known.password_hash.is_some() || self.password_hash.is_some(),
                has_link: false,
            });
        }
        let name = name::of_person(&self.name).map_err(|why| AppError::field("name", why))?;
        let (person, hash) = (PersonId(Uuid::now_v7()), self.password_hash.clone());
        let with_password = hash.is_some();
        people::add_person(tx.conn(), person, &self.email, &name, hash, tx.now()).await?;
        tx.audit_service(&PersonAdded { person, with_password }).await?;
        Ok(Added { person, was_new: true, has_password: with_password, has_link: false })
    }

    async fn give(&self, tx: &Tx, person: PersonId, organisation: OrgCode) -> Result<(), AppError> {
        let role = self.role;
        let held = people::grants(tx.conn(), person).await?;
        let conflicts = grant::conflicts(&held, role);
        if conflicts && self.conflict == Conflict::None {
            return Err(AppError::field("role", CONFLICT));
        }
        let given = admin::give(tx.conn(), person, role, &organisation, tx.now()).await?;
        if let GivenRole::Fresh(grant) = given {
            let event = RoleGiven { person, grant, role: role.code(), organisation, declared_conflict: conflicts };
            tx.audit_service(&event).await?;
        }
        Ok(())
    }
}
