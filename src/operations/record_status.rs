//! A practice records where an item, or a named subject of it, stands.

use std::sync::Arc;

use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Asks, Operation, ScopeOf, Sent, Written, register_row, tell_webhooks};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, PracticeScope},
        action::{self, EnteredBy, NotedDay, NotedDays, Proposal, RefusedStatus, StatusChange},
        catalogue::{Catalogue, Item, Status},
        name::SubjectName,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, sharing},
    writer::Tx,
};

/// Record a change of an item, or of a named subject of it
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordStatus {
    /// Made by the client, a UUID of version 7: sending the same change twice records it once. One is made where it is left
    /// out.
    pub id: StatusId,
    /// Code of the item.
    pub item: ItemCode,
    /// A subject that was named before, where the item is recorded for each of them.
    pub subject: Option<SubjectId>,
    /// A subject by its name, new or not.
    pub subject_name: Option<SubjectName>,
    /// What holds from that day.
    pub status: Status,
    /// From which day: ahead for pausing-from, otherwise a day that has come.
    pub effective_on: LocalDate,
    /// The day is a guess.
    #[serde(default)]
    pub about: bool,
    /// When notice was served.
    pub notice_served_on: Option<LocalDate>,
    /// When the partners decided.
    pub decided_on: Option<LocalDate>,
    /// When staff were told in writing.
    pub staff_told_on: Option<LocalDate>,
    /// For a withdrawal from an agreement: that it serves secondary purposes only.
    #[serde(default)]
    pub exclusively_secondary: bool,
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The practice as a whole.
    Practice,
    /// A subject that was named before.
    Known(SubjectId),
    /// A subject by its name, new or not.
    Named(SubjectName),
}

/// What a change is checked against.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The menu.
    pub catalogue: Arc<Catalogue>,
    /// Today.
    pub today: LocalDate,
}

/// A checked change, with the position and the guard-rail of its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The row; what it is about is looked up when it is written.
    pub new: actions::NewStatus,
    /// What it is about.
    pub about: About,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Which row.
    pub id: StatusId,
    /// The item.
    pub item: ItemCode,
    /// The subject, where the item takes one.
    pub subject: Option<SubjectId>,
    /// From which day it holds.
    pub effective_on: LocalDate,
    /// The practice had recorded nothing before, and was not asked whether its LMC may see it.
    pub first: bool,
}

/// A status was recorded.
#[derive(Debug, Serialize)]
struct StatusRecorded {
    status: StatusId,
    item: ItemCode,
    subject: Option<SubjectId>,
    value: Status,
    effective_on: LocalDate,
}

impl Event for StatusRecorded {
    const NAME: &'static str = "status.recorded";
}

impl Operation for RecordStatus {
    type Permission = access::RecordStatus;
    type Facts = Facts;
    type Ready = Ready;
    type Done = Done;

    const TAG: &'static str = "actions";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d12", "item": "voluntary-services", "subject_name": "Ring pessaries",
        "status": "paused-since", "effective_on": "2026-11-16", "decided_on": "2026-11-09", "staff_told_on": "2026-11-12"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        Ok(Facts { catalogue: app.menu_of(scope.practice()).await?, today: app.clock.today() })
    }

    fn asks(sent: &Sent, facts: &Facts) -> Asks {
        let mut asks = vec![
            ("id", "Open the page again and send the form once more"),
            ("item", "Name an item of the catalogue"),
            ("status", "Choose the status from that day"),
            ("effective_on", "Enter the day from which this holds"),
        ];
        let code = sent.text("item").parse::<ItemCode>().ok();
        let item = code.and_then(|code| facts.catalogue.item_on(&code, facts.today));
        if item.is_some_and(Item::takes_subject) && !sent.has("subject") {
            asks.push(("subject_name", "Enter what this is about"));
        }
        asks
    }

    fn check(&self, facts: &Facts, by: &By<PracticeScope>) -> Result<Ready, Vec<FieldError>> {
        let refuse = |field, sentence| vec![FieldError::new(field, sentence)];
        // What is said about another day is said in the words of the edition that holds on it.
        let item = facts.catalogue.item_on(&self.item, self.effective_on);
        let item = item.ok_or_else(|| refuse("item", "This item is not in the catalogue"))?;
        let about = match (self.subject, &self.subject_name) {
            (Some(_), Some(_)) => {
                return Err(refuse("subject_name", "Send a subject or its name, not both"));
            }
            (Some(id), None) => About::Known(id),
            (None, Some(name)) => About::Named(name.clone()),
            (None, None) => About::Practice,
        };
        let proposal = Proposal {
            status: self.status,
            effective_on: self.effective_on,
            notice_served_on: self.notice_served_on,
            has_subject: about != About::Practice,
            exclusively_secondary: self.exclusively_secondary,
        };
        let noted = noted_days(self.decided_on, self.staff_told_on);
        if let Some((day, sentence)) = noted.impossible(facts.today) {
            return Err(refuse(day.code(), sentence));
        }
        let on_menu = item.exists_on(self.effective_on).then_some(item);
        action::check(on_menu, proposal, facts.today).map_err(|refused| {
            let (field, sentence) = refused.explain();
            let field = match refused {
                // The item is one of the catalogue's: its day is at fault.
                RefusedStatus::NoSuchItem => "effective_on",
                RefusedStatus::SubjectNotTaken if self.subject.is_some() => "subject",
                RefusedStatus::SubjectNotTaken | RefusedStatus::SubjectMissing => "subject_name",
                _ => field,
            };
            refuse(field, sentence)
        })?;
        let new = register_row::new_status(&facts.catalogue, self.change(), by.id());
        let new = new.ok_or_else(|| refuse("item", "This item is not in the catalogue"))?;
        Ok(Ready { new, about })
    }

    async fn run(ready: Ready, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, Done), AppError> {
        let first = is_first(tx, by.scope()).await?;
        let known = actions::subjects(tx.read(by.scope())).await?;
        let (written, mut done) = append(ready, tx, by.scope(), &known).await?;
        done.first = first && written == Written::New;
        Ok((written, done))
    }
}

