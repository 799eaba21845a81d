//! Whoever decides about somebody who asked to manage a practice says no: its LMC, or those who manage it.

use entity::ids::OrgCode;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, LmcScope, PracticeScope},
        joining::JoiningOutcome,
    },
    error::AppError,
    state::AppState,
    store::joinings::{self, JoiningRow},
};

/// In the chain of whoever declined.
#[derive(Debug, Serialize)]
struct JoiningDeclined {
    joining: Uuid,
}

impl Event for JoiningDeclined {
    const NAME: &'static str = "joining.declined";
}

/// Who says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decider {
    Lmc,
    Managers,
}

/// Which.
#[derive(Debug, Clone, Copy)]
pub struct DeclineJoining(pub Uuid);

impl DeclineJoining {
    /// Declines for the LMC, also after the link went out: it stops working.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where this is not the LMC's; [`AppError::Unavailable`].
    pub async fn for_lmc(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let lmc = by.scope().lmc().clone();
        let own = move |row: &JoiningRow| row.lmc.as_ref() == Some(&lmc);
        self.decline(app, by, by.scope().lmc().clone(), (own, Decider::Lmc)).await
    }

    /// Declines for those who manage the practice.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where this is not of the practice; [`AppError::Unavailable`].
    pub async fn for_practice(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let practice = by.scope().practice().clone();
        let organisation = OrgCode::from(&practice);
        let own = move |row: &JoiningRow| row.practice == practice && row.for_managers;
        self.decline(app, by, organisation, (own, Decider::Managers)).await
    }

    async fn decline(
        self,
        app: &AppState,
        by: &impl Authority,
        organisation: OrgCode,
        (is_own, decider): (impl FnOnce(&JoiningRow) -> bool + Send + 'static, Decider),
    ) -> Result<(), AppError> {
        let Self(joining) = self;
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let row = joinings::by_id(tx.conn(), joining).await?.filter(is_own).ok_or(AppError::NotFound)?;
                    if decider == Decider::Lmc {
                        joinings::withdraw(tx.conn(), joining, tx.now()).await?;
                        if row.for_managers && row.sent_at.is_none() {
                            // It is asked of those who manage the practice, and theirs to decide.
                            return Ok(());
                        }
                    }
                    if joinings::settle(tx.conn(), joining, JoiningOutcome::Declined, tx.now()).await? {
                        tx.audit(&organisation, &JoiningDeclined { joining }).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
