//! An LMC keeps a place where transferred work was solved, for letters to cite.

use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        name::{ExamplePlace, ExampleText, Source},
        transfer::{book::TransferBook, desk::GoodExample},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::transfer_desk,
    writer::Tx,
};

/// Keep a place where transferred work was solved
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddGoodExample {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// Where.
    pub place: Option<ExamplePlace>,
    /// Code of the kind of work; every kind where it is left out.
    pub category: Option<String>,
    /// What was done.
    pub what: Option<ExampleText>,
    /// Where that can be read.
    pub source: Option<Source>,
    /// When it was read there; today where it is left out.
    pub seen_on: Option<LocalDate>,
    /// The entry that counts no longer; nothing else is needed with it.
    pub takes_back: Option<RowId>,
}

/// A good example was kept, or taken back.
#[derive(Debug, Serialize)]
struct GoodExampleAdded {
    example: RowId,
    takes_back: Option<RowId>,
}

impl Event for GoodExampleAdded {
    const NAME: &'static str = "good_example.added";
}

impl Operation for AddGoodExample {
    type Permission = access::RunTransferDesk;
    type Facts = (TransferBook, LocalDate);
    type Ready = GoodExample;
    type Done = RowId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d52", "place": "Alderbrook Hospital", "category": "fit-note",
        "what": "Wards issue fit notes for the whole recovery", "source": "Board papers of March 2026"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Self::Facts, AppError> {
        Ok((app.transfer_book_of_lmc(scope).await?, app.clock.today()))
    }

    fn asks(sent: &Sent, _: &Self::Facts) -> Asks {
        if sent.has("takes_back") {
            return Vec::new();
        }
        vec![("place", "Say where"), ("what", "Say what was done there"), ("source", "Say where that can be read")]
    }

    fn check(&self, (book, today): &Self::Facts, _: &By<LmcScope>) -> Result<GoodExample, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.category.as_deref().is_some_and(|code| book.category(code).is_none()) {
            errors.push(FieldError::new("category", "Choose a kind of the list"));
        }
        let seen_on = self.seen_on.unwrap_or(*today);
        if seen_on > *today {
            errors.push(FieldError::new("seen_on", "Enter today or an earlier day"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let text = |text: Option<String>| text.unwrap_or_default();
        Ok(GoodExample {
            id: self.id,
            place: text(self.place.as_ref().map(ToString::to_string)),
            category: self.category.clone(),
            what: text(self.what.as_ref().map(ToString::to_string)),
            source: text(self.source.as_ref().map(ToString::to_string)),
            seen_on,
            takes_back: self.takes_back,
        })
    }

    async fn run(new: GoodExample, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, RowId), AppError> {
        let at = tx.read(by.scope());
        if let Some(gone) = new.takes_back
            && !transfer_desk::examples(at).await?.iter().any(|example| example.id == gone)
        {
            return Err(AppError::NotFound);
        }
        transfer_desk::room(at).await?;
        let written = Written::of(transfer_desk::add_example(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            tx.audit(by.scope().lmc(), &GoodExampleAdded { example: new.id, takes_back: new.takes_back }).await?;
        }
        Ok((written, new.id))
    }
}
