//! Recording an outcome: from what was typed or sent to a row. Form and API share it.

use entity::ids::{ItemCode, LocalDate, NoticeId, OutcomeId, SubjectId};
use serde::Serialize;
use uuid::Uuid;

use super::{Key, Known};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, Permit, RecordStatus},
        identifier,
        outcome::{ADDRESS_MOST, Ending, Outcome, POUNDS_MOST, RESPONDER_MOST, Response},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{days::Written, outcomes},
    ui::href::Href,
    web::forms,
    writer::owned_scope,
};

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

/// An outcome as it was typed or sent: texts, not yet read.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) item: String,
    pub(super) subject: String,
    pub(super) notice: String,
    pub(super) corrects: String,
    pub(super) responder: String,
    pub(super) response: String,
    pub(super) outcome: String,
    pub(super) pounds_a_year: String,
    pub(super) on: String,
    pub(super) public: bool,
    pub(super) public_at: String,
}

fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

impl Draft {
    /// Reads every field, so that all that is wrong is said at once.
    ///
    /// # Errors
    /// The fields at fault; [`AppError::NotFound`] for a notice or an entry of another practice.
    fn read(&self, known: &Known) -> Result<Outcome, AppError> {
        let corrects = self.corrected(known)?;
        let notice = self.notice(known)?;
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "id"), &mut errors);
        let about = keep(self.about(known, notice, corrects), &mut errors);
        let answer = keep(self.answer(), &mut errors);
        let ending = keep(self.ending(corrects.is_some()), &mut errors);
        let pounds = keep(self.pounds(), &mut errors);
        let on = keep(self.day(known.today), &mut errors);
        let public_at = keep(self.address(), &mut errors);
        match (id, about, answer, ending) {
            (Some(id), Some((item, subject)), Some((responder, response)), Some(ending))
                if errors.is_empty() =>
            {
                Ok(Outcome {
                    id: OutcomeId(id),
                    item,
                    subject,
                    notice,
                    responder,
                    response,
                    ending,
                    pounds_a_year: pounds.flatten(),
                    on: on.flatten(),
                    is_public: self.public,
                    public_at: public_at.flatten(),
                    corrects: corrects.map(|corrected| corrected.id),
                    // The store writes the transaction's time.
                    recorded_at: chrono::DateTime::UNIX_EPOCH,
                })
            }
            _ => Err(AppError::Invalid(errors)),
        }
    }

    fn corrected<'a>(&self, known: &'a Known) -> Result<Option<&'a Outcome>, AppError> {
        if self.corrects.is_empty() {
            return Ok(None);
        }
        let id: OutcomeId = self.corrects.parse().map_err(|_| AppError::NotFound)?;
        known.outcome(id).map(Some).ok_or(AppError::NotFound)
    }

    fn notice(&self, known: &Known) -> Result<Option<NoticeId>, AppError> {
        if self.notice.is_empty() {
            return Ok(None);
        }
        let id: NoticeId = self.notice.parse().map_err(|_| AppError::NotFound)?;
        let mut all = known.notices.iter();
        all.find(|notice| notice.id == id)
            .map(|notice| Some(notice.id))
            .ok_or(AppError::NotFound)
    }

    /// What it is about: something of which the register says something. A notice and a corrected entry say it again.
    fn about(
        &self,
        known: &Known,
        notice: Option<NoticeId>,
        corrects: Option<&Outcome>,
    ) -> Result<Key, FieldError> {
        let says = |field, message: &'static str| FieldError::new(field, message);
        let item = self.item.parse::<ItemCode>();
        let item = item.map_err(|_| says("item", "Choose what it is about"))?;
        let subject = match self.subject.as_str() {
            "" => None,
            text => Some(
                text.parse::<SubjectId>()
                    .map_err(|_| says("subject", "Choose what it is about"))?,
            ),
        };
        let key = (item, subject);
        if !known.keys.contains(&key) {
            let message = "Nothing is recorded of this yet: record what the practice does first";
            return Err(says("item", message));
        }
        let of = notice.and_then(|id| known.notices.iter().find(|notice| notice.id == id));
        if of.is_some_and(|of| (of.item.clone(), Some(of.subject)) != key) {
            return Err(says("notice", "The notice is about something else"));
        }
        if corrects.is_some_and(|one| one.key() != key || one.notice != notice) {
            let message = "A correction is about the same thing: mark the entry as entered in error, and record another";
            return Err(says("item", message));
        }
        Ok(key)
    }

    fn answer(&self) -> Result<(String, Response), FieldError> {
        let response = self.response.parse::<Response>();
        let response = response.map_err(|_| FieldError::new("response", "Choose the response"))?;
        let responder = forms::short_text(&self.responder, "responder", RESPONDER_MOST)?;
        match (responder, response) {
            (Some(responder), _) => Ok((responder, response)),
            (None, Response::None) => Ok((String::new(), response)),
            (None, _) => Err(FieldError::new("responder", "Name who responded")),
        }
    }

    fn ending(&self, corrects: bool) -> Result<Ending, FieldError> {
        let says = |message: &'static str| FieldError::new("outcome", message);
        let ending = self.outcome.parse::<Ending>();
        let ending = ending.map_err(|_| says("Choose the outcome"))?;
        if ending == Ending::EnteredInError && !corrects {
            return Err(says("Only a correction can say that"));
        }
        Ok(ending)
    }

    fn pounds(&self) -> Result<Option<u32>, FieldError> {
        let plain = self.pounds_a_year.replace([',', '£', ' '], "");
        if plain.is_empty() {
            return Ok(None);
        }
        forms::number(&plain, "pounds_a_year", 0, POUNDS_MOST).map(Some)
    }

    fn day(&self, today: LocalDate) -> Result<Option<LocalDate>, FieldError> {
        match forms::optional_day(&self.on, "on")? {
            Some(day) if day > today => Err(FieldError::new("on", "Enter today or an earlier day")),
            day => Ok(day),
        }
    }

    /// Where it can be read: by https, and with nothing of a patient in it.
    fn address(&self) -> Result<Option<String>, FieldError> {
        let says = |message: &'static str| FieldError::new("public_at", message);
        let text = self.public_at.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let secure = text.starts_with("https://") && Href::new(text).is_ok();
        if !secure || text.chars().count() > ADDRESS_MOST {
            return Err(says("Enter an address that begins with https://"));
        }
        if let Some(found) = identifier::patient_data(text).first() {
            let message = format!("The address holds what looks like {}", found.kind);
            return Err(FieldError::new("public_at", message));
        }
        if !self.public {
            return Err(says("Tick that it is public, or leave the address empty"));
        }
        Ok(Some(text.to_owned()))
    }
}

