//! What some practices have besides: the first ones a rota, and the visitors' own a divert that ran this morning.

use chrono::{DateTime, Duration, Utc};
use entity::ids::{DivertId, RowId};
use rand::rngs::SmallRng;

use super::{
    county::{Habit, Practice},
    days::Days,
    register::uuid_at,
};
use crate::{
    domain::{
        access::Role,
        calendar,
        divert::{Destination, DivertReason, book::DivertBook},
        work::TallySheet,
    },
    store::{
        demo::{DivertEndRow, DivertStartRow, RotaRow, TallyMarkRow},
        tally_owners::WHOLE_PRACTICE,
    },
};

/// So many practices, the visitors' own among them, have a rota.
const WITH_ROTA: usize = 8;
/// Where the visitors' practice sent patients. Nobody to 111: the ICB would have had to be told first.
const SENT: [(Destination, u32); 3] = [(Destination::Pharmacy, 5), (Destination::Utc, 1), (Destination::Hub, 3)];

/// Rows of some practices.
#[derive(Debug, Default)]
pub(super) struct Morning {
    pub(super) rota: Vec<RotaRow>,
    pub(super) starts: Vec<DivertStartRow>,
    pub(super) ends: Vec<DivertEndRow>,
    pub(super) sent: Vec<TallyMarkRow>,
}

impl Morning {
    /// Adds what one practice has; `index` is its place in the county.
    pub(super) fn fill(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice, index: usize) {
        if index < WITH_ROTA && practice.habit != Habit::Silent {
            self.rota(rng, days, practice);
        }
        if index == 0 {
            self.divert(rng, days, practice);
        }
    }

    /// Monday to Friday; a weekend the rota leaves open.
    fn rota(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice) {
        let effective_on = days.today.minus_days(84);
        let recorded_at = days.on(effective_on, 9 * 60);
        for clinician in &practice.clinicians {
            let whole = if clinician.half_days { 2 } else { 4 };
            for (weekday, works) in (1..).zip(clinician.works) {
                self.rota.push(RotaRow {
                    practice: practice.code.clone(),
                    id: RowId(uuid_at(rng, recorded_at)),
                    clinician: clinician.id,
                    weekday,
                    half_sessions: if works { whole } else { 0 },
                    effective_on,
                    recorded_at,
                    recorded_by: practice.manager,
                });
            }
        }
    }

    /// From a quarter to three quarters of what there has been of the day.
    fn divert(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice) {
        let rail = DivertBook::built_in().ok().and_then(|book| book.guard_rail_on(days.today));
        let Some(rail) = rail else { return };
        let (started, ended) = (instant(days, 25), instant(days, 75));
        let id = DivertId(uuid_at(rng, started));
        let role = Role::PracticeManager.code().to_owned();
        self.starts.push(DivertStartRow {
            practice: practice.code.clone(),
            id,
            seq: 1,
            day: days.today,
            ground: DivertReason::OwnDecision.code().to_owned(),
            guard_rail: rail.version.clone(),
            guard_rail_text: rail.text(),
            role: role.clone(),
            recorded_at: started,
            recorded_by: practice.manager,
        });
        self.ends.push(DivertEndRow {
            practice: practice.code.clone(),
            id: RowId(uuid_at(rng, ended)),
            divert: id,
            role,
            recorded_at: ended,
            recorded_by: practice.manager,
        });
        let kinds = SENT.into_iter().flat_map(|(kind, n)| (0..n).map(move |_| kind));
        for (percent, kind) in (28_i64..).step_by(5).zip(kinds) {
            let at = instant(days, percent);
            self.sent.push(TallyMarkRow {
                practice: practice.code.clone(),
                id: RowId(uuid_at(rng, at)),
                clinician: WHOLE_PRACTICE,
                day: days.today,
                source: TallySheet::Divert.code().to_owned(),
                kind: kind.code().to_owned(),
                n: 1,
                recorded_at: at,
                recorded_by: practice.manager,
            });
        }
    }
}

fn instant(days: &Days, percent: i64) -> DateTime<Utc> {
    let (from, to) = days.window;
    let seconds = to.saturating_sub(from).max(1).saturating_mul(60);
    let after = Duration::minutes(from) + Duration::seconds(seconds.saturating_mul(percent) / 100);
    (calendar::day_begins(days.today) + after).min(days.now)
}
