//! Template notices: what an LMC offers its practices to use, adapt or ignore. Versions are rows; a withdrawal is the
//! last of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, NoticeId, OdsCode, OrgCode, TemplateId};

use super::{NoticePeriod, Unit};
use crate::domain::{action, catalogue::Catalogue, codes::codes, working_day::WorkingDays};

/// Longest title of a template, in characters.
pub const LONGEST_TITLE: usize = 80;
/// Longest explanation, in characters.
pub const LONGEST_EXPLANATION: usize = 2000;

codes! {
    "a date in common", "a date in common is none, last-day or serve-on",
    /// What practices may have in common.
    CommonKind {
        /// Each its own dates.
        None = "none",
        /// The last day of the service.
        LastDay = "last-day",
        /// The day on which notice is served.
        ServeOn = "serve-on",
    }
}

impl CommonKind {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "None: each practice chooses",
            Self::LastDay => "A common last day of the service",
            Self::ServeOn => "A common day on which notice is served",
        }
    }
}

/// A date that the LMC suggests to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Common {
    /// The last day of the service.
    LastDay(LocalDate),
    /// The day on which notice is served.
    ServeOn(LocalDate),
}

impl Common {
    /// Its kind.
    pub fn kind(self) -> CommonKind {
        match self {
            Self::LastDay(_) => CommonKind::LastDay,
            Self::ServeOn(_) => CommonKind::ServeOn,
        }
    }

    /// Its day.
    pub fn day(self) -> LocalDate {
        match self {
            Self::LastDay(day) | Self::ServeOn(day) => day,
        }
    }

    /// "Last day 1 March 2027".
    pub fn words(self) -> String {
        let day = self.day().written();
        match self {
            Self::LastDay(_) => format!("Last day {day}"),
            Self::ServeOn(_) => format!("Notice served on {day}"),
        }
    }
}

/// What a version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Item of the catalogue.
    pub item: ItemCode,
    /// Its name in lists.
    pub title: String,
    /// The service.
    pub service: String,
    /// What practices read, in paragraphs.
    pub explanation: String,
    /// A period that may fit.
    pub period: Option<NoticePeriod>,
    /// A date in common.
    pub common: Option<Common>,
}

/// One version of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which template.
    pub template: TemplateId,
    /// Counts up from 1.
    pub version: i32,
    /// This version takes the template back.
    pub withdrawn: bool,
    /// What it says.
    pub text: Text,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Which template a notice came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Whose.
    pub lmc: OrgCode,
    /// Which.
    pub template: TemplateId,
    /// The version that was used.
    pub version: i32,
}

/// The newest version of each template, the newest first.
pub fn newest(versions: &[Version]) -> Vec<&Version> {
    let mut newest: BTreeMap<TemplateId, &Version> = BTreeMap::new();
    for version in versions {
        let known = newest.entry(version.template).or_insert(version);
        if known.version < version.version {
            *known = version;
        }
    }
    let mut newest: Vec<&Version> = newest.into_values().collect();
    newest.sort_by_key(|version| std::cmp::Reverse((version.recorded_at, version.template)));
    newest
}

/// The newest versions that practices see on a day: not withdrawn, and about an item that takes notice and does not
/// conflict with the contract on that day.
pub fn offered<'a>(versions: &'a [Version], catalogue: &Catalogue, today: LocalDate) -> Vec<&'a Version> {
    let mut newest = newest(versions);
    newest.retain(|version| !version.withdrawn && may_be_offered(version, catalogue, today));
    newest
}

/// Whether a template may leave the LMC on a day.
pub fn may_be_offered(version: &Version, catalogue: &Catalogue, today: LocalDate) -> bool {
    catalogue
        .item_on(&version.text.item, today)
        .is_some_and(|item| item.takes_notice() && action::may_leave(item, today))
}

/// What the form of a notice begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// Day of service.
    pub served_on: LocalDate,
    /// The period, where the template says anything that makes one.
    pub period: Option<NoticePeriod>,
    /// The common last day, where a notice served then, with the suggested period, would end after it.
    pub too_late_for: Option<LocalDate>,
}

