//! A practice records what came of an action, or corrects what it recorded.

use std::collections::BTreeSet;

use entity::ids::{ItemCode, LocalDate, NoticeId, OutcomeId, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, PracticeScope},
        name::Responder,
        notice::Notice,
        outcome::{Ending, NewOutcome, Outcome, POUNDS_MOST, PublicAddress, Response},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{notices, outcomes},
    writer::Tx,
};

/// Record an outcome, or correct one
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordOutcome {
    /// Made by the client, a UUID of version 7: sending the same outcome twice records it once. One is made where it is left
    /// out.
    pub id: OutcomeId,
    /// Code of the item.
    pub item: ItemCode,
    /// The named subject, where the item has them.
    pub subject: Option<SubjectId>,
    /// The notice it came of.
    pub notice: Option<NoticeId>,
    /// Who responded; left out where nobody did.
    pub responder: Option<Responder>,
    /// What they said.
    pub response: Response,
    /// How it ended; only a correction says entered-in-error.
    pub outcome: Ending,
    /// Money.
    pub pounds_a_year: Option<u32>,
    /// When, today or earlier.
    pub on: Option<LocalDate>,
    /// Whether it can be read in public.
    #[serde(default)]
    pub public: bool,
    /// Where, by https.
    pub public_at: Option<PublicAddress>,
    /// The entry that this one takes the place of.
    pub corrects: Option<OutcomeId>,
}

/// What an outcome is checked against.
#[derive(Debug)]
pub struct Facts {
    /// Everything about which the register says something.
    keys: BTreeSet<(ItemCode, Option<SubjectId>)>,
    notices: Vec<Notice>,
    outcomes: Vec<Outcome>,
    today: LocalDate,
}

/// An outcome was recorded, or an earlier entry corrected.
#[derive(Debug, Serialize)]
struct OutcomeRecorded {
    outcome: OutcomeId,
    item: ItemCode,
    subject: Option<SubjectId>,
    notice: Option<NoticeId>,
    response: Response,
    ending: Ending,
    corrects: Option<OutcomeId>,
}

impl Event for OutcomeRecorded {
    const NAME: &'static str = "outcome.recorded";
}

impl Operation for RecordOutcome {
    type Permission = access::RecordStatus;
    type Facts = Facts;
    type Ready = NewOutcome;
    type Done = OutcomeId;

    const TAG: &'static str = "outcomes";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d31", "item": "dsa-freeze", "responder": "NHS Example ICB",
        "response": "agreed-in-part", "outcome": "changed", "pounds_a_year": 4200, "on": "2026-11-18", "public": true,
        "public_at": "https://www.example.org/board-papers"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        let read = app.db.read(scope);
        let register = app.caches.registers.of_practice(read).await?;
        let rows = register.rows.iter();
        Ok(Facts {
            keys: rows.map(|row| (row.change.item.clone(), row.change.subject)).collect(),
            notices: notices::all(read).await?,
            outcomes: outcomes::all(read).await?,
            today: app.clock.today(),
        })
    }

    fn asks(sent: &Sent, _: &Facts) -> Asks {
        let mut asks = vec![
            ("id", "Open the page again and send the form once more"),
            ("item", "Choose what it is about"),
            ("response", "Choose the response"),
            ("outcome", "Choose the outcome"),
        ];
        let response = sent.text("response").parse::<Response>();
        if response.is_ok_and(|response| response != Response::None) {
            asks.push(("responder", "Name who responded"));
        }
        asks
    }

    fn check(&self, facts: &Facts, _: &By<PracticeScope>) -> Result<NewOutcome, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut say = |field, sentence| errors.push(FieldError::new(field, sentence));
        if let Err((field, sentence)) = self.about(facts) {
            say(field, sentence.to_owned());
        }
        if self.responder.is_none() && self.response != Response::None {
            say("responder", "Name who responded".to_owned());
        }
        if self.outcome == Ending::EnteredInError && self.corrects.is_none() {
            say("outcome", "Only a correction can say that".to_owned());
        }
        if self.pounds_a_year.is_some_and(|n| n > POUNDS_MOST) {
            let says = format!("Enter a whole number from 0 to {POUNDS_MOST}");
            say("pounds_a_year", says);
        }
        if self.on.is_some_and(|on| on > facts.today) {
            say("on", "Enter today or an earlier day".to_owned());
        }
        if self.public_at.is_some() && !self.public {
            let says = "Tick that it is public, or leave the address empty";
            say("public_at", says.to_owned());
        }
        if errors.is_empty() { Ok(self.entry()) } else { Err(errors) }
    }

    async fn run(new: NewOutcome, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, OutcomeId), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let all = outcomes::all(at).await?;
        if let Some(corrected) = new.corrects
            && all.iter().all(|one| one.id != corrected)
        {
            return Err(AppError::NotFound);
        }
        if let Some(notice) = new.notice
            && notices::one(at, notice).await?.is_none()
        {
            return Err(AppError::NotFound);
        }
        let before = |one: &Outcome| one.corrects.is_some() && one.corrects == new.corrects;
        if all.iter().any(|one| before(one) && one.id != new.id) {
            return Err(AppError::Conflict("this entry was corrected meanwhile: open the outcomes again"));
        }
        let written = Written::of(outcomes::add(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            let event = OutcomeRecorded {
                outcome: new.id,
                item: new.item,
                subject: new.subject,
                notice: new.notice,
                response: new.response,
                ending: new.ending,
                corrects: new.corrects,
            };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Register);
        }
        Ok((written, new.id))
    }
}

impl RecordOutcome {
    /// It is about something of which the register says something; a notice and a corrected entry say the same. Those that
    /// are not there are found missing when it is written.
    fn about(&self, facts: &Facts) -> Result<(), (&'static str, &'static str)> {
        let key = (self.item.clone(), self.subject);
        if !facts.keys.contains(&key) {
            let says = "Nothing is recorded of this yet: record what the practice does first";
            return Err(("item", says));
        }
        let notice = self.notice.and_then(|id| facts.notices.iter().find(|notice| notice.id == id));
        if notice.is_some_and(|of| (of.item.clone(), Some(of.subject)) != key) {
            return Err(("notice", "The notice is about something else"));
        }
        let corrected = self.corrects.and_then(|id| facts.outcomes.iter().find(|one| one.id == id));
        if corrected.is_some_and(|one| one.key() != key || one.notice != self.notice) {
            let says = "A correction is about the same thing: mark the entry as entered in error, and record another";
            return Err(("item", says));
        }
        Ok(())
    }

    fn entry(&self) -> NewOutcome {
        NewOutcome {
            id: self.id,
            item: self.item.clone(),
            subject: self.subject,
            notice: self.notice,
            responder: self.responder.as_ref().map(ToString::to_string),
            response: self.response,
            ending: self.outcome,
            pounds_a_year: self.pounds_a_year,
            on: self.on,
            is_public: self.public,
            public_at: self.public_at.as_ref().map(ToString::to_string),
            corrects: self.corrects,
        }
    }
}
