//! A notice on a service: when it was served and its period make the last day; what came back makes its state.
//!
//! Months and years follow the corresponding-date rule (Dodds v Walker, House of Lords, 1981): the day of service is not counted,
//! and a period of months ends on the day of that month with the same number, or on its last day where there is none.

use chrono::{DateTime, Datelike, Months, Utc};
use entity::ids::{ItemCode, LocalDate, NoticeId, RowId, SubjectId};

use super::{
    calendar,
    catalogue::Status,
    codes::codes,
    working_day::{ReckonedDay, WorkingDays},
};

pub mod template;

codes! {
    "a unit of notice", "a period is counted in days, working-days, weeks, months or months-to-month-end",
    /// What a period of notice is counted in.
    Unit {
        /// Days of the calendar.
        Days = "days",
        /// Weekdays less bank holidays.
        WorkingDays = "working-days",
        /// Weeks.
        Weeks = "weeks",
        /// Months, to the corresponding day.
        Months = "months",
        /// Months, and on to the end of the month they end in.
        MonthsToMonthEnd = "months-to-month-end",
    }
}

impl Unit {
    /// As a person reads it.
    pub fn title(self, n: u16) -> &'static str {
        match (self, n) {
            (Self::Days, 1) => "day",
            (Self::Days, _) => "days",
            (Self::WorkingDays, 1) => "working day",
            (Self::WorkingDays, _) => "working days",
            (Self::Weeks, 1) => "week",
            (Self::Weeks, _) => "weeks",
            (Self::Months, 1) => "month",
            (Self::Months, _) => "months",
            (Self::MonthsToMonthEnd, 1) => "month, to the end of the month",
            (Self::MonthsToMonthEnd, _) => "months, to the end of the month",
        }
    }

    /// The longest period of this unit: two years.
    pub fn most(self) -> u16 {
        match self {
            Self::Days => 731,
            Self::WorkingDays => 520,
            Self::Weeks => 104,
            Self::Months | Self::MonthsToMonthEnd => 24,
        }
    }
}

/// How long a notice runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticePeriod {
    /// How many.
    pub n: u16,
    /// Of what.
    pub unit: Unit,
}

impl NoticePeriod {
    /// A period that can be a notice's: none is 0 days, which unfunded work without a contract may have.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn new(n: u16, unit: Unit) -> Result<Self, String> {
        let most = unit.most();
        if n > most {
            return Err(format!("Enter {most} {} or fewer", unit.title(most)));
        }
        Ok(Self { n, unit })
    }

    /// "3 months".
    pub fn words(self) -> String {
        format!("{} {}", self.n, self.unit.title(self.n))
    }

    /// The last day of a service on which notice was served that day.
    pub fn last_day(self, served_on: LocalDate, working_days: &WorkingDays) -> ReckonedDay {
        let day = match self.unit {
            Unit::WorkingDays => return working_days.after(served_on, self.n),
            Unit::Days => served_on.plus_days(self.n.into()),
            Unit::Weeks => served_on.plus_days(u64::from(self.n) * 7),
            Unit::Months => corresponding(served_on, self.n),
            Unit::MonthsToMonthEnd => month_end(corresponding(served_on, self.n)),
        };
        ReckonedDay { day, certain: true }
    }
}

/// The same day of a later month, or the last there is.
fn corresponding(day: LocalDate, months: u16) -> LocalDate {
    let later = day.0.checked_add_months(Months::new(months.into()));
    LocalDate(later.unwrap_or(chrono::NaiveDate::MAX))
}

fn month_end(day: LocalDate) -> LocalDate {
    let next = LocalDate(day.0.with_day(1).unwrap_or(day.0));
    corresponding(next, 1).minus_days(1)
}

codes! {
    "a contract status", "a contract is signed, unsigned or none",
    /// Agreement for the service.
    Contract {
        /// Signed by both.
        Signed = "signed",
        /// Sent and never signed.
        Unsigned = "unsigned",
        /// There is none.
        None = "none",
    }
}

impl Contract {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Signed => "Signed contract",
            Self::Unsigned => "Contract that was not signed",
            Self::None => "No contract",
        }
    }
}

codes! {
    "what happened to a notice",
    "it is acknowledged, challenged, ceased, funded, withdrawn or entered-in-error",
    /// What happened after a notice was served.
    Event {
        /// The commissioner wrote that it has it.
        Acknowledged = "acknowledged",
        /// The commissioner disputes it.
        Challenged = "challenged",
        /// The service ended.
        Ceased = "ceased",
        /// It is funded now, and goes on.
        Funded = "funded",
        /// The practice took the notice back.
        Withdrawn = "withdrawn",
        /// There was no such notice.
        EnteredInError = "entered-in-error",
    }
}