impl RecordStatus {
    /// The practice as a whole, from a day, and nothing else.
    pub fn of(item: &ItemCode, status: Status, effective_on: LocalDate) -> Self {
        Self {
            id: StatusId(Uuid::now_v7()),
            item: item.clone(),
            subject: None,
            subject_name: None,
            status,
            effective_on,
            about: false,
            notice_served_on: None,
            decided_on: None,
            staff_told_on: None,
            exclusively_secondary: false,
        }
    }

    /// The same with the days that were noted.
    #[must_use]
    pub fn with_noted(self, noted: NotedDays) -> Self {
        Self { decided_on: noted[NotedDay::Decided], staff_told_on: noted[NotedDay::StaffTold], ..self }
    }

    fn change(&self) -> StatusChange {
        StatusChange {
            id: self.id,
            item: self.item.clone(),
            subject: None,
            status: self.status,
            effective_on: self.effective_on,
            about: self.about,
            notice_served_on: self.notice_served_on,
            noted: noted_days(self.decided_on, self.staff_told_on),
            entered_by: EnteredBy::Practice,
        }
    }
}

/// The days as forms and the API name them.
pub fn noted_days(decided_on: Option<LocalDate>, staff_told_on: Option<LocalDate>) -> NotedDays {
    NotedDays::from_each(|day| match day {
        NotedDay::Decided => decided_on,
        NotedDay::StaffTold => staff_told_on,
    })
}

/// Whether the practice recorded nothing before, and was not asked whether its LMC may see it.
pub async fn is_first(tx: &Tx, scope: &PracticeScope) -> Result<bool, AppError> {
    let at = tx.read(scope);
    Ok(sharing::decision(at).await?.is_none() && !actions::any_by_practice(at).await?)
}

/// Appends one row, by whatever way it came, with what is known of the practice's subjects.
pub async fn append(
    Ready { mut new, about }: Ready,
    tx: &Tx,
    scope: &PracticeScope,
    known: &actions::Subjects,
) -> Result<(Written, Done), AppError> {
    let at = tx.read(scope);
    new.change.subject = match about {
        About::Practice => None,
        About::Named(name) => Some(actions::subject(at, &new.change.item, name.as_str(), tx.now()).await?),
        About::Known(id) => {
            let known = known.get(&id).filter(|(of, _)| *of == new.change.item);
            let id = known.map(|_| id).ok_or(AppError::NotFound)?;
            // What the practice records is about its own subject, whatever its LMC had typed.
            Some(actions::own_subject(at, id, tx.now()).await?)
        }
    };
    let written = Written::of(actions::add_status(at, &new, tx.now()).await?)?;
    if written == Written::New {
        tell_webhooks::tell_status(tx, scope, &new).await?;
    }
    let row = new.change;
    if written == Written::New {
        let event = StatusRecorded {
            status: row.id,
            item: row.item.clone(),
            subject: row.subject,
            value: row.status,
            effective_on: row.effective_on,
        };
        tx.audit(&scope.practice().into(), &event).await?;
        tx.changed(scope.practice(), What::Register);
    }
    let done = Done { id: row.id, item: row.item, subject: row.subject, effective_on: row.effective_on, first: false };
    Ok((written, done))
}
