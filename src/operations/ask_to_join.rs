//! Somebody asks that their practice may use Headroom. Nothing comes of it until its LMC, or whoever manages the practice
//! here already, has decided; the same is answered whether or not anybody does.

use chrono::{DateTime, Duration, Utc};
use entity::ids::{OdsCode, OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{AccountScope, By},
        joining::MOST_OPEN,
    },
    error::AppError,
    state::AppState,
    store::{
        account_mails::{self, AccountMail},
        joinings::{self, JoiningRow},
        tries,
    },
    writer::Tx,
};

/// Mails of this kind that a person gets a day.
const MOST_MAILS: u64 = 3;

/// In the practice's chain: whoever comes to manage it reads how.
#[derive(Debug, Serialize)]
struct JoiningAsked {
    joining: Uuid,
}

impl Event for JoiningAsked {
    const NAME: &'static str = "joining.asked";
}

/// Who asks for which practice.
#[derive(Debug, Clone)]
pub struct AskToJoin {
    /// Of what is asked.
    pub id: Uuid,
    /// Their practice.
    pub practice: OdsCode,
    /// The LMC that represents it.
    pub lmc: Option<OrgCode>,
    /// Their name.
    pub name: String,
    /// Their own address.
    pub email: String,
}

impl AskToJoin {
    /// Writes it down; not twice for one address, and not where many are open for the practice.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (conn, now) = (tx.conn(), tx.now());
        let open = joinings::hold_open(conn, &self.practice, now).await?;
        if open.len() >= MOST_OPEN || open.iter().any(|row| row.email == self.email) {
            return Ok(());
        }
        let managed = tell_managers(tx, &self.practice).await?;
        let (joining, organisation) = (self.id, OrgCode::from(&self.practice));
        joinings::add(conn, self.row(managed, None, now)).await?;
        Ok(tx.audit(&organisation, &JoiningAsked { joining }).await?)
    }

    /// As it is stored.
    pub(super) fn row(self, for_managers: bool, proposed_by: Option<PersonId>, now: DateTime<Utc>) -> JoiningRow {
        JoiningRow {
            id: self.id,
            practice: self.practice,
            lmc: self.lmc,
            name: self.name,
            email: self.email,
            asked_at: now,
            proposed_by,
            for_managers,
            held_address: None,
            sent_at: None,
            secret_hash: None,
            withdrawn_at: None,
            settled_at: None,
            outcome: None,
        }
    }
}

/// Lets one at a time come to manage a practice, by whichever way: two that both found nobody there would both be in.
pub(super) async fn hold_coming(tx: &Tx, practice: &OdsCode) -> Result<(), AppError> {
    Ok(tries::hold(tx.conn(), &[&format!("manages {practice}")]).await?)
}

/// Mails those who manage the practice that they are asked; false where nobody does and nobody ever did. Anybody can ask, so
/// that more than a few mails a day would be a way to pester them; whoever asked is on their page all the same.
pub(super) async fn tell_managers(tx: &Tx, practice: &OdsCode) -> Result<bool, AppError> {
    let (conn, now, kind) = (tx.conn(), tx.now(), AccountMail::AskedToManage);
    let managers = joinings::managers(conn, practice).await?;
    for (_, person) in &managers {
        if account_mails::since(conn, person.id, kind, now - Duration::days(1)).await? < MOST_MAILS {
            kind.queue(conn, Uuid::now_v7(), person.id, now).await?;
        }
    }
    Ok(!managers.is_empty() || joinings::was_managed(conn, practice).await?)
}
