//! An LMC says whom its practices write to about transferred work, and what of it stands on its desk one by one.

use entity::ids::RowId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        name::{ProviderName, Recipient},
        transfer::{ProviderRef, book::TransferBook, desk::TransferRoute},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::transfer_desk,
    writer::Tx,
};

/// Longest time to answer that can be said, in working days.
const MOST_DAYS: u16 = 120;

/// Say whom practices write to about work of a provider, a kind, or both
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTransferRoute {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// Name or ODS code of the provider; every one where it is left out.
    pub provider: Option<ProviderName>,
    /// Code of the kind of work; every one where it is left out.
    pub category: Option<String>,
    /// Whom practices write to; the sender itself where it is left out.
    pub recipient: Option<Recipient>,
    /// Working days in which they answer, where that is known.
    pub reply_within: Option<u16>,
    /// Step of the ladder with which practices begin, 1 or 2; 1 where it is left out.
    pub first_step: Option<u16>,
    /// Somebody may come to harm by it: pages say that this is reported elsewhere.
    #[serde(default)]
    pub harm: bool,
    /// Each item stands on the LMC's desk; else only what repeats.
    #[serde(default)]
    pub shown_singly: bool,
}

/// A route was set.
#[derive(Debug, Serialize)]
struct TransferRouteSet {
    route: RowId,
}

impl Event for TransferRouteSet {
    const NAME: &'static str = "transfer_route.set";
}

impl Operation for SetTransferRoute {
    type Permission = access::RunTransferDesk;
    type Facts = TransferBook;
    type Ready = TransferRoute;
    type Done = RowId;

    const TAG: &'static str = "transfers";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d53", "provider": "Wyrevale Infirmary",
        "recipient": "Interface team of Wyrevale Infirmary", "reply_within": 10
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<TransferBook, AppError> {
        app.transfer_book_of_lmc(scope).await
    }

    fn asks(sent: &Sent, _: &TransferBook) -> Asks {
        if sent.has("provider") || sent.has("category") {
            return Vec::new();
        }
        vec![("provider", "Name a provider, or choose a kind of work")]
    }

    fn check(&self, book: &TransferBook, _: &By<LmcScope>) -> Result<TransferRoute, Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.category.as_deref().is_some_and(|code| book.category(code).is_none()) {
            errors.push(FieldError::new("category", "Choose a kind of the list"));
        }
        if self.reply_within.is_some_and(|days| days == 0 || days > MOST_DAYS) {
            errors.push(FieldError::new("reply_within", format!("Enter working days from 1 to {MOST_DAYS}")));
        }
        let first_step = self.first_step.unwrap_or(1);
        if !(1..=2).contains(&first_step) {
            errors.push(FieldError::new("first_step", "Practices begin with the provider, or with you"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let provider = self
            .provider
            .as_ref()
            .map(|name| ProviderRef::listed(&name.as_str().to_uppercase()).unwrap_or_else(|| ProviderRef::named(name)));
        Ok(TransferRoute {
            id: self.id,
            provider,
            category: self.category.clone(),
            recipient: self.recipient.as_ref().map(ToString::to_string),
            reply_within: self.reply_within,
            first_step,
            harm: self.harm,
            shown_singly: self.shown_singly,
        })
    }

    async fn run(new: TransferRoute, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, RowId), AppError> {
        let at = tx.read(by.scope());
        transfer_desk::room(at).await?;
        let written = Written::of(transfer_desk::add_route(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            tx.audit(by.scope().lmc(), &TransferRouteSet { route: new.id }).await?;
        }
        Ok((written, new.id))
    }
}
