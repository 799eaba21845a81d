//! Divert: routine need is sent elsewhere because the clinicians are at their limit. Suggested by the practice's own
//! rule, started and ended by a person, never by itself. What stays obligatory is dated data: see [`book`].

use chrono::{DateTime, Utc};
use entity::ids::{DivertId, LocalDate};

use super::{
    calendar,
    limit::{NEARING_PERCENT, PracticeDay},
};

pub mod book;
pub mod draft;

/// Where patients are sent. A fixed set, so that counts can be summed; names, hours and telephones are the practice's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// Booked at the practice after an assessment.
    Booked,
    /// A community pharmacy.
    Pharmacy,
    /// An urgent treatment centre.
    Utc,
    /// A hub of the network.
    Hub,
    /// NHS 111.
    Nhs111,
    /// The out-of-hours service.
    OutOfHours,
    /// A waiting list.
    WaitingList,
    /// An emergency department, for clinical need only.
    EmergencyDepartment,
}

impl Destination {
    /// Every destination, in the order of the buttons.
    pub const ALL: [Self; 8] = [
        Self::Booked,
        Self::Pharmacy,
        Self::Utc,
        Self::Hub,
        Self::Nhs111,
        Self::OutOfHours,
        Self::WaitingList,
        Self::EmergencyDepartment,
    ];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Pharmacy => "pharmacy",
            Self::Utc => "utc",
            Self::Hub => "hub",
            Self::Nhs111 => "111",
            Self::OutOfHours => "out-of-hours",
            Self::WaitingList => "waiting-list",
            Self::EmergencyDepartment => "emergency-department",
        }
    }

    /// As written on a button.
    pub fn title(self) -> &'static str {
        match self {
            Self::Booked => "Booked after assessment",
            Self::Pharmacy => "Pharmacy",
            Self::Utc => "Urgent treatment centre",
            Self::Hub => "Hub",
            Self::Nhs111 => "NHS 111",
            Self::OutOfHours => "Out of hours",
            Self::WaitingList => "Waiting list",
            Self::EmergencyDepartment => "Emergency department",
        }
    }

    /// The destination of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// When a divert is suggested, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DivertRule {
    /// First day.
    pub effective_on: LocalDate,
    /// Later rows of the same day correct earlier ones.
    pub recorded_at: DateTime<Utc>,
    /// Share of the practice's summed limits used, in percent.
    pub percent: u32,
    /// So many clinicians at the limit, where that counts too.
    pub clinicians: Option<u32>,
}

/// What holds where a practice has set nothing: the share of the summed limits from which a day is nearing them.
pub const DEFAULT: (u32, Option<u32>) = (NEARING_PERCENT, None);

/// The rule of a day, as share and number of clinicians.
pub fn rule_on(rules: &[DivertRule], day: LocalDate) -> (u32, Option<u32>) {
    rules
        .iter()
        .filter(|rule| rule.effective_on <= day)
        .max_by_key(|rule| (rule.effective_on, rule.recorded_at))
        .map_or(DEFAULT, |rule| (rule.percent, rule.clinicians))
}

/// What a start went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivertReason {
    /// So much of the summed limits was used.
    Share,
    /// So many clinicians were at the limit.
    Clinicians,
    /// The practice's own decision, before its rule suggested it.
    OwnDecision,
}

impl DivertReason {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Clinicians => "clinicians",
            Self::OwnDecision => "own-decision",
        }
    }

    /// In words, after the fact.
    pub fn words(code: &str) -> &'static str {
        match code {
            "share" => "the practice’s rule (share of the limits used)",
            "clinicians" => "the practice’s rule (clinicians at the limit)",
            _ => "the practice’s own decision",
        }
    }
}

/// What the practice's rule suggests of a day; nothing where nobody has counted or the rule is not met.
pub fn suggested(rule: (u32, Option<u32>), day: PracticeDay) -> Option<DivertReason> {
    let (percent, clinicians) = rule;
    if day.has_used(percent) {
        Some(DivertReason::Share)
    } else if clinicians.is_some_and(|least| least > 0 && day.full >= least) {
        Some(DivertReason::Clinicians)
    } else {
        None
    }
}

/// One divert as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divert {
    /// Which.
    pub id: DivertId,
    /// Its place in the practice's diverts.
    pub seq: i32,
    /// The London day it started.
    pub day: LocalDate,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Role of whoever started it.
    pub started_by: String,
    /// Code of its [`DivertReason`].
    pub ground: String,
    /// Version of the guard-rail text that was shown.
    pub guard_rail: String,
    /// When and by which role it was ended.
    pub ended: Option<(DateTime<Utc>, String)>,
}

impl Divert {
    /// Whether it is going on.
    pub fn is_on(&self) -> bool {
        self.ended.is_none()
    }
}

/// The divert that is going on, if one is: the newest, unless it was ended.
pub fn current(diverts: &[Divert]) -> Option<&Divert> {
    diverts.iter().max_by_key(|divert| divert.seq).filter(|divert| divert.is_on())
}

/// One sentence for everybody who works there.
pub fn says(current: Option<&Divert>, today: LocalDate) -> String {
    match current {
        None => "Your practice is not diverting.".to_owned(),
        Some(divert) => format!("{}.", since(divert, today)),
    }
}

