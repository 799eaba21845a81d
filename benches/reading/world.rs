//! An invented England: as many practices, areas and clinicians as the real one, and two years of what they recorded.

use chrono::{DateTime, Datelike, Duration, NaiveTime, Utc, Weekday};
use entity::{
    ids::{ClinicianId, LocalDate, OdsCode, OrgCode, RowId, StatusId, SubjectId},
    practice_day, tally,
};
use headroom::{
    db::Db,
    domain::{
        action::StatusChange,
        catalogue::{Catalogue, Status},
        consent,
        organisation::{Dated, Fact, OrganisationKind},
    },
    store::{
        actions::NewStatus,
        demo::{self, ClinicianRow, ConsentRow, StatusRow, SubjectRow, WeekRow},
        organisations::{self, Import},
    },
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use uuid::Uuid;

use crate::house;

/// How large it is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) practices: u32,
    pub(crate) icbs: u32,
    pub(crate) lmcs: u32,
    pub(crate) clinicians_each: u32,
    /// Days before today for which practices have sums.
    pub(crate) days: u64,
}

/// The one that `domain.md` counts, and as many clinicians.
pub(crate) const ENGLAND: Size = Size { practices: 6_129, icbs: 36, lmcs: 110, clinicians_each: 10, days: 730 };
/// Single clinicians' days are kept so long.
const SINGLE_DAYS: u64 = 91;
/// Practices written at once.
const AT_ONCE: usize = 100;

pub(crate) fn practice(n: u32) -> OdsCode {
    format!("Z{n:05}").parse().unwrap()
}

pub(crate) fn lmc(n: u32) -> String {
    format!("lmc-{n:03}")
}

pub(crate) fn icb(n: u32) -> String {
    format!("X{n:02}")
}

fn code(text: &str) -> OrgCode {
    text.parse().unwrap()
}

fn start() -> LocalDate {
    "2020-01-01".parse().unwrap()
}

pub(crate) fn today() -> LocalDate {
    "2026-11-20".parse().unwrap()
}

pub(crate) fn noon(day: LocalDate) -> DateTime<Utc> {
    day.0.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()).and_utc()
}

fn fact(code: &str, kind: OrganisationKind, fact: Fact) -> Dated {
    Dated {
        code: code.parse().unwrap(),
        kind,
        effective_on: start(),
        recorded_at: house::now() - Duration::days(800),
        fact,
    }
}

/// Organisations.
async fn tree(db: &Db, size: Size) {
    let mut facts = Vec::new();
    let mut named = |code: &str, kind, name: String| {
        facts.push(fact(code, kind, Fact::Opened));
        facts.push(fact(code, kind, Fact::Name(name)));
    };
    for n in 0..7 {
        named(&format!("Y{n:02}"), OrganisationKind::Region, format!("Invented region {n}"));
    }
    for n in 0..size.icbs {
        named(&icb(n), OrganisationKind::Icb, format!("Invented board {n}"));
    }
    for n in 0..size.lmcs {
        named(&lmc(n), OrganisationKind::Lmc, format!("Invented committee {n}"));
    }
    let networks = size.practices.div_ceil(5);
    for n in 0..networks {
        named(&format!("U{n:05}"), OrganisationKind::Pcn, format!("Invented network {n}"));
    }
    for n in 0..size.icbs {
        let region = code(&format!("Y{:02}", n * 7 / size.icbs));
        facts.push(fact(&icb(n), OrganisationKind::Icb, parent(OrganisationKind::Region, region)));
    }
    for n in 0..size.practices {
        let of = |many: u32| n * many / size.practices;
        let own = practice(n);
        for what in [
            Fact::Opened,
            Fact::Name(format!("Invented Surgery {n}")),
            Fact::ListSize(6_000 + n % 9_000),
            parent(OrganisationKind::Icb, code(&icb(of(size.icbs)))),
            parent(OrganisationKind::Lmc, code(&lmc(of(size.lmcs)))),
            parent(OrganisationKind::Region, code(&format!("Y{:02}", of(size.icbs) * 7 / size.icbs))),
            parent(OrganisationKind::Pcn, code(&format!("U{:05}", of(networks)))),
        ] {
            facts.push(fact(own.as_str(), OrganisationKind::Practice, what));
        }
    }
    let import = Import { source: "bench", effective_on: start(), file_sha256: String::new() };
    organisations::append(db.schema(), &import, &facts, house::now()).await.unwrap();
}

fn parent(kind: OrganisationKind, code: OrgCode) -> Fact {
    Fact::Parent { kind, code: Some(code) }
}

/// Rows of some practices.
#[derive(Default)]
struct Rows {
    clinicians: Vec<ClinicianRow>,
    consents: Vec<ConsentRow>,
    weeks: Vec<WeekRow>,
    subjects: Vec<SubjectRow>,
    statuses: Vec<StatusRow>,
    sums: Vec<practice_day::Model>,
    tallies: Vec<tally::Model>,
}