impl Event {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Acknowledged => "Acknowledged",
            Self::Challenged => "Challenged",
            Self::Ceased => "Service ended",
            Self::Funded => "Funded, goes on",
            Self::Withdrawn => "Notice withdrawn",
            Self::EnteredInError => "Entered in error",
        }
    }

    /// Whether it closes the notice.
    pub fn is_outcome(self) -> bool {
        match self {
            Self::Acknowledged | Self::Challenged => false,
            Self::Ceased | Self::Funded | Self::Withdrawn | Self::EnteredInError => true,
        }
    }

    /// Whether the service goes on because of it.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Funded | Self::Withdrawn | Self::EnteredInError)
    }

    /// What may follow in a state: [`state`] of a notice's events so far.
    pub fn may_follow(self, state: NoticeState) -> bool {
        match (state, self) {
            // A reply comes once; a challenge may follow an acknowledgement, and be settled by one.
            (NoticeState::Waiting, _)
            | (NoticeState::Challenged, Self::Acknowledged)
            | (NoticeState::Acknowledged, Self::Challenged) => true,
            (NoticeState::Acknowledged | NoticeState::Challenged, event) => event.is_outcome(),
            (NoticeState::Closed(_), event) => event == Self::EnteredInError && state != Self::error(),
        }
    }

    fn error() -> NoticeState {
        NoticeState::Closed(Self::EnteredInError)
    }
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    /// Served, and no word yet.
    Waiting,
    /// The commissioner has it.
    Acknowledged,
    /// The commissioner disputes it.
    Challenged,
    /// It came to an end.
    Closed(Event),
}

impl NoticeState {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for a reply",
            Self::Acknowledged => Event::Acknowledged.title(),
            Self::Challenged => Event::Challenged.title(),
            Self::Closed(outcome) => outcome.title(),
        }
    }

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Acknowledged => Event::Acknowledged.as_str(),
            Self::Challenged => Event::Challenged.as_str(),
            Self::Closed(outcome) => outcome.as_str(),
        }
    }

    /// Whether nothing more is expected.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

/// The state after these events, in the order they were recorded. What may not follow changes nothing: two people who
/// answer at once leave a state, not a contradiction.
pub fn state(events: impl IntoIterator<Item = Event>) -> NoticeState {
    events.into_iter().fold(NoticeState::Waiting, |state, event| {
        if !event.may_follow(state) {
            return state;
        }
        match event {
            Event::Acknowledged => NoticeState::Acknowledged,
            Event::Challenged => NoticeState::Challenged,
            outcome => NoticeState::Closed(outcome),
        }
    })
}

/// A notice before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Made by the client.
    pub id: NoticeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// Day of service.
    pub served_on: LocalDate,
    /// How long it runs.
    pub period: NoticePeriod,
    /// Last day of the service.
    pub ends_on: LocalDate,
    /// To whom.
    pub commissioner: String,
    /// Agreement for the service.
    pub contract: Contract,
    /// Whether the service is paid for, where that is known.
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    pub patients: Option<u32>,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
}

impl NewNotice {
    /// The notice on a service that it becomes.
    pub fn recorded(self, subject: SubjectId, recorded_at: DateTime<Utc>) -> Notice {
        Notice {
            id: self.id,
            item: self.item,
            subject,
            served_on: self.served_on,
            period: self.period,
            ends_on: self.ends_on,
            commissioner: self.commissioner,
            contract: self.contract,
            funded: self.funded,
            patients: self.patients,
            reply_due_on: self.reply_due_on,
            recorded_at,
            events: Vec::new(),
        }
    }
}

/// What happened to a notice, before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHappened {
    /// Made by the client.
    pub id: RowId,
    /// What.
    pub event: Event,
    /// When.
    pub on: LocalDate,
    /// A short note.
    pub note: Option<String>,
}

/// A notice as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The service.
    pub subject: SubjectId,
    /// Day of service.
    pub served_on: LocalDate,
    /// How long it runs.
    pub period: NoticePeriod,
    /// Last day of the service, as computed when it was recorded.
    pub ends_on: LocalDate,
    /// To whom.
    pub commissioner: String,
    /// Agreement for the service.
    pub contract: Contract,
    /// Whether the service is paid for, where that is known.
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    pub patients: Option<u32>,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What happened since, in the order it was recorded.
    pub events: Vec<Happened>,
}

/// What happened after a notice was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Which row.
    pub id: RowId,
    /// What.
    pub event: Event,
    /// When.
    pub on: LocalDate,
    /// A short note; empty for none.
    pub note: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Notice {
    /// Where it stands.
    pub fn state(&self) -> NoticeState {
        state(self.events.iter().map(|happened| happened.event))
    }

    /// The day a reply is due, while none has come.
    pub fn awaits_reply(&self) -> Option<LocalDate> {
        self.reply_due_on.filter(|_| self.state() == NoticeState::Waiting)
    }

    /// What the register is to say because of an event, and from when; nothing where it says so already. A change is
    /// never dated before the notice was recorded: it would be about another time than the plan it changes.
    pub fn changes_register(&self, event: Event, on: LocalDate) -> Option<(Status, LocalDate)> {
        let from = on.max(calendar::london_day(self.recorded_at));
        let ended = self.ends_on <= from;
        match event {
            Event::Acknowledged | Event::Challenged => None,
            Event::Ceased => (!ended).then_some((Status::PausedSince, from)),
            Event::Funded | Event::Withdrawn | Event::EnteredInError if ended => Some((Status::Restarted, from)),
            Event::Funded | Event::Withdrawn | Event::EnteredInError => Some((Status::Running, from)),
        }
    }
}

#[cfg(test)]
mod tests;
