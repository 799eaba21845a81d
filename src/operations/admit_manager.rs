//! Somebody comes to manage a practice: let in by the link that went to the practice, or by somebody who manages it.

use entity::ids::{OdsCode, OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::{
    add_person::{AddPerson, Added, Conflict, GivenBy},
    ask_to_join::{hold_coming, tell_managers},
};
use crate::{
    audit::Event,
    domain::{
        access::{AccountScope, By, PracticeScope, Role},
        grant,
        joining::JoiningOutcome,
        organisation::{PracticeOn, View},
    },
    error::AppError,
    state::AppState,
    store::joinings::{self, JoiningRow},
    writer::Tx,
};

/// How many may manage a practice.
const MOST: usize = 20;

/// Why somebody cannot come to manage a practice, said so that it tells nothing about the account.
const CANNOT: &str = "This person cannot be added here. Ask whoever looks after Headroom";

/// Why nobody comes to manage a practice that is closed.
const CLOSED: &str = "This practice is closed, so nobody new comes to manage it";

/// In the practice's chain.
#[derive(Debug, Serialize)]
struct ManagerAdmitted {
    person: PersonId,
    joining: Option<Uuid>,
}

impl Event for ManagerAdmitted {
    const NAME: &'static str = "manager.admitted";
}

/// What a person needs to choose a password, where they have none.
#[derive(Debug, Clone)]
pub struct FirstPassword {
    /// Id of the link.
    pub link: Uuid,
    /// Hash of the secret in it.
    pub link_hash: String,
}

impl FirstPassword {
    fn of(self, email: &str, name: &str) -> AddPerson {
        AddPerson {
            email: email.to_owned(),
            name: name.to_owned(),
            role: Role::PracticeManager,
            organisation: String::new(),
            conflict: Conflict::None,
            password_hash: None,
            link: self.link,
            link_hash: self.link_hash,
            by: GivenBy::Practice,
        }
    }
}

/// What became of the link that went to the practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// They manage the practice; who is new gets a link to set a password.
    Yes(Added),
    /// Somebody manages the practice already, and decides.
    ByManagers,
    /// The link is used up, or was withdrawn.
    Gone,
}

/// The link that went to the practice is used.
#[derive(Debug, Clone)]
pub struct AdmitByLink {
    /// Which.
    pub joining: Uuid,
    /// For somebody who is new here.
    pub password: FirstPassword,
}

impl AdmitByLink {
    /// Lets them in.
    ///
    /// # Errors
    /// [`AppError::Conflict`] where the practice is closed or this person cannot manage it; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<Admitted, AppError> {
        let tree = app.organisations().await?;
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &tree).await })).await
    }

    async fn run(self, tx: &Tx, tree: &View) -> Result<Admitted, AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let Some(known) = joinings::by_id(conn, self.joining).await? else {
            return Ok(Admitted::Gone);
        };
        hold_coming(tx, &known.practice).await?;
        let open = joinings::hold_open(conn, &known.practice, now).await?;
        let Some(row) = open.into_iter().find(|row| row.id == self.joining && row.sent_at.is_some()) else {
            return Ok(Admitted::Gone);
        };
        if row.for_managers || tell_managers(tx, &row.practice).await? {
            joinings::leave_to_managers(conn, row.id).await?;
            return Ok(Admitted::ByManagers);
        }
        settle(tx, tree, &row, self.password).await.map(Admitted::Yes)
    }
}

/// Lets in who asked, and notes it.
async fn settle(tx: &Tx, tree: &View, row: &JoiningRow, password: FirstPassword) -> Result<Added, AppError> {
    let added = admit(tx, tree, &row.practice, password.of(&row.email, &row.name)).await?;
    if !joinings::settle(tx.conn(), row.id, JoiningOutcome::Joined, tx.now()).await? {
        return Err(AppError::Conflict("This was decided meanwhile: look again"));
    }
    let event = ManagerAdmitted { person: added.person, joining: Some(row.id) };
    tx.audit(&OrgCode::from(&row.practice), &event).await?;
    Ok(added)
}

async fn admit(tx: &Tx, tree: &View, practice: &OdsCode, person: AddPerson) -> Result<Added, AppError> {
    let organisation = grant::organisation_for(Role::PracticeManager, practice.as_str(), tree)
        .ok()
        .filter(|_| tree.practice(practice).is_some_and(PracticeOn::is_open))
        .ok_or(AppError::Conflict(CLOSED))?;
    match person.run(tx, organisation).await {
        // An account that is disabled, or that reads releases for an ICB: whoever asks here is not told which.
        Err(AppError::Invalid(_) | AppError::Conflict(_)) => Err(AppError::Conflict(CANNOT)),
        other => other,
    }
}

/// Somebody who manages the practice lets somebody else in.
#[derive(Debug, Clone)]
pub enum Admission {
    /// Somebody who asked.
    Asked(Uuid),
    /// Somebody whom they name.
    Named {
        /// As they want to be called.
        name: String,
        /// Their own address.
        email: String,
    },
}

/// Somebody who manages the practice lets somebody else in.
#[derive(Debug, Clone)]
pub struct AdmitManager {
    /// Whom.
    pub whom: Admission,
    /// For somebody who is new here.
    pub password: FirstPassword,
}

impl AdmitManager {
    /// Lets them in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody asked; [`AppError::Conflict`] where it was decided, there are many, the practice
    /// is closed or this person cannot manage it; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Added, AppError> {
        let tree = app.organisations().await?;
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own, &tree).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>, tree: &View) -> Result<Added, AppError> {
        let practice = by.scope().practice();
        hold_coming(tx, practice).await?;
        if joinings::managers(tx.conn(), practice).await?.len() >= MOST {
            return Err(AppError::Conflict("Twenty people manage this practice here: take the role from one first"));
        }
        match self.whom {
            Admission::Asked(id) => {
                let open = joinings::hold_open(tx.conn(), practice, tx.now()).await?;
                let row = open.into_iter().find(|row| row.id == id && row.for_managers).ok_or(AppError::NotFound)?;
                settle(tx, tree, &row, self.password).await
            }
            Admission::Named { name, email } => {
                let added = admit(tx, tree, practice, self.password.of(&email, &name)).await?;
                let event = ManagerAdmitted { person: added.person, joining: None };
                tx.audit(&OrgCode::from(practice), &event).await?;
                Ok(added)
            }
        }
    }
}
