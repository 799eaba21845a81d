//! Writes the invented county: organisations, people, then practice after practice.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, DeviceId, PersonId, RowId};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use uuid::Uuid;

use super::{
    county::{self, County, Habit, Practice},
    days::Days,
    history::{Counts, OwnLimit},
    morning::Morning,
    network,
    register::{self, LIMIT, Register, uuid_at},
    returned, story, together, transfers, tree,
};
use crate::{
    cli::{failure::Failure, progress::Progress},
    domain::{
        access::{CliAuthority, Role},
        calendar,
        catalogue::{Catalogue, Status},
        consent, limit,
    },
    error::AppError,
    operations::seed_demo::{Rows, Seeded, Together, seed_organisations, seed_people, seed_practices, seed_together},
    state::AppState,
    store::demo::{ClinicianRow, ConsentRow, DeviceRow, LimitRow, WeekRow},
    web::passwords,
};

/// What everybody's password is. The demo runs on one machine and holds nothing true.
pub(super) const PASSWORD: &str = "demo-demo-demo";
/// The people of the demo: address, name, role, where.
pub(super) const PEOPLE: [(&str, &str, Role, &str); 4] = [
    ("manager@demo.invalid", "Demo manager", Role::PracticeManager, "Z90001"),
    ("lmc@demo.invalid", "Demo officer", Role::LmcOfficer, "wyrevale"),
    ("icb@demo.invalid", "Demo analyst", Role::IcbAnalyst, "XDA"),
    ("admin@demo.invalid", "Demo administrator", Role::Administrator, "england"),
];
/// Practices of one transaction.
const AT_ONCE: usize = 10;

/// Writes the county as it stands now. The people come last: who finds them finds everything.
pub(super) async fn seed(app: &AppState, county: &County) -> Result<Seeded, Failure> {
    let days = Days::at(app.clock.now());
    write_tree(app, county).await?;
    let officer = PersonId(Uuid::now_v7());
    write_together(app, &days, officer).await?;
    let telephoned = story::telephoned(&county.practices);
    let mut all = Seeded::default();
    let catalogue = app.catalogue().await?;
    let progress = Progress::steps(county.practices.len(), "Inventing a county");
    for (at, some) in county.practices.chunks(AT_ONCE).enumerate() {
        let mut batch = Batch::default();
        for (within, practice) in some.iter().enumerate() {
            let index = at.saturating_mul(AT_ONCE).saturating_add(within);
            let called = telephoned.iter().position(|called| *called == index);
            batch.fill(&catalogue, &days, practice, &Call { index, officer, telephoned: called });
        }
        batch.add_to(&mut all);
        seed_practices(app, CliAuthority::new(), batch.rows(days.now)).await?;
        progress.done(some.len());
    }
    progress.end();
    write_people(app, county, officer, all).await?;
    Ok(all)
}

async fn write_tree(app: &AppState, county: &County) -> Result<(), Failure> {
    let (on, facts) = tree::facts(county, app.clock.now()).map_err(|error| AppError::Fault(error.to_string()))?;
    seed_organisations(app, CliAuthority::new(), (on, facts)).await?;
    Ok(())
}

/// The LMC's template, meeting and question come first: answers belong to a question.
async fn write_together(app: &AppState, days: &Days, officer: PersonId) -> Result<(), Failure> {
    let desk = returned::desk(days, officer)?;
    let together = Together {
        template: together::template(days, officer)?,
        question: together::question(days, officer)?,
        network: network::set(days, officer)?,
        meeting: together::meeting(days, officer)?,
        letter: desk.letter,
        came: desk.came,
        example: desk.example,
        route: desk.route,
    };
    seed_together(app, CliAuthority::new(), together).await?;
    Ok(())
}

async fn write_people(app: &AppState, county: &County, officer: PersonId, seeded: Seeded) -> Result<(), Failure> {
    let hash = passwords::hash(app, PASSWORD.to_owned()).await?;
    let manager = county.practices.first().map(|practice| PersonId(practice.manager));
    let accounts = PEOPLE.map(|(email, name, role, place)| {
        let written = match role {
            Role::PracticeManager => manager,
            Role::LmcOfficer => Some(officer),
            _ => None,
        };
        (written.unwrap_or(PersonId(Uuid::now_v7())), email, name, role, place)
    });
    let accounts = accounts.to_vec();
    seed_people(app, CliAuthority::new(), (accounts, hash), seeded).await?;
    Ok(())
}

/// What is told about one practice besides itself.
struct Call {
    index: usize,
    officer: PersonId,
    /// Its place among those that were telephoned.
    telephoned: Option<usize>,
}

/// Rows of some practices as they are made.
#[derive(Default)]
struct Batch {
    practices: usize,
    rows: Rows,
    counts: Counts,
    morning: Morning,
}

