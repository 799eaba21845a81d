//! Tells browsers what they asked to be told. What is told was written down where it was found out; here it is delivered, again
//! after a failure, for an hour at most.
//!
//! Any node delivers any of them. An attempt is claimed before it is made: of two nodes one has it, and one that dies in the
//! middle makes the next attempt wait. Whether it may be told is asked anew each time.

use std::time::Duration;

use chrono::TimeDelta;
use futures::{StreamExt, stream};

use crate::{
    config::Settings,
    domain::{
        access::{By, JobAuthority, PracticeScope},
        push::{Hearer, Notification, PushEnd, PushKind, keep_for, topic},
    },
    error::AppError,
    exchange::{
        push::{BrowserKeys, PushDelivery, ServerKey, push},
        webhook::{Reach, Teller, Unanswered},
    },
    href,
    operations::{
        deliver_push::{claim_push, forget_push, settle_push},
        end_push::end_push,
    },
    state::AppState,
    store::push::{self as browsers, PushMessageRow, PushState, PushSubscriptionRow},
    web::{push::may_hear, shell},
};

pub mod limits;

/// How often a node looks.
const LOOK: Duration = Duration::from_secs(2);
/// Messages looked at in one go.
const BATCH: u64 = 64;
/// Attempts at a time.
const AT_ONCE: usize = 16;
/// How long it is kept that a browser is told nothing any more.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How often it is looked who may not be told any more, and old ones are forgotten.
const TIDY: Duration = Duration::from_hours(1);

/// Finds out, delivers and tidies until the server stops.
pub async fn run(app: AppState) {
    let reach = Reach { internet: !app.demo, here: app.settings.webhooks_here };
    let teller = match Teller::new(reach) {
        Ok(teller) => teller,
        Err(error) => {
            tracing::error!(%error, "browsers are not told: there is no HTTP client");
            return;
        }
    };
    tokio::join!(deliver_all(&app, &teller), limits::watch(&app), tidy_all(&app));
}

async fn deliver_all(app: &AppState, teller: &Teller) {
    loop {
        let done = run_once(app, teller).await;
        if let Err(error) = &done {
            tracing::error!(%error, "messages to browsers stopped; they go on in a moment");
        }
        let pause = if matches!(done, Ok(1..)) { Duration::from_millis(50) } else { LOOK };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn tidy_all(app: &AppState) {
    loop {
        if let Err(error) = tidy(app).await {
            tracing::warn!(%error, "who may be told in a browser is looked at again in an hour");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
    }
}

/// Ends what rested on a role, a device or a session that ended, and forgets what is old.
///
/// # Errors
/// The first one met.
pub async fn tidy(app: &AppState) -> Result<(), AppError> {
    // A clock that jumped ahead would end and forget what is new.
    if app.clock.is_doubted() {
        return Ok(());
    }
    let job = JobAuthority::new();
    let everywhere = job.everywhere();
    for row in browsers::living_anywhere(app.db.read(&everywhere)).await? {
        let scope = job.everywhere().of(&row.practice);
        if !may_hear(app, &scope, &row).await? {
            end_push(app, &job.within(scope), &row, PushEnd::NotTheirs).await?;
        }
    }
    forget_push(app, job, (app.clock.today(), app.clock.now() - KEPT)).await?;
    Ok(())
}

/// Delivers what is due; says how many push services took theirs.
///
/// # Errors
/// The first one met; what was delivered stays noted, and the next run goes on from there.
pub async fn run_once(app: &AppState, teller: &Teller) -> Result<usize, AppError> {
    // A push service refuses what is signed with a wrong time.
    if app.clock.is_doubted() {
        return Ok(0);
    }
    let everywhere = JobAuthority::new().everywhere();
    let due = browsers::due(app.db.read(&everywhere), app.clock.now(), BATCH).await?;
    let attempts = stream::iter(due).map(|message| deliver(app, teller, message)).buffer_unordered(AT_ONCE);
    let came: Vec<Result<PushState, AppError>> = attempts.collect().await;
    let mut taken = 0_usize;
    for state in came {
        taken = taken.saturating_add(usize::from(state? == PushState::Delivered));
    }
    Ok(taken)
}

async fn deliver(app: &AppState, teller: &Teller, message: PushMessageRow) -> Result<PushState, AppError> {
    let job = JobAuthority::new();
    let by: By<PracticeScope> = job.within(job.everywhere().of(&message.practice));
    let Some(row) = claim_push(app, &by, &message).await? else {
        return Ok(PushState::Ended);
    };
    if !may_hear(app, by.scope(), &row).await? {
        end_push(app, &by, &row, PushEnd::NotTheirs).await?;
        return Ok(PushState::Ended);
    }
    // The master key is gone of which the key was made that the browser knows us by.
    let Some(master) = app.keys.named(&row.kid) else {
        end_push(app, &by, &row, PushEnd::NoKey).await?;
        return Ok(PushState::Ended);
    };
    let answer = attempt(app, teller, (&message, &row), &ServerKey::of(master)?).await?;
    let state = settle_push(app, &by, (&message, &row), answer).await?;
    if state != PushState::Delivered {
        tracing::info!(message = %message.id, ?answer, ?state, "a browser was not told");
    }
    Ok(state)
}

async fn attempt(
    app: &AppState,
    teller: &Teller,
    (message, row): (&PushMessageRow, &PushSubscriptionRow),
    key: &ServerKey,
) -> Result<Result<u16, Unanswered>, AppError> {
    let now = app.clock.now();
    let kept = keep_for(message.day, message.queued_at, now);
    let (Some(kind), Some(hearer), Some(kept), Some(keys)) =
        (PushKind::of(&message.kind), browsers::hearer(row), kept, BrowserKeys::read(&row.public_key, &row.auth))
    else {
        return Ok(Err(Unanswered::NoSecret));
    };
    let topic = topic(row.id, kind, message.day);
    let place = shell::practice_name(app, &row.practice).await?;
    let path = path(row, (kind, hearer));
    let text = Notification::new(message.id, kind, &place, (&path, &topic)).text();
    let text = text.map_err(|error| AppError::Fault(error.to_string()))?;
    let contact = contact(&app.settings);
    let delivery = PushDelivery {
        endpoint: &row.endpoint,
        body: keys.seal(&text)?,
        topic: &topic,
        keep_for: kept.num_seconds(),
        key,
        contact: contact.as_deref(),
        now,
    };
    push(teller, delivery).await
}

/// Where a press leads: to the day, to the practice's capacity, or to the page where it was asked for.
fn path(row: &PushSubscriptionRow, (kind, hearer): (PushKind, Hearer)) -> String {
    let practice = href!("/practices").seg(&row.practice);
    let (home, day) = match hearer {
        Hearer::Clinician { clinician, .. } => {
            let home = practice.seg("clinicians").seg(clinician);
            (home.clone(), home)
        }
        Hearer::Manager { .. } => (practice.clone(), practice.seg("capacity")),
    };
    let to = if kind == PushKind::Begun { home.seg("notifications") } else { day };
    to.as_str().to_owned()
}

/// Whom a push service's operator may write to: whoever is told of weaknesses, else whoever sends our mail, else the site.
fn contact(settings: &Settings) -> Option<String> {
    let mail = settings.mail.as_ref().map(|mail| {
        let address =
            mail.from.rsplit_once('<').map_or(mail.from.as_str(), |(_, address)| address.trim_end_matches('>'));
        format!("mailto:{}", address.trim())
    });
    let site = settings.is_secure().then(|| settings.public_url.clone());
    settings.security_contact.clone().or(mail).or(site)
}
