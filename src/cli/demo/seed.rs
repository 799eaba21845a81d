//! Writes the invented county: organisations, people, then practice after practice.

use entity::ids::{ClinicianId, DeviceId, OrgCode, PersonId, RowId};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use uuid::Uuid;

use super::{
    Failure,
    county::{self, County, Habit, Practice},
    days::Days,
    history::{Counts, OwnLimit},
    morning::Morning,
    register::{self, LIMIT, Register, uuid_at},
    story, together, tree,
};
use crate::{
    audit::Event,
    cli::progress::Progress,
    domain::{
        access::{CliAuthority, Role},
        calendar,
        catalogue::{Catalogue, Status},
        consent, limit,
    },
    error::AppError,
    state::AppState,
    store::{
        demo::{self, AnswerRow, ClinicianRow, ConsentRow, DeviceRow, LimitRow, WeekRow},
        organisations, people,
    },
    web::passwords,
    writer::Tx,
};

/// What everybody's password is. The demo runs on one machine and holds nothing true.
pub(super) const PASSWORD: &str = "demo-demo-demo";
/// The people of the demo: address, name, role, where.
pub(super) const PEOPLE: [(&str, &str, Role, &str); 4] = [
    (
        "manager@demo.invalid",
        "Demo manager",
        Role::PracticeManager,
        "Z90001",
    ),
    (
        "lmc@demo.invalid",
        "Demo officer",
        Role::LmcOfficer,
        "wyrevale",
    ),
    ("icb@demo.invalid", "Demo analyst", Role::IcbAnalyst, "XDA"),
    (
        "admin@demo.invalid",
        "Demo administrator",
        Role::Administrator,
        "england",
    ),
];
/// Practices of one transaction.
const AT_ONCE: usize = 10;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Written {
    pub(super) practices: usize,
    pub(super) clinicians: usize,
    pub(super) sheets: usize,
    pub(super) contacts: usize,
    pub(super) statuses: usize,
}

/// The demo was written.
#[derive(Debug, serde::Serialize)]
struct Seeded(Written);

impl Event for Seeded {
    const NAME: &'static str = "demo.seeded";
}

/// Writes the county as it stands now. The people come last: who finds them finds everything.
pub(super) async fn seed(app: &AppState, county: &County) -> Result<Written, Failure> {
    let days = Days::at(app.clock.now());
    write_tree(app, county, &days).await?;
    let officer = PersonId(Uuid::now_v7());
    write_together(app, &days, officer).await?;
    let telephoned = story::telephoned(&county.practices);
    let mut all = Written::default();
    let catalogue = app.catalogue().await?;
    let progress = Progress::steps(county.practices.len(), "Inventing a county");
    for (at, some) in county.practices.chunks(AT_ONCE).enumerate() {
        let mut batch = Batch::default();
        for (within, practice) in some.iter().enumerate() {
            let index = at.saturating_mul(AT_ONCE).saturating_add(within);
            let called = telephoned.iter().position(|called| *called == index);
            batch.fill(
                &catalogue,
                &days,
                practice,
                &Call {
                    index,
                    officer,
                    telephoned: called,
                },
            );
        }
        batch.add_to(&mut all);
        app.writer
            .write(&CliAuthority::new(), move |tx| Box::pin(batch.write(tx)))
            .await?;
        progress.done(some.len());
    }
    progress.end();
    write_people(app, county, officer, all).await?;
    Ok(all)
}

async fn write_tree(app: &AppState, county: &County, days: &Days) -> Result<(), Failure> {
    let (on, facts) =
        tree::facts(county, app.clock.now()).map_err(|error| AppError::Fault(error.to_string()))?;
    let now = days.now;
    app.writer
        .write(&CliAuthority::new(), move |tx| {
            Box::pin(async move {
                let import = organisations::Import {
                    source: "demo",
                    effective_on: on,
                    file_sha256: String::new(),
                };
                Ok(organisations::append(tx.conn(), &import, &facts, now).await?)
            })
        })
        .await?;
    Ok(())
}

/// The LMC's template, meeting and question come first: answers belong to a question.
async fn write_together(app: &AppState, days: &Days, officer: PersonId) -> Result<(), Failure> {
    let template = together::template(days, officer)?;
    let question = together::question(days, officer)?;
    let meeting = together::meeting(days, officer)?;
    app.writer
        .write(&CliAuthority::new(), move |tx| {
            Box::pin(async move {
                demo::add(tx.conn(), vec![template]).await?;
                demo::add(tx.conn(), vec![meeting]).await?;
                Ok(demo::add(tx.conn(), vec![question]).await?)
            })
        })
        .await?;
    Ok(())
}

async fn write_people(
    app: &AppState,
    county: &County,
    officer: PersonId,
    written: Written,
) -> Result<(), Failure> {
    let hash = passwords::hash(app, PASSWORD.to_owned()).await?;
    let manager = county
        .practices
        .first()
        .map(|practice| PersonId(practice.manager));
    app.writer
        .write(&CliAuthority::new(), move |tx| {
            Box::pin(async move {
                let bad = |error: entity::ids::NotAnId| AppError::Fault(error.to_string());
                for (email, name, role, place) in PEOPLE {
                    let id = match role {
                        Role::PracticeManager => manager.unwrap_or(PersonId(Uuid::now_v7())),
                        Role::LmcOfficer => officer,
                        Role::IcbAnalyst | Role::Administrator => PersonId(Uuid::now_v7()),
                    };
                    let place: OrgCode = place.parse().map_err(bad)?;
                    people::add_person(tx.conn(), id, email, name, Some(hash.clone()), tx.now())
                        .await?;
                    people::add_grant(tx.conn(), id, role, &place, tx.now()).await?;
                }
                let england: OrgCode = "england".parse().map_err(bad)?;
                Ok(tx.audit(&england, &Seeded(written)).await?)
            })
        })
        .await?;
    Ok(())
}

