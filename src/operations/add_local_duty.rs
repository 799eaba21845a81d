//! An LMC says what holds in its area: a duty that was agreed there, or the number of a national one.

use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        name::{Clause, DutyText, Instrument, Source},
        transfer::{book::TransferBook, desk::LocalDuty},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::transfer_desk,
    writer::Tx,
};

/// Say what holds in the area: a duty that was agreed there, or the number of a national one
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddLocalDuty {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// Code of the kind of work for which it is proposed; left out where only a number is said.
    pub category: Option<String>,
    /// Code of the national duty whose number this is.
    pub duty: Option<String>,
    /// Where it stands.
    pub instrument: Option<Instrument>,
    /// Its number there.
    pub clause: Option<Clause>,
    /// The duty in plain words.
    pub text: Option<DutyText>,
    /// Where it can be read: a link.
    pub source: Option<Source>,
    /// First day.
    pub valid_from: Option<LocalDate>,
    /// Last day; open where it is left out.
    pub valid_to: Option<LocalDate>,
    /// The entry that counts no longer; nothing else is needed with it.
    pub takes_back: Option<RowId>,
}

/// A duty of an area was said, or taken back.
#[derive(Debug, Serialize)]
struct LocalDutyAdded {
    duty: RowId,
    takes_back: Option<RowId>,
}

impl Event for LocalDutyAdded {
    const NAME: &'static str = "local_duty.added";
}

impl Operation for AddLocalDuty {
    type Permission = access::RunTransferDesk;
    type Facts = (TransferBook, LocalDate);
    type Ready = LocalDuty;
    type Done = RowId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d51", "category": "fit-note", "instrument": "Wyre and Calder interface agreement",
        "text": "The team that treats issues the fit note.", "source": "https://example.org/interface.pdf", "valid_from": "2026-10-01"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Self::Facts, AppError> {
        Ok((app.transfer_book_of_lmc(scope).await?, app.clock.today()))
    }

    fn asks(sent: &Sent, _: &Self::Facts) -> Asks {
        if sent.has("takes_back") {
            return Vec::new();
        }
        let mut asks = vec![("source", "Say where it can be read"), ("valid_from", "Enter the first day")];
        if sent.has("duty") {
            asks.push(("clause", "Enter the number"));
        } else {
            asks.push(("category", "Choose the kind of work"));
            asks.push(("instrument", "Say where it stands"));
            asks.push(("text", "Say the duty in a sentence"));
        }
        asks
    }

    fn check(&self, (book, today): &Self::Facts, _: &By<LmcScope>) -> Result<LocalDuty, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |wrong: bool, field, sentence| {
            if wrong {
                errors.push(FieldError::new(field, sentence));
            }
        };
        let unknown = |code: &Option<String>, known: bool| code.is_some() && !known;
        let category = self.category.as_deref().and_then(|code| book.category(code));
        let duty = self.duty.as_deref().and_then(|code| book.duty(code));
        refuse(unknown(&self.category, category.is_some()), "category", "Choose a kind of the list");
        refuse(unknown(&self.duty, duty.is_some()), "duty", "Choose a duty of the list");
        refuse(
            self.duty.is_some() && self.category.is_some(),
            "duty",
            "A number belongs to a duty of the list: leave out the kind, or the duty",
        );
        let ends = self.valid_from.zip(self.valid_to).is_some_and(|(first, last)| last < first);
        refuse(ends, "valid_to", "Enter a day on or after the first");
        if !errors.is_empty() {
            return Err(errors);
        }
        let text = |text: Option<String>| text.unwrap_or_default();
        Ok(LocalDuty {
            id: self.id,
            category: self.category.clone(),
            duty: self.duty.clone(),
            instrument: text(self.instrument.as_ref().map(ToString::to_string)),
            clause: text(self.clause.as_ref().map(ToString::to_string)),
            text: text(self.text.as_ref().map(ToString::to_string)),
            source: text(self.source.as_ref().map(ToString::to_string)),
            valid_from: self.valid_from.unwrap_or(*today),
            valid_to: self.valid_to,
            takes_back: self.takes_back,
        })
    }

    async fn run(new: LocalDuty, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, RowId), AppError> {
        let at = tx.read(by.scope());
        if let Some(gone) = new.takes_back
            && !transfer_desk::duties(at).await?.iter().any(|duty| duty.id == gone)
        {
            return Err(AppError::NotFound);
        }
        transfer_desk::room(at).await?;
        let written = Written::of(transfer_desk::add_duty(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            tx.audit(by.scope().lmc(), &LocalDutyAdded { duty: new.id, takes_back: new.takes_back }).await?;
        }
        Ok((written, new.id))
    }
}