/// Reads an outcome and records it.
///
/// # Errors
/// The fields at fault; [`AppError::NotFound`]; [`AppError::Conflict`] where another correction came first.
pub(super) async fn read_and_record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    draft: &Draft,
) -> Result<(OutcomeId, Written), AppError> {
    let known = Known::read(app, permit.scope()).await?;
    let new = draft.read(&known)?;
    let (id, by): (OutcomeId, Uuid) = (new.id, permit.id());
    let scope = owned_scope(permit);
    let written = app.writer.write(permit, move |tx| {
        Box::pin(async move {
            let at = tx.read(&scope);
            let all = outcomes::all(at).await?;
            let before = |one: &Outcome| one.corrects.is_some() && one.corrects == new.corrects;
            if all.iter().any(|one| before(one) && one.id != new.id) {
                return Err(AppError::Conflict(
                    "this entry was corrected meanwhile: open the outcomes again",
                ));
            }
            let written = outcomes::add(at, &new, by, tx.now()).await?;
            written.stands()?;
            if written == Written::Fresh {
                let event = OutcomeRecorded {
                    outcome: new.id,
                    item: new.item,
                    subject: new.subject,
                    notice: new.notice,
                    response: new.response,
                    ending: new.ending,
                    corrects: new.corrects,
                };
                tx.audit(&scope.practice().into(), &event).await?;
                tx.changed(scope.practice(), What::Register);
            }
            Ok(written)
        })
    });
    Ok((id, written.await?))
}
