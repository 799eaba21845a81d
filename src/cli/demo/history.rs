//! Twelve weeks of counts: day sheets, then single contacts of the last week and of today.

use chrono::{DateTime, Datelike, Duration, Utc};
use entity::ids::{ContactId, LocalDate, RowId, SheetId, VoidId};
use rand::{RngExt, rngs::SmallRng};

use super::{
    county::{Clinician, FIRST_COUNTS, Habit, Practice},
    days::Days,
    register::{chance, uuid_at},
};
use crate::{
    domain::{
        calendar,
        contact::{ContactKind, Entered},
        limit,
    },
    store::demo::{ContactRow, SheetRow, VoidRow, WorkedRow},
};

/// The counts of some practices.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) sheets: Vec<SheetRow>,
    pub(super) sessions: Vec<WorkedRow>,
    pub(super) contacts: Vec<ContactRow>,
    pub(super) voids: Vec<VoidRow>,
}

/// A practice's own limit, from a day on.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnLimit {
    pub(super) from: LocalDate,
    pub(super) full_day: u32,
}

impl Counts {
    /// Adds the history of one practice.
    pub(super) fn fill(
        &mut self,
        rng: &mut SmallRng,
        days: &Days,
        practice: &Practice,
        own: Option<OwnLimit>,
        first: bool,
    ) {
        if practice.habit == Habit::Silent {
            return;
        }
        for day in days.history.iter().copied() {
            let taps = practice.habit == Habit::Taps && days.tapped(day);
            // Nobody got round to the sheet; yesterday's is often not in yet.
            let late = day >= days.today.minus_days(3);
            if !first && !taps && chance(rng, if late { 35 } else { 7 }) {
                continue;
            }
            for clinician in &practice.clinicians {
                if !works(clinician, day) || chance(rng, if first { 0 } else { 6 }) {
                    continue;
                }
                let n = usual(rng, clinician, own.filter(|own| own.from <= day));
                self.half_day(rng, days, practice, clinician, day);
                if taps {
                    let whole = (8 * 60 + 5, 18 * 60 + 10);
                    self.taps(rng, days, practice, clinician, (day, n, whole));
                } else {
                    self.sheet(rng, days, practice, clinician, (day, n));
                }
            }
        }
        if practice.habit == Habit::Taps {
            self.today(rng, days, practice, own, first);
        }
    }

    /// What has been counted of today: on a day off too, or the demo would be empty every weekend.
    fn today(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice, own: Option<OwnLimit>, first: bool) {
        for (at, clinician) in practice.clinicians.iter().enumerate() {
            let n = if first {
                FIRST_COUNTS.get(at).copied().unwrap_or(0)
            } else if here(clinician, days.today) {
                usual(rng, clinician, own).saturating_mul(days.done) / 100
            } else {
                continue;
            };
            self.half_day(rng, days, practice, clinician, days.today);
            self.taps(rng, days, practice, clinician, (days.today, n, days.window));
        }
    }

    fn half_day(
        &mut self,
        rng: &mut SmallRng,
        days: &Days,
        practice: &Practice,
        clinician: &Clinician,
        day: LocalDate,
    ) {
        if clinician.half_days {
            let recorded_at = days.on(day, 8 * 60);
            self.sessions.push(WorkedRow {
                practice: practice.code.clone(),
                id: RowId(uuid_at(rng, recorded_at)),
                clinician: clinician.id,
                day,
                half_sessions: 2,
                duty: false,
                recorded_at,
                recorded_by: practice.manager,
            });
        }
    }

    fn sheet(
        &mut self,
        rng: &mut SmallRng,
        days: &Days,
        practice: &Practice,
        clinician: &Clinician,
        (day, n): (LocalDate, u32),
    ) {
        let recorded_at = days.on(day, rng.random_range(18 * 60 + 30..20 * 60));
        self.sheets.push(SheetRow {
            practice: practice.code.clone(),
            id: SheetId(uuid_at(rng, recorded_at)),
            clinician: clinician.id,
            day,
            n: i32::try_from(n).unwrap_or(i32::MAX),
            entered_by: "manager".to_owned(),
            recorded_at,
            recorded_by: practice.manager,
        });
    }

