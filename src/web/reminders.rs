//! Links in reminders. Each proves itself: it can be made by this service alone, from the reminder it stands in, so nothing
//! secret is stored. Opening one changes nothing, for scanners follow links; the button on its page does.

use entity::ids::{LocalDate, OdsCode, PersonId};
use uuid::Uuid;

use super::secrets;
use crate::{
    config::Purpose,
    domain::{
        access::{self, Actor, AnswerWeek, Facts, Permit, SetMail, Target},
        calendar, reminder,
        working_day::WorkingDays,
    },
    error::AppError,
    href,
    state::AppState,
    store::{people, reminders},
    ui::href::Href,
};

/// The path that answers a practice's return, from one reminder.
///
/// # Errors
/// A fault of the hashing library.
pub fn answer_path(app: &AppState, id: Uuid, practice: &OdsCode) -> Result<Href, AppError> {
    let secret = secrets::derived(&app.keys, Purpose::AnswerWeek, &[practice.as_str(), &id.to_string()])?;
    Ok(href!("/reminders").seg(id).seg(practice).seg(secret))
}

/// The path that stops a person's mail.
///
/// # Errors
/// A fault of the hashing library.
pub fn stop_path(app: &AppState, person: PersonId) -> Result<Href, AppError> {
    let id = person.to_string();
    let secret = secrets::derived(&app.keys, Purpose::StopMail, &[&id])?;
    Ok(href!("/reminders/stop").seg(id).seg(secret))
}

/// What a link to answer opens.
#[derive(Debug)]
pub struct Opened {
    /// To answer a week's return of the practice, and nothing else.
    pub permit: Permit<AnswerWeek>,
    /// The week it was sent about.
    pub week: LocalDate,
    /// Whether that week may still be answered: it is this one, or the last.
    pub open: bool,
}

/// Opens a link of a reminder: nothing where it was not made here, or its person no longer runs the practice.
///
/// # Errors
/// Where the database cannot be read.
pub async fn open(app: &AppState, id: Uuid, practice: &OdsCode, secret: &str) -> Result<Option<Opened>, AppError> {
    let parts = [practice.as_str(), &id.to_string()];
    if !secrets::is_derived(&app.keys, Purpose::AnswerWeek, &parts, secret) {
        return Ok(None);
    }
    let Some(row) = reminders::reminder(app.db.unscoped(), id).await? else {
        return Ok(None);
    };
    let actor = person(app, row.person).await?;
    let Ok(permit) = access::permit(&actor, &Target::Practice(practice.clone()), EXISTS) else {
        return Ok(None);
    };
    let week = asked_about(row.day);
    let this = calendar::week_ending(app.clock.today());
    Ok(Some(Opened { permit, week, open: week == this || week == this.minus_days(7) }))
}

/// The week that a reminder of a day asks about: on a Monday or after a bank holiday it is the week before.
fn asked_about(day: LocalDate) -> LocalDate {
    let week = calendar::week_ending(day);
    let due = WorkingDays::england().map_or(week, |days| reminder::due(week, days));
    if day >= due { week } else { week.minus_days(7) }
}

/// Opens the link that stops mail: nothing where it was not made here.
///
/// # Errors
/// Where the database cannot be read.
pub async fn open_stop(app: &AppState, id: PersonId, secret: &str) -> Result<Option<Permit<SetMail>>, AppError> {
    if !secrets::is_derived(&app.keys, Purpose::StopMail, &[&id.to_string()], secret) {
        return Ok(None);
    }
    let actor = person(app, id).await?;
    Ok(access::permit(&actor, &Target::Account, EXISTS).ok())
}

const EXISTS: Facts = Facts {
    exists: true,
    represented: false,
    represented_then: false,
    shares_with_lmc: false,
    has_left: false,
    public_releases: false,
};

async fn person(app: &AppState, id: PersonId) -> Result<Actor, AppError> {
    let known = people::person(app.db.unscoped(), id).await?;
    if known.is_none() {
        return Ok(Actor::Stranger);
    }
    let grants = people::grants(app.db.unscoped(), id).await?;
    Ok(Actor::Person { id, grants })
}
