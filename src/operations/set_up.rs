//! The first administrator is made by the link that was printed, and signed in.

use entity::ids::{OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::open_session::NewSession;
use crate::{
    audit::Event,
    domain::access::{AccountScope, By, Role},
    error::AppError,
    state::AppState,
    store::{
        admin::{self, SETUP},
        people,
    },
    writer::Tx,
};

/// Why the first administrator is not made of somebody who is known.
const KNOWN: &str = "Somebody here has this address already. Use another, or make them an administrator with headroom user add \
     --role administrator --email, on the machine where Headroom runs";

/// The first administrator was made.
#[derive(Debug, Serialize)]
struct SetupDone {
    person: PersonId,
}

impl Event for SetupDone {
    const NAME: &'static str = "setup.done";
}

/// The first administrator.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The link.
    pub link: Uuid,
    /// Address.
    pub email: String,
    /// As they want to be called.
    pub name: String,
    /// Their password, hashed.
    pub password_hash: String,
    /// The service.
    pub organisation: OrgCode,
    /// Theirs.
    pub session: NewSession,
}

impl SetUp {
    /// Writes the person, the grant and the session; false where the link is used up or somebody is there already.
    ///
    /// # Errors
    /// The field `email` where somebody has the address; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let (conn, now, person) = (tx.conn(), tx.now(), self.session.row.person);
        let used = people::use_link(conn, self.link, now).await?;
        // Ended all at once: of two that are used at the same moment the second finds its own ended.
        people::end_links(conn, SETUP, None, now).await?;
        if !used || admin::is_held(conn, Role::Administrator).await? {
            return Ok(false);
        }
        if people::person_by_email(conn, &self.email).await?.is_some() {
            return Err(AppError::field("email", KNOWN));
        }
        let hash = Some(self.password_hash);
        people::add_person(conn, person, &self.email, &self.name, hash, now).await?;
        people::add_grant(conn, person, Role::Administrator, &self.organisation, now).await?;
        tx.audit_service(&SetupDone { person }).await?;
        self.session.write(tx).await?;
        Ok(true)
    }
}