/// "Diverting since 14:10", with the day where it is another.
pub fn since(divert: &Divert, today: LocalDate) -> String {
    let time = calendar::london_time(divert.started_at);
    if divert.day == today {
        format!("Diverting since {time}")
    } else {
        format!("Diverting since {time} on {}", divert.day.written())
    }
}

/// Whether a divert went on at any time of a day.
pub fn touches(divert: &Divert, day: LocalDate) -> bool {
    let last = divert.ended.as_ref().map(|(at, _)| calendar::london_day(*at));
    divert.day <= day && last.is_none_or(|last| day <= last)
}

/// Whom the practice sent a message to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// The ICB, which is told.
    Icb,
    /// Whoever keeps the Directory of Services, who is asked.
    Dos,
}

impl MessageKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Icb, Self::Dos];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Icb => "icb",
            Self::Dos => "dos",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Icb => "Message to the ICB",
            Self::Dos => "Directory of Services request",
        }
    }

    /// The kind of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// Ways a message goes or comes, as stored and as written.
pub const WAYS: [(&str, &str); 4] =
    [("email", "Email"), ("telephone", "Telephone"), ("web-form", "Web form"), ("letter", "Letter")];

/// What became of a message, as stored and as written.
pub const ANSWERS: [(&str, &str); 3] = [("agreed", "Agreed"), ("refused", "Refused"), ("no-answer", "No answer")];

/// The words of a code in a list of codes; the code itself where it is not known any more.
pub fn words<'a>(list: &'a [(&'a str, &'a str)], code: &'a str) -> &'a str {
    list.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(counted: u32, limit: u32, full: u32) -> PracticeDay {
        PracticeDay { clinicians: 4, counted, limit, full, ..PracticeDay::default() }
    }

    #[test]
    fn a_divert_is_suggested_at_the_practices_own_share_or_number() {
        assert_eq!(suggested(DEFAULT, day(84, 100, 3)), None);
        assert_eq!(suggested(DEFAULT, day(85, 100, 0)), Some(DivertReason::Share));
        // One clinician is 25 past a limit of 25, the other has not begun: half of what there is is used.
        let apart = PracticeDay { over: 25, ..day(50, 50, 1) };
        assert_eq!(suggested(DEFAULT, apart), None);
        assert_eq!(suggested((50, None), apart), Some(DivertReason::Share));
        assert_eq!(suggested((100, Some(2)), day(60, 100, 1)), None);
        assert_eq!(suggested((100, Some(2)), day(60, 100, 2)), Some(DivertReason::Clinicians));
        assert_eq!(suggested(DEFAULT, PracticeDay::default()), None);
        assert_eq!(suggested((0, Some(0)), PracticeDay::default()), None);
    }

    #[test]
    fn the_newest_rule_of_the_day_holds() {
        let rule = |from: &str, at: &str, percent| DivertRule {
            effective_on: from.parse().unwrap(),
            recorded_at: at.parse().unwrap(),
            percent,
            clinicians: None,
        };
        let rules = [
            rule("2026-11-01", "2026-10-20T09:00:00Z", 90),
            rule("2026-11-01", "2026-10-21T09:00:00Z", 95),
            rule("2026-12-01", "2026-10-22T09:00:00Z", 70),
        ];
        let on = |text: &str| rule_on(&rules, text.parse().unwrap()).0;
        assert_eq!((on("2026-10-31"), on("2026-11-30"), on("2026-12-01")), (85, 95, 70));
    }

    #[test]
    fn a_divert_goes_on_until_it_is_ended() {
        let divert = |seq, ended: Option<&str>| Divert {
            id: DivertId(uuid::Uuid::from_u128(1)),
            seq,
            day: "2026-11-20".parse().unwrap(),
            started_at: "2026-11-20T14:10:00Z".parse().unwrap(),
            started_by: "practice-manager".to_owned(),
            ground: "share".to_owned(),
            guard_rail: "2026-04".to_owned(),
            ended: ended.map(|at| (at.parse().unwrap(), "practice-manager".to_owned())),
        };
        let past = divert(1, Some("2026-11-19T15:00:00Z"));
        assert!(current(&[]).is_none());
        assert!(current(std::slice::from_ref(&past)).is_none());
        let both = [divert(2, None), past.clone()];
        assert_eq!(current(&both).unwrap().seq, 2);
        let (open, today) = (divert(2, None), "2026-11-21".parse().unwrap());
        assert_eq!(says(None, today), "Your practice is not diverting.");
        assert_eq!(says(Some(&open), open.day), "Diverting since 14:10.");
        assert_eq!(says(Some(&open), today), "Diverting since 14:10 on 20 November 2026.");
        assert!(touches(&open, today) && touches(&open, open.day));
        assert!(!touches(&past, today) && !touches(&open, "2026-11-19".parse().unwrap()));
    }

    #[test]
    fn codes_lead_back_to_what_they_stand_for() {
        for destination in Destination::ALL {
            assert_eq!(Destination::of(destination.code()), Some(destination));
        }
        assert_eq!(Destination::of("taxi"), None);
        assert_eq!(words(&ANSWERS, "agreed"), "Agreed");
        assert_eq!(words(&ANSWERS, "gone"), "gone");
    }
}
