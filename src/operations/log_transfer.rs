//! Somebody at a practice logs work that a provider passed on, or corrects an entry.

use entity::ids::{LocalDate, SubjectId, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, PracticeScope},
        name::{Asked, OwnReference, ProviderName},
        transfer::{
            Minutes, NewTransfer, ProviderRef, TransferOutcome,
            answers::Pathway,
            book::{Category, TransferBook},
            department, past,
        },
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{transfers, write},
    writer::Tx,
};

/// Days before today on which work may have come.
const EARLIEST_DAYS: u64 = 400;

/// Log work that a provider passed on, or correct an entry
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogTransfer {
    /// Made by the client, a UUID of version 7: sending the same item twice logs it once. One is made where it is left out.
    pub id: TransferId,
    /// ODS code of the provider that passed it on.
    pub provider: Option<String>,
    /// Its name, where it has no code here.
    pub provider_name: Option<ProviderName>,
    /// Code of the department it came from.
    pub department: Option<String>,
    /// The pathway of the practice's register that an answer to advice or a referral is about; where it is left out, the
    /// department says which.
    pub pathway: Option<SubjectId>,
    /// Code of the category.
    pub category: String,
    /// What exactly: one of the category's reasons.
    pub reason: Option<String>,
    /// How it came; the category's usual way where it is left out.
    pub route: Option<String>,
    /// What was asked, in a sentence without a person.
    pub asked: Option<Asked>,
    /// What the practice did.
    pub outcome: TransferOutcome,
    /// Minutes of a GP; the category's where it is left out, as those below.
    pub gp: Option<u16>,
    /// Minutes of a pharmacist or another clinician.
    pub other_clinician: Option<u16>,
    /// Minutes of a nurse or an assistant.
    pub nurse: Option<u16>,
    /// Minutes of reception or administration.
    pub admin: Option<u16>,
    /// The practice's own reference, never a patient's number.
    pub reference: Option<OwnReference>,
    /// The day it came; today where it is left out.
    pub came_on: Option<LocalDate>,
    /// The entry that this one takes the place of.
    pub corrects: Option<TransferId>,
    /// The corrected entry was logged in error and counts for nothing.
    #[serde(default)]
    pub removed: bool,
    /// Who was signed in where it was kept for want of a connection, as `data-by` of its page said. Where it is somebody else
    /// who sends it, it is refused: a row says who logged it.
    pub kept_by: Option<Uuid>,
}

/// What an item is checked against.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Categories, reasons and the duties of the area.
    pub book: TransferBook,
    /// The pathways of the practice's register.
    pub pathways: Vec<Pathway>,
    /// Today.
    pub today: LocalDate,
}

/// Transferred work was logged, or an entry corrected. What was asked stays in the row.
#[derive(Debug, Serialize)]
struct TransferLogged {
    transfer: TransferId,
    category: String,
    outcome: TransferOutcome,
    came_on: LocalDate,
    corrects: Option<TransferId>,
}

impl Event for TransferLogged {
    const NAME: &'static str = "transfer.logged";
}

impl Operation for LogTransfer {
    type Permission = access::LogTransfers;
    type Facts = Facts;
    type Ready = NewTransfer;
    type Done = TransferId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41", "provider_name": "Wyrevale Infirmary", "department": "320",
        "category": "clinic-letter", "reason": "late", "asked": "Letter of the September clinic", "outcome": "returned"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        let (book, today) = (app.transfer_book(scope).await?, app.clock.today());
        Ok(Facts { book, pathways: app.pathways(scope).await?, today })
    }

    fn asks(sent: &Sent, _: &Facts) -> Asks {
        let mut asks = vec![
            ("id", "Open the page again and send the form once more"),
            ("category", "Choose what kind it is"),
            ("outcome", "Choose what you did"),
        ];
        if !sent.has("provider") && !sent.has("provider_name") {
            asks.push(("provider_name", "Say who sent it"));
        }
        asks
    }

    fn check(&self, facts: &Facts, by: &By<PracticeScope>) -> Result<NewTransfer, Vec<FieldError>> {
        let kept_for_another = self.kept_by.is_some_and(|kept_by| kept_by != by.id());
        // What came from a sheet of years ago is corrected and removed like any other.
        let (earliest, days) = match self.corrects {
            Some(_) => (past::first_day(), "Enter a day that has come, from 1 January 2015 on"),
            None => (facts.today.minus_days(EARLIEST_DAYS), "Enter today or a day of the last year"),
        };
        let held = self.held(facts, earliest, days);
        if !kept_for_another {
            return held;
        }
        let mut errors = held.err().unwrap_or_default();
        errors.push(FieldError::new("kept_by", "Somebody else was signed in when it was logged"));
        Err(errors)
    }

    async fn run(new: NewTransfer, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, TransferId), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let mut new = new;
        if let Some(corrected) = new.corrects {
            let corrected = transfers::one(at, corrected).await?.ok_or(AppError::NotFound)?;
            new.first = Some(corrected.says.lasting());
        }
        let added = transfers::add(at, &new, by.id(), tx.now()).await?;
        if let (write::Outcome::IdReused, Some(corrected)) = (added, new.corrects) {
            let newest = transfers::newest(at, corrected).await?;
            if newest != corrected && transfers::one(at, new.id).await?.is_none() {
                return Err(AppError::Corrected { newest: newest.0 });
            }
        }
        let written = Written::of(added)?;
        if written == Written::New {
            let event = TransferLogged {
                transfer: new.id,
                category: new.category,
                outcome: new.outcome,
                came_on: new.came_on,
                corrects: new.corrects,
            };
            tx.audit(&practice.into(), &event).await?;
        }
        Ok((written, new.id))
    }
}

