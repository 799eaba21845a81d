//! Mails about accounts: invitations, links to set a password, and what its owner should know of. They are written when
//! they are sent, so that nothing that waits holds a secret; a link is made from the mail's id and the master key.
//!
//! Any node sends any of them. An attempt is claimed before it is made: of two nodes one has it, and one that dies in the
//! middle makes the next attempt wait.

use std::time::Duration;

use chrono::TimeDelta;
use entity::ids::PersonId;
use uuid::Uuid;

use crate::{
    domain::{access::JobAuthority, joining},
    error::AppError,
    exchange::mail::{Mail, NotSent, Post},
    operations::{
        make_password_link::MakePasswordLink,
        send_account_mail::{claim_account_mail, forget_account_mails, forget_joinings, settle_account_mail},
    },
    state::AppState,
    store::{
        account_mails::{self, AccountMail, AccountMailRow},
        joinings,
        reminders::State,
    },
    web::{joining_link, passwords},
};

mod text;

/// How often a node looks: somebody waits for the link.
const LOOK: Duration = Duration::from_secs(5);
/// Mails looked at in one go.
const BATCH: u64 = 50;
/// Minutes until the next attempt, after the first, second, …
const BACK_OFF: [i64; 4] = [1, 4, 16, 60];
/// After this a mail is given up.
const LATE: TimeDelta = TimeDelta::days(1);
/// How long it is kept that a mail was sent: thirteen weeks, as with reminders.
const KEPT: TimeDelta = TimeDelta::days(91);
/// How often those of before are forgotten.
const FORGET: Duration = Duration::from_hours(1);

/// Sends until the server stops, and forgets old ones.
pub async fn run(app: AppState, post: Option<Post>) {
    tokio::join!(send_all(&app, post), forget_all(&app));
}

async fn send_all(app: &AppState, post: Option<Post>) {
    loop {
        if let Err(error) = run_once(app, post.as_ref()).await {
            tracing::error!(%error, "mails about accounts stopped; they go on in a moment");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn forget_all(app: &AppState) {
    loop {
        if let Err(error) = forget(app).await {
            tracing::warn!(%error, "old mails about accounts were not forgotten; it is tried again");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(FORGET) => {}
        }
    }
}

/// Forgets mails, and those who once asked to join.
async fn forget(app: &AppState) -> Result<(), AppError> {
    let (by, now) = (JobAuthority::new(), app.clock.now());
    forget_account_mails(app, by, now - KEPT).await?;
    forget_joinings(app, by, now - joining::OPEN - joining::LINK - joining::KEPT).await.map(|_| ())
}

/// Sends what is due; says how many mails the server took.
///
/// # Errors
/// The first one met; what was sent stays noted, and the next run goes on from there.
pub async fn run_once(app: &AppState, post: Option<&Post>) -> Result<usize, AppError> {
    if app.clock.is_doubted() {
        return Ok(0);
    }
    let everywhere = JobAuthority::new().everywhere();
    let mut sent = 0_usize;
    for row in account_mails::due(app.db.read(&everywhere), app.clock.now(), BATCH).await? {
        if send(app, post, row).await? == State::Sent {
            sent = sent.saturating_add(1);
        }
    }
    Ok(sent)
}

async fn send(app: &AppState, post: Option<&Post>, row: AccountMailRow) -> Result<State, AppError> {
    let (by, now) = (JobAuthority::new(), app.clock.now());
    let Some(post) = post else {
        return settle_account_mail(app, by, row.id, State::Kept).await;
    };
    if row.queued_at + LATE < now {
        return settle_account_mail(app, by, row.id, State::Late).await;
    }
    let Some((to, about)) = addressed(app, &row).await? else {
        return settle_account_mail(app, by, row.id, State::Settled).await;
    };
    let made = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    let minutes = BACK_OFF.get(made).or(BACK_OFF.last()).copied().unwrap_or_default();
    if !claim_account_mail(app, by, (row.id, row.attempts), now + TimeDelta::minutes(minutes)).await? {
        return Ok(State::Waiting);
    }
    let Some((subject, text)) = written(app, &row, about).await? else {
        return settle_account_mail(app, by, row.id, State::Settled).await;
    };
    let mail = Mail { id: row.id, to: &to, at: now, subject, text, stop: None };
    match post.send(&mail).await {
        Ok(()) => settle_account_mail(app, by, row.id, State::Sent).await,
        Err(NotSent::Refused) => settle_account_mail(app, by, row.id, State::Refused).await,
        Err(NotSent::Later(why)) => {
            tracing::warn!(mail = %row.id, why, "a mail about an account could not be sent yet");
            Ok(State::Waiting)
        }
    }
}

/// Where a mail goes, and what it is about; nothing where nobody is to get it.
async fn addressed(app: &AppState, row: &AccountMailRow) -> Result<Option<(String, AccountMail)>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    let Some(about) = AccountMail::of(row) else { return Ok(None) };
    let to = match (row.person, about) {
        (Some(person), _) => account_mails::address(app.db.read(&everywhere), person).await?,
        (None, AccountMail::Joining) => {
            joinings::link(app.db.read(&everywhere), row.id, app.clock.now()).await?.map(|(to, _)| to)
        }
        (None, _) => None,
    };
    Ok(to.map(|to| (to, about)))
}

/// What a mail says; nothing where its link was used or replaced meanwhile.
async fn written(
    app: &AppState,
    row: &AccountMailRow,
    about: AccountMail,
) -> Result<Option<(&'static str, String)>, AppError> {
    let link = match (about, row.person) {
        (AccountMail::Joining, _) => Some(joining_link(app, row.id).await?),
        (_, Some(person)) if about.has_link() => Some(link(app, (row.id, person), about).await?),
        _ => None,
    };
    let facts = text::Facts { site: &app.settings.public_url, at: row.queued_at };
    Ok(match link {
        None => Some(text::told(about, facts)),
        Some(None) => None,
        Some(Some(link)) => Some(text::linked(about, facts, &link)),
    })
}

/// The link of a mail to a practice, while it works.
async fn joining_link(app: &AppState, id: Uuid) -> Result<Option<String>, AppError> {
    let everywhere = JobAuthority::new().everywhere();
    match joinings::link(app.db.read(&everywhere), id, app.clock.now()).await? {
        Some((_, stored)) => joining_link::known(app, id, &stored),
        None => Ok(None),
    }
}

/// The link of a mail. Whoever forgot a password gets one that is made now; the others were made with the mail, and are
/// there or over.
async fn link(app: &AppState, (id, person): (Uuid, PersonId), about: AccountMail) -> Result<Option<String>, AppError> {
    let link = passwords::link(app, id)?;
    let by = JobAuthority::new();
    let made = MakePasswordLink { id, person, secret_hash: link.secret_hash, why: about };
    match made.perform(app, &by.within(by.service())).await {
        Ok(()) => Ok(Some(link.address)),
        Err(AppError::Conflict(_) | AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
