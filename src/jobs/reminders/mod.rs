//! The morning's reminders: who has what to be reminded of, put into the queue once a person and day, and mailed until
//! the server takes it or the day is over.
//!
//! A mail is written when it is sent, not when it is queued: a return that was answered in between is no longer asked for,
//! and where nothing is left to say nothing is sent. One node does it at a time. An attempt is noted before it is made: a
//! node that dies in the middle makes the next one wait, and the mail keeps its id, so nobody is mailed twice in a row.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use entity::ids::{LocalDate, PersonId};
use uuid::Uuid;

use self::text::Section;
use super::leases::{held_until, hold, is_over, let_go};
use crate::{
    domain::{
        access::{JobAuthority, PracticeScope},
        calendar,
        reminder::{self, ReminderFacts, ReminderLine},
        working_day::WorkingDays,
    },
    error::AppError,
    exchange::mail::{Mail, NotSent, Post},
    href,
    operations::send_reminder::{claim_reminder, forget_reminders, queue_reminder, settle_reminder},
    state::{AppState, notices::Known},
    store::reminders::{self as stored, Recipient, ReminderRow, State},
    ui::href::Href,
    web::reminders as links,
};

mod text;

/// What every reminder is called.
const SUBJECT: &str = "Headroom reminder";
/// How often a node looks whether there is something to send.
const LOOK: Duration = Duration::from_mins(1);
/// Held while the work is being done.
const WORK: &str = "reminders";
/// Held from the queueing of a day to the next morning.
const QUEUED: &str = "reminders-queued";
/// From when mail is sent, in London. The practice's day has begun, and there is time to act.
const FROM_HOUR: u32 = 8;
/// Until when: the contracted hours end at half past six.
const UNTIL_HOUR: u32 = 18;
/// Mails looked at in one go.
const BATCH: u64 = 50;
/// How long a reminder is kept: thirteen weeks.
const KEPT_DAYS: u64 = 91;
/// Minutes until the next attempt, after the first, second, …
const BACK_OFF: [i64; 5] = [1, 5, 15, 60, 120];

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Reminders put into the queue.
    pub queued: usize,
    /// Mails that the server took.
    pub sent: usize,
    /// Mails that are tried again later.
    pub later: usize,
}

