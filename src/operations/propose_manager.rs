//! An LMC says where a practice can be reached, so that a link goes there: for somebody it proposes, or for somebody who
//! asked. The link is the proof: whoever reads the practice's mail says who manages it.

use entity::ids::{OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::ask_to_join::{AskToJoin, tell_managers};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, LmcScope},
        joining::{JoiningStanding, MOST_OPEN},
    },
    error::AppError,
    state::AppState,
    store::{
        account_mails::AccountMail,
        joinings::{self, JoiningRow},
    },
    writer::Tx,
};

/// In the chains of the LMC and of the practice.
#[derive(Debug, Serialize)]
struct JoiningSent {
    joining: Uuid,
    asked_for: bool,
}

impl Event for JoiningSent {
    const NAME: &'static str = "joining.sent";
}

/// About whom.
#[derive(Debug, Clone)]
pub enum Candidate {
    /// Somebody whom the LMC proposes.
    Proposed(AskToJoin),
    /// Somebody who asked.
    Asked(Uuid),
}

/// Where the link goes.
#[derive(Debug, Clone)]
pub struct ProposeManager {
    /// Who is to manage the practice.
    pub candidate: Candidate,
    /// An address that the LMC holds for the practice.
    pub held_address: String,
    /// Hash of the secret in the link.
    pub secret_hash: String,
}

impl ProposeManager {
    /// Sends it. Where somebody manages the practice already they are asked instead, and the LMC is told the same.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody asked this LMC; [`AppError::Conflict`] where it was decided, or many are open for
    /// the practice; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<LmcScope>) -> Result<(), AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let asked_for = matches!(self.candidate, Candidate::Asked(_));
        let row = match self.candidate {
            Candidate::Asked(id) => asked(tx, by, id).await?,
            Candidate::Proposed(candidate) => match proposed(tx, by, candidate).await? {
                Some(row) => row,
                // The same form, sent again.
                None => return Ok(()),
            },
        };
        joinings::send(conn, row.id, (&self.held_address, &self.secret_hash), now).await?;
        let decided = row.settled_at.is_some();
        if decided || tell_managers(tx, &row.practice).await? {
            joinings::leave_to_managers(conn, row.id).await?;
        } else {
            AccountMail::Joining.queue(conn, row.id, None, now).await?;
        }
        let event = JoiningSent { joining: row.id, asked_for };
        tx.audit(by.scope().lmc(), &event).await?;
        Ok(tx.audit(&OrgCode::from(&row.practice), &event).await?)
    }
}

/// Somebody who asked and waits, as far as the LMC knows: what those who manage the practice decided is theirs.
async fn asked(tx: &Tx, by: &By<LmcScope>, id: Uuid) -> Result<JoiningRow, AppError> {
    // Held: two officers may press at once.
    let row = joinings::hold(tx.read(by.scope()), id).await?.ok_or(AppError::NotFound)?;
    if matches!(joinings::standing_for_lmc(&row, tx.now()), JoiningStanding::Waits(_)) {
        return Ok(row);
    }
    Err(AppError::Conflict("This was decided meanwhile: look at the list again"))
}

async fn proposed(tx: &Tx, by: &By<LmcScope>, candidate: AskToJoin) -> Result<Option<JoiningRow>, AppError> {
    joinings::hold_open(tx.conn(), &candidate.practice, tx.now()).await?;
    if let Some(known) = joinings::by_id(tx.conn(), candidate.id).await? {
        let same = known.email == candidate.email && known.practice == candidate.practice;
        return if same { Ok(None) } else { Err(AppError::IdReused) };
    }
    // What others ask of those who manage the practice is not the LMC's to count, nor what they decided.
    if joinings::proposed_open(tx.read(by.scope()), &candidate.practice, tx.now()).await? >= MOST_OPEN {
        return Err(AppError::Conflict(
            "Three links for this practice are open: wait until they were used or are over",
        ));
    }
    let row = candidate.row(false, Some(PersonId(by.id())), tx.now());
    joinings::add(tx.conn(), row.clone()).await?;
    Ok(Some(row))
}
