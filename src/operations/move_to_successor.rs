//! A practice closed and another took over. Those who manage it come to manage the other: at once where nobody does, since
//! NHS England's own data name the successor; otherwise those who do decide. What was recorded stays where it was.

use std::collections::HashSet;

use entity::ids::{OdsCode, OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::ask_to_join::{AskToJoin, hold_coming, tell_managers};
use crate::{
    audit::Event,
    domain::access::{By, PracticeScope, Role},
    error::AppError,
    state::AppState,
    store::{admin, joinings, people::PersonRow},
    writer::Tx,
};

/// In the chains of both practices.
#[derive(Debug, Serialize)]
struct SuccessorTaken {
    from: OdsCode,
    to: OdsCode,
    people: usize,
    asked: usize,
}

impl Event for SuccessorTaken {
    const NAME: &'static str = "successor.taken";
}

/// Whereto.
#[derive(Debug, Clone)]
pub struct MoveToSuccessor {
    /// The practice that took over, which is open.
    pub successor: OdsCode,
}

impl MoveToSuccessor {
    /// Writes it; again, it adds nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope().practice()).await })).await
    }

    async fn run(self, tx: &Tx, from: &OdsCode) -> Result<(), AppError> {
        hold_coming(tx, &self.successor).await?;
        let there: HashSet<PersonId> =
            joinings::managers(tx.conn(), &self.successor).await?.into_iter().map(|(_, person)| person.id).collect();
        let coming = joinings::managers(tx.conn(), from).await?.into_iter().map(|(_, person)| person);
        let coming: Vec<PersonRow> = coming.filter(|person| !there.contains(&person.id)).collect();
        let (people, asked) = if there.is_empty() && !joinings::was_managed(tx.conn(), &self.successor).await? {
            self.give(tx, &coming).await?;
            (coming.len(), 0)
        } else {
            (0, self.ask(tx, coming).await?)
        };
        if (people, asked) == (0, 0) {
            return Ok(());
        }
        let event = SuccessorTaken { from: from.clone(), to: self.successor, people, asked };
        tx.audit(&OrgCode::from(&event.from), &event).await?;
        Ok(tx.audit(&OrgCode::from(&event.to), &event).await?)
    }

    async fn give(&self, tx: &Tx, coming: &[PersonRow]) -> Result<(), AppError> {
        for person in coming {
            let organisation = OrgCode::from(&self.successor);
            admin::give(tx.conn(), person.id, Role::PracticeManager, &organisation, tx.now()).await?;
        }
        Ok(())
    }

    /// Asks those who manage the successor about each; says about how many. Of whom they were asked before, once.
    async fn ask(&self, tx: &Tx, coming: Vec<PersonRow>) -> Result<usize, AppError> {
        let open = joinings::hold_open(tx.conn(), &self.successor, tx.now()).await?;
        // However many others asked: these are known, and no more than managed the practice that closed.
        let is_new = |person: &PersonRow| open.iter().all(|row| row.email != person.email);
        let asking: Vec<PersonRow> = coming.into_iter().filter(is_new).collect();
        for person in &asking {
            let asks = AskToJoin {
                id: Uuid::now_v7(),
                practice: self.successor.clone(),
                // Its LMC would learn that either practice is here.
                lmc: None,
                name: person.name.clone(),
                email: person.email.clone(),
            };
            joinings::add(tx.conn(), asks.row(true, None, tx.now())).await?;
        }
        if !asking.is_empty() {
            tell_managers(tx, &self.successor).await?;
        }
        Ok(asking.len())
    }
}
