//! What a practice has set: dated limits and a rota; and the limit of a day that follows from them.

use chrono::{DateTime, Datelike, Utc};
use entity::ids::{ClinicianId, LocalDate};

use super::{NEARING_PERCENT, RECOMMENDED_FULL_DAY, RECOMMENDED_ONE_SESSION};

/// Who set the limit that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// Nobody: the recommended maximum.
    Recommended,
    /// The practice, for everyone.
    Practice,
    /// The practice, for this clinician.
    Clinician,
}

impl SetBy {
    /// Stable text, as in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Practice => "practice",
            Self::Clinician => "clinician",
        }
    }
}

/// What a practice has set: its limits and its rota.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Dated limits, of everyone or of one clinician.
    pub limits: Vec<Rule>,
    /// Sessions by weekday.
    pub rota: Vec<RotaDay>,
}

/// A dated limit of the practice, or of one clinician of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// For whom; for everyone where empty.
    pub clinician: Option<ClinicianId>,
    /// First day.
    pub effective_on: LocalDate,
    /// Last day; without an end where empty. A rule with an end stands over those without one.
    pub last_on: Option<LocalDate>,
    /// Later rows of the same day correct earlier ones.
    pub recorded_at: DateTime<Utc>,
    /// Limit of two sessions or more.
    pub full_day: u32,
    /// Limit of one session.
    pub one_session: u32,
    /// Limit of a duty doctor's day; as for the sessions worked where empty. A duty doctor's day is often counted as 10
    /// consultations plus triage.
    pub duty_day: Option<u32>,
    /// Share of the limit from which a day is nearing it, in percent.
    pub nearing_percent: u32,
}

impl Rule {
    fn holds_on(&self, day: LocalDate) -> bool {
        self.effective_on <= day && self.last_on.is_none_or(|last| day <= last)
    }
}

/// Sessions of one clinician on one weekday, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotaDay {
    /// Whose.
    pub clinician: ClinicianId,
    /// 1 is Monday, 7 is Sunday.
    pub weekday: u32,
    /// Sessions, counted in halves; 0 is a day off.
    pub half_sessions: u32,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// Later rows of the same day correct earlier ones.
    pub recorded_at: DateTime<Utc>,
}

impl Rules {
    /// Half sessions of `clinician` on `day` by the rota; nothing where the rota is silent.
    pub fn rota_on(&self, clinician: ClinicianId, day: LocalDate) -> Option<u32> {
        let weekday = day.0.weekday().number_from_monday();
        self.rota
            .iter()
            .filter(|row| row.clinician == clinician && row.weekday == weekday)
            .filter(|row| row.effective_on <= day)
            .max_by_key(|row| (row.effective_on, row.recorded_at))
            .map(|row| row.half_sessions)
    }
}

/// How much of a day somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// Sessions, counted in halves.
    pub half_sessions: u32,
    /// Whether they are the duty doctor.
    pub duty: bool,
}

impl Worked {
    /// Two sessions: what a day is where nobody said otherwise.
    pub const FULL_DAY: Self = Self { half_sessions: 4, duty: false };
    /// One session.
    pub const ONE_SESSION: Self = Self { half_sessions: 2, duty: false };

    /// "Half a session", "Two sessions, duty doctor".
    pub fn words(self) -> String {
        let sessions = match self.half_sessions {
            0 => "Day off".to_owned(),
            1 => "Half a session".to_owned(),
            2 => "One session".to_owned(),
            3 => "One and a half sessions".to_owned(),
            4 => "Two sessions".to_owned(),
            6 => "Three sessions".to_owned(),
            halves if halves % 2 == 0 => format!("{} sessions", halves / 2),
            halves => format!("{}½ sessions", halves / 2),
        };
        if self.duty { format!("{sessions}, duty doctor") } else { sessions }
    }
}

/// The limit that applies to one clinician on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Contacts.
    pub contacts: u32,
    /// Share from which the day is nearing it, in percent.
    pub nearing_percent: u32,
    /// Who set it.
    pub set_by: SetBy,
}

impl Limit {
    /// What holds where nobody has set anything, for a full day.
    pub const RECOMMENDED: Self =
        Self { contacts: RECOMMENDED_FULL_DAY, nearing_percent: NEARING_PERCENT, set_by: SetBy::Recommended };

    /// From how many contacts on a day is nearing this limit.
    pub fn nearing_from(self) -> u32 {
        let hundredths = u64::from(self.contacts).saturating_mul(self.nearing_percent.into());
        u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
    }
}

/// The limit of `clinician`, or of the practice where none is named, on `day` by what they work: the clinician's own newest rule, else the practice's, else the
/// recommended maximum; at each level a rule for certain days before one without an end. Half a session is half of one,
/// rounded up; one and a half is the two together, never more than a full day; three are no more than two, for 25 is a
/// maximum of the day.
pub fn limit_on(rules: &Rules, clinician: Option<ClinicianId>, day: LocalDate, worked: Worked) -> Limit {
    let newest = |whose: Option<ClinicianId>| {
        rules
            .limits
            .iter()
            .filter(|rule| rule.clinician == whose && rule.holds_on(day))
            .max_by_key(|rule| (rule.last_on.is_some(), rule.effective_on, rule.recorded_at))
    };
    let (rule, set_by) = match (clinician.and_then(|clinician| newest(Some(clinician))), newest(None)) {
        (Some(own), _) => (Some(own), SetBy::Clinician),
        (None, Some(practice)) => (Some(practice), SetBy::Practice),
        (None, None) => (None, SetBy::Recommended),
    };
    let (full_day, one_session, nearing_percent) = rule
        .map_or((RECOMMENDED_FULL_DAY, RECOMMENDED_ONE_SESSION, NEARING_PERCENT), |rule| {
            (rule.full_day, rule.one_session, rule.nearing_percent)
        });
    let duty_day = rule.and_then(|rule| rule.duty_day).filter(|_| worked.duty);
    let half_session = one_session.div_ceil(2);
    let by_sessions = match worked.half_sessions {
        0 | 1 => half_session,
        2 => one_session,
        3 => full_day.min(one_session.saturating_add(half_session)),
        _ => full_day,
    };
    Limit { contacts: duty_day.unwrap_or(by_sessions), nearing_percent, set_by }
}
