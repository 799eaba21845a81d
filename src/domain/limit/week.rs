//! Who is looked for on a day, and what a practice's week comes to.

use entity::ids::{ClinicianId, LocalDate};

use super::{Day, DayFacts, PracticeDay, Rules};

/// Whether a clinician's count is there, looked for, or not to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// There is a count: they work, whatever the rota says.
    Counted,
    /// They work that day as far as anybody said, and no count has come.
    NoCount,
    /// A day off by the rota.
    Off,
}

impl Attendance {
    /// Stable text, as in the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::NoCount => "no-count",
            Self::Off => "off",
        }
    }
}

/// How `clinician` stands on a day. What was said of the day itself goes before the rota; where both are silent they are
/// looked for, for a rota is nobody's duty.
pub fn standing(facts: &DayFacts, day: &Day, rules: &Rules, clinician: ClinicianId, on: LocalDate) -> Attendance {
    let off = match facts.worked {
        Some(worked) => worked.half_sessions == 0,
        None => rules.rota_on(clinician, on) == Some(0),
    };
    match (day.source, off) {
        (Some(_), _) => Attendance::Counted,
        (None, true) => Attendance::Off,
        (None, false) => Attendance::NoCount,
    }
}

/// A practice's week from Monday on. Clinician-days are added, never clinicians: who counts on three days is three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PracticeWeek {
    /// Contacts.
    pub contacts: u32,
    /// Clinician-days with a count.
    pub days: u32,
    /// Of them, those at the limit or past it.
    pub full: u32,
}

/// Sums the clinician-days of a week.
pub fn practice_week<'a>(days: impl IntoIterator<Item = &'a Day>) -> PracticeWeek {
    let sum = PracticeDay::sum(days);
    PracticeWeek { contacts: sum.counted, days: sum.clinicians, full: sum.full }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::limit::{RotaDay, Worked, day};

    #[test]
    fn a_day_off_is_no_silence_and_a_count_is_never_a_day_off() {
        let me = ClinicianId(Uuid::now_v7());
        let friday = LocalDate::new(2026, 11, 20).unwrap();
        let rota = |half_sessions| Rules {
            rota: vec![RotaDay {
                clinician: me,
                weekday: 5,
                half_sessions,
                effective_on: friday,
                recorded_at: "2026-11-20T08:00:00Z".parse().unwrap(),
            }],
            ..Rules::default()
        };
        let with = |taps, worked| DayFacts { taps, worked, ..DayFacts::default() };
        let off = Some(Worked { half_sessions: 0, duty: false });
        let works = Some(Worked::ONE_SESSION);
        for (facts, rules, expected) in [
            (with(None, None), Rules::default(), Attendance::NoCount),
            (with(None, None), rota(4), Attendance::NoCount),
            (with(None, None), rota(0), Attendance::Off),
            (with(Some(1), None), rota(0), Attendance::Counted),
            (with(None, works), rota(0), Attendance::NoCount),
            (with(None, off), rota(4), Attendance::Off),
        ] {
            let today = day(&facts, &rules, me, friday);
            assert_eq!(standing(&facts, &today, &rules, me, friday), expected);
        }
    }
}