impl Rows {
    fn add(&mut self, rng: &mut SmallRng, catalogue: &Catalogue, size: Size, n: u32) {
        let own = practice(n);
        let shares = rng.random_range(0..100) < 70;
        self.consents.push(ConsentRow {
            practice: own.clone(),
            id: RowId(Uuid::now_v7()),
            purpose: consent::LMC_VIEW.to_owned(),
            version: consent::VERSION.to_owned(),
            given: shares,
            recorded_at: house::now() - Duration::days(200),
            recorded_by: Uuid::nil(),
            shown_from: None,
        });
        for week in 0..104_u64 {
            if rng.random_range(0..100) < 60 {
                let week_ending: LocalDate = today().minus_days(7 * week);
                self.weeks.push(WeekRow {
                    practice: own.clone(),
                    id: RowId(Uuid::now_v7()),
                    week_ending,
                    recorded_at: noon(week_ending) - Duration::hours(1),
                    recorded_by: Uuid::nil(),
                });
            }
        }
        self.register(rng, catalogue, &own);
        self.counts(rng, size, &own);
    }

    /// Each item twice or three times in two years, for half of the practices.
    fn register(&mut self, rng: &mut SmallRng, catalogue: &Catalogue, own: &OdsCode) {
        for item in &catalogue.items {
            if rng.random_range(0..2) == 0 {
                continue;
            }
            let subject = item.takes_subject().then(|| SubjectId(Uuid::now_v7()));
            if let Some(id) = subject {
                self.subjects.push(SubjectRow {
                    practice: own.clone(),
                    id,
                    item: item.code.clone(),
                    name: "Invented pathway".to_owned(),
                    name_key: "invented pathway".to_owned(),
                    recorded_at: house::now() - Duration::days(700),
                    entered_by: None,
                });
            }
            for (back, status) in [(600, Status::PausedSince), (300, Status::Restarted), (100, Status::PausedSince)] {
                let on = today().minus_days(back + rng.random_range(0..90));
                let change = StatusChange::of(StatusId(Uuid::now_v7()), &item.code, status, on);
                let new = NewStatus {
                    change: StatusChange { subject, ..change },
                    edition: "england-2026-11".to_owned(),
                    position: "permitted".to_owned(),
                    guard_rail: "What remains.".to_owned(),
                    recorded_by: Uuid::nil(),
                };
                self.statuses.push(new.kept(own, noon(on)));
            }
        }
    }

    /// Sums of the days that are folded, single tallies of the others.
    fn counts(&mut self, rng: &mut SmallRng, size: Size, own: &OdsCode) {
        let clinicians: Vec<ClinicianId> = (0..size.clinicians_each).map(|_| ClinicianId(Uuid::now_v7())).collect();
        for (n, id) in clinicians.iter().enumerate() {
            self.clinicians.push(ClinicianRow {
                practice: own.clone(),
                id: *id,
                label: format!("Dr {n}"),
                staff_group: "gp-partner".to_owned(),
                added_at: house::now() - Duration::days(730),
                left_on: None,
                erased_at: None,
            });
        }
        for back in 0..size.days {
            let day = today().minus_days(back);
            if matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun) {
                continue;
            }
            if back >= SINGLE_DAYS {
                self.sums.push(folded(rng, size, own, day));
                continue;
            }
            for clinician in &clinicians {
                self.tallies.push(tally::Model {
                    practice: own.clone(),
                    clinician: *clinician,
                    day,
                    source: "taps".to_owned(),
                    kind: "in-person".to_owned(),
                    n: rng.random_range(12..32),
                    first_at: None,
                    last_at: None,
                    last_contact: None,
                });
            }
        }
    }

    async fn write(self, db: &Db) {
        let conn = db.schema();
        demo::add(conn, self.clinicians).await.unwrap();
        demo::add(conn, self.consents).await.unwrap();
        demo::add(conn, self.weeks).await.unwrap();
        demo::add(conn, self.subjects).await.unwrap();
        demo::add(conn, self.statuses).await.unwrap();
        demo::add(conn, self.sums).await.unwrap();
        demo::add(conn, self.tallies).await.unwrap();
    }
}

fn folded(rng: &mut SmallRng, size: Size, own: &OdsCode, day: LocalDate) -> practice_day::Model {
    let clinicians = i32::try_from(size.clinicians_each).unwrap();
    let contacts = clinicians * rng.random_range(18..28);
    practice_day::Model {
        practice: own.clone(),
        day,
        clinicians,
        contacts,
        limits: 25 * clinicians,
        room: (25 * clinicians - contacts).max(0),
        at_limit: rng.random_range(0..3),
        over: rng.random_range(0..3),
        complex: 0,
        kinds: format!("{{\"in-person\":{contacts}}}"),
        folded_at: noon(day),
    }
}

/// Writes all of it.
pub(crate) async fn write(db: &Db, size: Size) {
    tree(db, size).await;
    let catalogue = Catalogue::built_in().unwrap();
    let mut rng = SmallRng::seed_from_u64(2026);
    let all: Vec<u32> = (0..size.practices).collect();
    for some in all.chunks(AT_ONCE) {
        let mut rows = Rows::default();
        for n in some {
            rows.add(&mut rng, catalogue, size, *n);
        }
        rows.write(db).await;
    }
}
