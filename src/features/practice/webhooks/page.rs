//! The webhooks of a practice, made, tried and ended by whoever runs it.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::WebhookId;
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Made, Page, Shown, Typed};
use crate::{
    config::Purpose,
    domain::{
        access::{By, ManageWebhooks, Permit, PracticeScope},
        webhook::{self, WebhookEvent},
    },
    error::{AppError, FieldError},
    exchange::webhook::Reach,
    operations::{
        change_webhook::{ChangeWebhook, WebhookChange},
        make_webhook::{MakeWebhook, WebhookDone},
    },
    state::AppState,
    store::webhooks,
    ui::key_link,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        secrets, shell,
    },
};

/// Messages of each address that are listed.
const LISTED: u64 = 10;

/// The page.
pub(super) async fn show(
    permit: Permit<ManageWebhooks>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, permit.scope(), &Made::Nothing, &Typed::default(), &[]).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    made: &Made,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let at = app.db.read(scope);
    let mut held = Vec::new();
    for row in webhooks::of_practice(at).await? {
        let last = webhooks::last(at, row.id, LISTED).await?;
        let waiting = webhooks::waiting(at, row.id).await?;
        held.push(Shown { row, last, waiting });
    }
    let sheet = view::webhooks(&Page { practice: scope.practice(), held: &held, made, typed, errors });
    shell::show(app, caller, scope, sheet).await
}

impl Typed {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self { events: Vec::new(), ..Self::default() };
        for (name, text) in pairs {
            match name.as_str() {
                "id" => typed.id = text,
                "address" => typed.address = text,
                "events" => typed.events.extend(WebhookEvent::of(&text)),
                _ => {}
            }
        }
        typed.events.sort();
        typed.events.dedup();
        typed
    }

    fn read(&self, reach: Reach) -> Result<(WebhookId, String), Vec<FieldError>> {
        let id = forms::id(&self.id, "address").map(WebhookId);
        let address = reach.read(&self.address).map_err(|why| FieldError::new("address", why));
        match (id, address) {
            (Ok(id), Ok(address)) => Ok((id, address)),
            (id, address) => Err([id.err(), address.err()].into_iter().flatten().collect()),
        }
    }
}

/// The secret of this id, as it is kept, and as its program is given it.
fn secret(app: &AppState, scope: &PracticeScope, id: WebhookId) -> Result<(String, String), AppError> {
    let made = secrets::derived(&app.keys, Purpose::Webhook, &[scope.practice().as_str(), &id.to_string()])?;
    let bytes = URL_SAFE_NO_PAD.decode(&made).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok((secrets::hash(&made), webhook::secret(&bytes)))
}

/// Makes a webhook and shows its secret, this once.
pub(super) async fn make(
    permit: Permit<ManageWebhooks>,
    caller: Caller,
    State(app): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let (typed, scope) = (Typed::of(pairs), permit.scope());
    let reach = Reach { internet: !app.demo, here: app.settings.webhooks_here };
    let (id, address) = match typed.read(reach) {
        Ok(read) => read,
        Err(errors) => return page(&app, &caller, scope, &Made::Nothing, &typed, &errors).await,
    };
    let (secret_hash, shown) = secret(&app, scope, id)?;
    let act = MakeWebhook { id, address, events: typed.events.clone(), secret_hash };
    match act.perform(&app, &By::from(&permit)).await {
        Ok(WebhookDone::Fresh) => page(&app, &caller, scope, &Made::Secret(shown), &Typed::default(), &[]).await,
        Ok(WebhookDone::Before) => page(&app, &caller, scope, &Made::Before, &Typed::default(), &[]).await,
        Err(AppError::Invalid(errors)) => page(&app, &caller, scope, &Made::Nothing, &typed, &errors).await,
        Err(other) => Err(other),
    }
}

/// The webhook of an address.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    webhook: Uuid,
}

async fn change(
    app: &AppState,
    permit: &Permit<ManageWebhooks>,
    which: &Which,
    change: WebhookChange,
) -> Result<Redirect, AppError> {
    let act = ChangeWebhook { webhook: WebhookId(which.webhook), change };
    act.perform(app, &By::from(permit)).await?;
    Ok(Redirect::to(key_link::webhooks_of(permit.scope().practice()).as_str()))
}

/// The form of a test.
#[derive(Debug, Deserialize)]
pub(super) struct Try {
    id: String,
}

/// Sends a test; pressed twice, one.
pub(super) async fn test(
    permit: Permit<ManageWebhooks>,
    State(app): State<AppState>,
    InPath(which): InPath<Which>,
    Form(form): Form<Try>,
) -> Result<Redirect, AppError> {
    let id = forms::id(&form.id, "id")?;
    change(&app, &permit, &which, WebhookChange::Test(id)).await
}

/// Has one told again that was given up.
pub(super) async fn start(
    permit: Permit<ManageWebhooks>,
    State(app): State<AppState>,
    InPath(which): InPath<Which>,
) -> Result<Redirect, AppError> {
    change(&app, &permit, &which, WebhookChange::Start).await
}

/// Ends one: it is told nothing any more.
pub(super) async fn revoke(
    permit: Permit<ManageWebhooks>,
    State(app): State<AppState>,
    InPath(which): InPath<Which>,
) -> Result<Redirect, AppError> {
    change(&app, &permit, &which, WebhookChange::Revoke).await
}