/// What is told about one practice besides itself.
struct Call {
    index: usize,
    officer: PersonId,
    /// Its place among those that were telephoned.
    telephoned: Option<usize>,
}

/// Rows of some practices.
#[derive(Default)]
struct Batch {
    practices: usize,
    clinicians: Vec<ClinicianRow>,
    devices: Vec<DeviceRow>,
    limits: Vec<LimitRow>,
    subjects: Vec<demo::SubjectRow>,
    statuses: Vec<demo::StatusRow>,
    notices: Vec<demo::NoticeRow>,
    replies: Vec<demo::NoticeEventRow>,
    origins: Vec<demo::OriginRow>,
    said: Vec<demo::QuestionAnswerRow>,
    answers: Vec<AnswerRow>,
    consents: Vec<ConsentRow>,
    weeks: Vec<WeekRow>,
    counts: Counts,
    morning: Morning,
}

impl Batch {
    fn fill(&mut self, catalogue: &Catalogue, days: &Days, practice: &Practice, call: &Call) {
        let index = u64::try_from(call.index).unwrap_or(0);
        let rng =
            &mut SmallRng::seed_from_u64(county::SEED.wrapping_add(index.wrapping_mul(7_919)));
        let first = call.index == 0;
        let mut register = Register::new(catalogue, days, practice);
        if first {
            story::first_practice(&mut register, rng);
        } else if practice.habit != Habit::Silent {
            let chosen = register::chosen(rng, practice);
            register.fill(rng, &chosen);
        }
        let called = call
            .telephoned
            .and_then(|at| story::by_telephone(&mut register, rng, call.officer.0, at));
        self.answers.extend(called);
        let own = own_limit(&register, rng, first);
        self.limits
            .extend(own.map(|own| limit_row(rng, days, practice, own)));
        let notices = story::notices(&register.statuses, practice);
        self.origins.extend(together::origins(&register, &notices));
        self.subjects.append(&mut register.subjects);
        self.notices.extend(notices);
        self.statuses.append(&mut register.statuses);
        self.people(rng, days, practice);
        if practice.habit != Habit::Silent {
            self.sharing(rng, days, practice, first);
            self.counts.fill(rng, days, practice, own, first);
        }
        self.morning.fill(rng, days, practice, call.index);
        self.said
            .extend(together::answer(days, practice, rng, first));
        self.practices = self.practices.saturating_add(1);
    }

    fn people(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice) {
        // Added before anything was counted.
        let added_at = days.on(days.today.minus_days(200), 10 * 60);
        for clinician in &practice.clinicians {
            self.clinicians.push(ClinicianRow {
                practice: practice.code.clone(),
                id: clinician.id,
                label: clinician.label.clone(),
                staff_group: clinician.group.to_owned(),
                added_at,
                left_on: None,
            });
            if practice.habit == Habit::Taps {
                self.devices
                    .push(device(rng, days, practice, clinician.id, clinician.device));
            }
        }
    }

    fn sharing(&mut self, rng: &mut SmallRng, days: &Days, practice: &Practice, first: bool) {
        let asked = days.on(days.today.minus_days(rng.random_range(90..186)), 11 * 60);
        if practice.shares || register::chance(rng, 40) {
            self.consents.push(ConsentRow {
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
            let answered = days.on(
                week_ending.minus_days(rng.random_range(0..3)),
                rng.random_range(540..1_050),
            );
            self.weeks.push(WeekRow {
                practice: practice.code.clone(),
                id: RowId(uuid_at(rng, answered)),
                week_ending,
                recorded_at: answered,
                recorded_by: practice.manager,
            });
        }
    }

    fn add_to(&self, all: &mut Written) {
        all.practices = all.practices.saturating_add(self.practices);
        all.clinicians = all.clinicians.saturating_add(self.clinicians.len());
        all.sheets = all.sheets.saturating_add(self.counts.sheets.len());
        all.contacts = all.contacts.saturating_add(self.counts.contacts.len());
        all.statuses = all.statuses.saturating_add(self.statuses.len());
    }

    async fn write(mut self, tx: &Tx) -> Result<(), AppError> {
        self.replies = story::replies(&self.notices, tx.now());
        let conn = tx.conn();
        demo::add(conn, self.clinicians).await?;
        demo::add(conn, self.devices).await?;
        demo::add(conn, self.limits).await?;
        demo::add(conn, self.subjects).await?;
        demo::add(conn, self.statuses).await?;
        demo::add(conn, self.notices).await?;
        demo::add(conn, self.replies).await?;
        demo::add(conn, self.origins).await?;
        demo::add(conn, self.said).await?;
        demo::add(conn, self.answers).await?;
        demo::add(conn, self.consents).await?;
        demo::add(conn, self.weeks).await?;
        demo::add(conn, self.counts.sheets).await?;
        demo::add(conn, self.counts.sessions).await?;
        demo::add_contacts(conn, self.counts.contacts, self.counts.voids).await?;
        demo::add(conn, self.morning.rota).await?;
        demo::add(conn, self.morning.starts).await?;
        demo::add(conn, self.morning.ends).await?;
        demo::add_ticks(conn, self.morning.sent).await?;
        Ok(())
    }
}

fn device(
    rng: &mut SmallRng,
    days: &Days,
    practice: &Practice,
    clinician: ClinicianId,
    id: DeviceId,
) -> DeviceRow {
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
        from: limiting
            .effective_on
            .max(calendar::london_day(limiting.recorded_at)),
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