/// Looks at the clock until the server stops.
pub async fn run(app: AppState, post: Option<Post>) {
    loop {
        match run_once(&app, post.as_ref()).await {
            Ok(done) => tell(done.unwrap_or_default()),
            Err(error) => {
                tracing::error!(%error, "reminders stopped; they go on in a minute");
            }
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn tell(done: Done) {
    if done != Done::default() {
        tracing::info!(queued = done.queued, sent = done.sent, later = done.later, "reminders are on their way");
    }
}

/// Queues and sends what is due now. Does nothing outside the hours of a working day, or while another node holds the lease.
///
/// # Errors
/// The first one met; what was done before stays done, and the next run goes on from there.
pub async fn run_once(app: &AppState, post: Option<&Post>) -> Result<Option<Done>, AppError> {
    if app.clock.is_doubted() {
        return Ok(None);
    }
    let (now, today) = (app.clock.now(), app.clock.today());
    let days = WorkingDays::england().map_err(|why| AppError::Fault(why.to_owned()))?;
    let hours = at_hour(today, FROM_HOUR)..at_hour(today, UNTIL_HOUR);
    if !days.is_working(today) || !hours.contains(&now) {
        return Ok(None);
    }
    let everywhere = JobAuthority::new().everywhere();
    let waiting = stored::due(app.db.read(&everywhere), now, 1).await?;
    if waiting.is_empty() && !is_over(app, QUEUED).await? {
        return Ok(Some(Done::default()));
    }
    let holder = Uuid::now_v7();
    if !hold(app, WORK, holder, held_until(now)).await? {
        return Ok(None);
    }
    let work = Work { app, post, days, today, holder };
    let done = work.all().await;
    let_go(app, WORK, holder).await?;
    done.map(Some)
}

fn at_hour(day: LocalDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    calendar::at_time(day, time)
}

struct Work<'a> {
    app: &'a AppState,
    post: Option<&'a Post>,
    days: &'a WorkingDays,
    today: LocalDate,
    holder: Uuid,
}

impl Work<'_> {
    async fn all(&self) -> Result<Done, AppError> {
        let mut done = Done::default();
        if is_over(self.app, QUEUED).await? {
            done.queued = self.queue_all().await?;
        }
        loop {
            let now = self.app.clock.now();
            let everywhere = JobAuthority::new().everywhere();
            let due = stored::due(self.app.db.read(&everywhere), now, BATCH).await?;
            if due.is_empty()
                || self.app.clock.is_doubted()
                || self.app.stopping.is_cancelled()
                || !hold(self.app, WORK, self.holder, held_until(now)).await?
            {
                return Ok(done);
            }
            for row in due {
                match self.send(row).await? {
                    State::Sent => done.sent = done.sent.saturating_add(1),
                    State::Waiting => done.later = done.later.saturating_add(1),
                    State::Kept | State::Settled | State::Refused | State::Late => {}
                }
            }
        }
    }

    /// Queues the day's reminders and forgets old ones.
    async fn queue_all(&self) -> Result<usize, AppError> {
        let everywhere = JobAuthority::new().everywhere();
        let mut queued = 0_usize;
        for recipient in stored::recipients(self.app.db.read(&everywhere), None).await? {
            if self.app.stopping.is_cancelled() {
                return Ok(queued);
            }
            let sections = self.sections(&recipient).await?;
            if !sections.is_empty() {
                let fresh = self.queue(recipient.person, &sections).await?;
                queued = queued.saturating_add(usize::from(fresh));
            }
        }
        let oldest = self.today.minus_days(KEPT_DAYS);
        forget_reminders(self.app, JobAuthority::new(), oldest).await?;
        let tomorrow = at_hour(self.today.plus_days(1), FROM_HOUR);
        hold(self.app, QUEUED, self.holder, tomorrow).await?;
        Ok(queued)
    }

    async fn queue(&self, person: PersonId, sections: &[Section]) -> Result<bool, AppError> {
        let now = self.app.clock.now();
        let row = ReminderRow {
            id: Uuid::now_v7(),
            person,
            day: self.today,
            body: text::shown(sections, self.today),
            state: State::Waiting.code().to_owned(),
            queued_at: now,
            attempts: 0,
            next_at: now,
            settled_at: None,
        };
        queue_reminder(self.app, JobAuthority::new(), row).await
    }

    /// What there is to say to somebody today, practice by practice; a practice that has closed is left out.
    async fn sections(&self, to: &Recipient) -> Result<Vec<Section>, AppError> {
        let organisations = self.app.organisations().await?;
        let mut sections = Vec::new();
        for practice in &to.practices {
            let Some(known) = organisations.practice(practice) else {
                continue;
            };
            let lines = self.lines(&JobAuthority::new().everywhere().of(practice)).await?;
            if !lines.is_empty() {
                sections.push(Section { practice: practice.clone(), name: known.name.to_string(), lines });
            }
        }
        Ok(sections)
    }

    async fn lines(&self, scope: &PracticeScope) -> Result<Vec<ReminderLine>, AppError> {
        let read = self.app.db.read(scope);
        let week = calendar::week_ending(self.today);
        let standing = ReminderFacts {
            today: self.today,
            diary: &Known::read(self.app, scope).await?.diary(),
            answered: stored::is_heard_from(read, week).await?,
            answered_before: stored::is_heard_from(read, week.minus_days(7)).await?,
        };
        Ok(reminder::lines(&standing, self.days))
    }

    /// Sends one reminder, or says why it is not sent.
    async fn send(&self, row: ReminderRow) -> Result<State, AppError> {
        let Some(post) = self.post else {
            return self.settle(row.id, State::Kept).await;
        };
        if row.day < self.today {
            return self.settle(row.id, State::Late).await;
        }
        if !stored::is_mail_wanted(self.app.db.unscoped(), row.person).await? {
            return self.settle(row.id, State::Kept).await;
        }
        let everywhere = JobAuthority::new().everywhere();
        let to = stored::recipients(self.app.db.read(&everywhere), Some(row.person)).await?;
        let Some(to) = to.first() else {
            return self.settle(row.id, State::Settled).await;
        };
        let sections = self.sections(to).await?;
        if sections.is_empty() {
            return self.settle(row.id, State::Settled).await;
        }
        if !self.attempt(&row, &sections).await? {
            // Another node has it.
            return Ok(State::Kept);
        }
        self.hand_over(post, &row, to, &sections).await
    }

    /// Gives a mail to the server, and notes what it said.
    async fn hand_over(
        &self,
        post: &Post,
        row: &ReminderRow,
        to: &Recipient,
        sections: &[Section],
    ) -> Result<State, AppError> {
        let stop = self.absolute(&links::stop_path(self.app, row.person)?);
        let mail = Mail {
            id: row.id,
            to: &to.email,
            at: self.app.clock.now(),
            subject: SUBJECT,
            text: self.mailed(row, sections, &stop)?,
            stop: Some(&stop),
        };
        match post.send(&mail).await {
            Ok(()) => self.settle(row.id, State::Sent).await,
            Err(NotSent::Refused) => self.settle(row.id, State::Refused).await,
            Err(NotSent::Later(why)) => {
                tracing::warn!(reminder = %row.id, why, "a reminder could not be mailed yet");
                Ok(State::Waiting)
            }
        }
    }

    fn mailed(&self, row: &ReminderRow, sections: &[Section], stop: &str) -> Result<String, AppError> {
        let mut ways = Vec::new();
        for section in sections {
            let answer = links::answer_path(self.app, row.id, &section.practice)?;
            let home = href!("/practices").seg(&section.practice);
            ways.push(text::Ways { answer: self.absolute(&answer), diary: self.absolute(&home.seg("diary")) });
        }
        Ok(text::mailed(sections, &ways, self.today, stop))
    }

    fn absolute(&self, path: &Href) -> String {
        format!("{}{}", self.app.settings.public_url, path.as_str())
    }

    /// Claims the next attempt; false where another node claimed it.
    async fn attempt(&self, row: &ReminderRow, sections: &[Section]) -> Result<bool, AppError> {
        let this = (row.id, row.attempts);
        let made = usize::try_from(row.attempts).unwrap_or(usize::MAX);
        let minutes = BACK_OFF.get(made).or(BACK_OFF.last()).copied();
        let wait = chrono::Duration::minutes(minutes.unwrap_or_default());
        let now = self.app.clock.now();
        let next = now.checked_add_signed(wait).unwrap_or(now);
        let body = text::shown(sections, self.today);
        claim_reminder(self.app, JobAuthority::new(), this, next, body).await
    }

    async fn settle(&self, id: Uuid, state: State) -> Result<State, AppError> {
        settle_reminder(self.app, JobAuthority::new(), id, state).await
    }
}
