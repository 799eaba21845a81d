//! An LMC keeps a letter that it sent about work which several practices logged.

use std::sync::Arc;

use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        identifier,
        letter::{
            Way,
            book::{LetterBook, LetterKind, Writer},
        },
        name::Recipient,
        organisation::View,
        transfer::{
            ProviderRef,
            book::TransferBook,
            department,
            desk::{NewJointLetter, UNWRITTEN},
        },
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{
        area_transfers::{self, Narrowed},
        joint_letters, transfer_desk,
    },
    writer::Tx,
};

/// Longest joint letter, in characters.
pub const LONGEST_LETTER: usize = 8_000;
/// Longest time of which it tells, in days.
const MOST_DAYS: i64 = 400;

/// Keep a letter that was sent about work which several practices logged
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendJointLetter {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// Code of the letter: transfer-joint, transfer-chief-executive or transfer-icb.
    pub kind: String,
    /// Key of the provider, as the desk has it.
    pub provider: String,
    /// Code of the department; every one where it is left out.
    pub department: Option<String>,
    /// Code of the kind of work; every one where it is left out.
    pub category: Option<String>,
    /// First day of what it counts.
    pub from: LocalDate,
    /// Last day of what it counts.
    pub to: LocalDate,
    /// Whom it went to.
    pub recipient: Recipient,
    /// The letter: its first line is the subject, then paragraphs apart by an empty line.
    pub text: String,
    /// When it went out.
    pub sent_on: LocalDate,
    /// By which way.
    pub how: Way,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
}

/// What a letter is checked against.
#[derive(Debug)]
pub struct Facts {
    book: TransferBook,
    today: LocalDate,
    organisations: Arc<View>,
}

/// A checked letter, and the organisations of today: their practices may stand behind it.
#[derive(Debug)]
pub struct Ready {
    letter: NewJointLetter,
    needs_items: bool,
    organisations: Arc<View>,
}

/// A joint letter was kept: codes and numbers, never a word of it.
#[derive(Debug, Serialize)]
struct JointLetterSent {
    letter: RowId,
    kind: String,
    step: u16,
    items: u32,
    practices: u32,
}

impl Event for JointLetterSent {
    const NAME: &'static str = "joint_letter.sent";
}

/// The letters that an LMC can write.
pub fn kinds() -> impl Iterator<Item = &'static LetterKind> {
    let book = LetterBook::built_in().ok();
    book.into_iter().flat_map(|book| &book.kinds).filter(|kind| kind.written_by() == Writer::Lmc)
}