impl Batch {
    fn fill(&mut self, catalogue: &Catalogue, days: &Days, practice: &Practice, call: &Call) {
        let index = u64::try_from(call.index).unwrap_or(0);
        let rng = &mut SmallRng::seed_from_u64(county::SEED.wrapping_add(index.wrapping_mul(7_919)));
        let first = call.index == 0;
        let mut register = Register::new(catalogue, days, practice);
        if first {
            story::first_practice(&mut register, rng);
        } else if practice.habit != Habit::Silent {
            let chosen = register::chosen(rng, practice);
            register.fill(rng, &chosen);
        }
        let called = call.telephoned.and_then(|at| story::by_telephone(&mut register, rng, call.officer.0, at));
        self.rows.answers.extend(called);
        let own = own_limit(&register, rng, first);
        self.rows.limits.extend(own.map(|own| limit_row(rng, days, practice, own)));
        let notices = story::notices(&register.statuses, practice);
        self.rows.origins.extend(together::origins(&register, &notices));
        // Of their own dice, so that they change nothing else.
        let dice = &mut SmallRng::seed_from_u64(county::SEED.wrapping_add(index.wrapping_mul(104_729)));
        let pathways = transfers::pathways(&register);
        self.rows.subjects.append(&mut register.subjects);
        self.rows.notices.extend(notices);
        self.rows.statuses.append(&mut register.statuses);
        self.people(rng, days, practice);
        if practice.habit != Habit::Silent {
            self.sharing(rng, days, practice, first);
            self.counts.fill(rng, days, practice, own, first);
        }
        self.morning.fill(rng, days, practice, call.index);
        self.rows.said.extend(together::answer(days, practice, rng, first));
        self.rows.said.extend(network::answers(days, practice, dice, first));
        if first {
            self.rows.notes.extend(network::notes(days, practice, dice));
        }
        if practice.habit != Habit::Silent {
            let logged = transfers::log(rng, days, practice);
            let logged = [logged, transfers::answers(dice, days, practice, &pathways)].concat();
            let returned = returned::letters(rng, days, practice, &logged);
            self.rows.transfers.extend(logged);
            self.rows.letters.extend(returned.letters);
            self.rows.about.extend(returned.about);
            self.rows.came.extend(returned.came);
        }
        self.practices = self.practices.saturating_add(1);
    }

    fn people(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice) {
        // Added before anything was counted.
        let added_at = days.on(days.today.minus_days(200), 10 * 60);
        for clinician in &practice.clinicians {
            self.rows.clinicians.push(ClinicianRow {
                practice: practice.code.clone(),
                id: clinician.id,
                label: clinician.label.clone(),
                staff_group: clinician.group.to_owned(),
                added_at,
                left_on: None,
                erased_at: None,
            });
            if practice.habit == Habit::Taps {
                self.rows.devices.push(device(rng, days, practice, clinician.id, clinician.device));
            }
        }
    }

    fn sharing(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice, first: bool) {
        let asked = days.on(days.today.minus_days(rng.random_range(90..186)), 11 * 60);
        if practice.shares || register::chance(rng, 40) {
            self.rows.consents.push(ConsentRow {
                practice: practice.code.clone(),
                id: RowId(uuid_at(rng, asked)),
                purpose: consent::LMC_VIEW.to_owned(),
                version: consent::VERSION.to_owned(),
                given: practice.shares,
                recorded_at: asked,
                recorded_by: practice.manager,
                shown_from: None,
            });
        }
        for week_ending in story::weeks(days, practice, rng, first) {
            let answered = days.on(week_ending.minus_days(rng.random_range(0..3)), rng.random_range(540..1_050));
            self.rows.weeks.push(WeekRow {
                practice: practice.code.clone(),
                id: RowId(uuid_at(rng, answered)),
                week_ending,
                recorded_at: answered,
                recorded_by: practice.manager,
            });
        }
    }

    fn add_to(&self, all: &mut Seeded) {
        all.practices = all.practices.saturating_add(self.practices);
        all.clinicians = all.clinicians.saturating_add(self.rows.clinicians.len());
        all.sheets = all.sheets.saturating_add(self.counts.sheets.len());
        all.contacts = all.contacts.saturating_add(self.counts.contacts.len());
        all.statuses = all.statuses.saturating_add(self.rows.statuses.len());
    }

    fn rows(self, now: DateTime<Utc>) -> Rows {
        Rows {
            replies: story::replies(&self.rows.notices, now),
            sheets: self.counts.sheets,
            sessions: self.counts.sessions,
            contacts: self.counts.contacts,
            voids: self.counts.voids,
            rota: self.morning.rota,
            starts: self.morning.starts,
            ends: self.morning.ends,
            sent: self.morning.sent,
            ..self.rows
        }
    }
}

fn device(rng: &mut SmallRng, days: &Days, practice: &Practice, clinician: ClinicianId, id: DeviceId) -> DeviceRow {
    DeviceRow {
        practice: practice.code.clone(),
        id,
        clinician,
        // Of no secret anybody has: the simulator needs none, and visitors enrol a device of their own.
        secret_hash: format!("demo-{:032x}", rng.random::<u128>()),
        enrolled_at: days.on(days.today.minus_days(30), 9 * 60),
        expires_at: days.on(days.today, 0) + chrono::Duration::days(60),
        last_seen_at: days.now,
        pin_hash: None,
        revoked_at: None,
    }
}

/// The limit of a practice that has recorded one.
fn own_limit(register: &Register<'_>, rng: &mut SmallRng, first: bool) -> Option<OwnLimit> {
    let limiting = register
        .statuses
        .iter()
        .filter(|row| row.item.as_str() == LIMIT)
        .max_by_key(|row| (row.effective_on, row.recorded_at))?;
    (limiting.status == Status::PausedSince.as_str()).then(|| OwnLimit {
        from: limiting.effective_on.max(calendar::london_day(limiting.recorded_at)),
        full_day: match rng.random_range(0..20) {
            0 if !first => 28,
            1 if !first => 30,
            _ => limit::RECOMMENDED_FULL_DAY,
        },
    })
}

fn limit_row(rng: &mut SmallRng, days: &Days, practice: &Practice, own: OwnLimit) -> LimitRow {
    let recorded_at = days.on(own.from, 9 * 60);
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    LimitRow {
        practice: practice.code.clone(),
        id: RowId(uuid_at(rng, recorded_at)),
        clinician: None,
        effective_on: own.from,
        last_on: None,
        duty_day: None,
        full_day: number(own.full_day),
        one_session: number(own.full_day.div_ceil(2)),
        nearing_percent: number(limit::NEARING_PERCENT),
        recorded_at,
        recorded_by: practice.manager,
    }
}
