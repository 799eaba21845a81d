//! Browsers that ask to be told of a limit: what one sends to ask, how it knows us, and whether it may still be told.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::{ClinicianId, PushSubscriptionId};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{facts::facts, forms};
use crate::{
    domain::{
        access::{self, HearOfLimits, HearOwnLimit, PracticeScope, Target},
        calendar,
        organisation::PracticeOn,
        push::{self, Hearer, PushEnd},
    },
    error::{AppError, FieldError},
    exchange::{
        push::{BrowserKeys, ServerKey},
        webhook::Reach,
    },
    operations::ask_for_push::AskForPush,
    state::AppState,
    store::push::{self as browsers, PushSubscriptionRow},
    ui::push::Browser,
};

/// What the script of the page fills in and sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    id: String,
    endpoint: String,
    public_key: String,
    auth: String,
    key: String,
}

/// What is told here cannot be read.
const UNREADABLE: &str = "Your browser sent nothing that it can be told by. Press the button again";

/// Reads what a browser sent.
///
/// # Errors
/// [`AppError::Invalid`], each for the form as a whole: nobody typed it.
pub fn read(
    app: &AppState,
    headers: &HeaderMap,
    asked: Asked,
    (hearer, full): (Hearer, Vec<ClinicianId>),
) -> Result<AskForPush, AppError> {
    let id = forms::id(&asked.id, "push").map_err(|error| AppError::Invalid(vec![error]))?;
    if app.demo {
        return Err(AppError::field("push", "This demo tells no other computer anything"));
    }
    let reach = Reach { internet: !app.demo, here: app.settings.webhooks_here };
    let endpoint = reach.read(&asked.endpoint).map_err(|_| {
        AppError::Invalid(vec![FieldError::new("push", "Your browser’s push service cannot be used from here")])
    })?;
    if BrowserKeys::read(&asked.public_key, &asked.auth).is_none() {
        return Err(AppError::field("push", UNREADABLE));
    }
    let key = ServerKey::known_as(&app.keys, &asked.key)?.ok_or_else(|| AppError::field("push", UNREADABLE))?;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Ok(AskForPush {
        id: PushSubscriptionId(id),
        hearer,
        name: push::browser(agent),
        endpoint,
        public_key: asked.public_key,
        auth: asked.auth,
        kid: key.kid().to_owned(),
        full,
        day: app.clock.today(),
    })
}

/// By what a browser may know us, the newest first.
///
/// # Errors
/// A fault of the libraries.
pub fn keys(app: &AppState) -> Result<String, AppError> {
    let keys: Result<Vec<String>, AppError> =
        app.keys.all().map(|master| Ok(ServerKey::of(master)?.public())).collect();
    Ok(keys?.join(" "))
}

/// The browsers of somebody, as their page lists them: those that are told, and those that ended by themselves.
pub fn listed(rows: Vec<PushSubscriptionRow>) -> Vec<Browser> {
    let mut listed: Vec<Browser> = Vec::new();
    for row in rows {
        let ended = row.ended_why.as_deref().and_then(PushEnd::says);
        if row.ended_at.is_some() && ended.is_none() {
            continue;
        }
        // The script knows its own address by this, and whoever reads the page learns nobody else's.
        let mark = URL_SAFE_NO_PAD.encode(Sha256::digest(row.endpoint.as_bytes()));
        listed.push(Browser {
            id: row.id,
            name: row.name,
            asked: calendar::london_day(row.created_at).short(),
            told: row.told_at.map(calendar::london),
            mark,
            ended,
        });
    }
    listed
}

/// Whether a browser may still be told: as if it asked now.
///
/// # Errors
/// Where the database cannot be read.
pub async fn may_hear(app: &AppState, scope: &PracticeScope, row: &PushSubscriptionRow) -> Result<bool, AppError> {
    let Some(hearer) = browsers::hearer(row) else { return Ok(false) };
    let practice = scope.practice();
    if !app.organisations().await?.practice(practice).is_some_and(PracticeOn::is_open) {
        return Ok(false);
    }
    let Some(actor) = browsers::asker(app.db.read(scope), hearer, app.clock.now()).await? else {
        return Ok(false);
    };
    let today = app.clock.today();
    Ok(match hearer {
        Hearer::Clinician { clinician, .. } => {
            let target = Target::Clinician(practice.clone(), clinician);
            let facts = facts(app, &actor, &target, today).await?;
            access::permit::<HearOwnLimit>(&actor, &target, facts).is_ok()
        }
        Hearer::Manager { .. } => {
            let target = Target::Practice(practice.clone());
            let facts = facts(app, &actor, &target, today).await?;
            access::permit::<HearOfLimits>(&actor, &target, facts).is_ok()
        }
    })
}