impl Text {
    /// What the form of a notice that is served today begins with. A common last day makes the period, unless the
    /// suggested period would end after it: then the period stands, for that is what the agreement asks for.
    pub fn begin(&self, today: LocalDate, working_days: &WorkingDays) -> Beginning {
        let mut beginning = Beginning { served_on: today, period: self.period, too_late_for: None };
        match self.common {
            // A notice is recorded once it has been served.
            Some(Common::ServeOn(day)) => beginning.served_on = day.min(today),
            Some(Common::LastDay(last)) => {
                let ends = self.period.map_or(today, |period| period.last_day(today, working_days).day);
                let days = u16::try_from(last.days_since(today)).ok();
                let period = days.and_then(|n| NoticePeriod::new(n, Unit::Days).ok());
                match period.filter(|_| ends <= last) {
                    Some(period) => beginning.period = Some(period),
                    None => beginning.too_late_for = Some(last),
                }
            }
            None => {}
        }
        beginning
    }
}

/// A notice that a practice served on the template's service, and shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Who.
    pub practice: OdsCode,
    /// Which notice.
    pub notice: NoticeId,
    /// When.
    pub served_on: LocalDate,
    /// Last day of the service; nothing where the service goes on after all.
    pub last_day: Option<LocalDate>,
}

/// Whether a notice is on the service of a template: names are matched without regard to case and outer spaces.
pub fn same_service(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn text(period: Option<(u16, Unit)>, common: Option<Common>) -> Text {
        Text {
            item: "voluntary-services".parse().unwrap(),
            title: "Ring pessaries".to_owned(),
            service: "Ring pessaries".to_owned(),
            explanation: "Unfunded.".to_owned(),
            period: period.map(|(n, unit)| NoticePeriod::new(n, unit).unwrap()),
            common,
        }
    }

    fn begin(text: &Text) -> Beginning {
        text.begin(day("2026-11-20"), WorkingDays::england().unwrap())
    }

    #[test]
    fn a_common_last_day_makes_the_period_unless_the_agreement_asks_for_longer() {
        let last = Common::LastDay(day("2027-02-28"));
        let free = begin(&text(None, Some(last)));
        assert_eq!(free.period, Some(NoticePeriod::new(100, Unit::Days).unwrap()));
        let enough = begin(&text(Some((3, Unit::Months)), Some(last)));
        assert_eq!(enough.period, free.period);
        let short = begin(&text(Some((6, Unit::Months)), Some(last)));
        assert_eq!(short.period, Some(NoticePeriod::new(6, Unit::Months).unwrap()));
        assert_eq!(short.too_late_for, Some(day("2027-02-28")));
        let past = begin(&text(None, Some(Common::LastDay(day("2026-11-01")))));
        assert_eq!(past.period, None);
        assert_eq!(past.too_late_for, Some(day("2026-11-01")));
    }

    #[test]
    fn a_common_day_of_service_that_has_not_come_is_not_filled_in() {
        let ahead = begin(&text(None, Some(Common::ServeOn(day("2026-12-01")))));
        assert_eq!(ahead.served_on, day("2026-11-20"));
        let come = begin(&text(None, Some(Common::ServeOn(day("2026-11-16")))));
        assert_eq!(come.served_on, day("2026-11-16"));
    }

    #[test]
    fn the_newest_version_holds_and_a_withdrawn_one_is_not_offered() {
        let version = |template: u128, version, withdrawn| Version {
            template: TemplateId(uuid::Uuid::from_u128(template)),
            version,
            withdrawn,
            text: text(None, None),
            recorded_at: DateTime::UNIX_EPOCH,
        };
        let all = [version(1, 2, false), version(1, 1, false), version(2, 1, false), version(2, 2, true)];
        let newest: Vec<i32> = newest(&all).iter().map(|one| one.version).collect();
        assert_eq!(newest, [2, 2]);
        let catalogue = Catalogue::built_in().unwrap();
        let offered = offered(&all, catalogue, day("2026-11-20"));
        assert_eq!(offered, [&all[0]]);
        let conflict = Version {
            text: Text { item: "gp-connect-update-record".parse().unwrap(), ..text(None, None) },
            ..version(3, 1, false)
        };
        assert!(!may_be_offered(&conflict, catalogue, day("2026-11-20")));
    }
}
