//! Somebody asks to be told of the limit in a browser: a clinician of their own, whoever runs the practice of anybody's.

use chrono::Duration;
use entity::ids::{ClinicianId, LocalDate, OdsCode, PushSubscriptionId};
use serde::Serialize;

use super::tell_push::message;
use crate::{
    audit::Event,
    domain::{
        access::{By, ClinicianScope, PracticeScope},
        push::{Hearer, MOST_ASKED, MOST_BROWSERS, PushEnd, PushKind, id_of},
    },
    error::AppError,
    operations::Written,
    state::AppState,
    store::{
        push::{self, PushState, PushSubscriptionRow},
        tries,
    },
    writer::Tx,
};

/// Somebody asked to be told in a browser.
#[derive(Debug, Serialize)]
struct PushAsked {
    browser: PushSubscriptionId,
    /// Whose limit, where a clinician asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    clinician: Option<ClinicianId>,
}

impl Event for PushAsked {
    const NAME: &'static str = "push.asked";
}

/// A browser that can be told.
#[derive(Debug, Clone)]
pub struct AskForPush {
    /// Made by the client.
    pub id: PushSubscriptionId,
    /// Who asks.
    pub hearer: Hearer,
    /// Which browser, in words.
    pub name: String,
    /// Address at the browser's push service.
    pub endpoint: String,
    /// The browser's public key, in base64url.
    pub public_key: String,
    /// The browser's authentication secret, in base64url.
    pub auth: String,
    /// The master key of which the key was made that the browser was given.
    pub kid: String,
    /// Who is at the limit already: of that nobody is told who asks now.
    pub full: Vec<ClinicianId>,
    /// Today.
    pub day: LocalDate,
}

impl AskForPush {
    /// A clinician asks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where there are as many as there may be; [`AppError::TooManyTries`]; [`AppError::IdReused`];
    /// [`AppError::Unavailable`].
    pub async fn perform_own(self, app: &AppState, by: &By<ClinicianScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let (practice, clinician) = (own.scope().practice(), own.scope().clinician());
                    tries::hold(tx.conn(), &[&format!("push of {practice} {clinician}")]).await?;
                    let held = push::of_clinician(tx.read(own.scope())).await?;
                    self.run(tx, practice, held).await
                })
            })
            .await
    }

    /// Somebody who runs the practice asks.
    ///
    /// # Errors
    /// As [`Self::perform_own`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let Hearer::Manager { person, .. } = self.hearer else {
                        return Err(AppError::NotFound);
                    };
                    let practice = own.scope().practice();
                    tries::hold(tx.conn(), &[&format!("push of {practice} {person}")]).await?;
                    let held = push::of_person(tx.read(own.scope()), person).await?;
                    self.run(tx, practice, held).await
                })
            })
            .await
    }

    async fn run(self, tx: &Tx, practice: &OdsCode, held: Vec<PushSubscriptionRow>) -> Result<Written, AppError> {
        if let Some(known) = held.iter().find(|row| row.id == self.id) {
            return if known.endpoint == self.endpoint { Ok(Written::Repeat) } else { Err(AppError::IdReused) };
        }
        let living = || held.iter().filter(|row| row.ended_at.is_none());
        let same = living().find(|row| row.endpoint == self.endpoint);
        if same.is_some_and(|row| self.is_known_as(row)) {
            return Ok(Written::Repeat);
        }
        let hour = tx.now() - Duration::hours(1);
        if held.iter().filter(|row| row.created_at > hour).count() >= MOST_ASKED {
            return Err(AppError::TooManyTries { retry_after: 3_600 });
        }
        match same {
            // The browser has other keys now, or somebody else's session.
            Some(row) => {
                push::end(tx.conn(), (practice, row.id), PushEnd::TakenBack, tx.now()).await?;
            }
            None if living().count() >= MOST_BROWSERS => {
                let full = format!("You are told in {MOST_BROWSERS} browsers, which is the most: end one first");
                return Err(AppError::field("push", full));
            }
            None => {}
        }
        self.write(tx, practice).await
    }

    /// Whether a row says the same already.
    fn is_known_as(&self, row: &PushSubscriptionRow) -> bool {
        push::hearer(row) == Some(self.hearer)
            && (&row.public_key, &row.auth, &row.kid) == (&self.public_key, &self.auth, &self.kid)
    }

    async fn write(self, tx: &Tx, practice: &OdsCode) -> Result<Written, AppError> {
        let (clinician, device, person, session) = match self.hearer {
            Hearer::Clinician { clinician, device } => (Some(clinician), Some(device), None, None),
            Hearer::Manager { person, session } => (None, None, Some(person), Some(session)),
        };
        let row = PushSubscriptionRow {
            practice: practice.clone(),
            id: self.id,
            clinician,
            device,
            person,
            session,
            name: self.name,
            endpoint: self.endpoint,
            public_key: self.public_key,
            auth: self.auth,
            kid: self.kid,
            created_at: tx.now(),
            told_at: None,
            ended_at: None,
            ended_why: None,
        };
        // The id stands for a colleague's browser.
        if !push::add(tx.conn(), row).await? {
            return Err(AppError::IdReused);
        }
        let (browser, day, hears) = (self.id, self.day, self.hearer.hears());
        for of in self.full.into_iter().filter(|of| self.hearer.hears_of(*of)) {
            let id = id_of(browser, hears, day, Some(of));
            let known = message((practice, browser), id, (hears, day), (PushState::Ended, tx.now()));
            push::queue(tx.conn(), known).await?;
        }
        let id = id_of(browser, PushKind::Begun, day, None);
        let begun = message((practice, browser), id, (PushKind::Begun, day), (PushState::Waiting, tx.now()));
        push::queue(tx.conn(), begun).await?;
        tx.audit(&practice.into(), &PushAsked { browser, clinician }).await?;
        Ok(Written::New)
    }
}