impl Operation for SendJointLetter {
    type Permission = access::RunTransferDesk;
    type Facts = Facts;
    type Ready = Ready;
    type Done = RowId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d54", "kind": "transfer-chief-executive", "provider": "own:wyrevale infirmary",
        "from": "2026-11-01", "to": "2026-11-20", "recipient": "Medical director of Wyrevale Infirmary",
        "text": "Work that passes from your trust\n\nDear colleague,\n\nwe would be glad to meet.", "sent_on": "2026-11-20", "how": "email"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        Ok(Facts {
            book: app.transfer_book_of_lmc(scope).await?,
            today: app.clock.today(),
            organisations: app.organisations().await?,
        })
    }

    fn asks(_: &Sent, _: &Facts) -> Asks {
        vec![
            ("kind", "Choose the letter"),
            ("provider", "Choose the provider"),
            ("from", "Enter the first day that it tells of"),
            ("to", "Enter the last day that it tells of"),
            ("recipient", "Enter whom it goes to"),
            ("text", "Write the letter"),
            ("sent_on", "Enter the day it was sent"),
            ("how", "Choose how it was sent"),
        ]
    }

    fn check(&self, facts: &Facts, _: &By<LmcScope>) -> Result<Ready, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |wrong: bool, field: &'static str, sentence: &'static str| {
            if wrong {
                errors.push(FieldError::new(field, sentence));
            }
        };
        let kind = kinds().find(|kind| kind.code == self.kind);
        refuse(kind.is_none(), "kind", "Choose one of the LMC’s letters");
        let provider = ProviderRef::of_key(&self.provider);
        refuse(provider.is_none(), "provider", "Choose a provider of the desk");
        let unknown = |code: Option<&str>, known: bool| code.is_some() && !known;
        let (department, category) = (self.department.as_deref(), self.category.as_deref());
        let known = department.and_then(department::of_code).is_some();
        refuse(unknown(department, known), "department", "Choose a department of the list, or leave it out");
        let known = category.and_then(|code| facts.book.category(code)).is_some();
        refuse(unknown(category, known), "category", "Choose a kind of the list, or leave it out");
        let days = self.to.days_since(self.from);
        refuse(!(0..=MOST_DAYS).contains(&days), "from", "Enter at most a year, from an earlier day to a later one");
        refuse(self.sent_on > facts.today, "sent_on", "Choose today or an earlier day");
        let early = self.reply_due_on.is_some_and(|due| due < self.sent_on);
        refuse(early, "reply_due_on", "Enter a day on or after the day it was sent");
        let text = written(&self.text).map_err(|error| errors.push(error)).ok();
        let (Some((subject, body)), Some(kind), Some(provider), true) = (text, kind, provider, errors.is_empty())
        else {
            return Err(errors);
        };
        let about = kind.transfers;
        let letter = NewJointLetter {
            id: self.id,
            kind: kind.code.clone(),
            provider,
            department: self.department.clone(),
            category: self.category.clone(),
            from: self.from,
            to: self.to,
            items: 0,
            practices: 0,
            step: about.and_then(|about| about.step).unwrap_or_default(),
            recipient: self.recipient.to_string(),
            subject,
            body,
            sent_on: self.sent_on,
            how: self.how,
            reply_due_on: self.reply_due_on,
        };
        let needs_items = about.is_some_and(|about| about.needs_items);
        Ok(Ready { letter, needs_items, organisations: Arc::clone(&facts.organisations) })
    }

    async fn run(ready: Ready, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, RowId), AppError> {
        let (at, mut new) = (tx.read(by.scope()), ready.letter);
        // Sent again, it counts what it counted: practices go on logging.
        if let Some(before) = joint_letters::one(at, new.id).await? {
            (new.items, new.practices) = (before.letter.items, before.letter.practices);
            new.provider.name = before.letter.provider.name;
            return Ok((Written::of(joint_letters::add(at, &new, by.id(), tx.now()).await?)?, new.id));
        }
        let sharing = area_transfers::opened(at, &ready.organisations, tx.now()).await?;
        let narrowed = Narrowed {
            provider: Some(new.provider.key.clone()),
            department: new.department.clone(),
            category: new.category.clone(),
        };
        let lines = area_transfers::passed_on(at, &sharing, (new.from, new.to), &narrowed).await?.providers;
        (new.items, new.practices) = (0, 0);
        if let Some(line) = lines.into_iter().next() {
            (new.provider, new.items, new.practices) = (line.provider, line.items, line.practices);
        }
        if ready.needs_items && new.items == 0 {
            return Err(AppError::field("provider", "No practice that shares told of this in these days"));
        }
        transfer_desk::room(at).await?;
        let written = Written::of(joint_letters::add(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            let event = JointLetterSent {
                letter: new.id,
                kind: new.kind,
                step: new.step,
                items: new.items,
                practices: new.practices,
            };
            tx.audit(by.scope().lmc(), &event).await?;
        }
        Ok((written, new.id))
    }
}

/// Subject and paragraphs of a letter that is finished and names no patient.
fn written(text: &str) -> Result<(String, String), FieldError> {
    let refuse = |sentence: String| FieldError::new("text", sentence);
    let text = identifier::check_letter(text, LONGEST_LETTER).map_err(|no| refuse(no.to_string()))?;
    let text = text.as_str();
    if let Some((_, rest)) = text.split_once(UNWRITTEN) {
        let what = rest.split(']').next().unwrap_or_default();
        return Err(refuse(format!("Still to be written: {what}")));
    }
    let (subject, body) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(refuse("Write a first line as the subject, then the letter".to_owned()));
    }
    Ok((subject.trim().to_owned(), body.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_taken_when_nothing_in_it_is_left_open() {
        let told = |text: &str| written(text).map_err(|error| error.message.into_owned());
        let (subject, body) = told("Fit notes\n\nDear colleague,\n\nplease issue them.\n").unwrap();
        assert_eq!((subject.as_str(), body.as_str()), ("Fit notes", "Dear colleague,\n\nplease issue them."));
        assert_eq!(told("S\n\n[to write: what works well]"), Err("Still to be written: what works well".to_owned()));
        assert!(told("Only a subject").is_err() && told("").is_err());
        assert!(told("S\n\nNHS number 999 000 0018").unwrap_err().contains("NHS number"));
    }
}