impl LogTransfer {
    /// Holds it to the rules, where work may have come from a day on; `days` says so.
    pub(super) fn held(
        &self,
        facts: &Facts,
        earliest: LocalDate,
        days: &'static str,
    ) -> Result<NewTransfer, Vec<FieldError>> {
        let mut errors = Vec::new();
        let category = facts.book.category(&self.category);
        if category.is_none() {
            errors.push(FieldError::new("category", "Choose one of the kinds of the list"));
        }
        let provider = self.provider().map_err(|error| errors.push(error)).ok();
        errors.extend(self.wrong_pathway(facts));
        errors.extend(self.wrong_codes(&facts.book, category));
        let came_on = self.came_on.unwrap_or(facts.today);
        if came_on > facts.today || came_on < earliest {
            errors.push(FieldError::new("came_on", days));
        }
        let minutes = self.minutes(category.map(|category| category.minutes).unwrap_or_default());
        errors.extend(too_long(minutes, facts.book.most_minutes));
        if self.removed && self.corrects.is_none() {
            errors.push(FieldError::new("removed", "Only a correction can say that"));
        }
        let (Some(category), Some(provider), true) = (category, provider, errors.is_empty()) else {
            return Err(errors);
        };
        Ok(NewTransfer {
            id: self.id,
            corrects: self.corrects,
            first: None,
            provider,
            department: self.department.clone().or_else(|| self.department_of_pathway(facts)),
            pathway: self.pathway,
            category: category.code.clone(),
            reason: self.reason.clone(),
            route: self.route.clone().unwrap_or_else(|| category.route.clone()),
            asked: self.asked.clone(),
            outcome: self.outcome,
            minutes,
            reference: self.reference.clone(),
            came_on,
            duty: facts.book.proposed(category, came_on).map(|cited| cited.duty.code.clone()),
            edition: facts.book.edition.clone(),
            removed: self.removed,
        })
    }

    fn provider(&self) -> Result<ProviderRef, FieldError> {
        match (&self.provider, &self.provider_name) {
            (Some(code), _) => ProviderRef::listed(code)
                .ok_or_else(|| FieldError::new("provider", "This provider is not in the list: give its name instead")),
            (None, Some(name)) => Ok(ProviderRef::named(name)),
            (None, None) => Err(FieldError::new("provider_name", "Say who sent it")),
        }
    }

    /// A pathway is one of the practice's own, and work that is no answer is about none.
    fn wrong_pathway(&self, facts: &Facts) -> Option<FieldError> {
        let id = self.pathway?;
        if !facts.book.is_about_pathways(&self.category) {
            return Some(FieldError::new("pathway", "Work of this kind is about no pathway: leave it out"));
        }
        let known = facts.pathways.iter().any(|pathway| pathway.id == id);
        (!known).then(|| FieldError::new("pathway", "Choose a pathway of your register, or leave it out"))
    }

    /// The department that has the name of the pathway, so that an LMC that sums by department finds it.
    fn department_of_pathway(&self, facts: &Facts) -> Option<String> {
        let pathway = facts.pathways.iter().find(|pathway| Some(pathway.id) == self.pathway)?;
        department::of_pathway(&pathway.name).map(|found| found.code.clone())
    }

    fn wrong_codes(&self, book: &TransferBook, category: Option<&Category>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |wrong: bool, field, sentence| {
            if wrong {
                errors.push(FieldError::new(field, sentence));
            }
        };
        let department = self.department.as_deref();
        refuse(
            department.is_some_and(|code| department::of_code(code).is_none()),
            "department",
            "Choose a department of the list, or leave it out",
        );
        let reasons = category.map(|category| category.reasons.as_slice()).unwrap_or_default();
        let reason = self.reason.as_ref();
        refuse(
            category.is_some() && reason.is_some_and(|reason| !reasons.contains(reason)),
            "reason",
            "Choose a reason of this kind, or leave it out",
        );
        let route = self.route.as_deref();
        refuse(route.is_some_and(|code| book.route(code).is_none()), "route", "Choose how it came");
        errors
    }

    fn minutes(&self, usual: Minutes) -> Minutes {
        Minutes {
            gp: self.gp.unwrap_or(usual.gp),
            other_clinician: self.other_clinician.unwrap_or(usual.other_clinician),
            nurse: self.nurse.unwrap_or(usual.nurse),
            admin: self.admin.unwrap_or(usual.admin),
        }
    }
}

fn too_long(minutes: Minutes, most: u16) -> Vec<FieldError> {
    let each = [
        ("gp", minutes.gp),
        ("other_clinician", minutes.other_clinician),
        ("nurse", minutes.nurse),
        ("admin", minutes.admin),
    ];
    let long = each.into_iter().filter(|(_, minutes)| *minutes > most);
    long.map(|(field, _)| FieldError::new(field, format!("Enter minutes from 0 to {most}"))).collect()
}