    /// Contacts spread over the minutes of a day; one in eighty is taken back, with one more in its place.
    fn taps(
        &mut self,
        rng: &mut SmallRng,
        days: &Days,
        practice: &Practice,
        clinician: &Clinician,
        (day, n, window): (LocalDate, u32, (i64, i64)),
    ) {
        let (from, to) = window;
        let seconds = to.saturating_sub(from).max(1).saturating_mul(60);
        let begins = calendar::day_begins(day) + Duration::minutes(from);
        for at in 0..i64::from(n) {
            let slot = seconds / i64::from(n).max(1);
            let jitter = rng.random_range(0..slot.max(1));
            let when = begins + Duration::seconds(at.saturating_mul(slot).saturating_add(jitter));
            let when = when.min(days.now);
            if rng.random_range(0..80) == 0 {
                let slip = contact(rng, practice, clinician, day, when);
                self.voids.push(VoidRow {
                    practice: practice.code.clone(),
                    id: VoidId(uuid_at(rng, when)),
                    contact: slip.id,
                    clinician: clinician.id,
                    reason: None,
                    recorded_at: (when + Duration::seconds(4)).min(days.now),
                    recorded_by: clinician.device.0,
                });
                self.contacts.push(slip);
            }
            self.contacts.push(contact(rng, practice, clinician, day, when));
        }
    }
}

fn contact(
    rng: &mut SmallRng,
    practice: &Practice,
    clinician: &Clinician,
    day: LocalDate,
    at: DateTime<Utc>,
) -> ContactRow {
    let kind = match rng.random_range(0..100) {
        0..56 => ContactKind::InPerson,
        56..86 => ContactKind::Telephone,
        86..93 => ContactKind::Online,
        93..96 => ContactKind::Video,
        _ => ContactKind::Visit,
    };
    ContactRow {
        practice: practice.code.clone(),
        id: ContactId(uuid_at(rng, at)),
        clinician: clinician.id,
        day,
        occurred_at: at,
        recorded_at: at,
        kind: kind.code().to_owned(),
        complex: chance(rng, 11),
        entered: Entered::Tap.code().to_owned(),
        recorded_by: clinician.device.0,
        clock_off: false,
    }
}

fn works(clinician: &Clinician, day: LocalDate) -> bool {
    let weekday = usize::try_from(day.0.weekday().num_days_from_monday()).unwrap_or(0);
    clinician.works.get(weekday).copied().unwrap_or(false)
}

/// Whoever works on a Thursday is thought to be here at the weekend.
pub(super) fn here(clinician: &Clinician, day: LocalDate) -> bool {
    works(clinician, day) || (!day.is_weekday() && clinician.works.get(3).copied().unwrap_or(false))
}

/// A day's count: around the clinician's pace, and where the practice has a limit, near it and seldom past it.
fn usual(rng: &mut SmallRng, clinician: &Clinician, own: Option<OwnLimit>) -> u32 {
    let spread = rng.random_range(70..=115_u32).saturating_add(rng.random_range(0..=15));
    let mut n = clinician.pace.saturating_mul(spread) / 100;
    let mut most = own.map(|own| own.full_day);
    if clinician.half_days {
        n = n.saturating_mul(55) / 100;
        most = most.map(|_| limit::RECOMMENDED_ONE_SESSION);
    }
    if let Some(most) = most.filter(|most| n > most.saturating_sub(2)) {
        let room = rng.random_range(0..=3);
        let past = if chance(rng, 9) { rng.random_range(3..=6) } else { 0 };
        n = most.saturating_sub(room).saturating_add(past);
    }
    n.max(2)
}
