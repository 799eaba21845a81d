//! The county holds together, is nobody's, and its history obeys the rules of real writes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};
use migration::{Migrator, MigratorTrait};

use super::{
    county::{County, Habit},
    days::Days,
    seed,
};
use crate::{
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::{
        access::CliAuthority,
        action::{self, Trust},
        catalogue::Status,
        limit,
        organisation::OrganisationKind,
    },
    state::{AppState, StateConfig},
    store::{actions, days, people},
};

const REAL: &str = include_str!("../../../tests/data/organisations/practices_2026-08.csv");

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn app(folder: &tempfile::TempDir, now: &str) -> AppState {
    let options = Options { data: Some(folder.path().to_owned()), ..Options::default() };
    let db = Db::sqlite(&folder.path().join("headroom.sqlite")).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    AppState::new(StateConfig {
        db,
        clock: Clock::fixed(at(now)),
        settings: Settings::resolve(options).unwrap(),
        keys: Keys::new(&[7; 32], &[]),
        demo: true,
    })
    .unwrap()
}

#[test]
fn the_county_is_the_same_every_time_and_as_large_as_promised() {
    let county = County::invent().unwrap();
    let again = County::invent().unwrap();
    assert_eq!(format!("{county:?}"), format!("{again:?}"));
    assert_eq!(county.practices.len(), 300);
    let clinicians: usize = county.practices.iter().map(|practice| practice.clinicians.len()).sum();
    assert_eq!(clinicians, 2_500);
    let patients: u32 = county.practices.iter().map(|practice| practice.patients).sum();
    assert!((9_900..10_900).contains(&(patients / 300)), "{}", patients / 300);
    assert!((36..=44).contains(&county.networks.len()), "{}", county.networks.len());
    let mut lmcs: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for practice in &county.practices {
        lmcs.entry(&practice.lmc).or_default().insert(&practice.icb);
    }
    assert_eq!(lmcs.len(), 5);
    assert!(lmcs.values().filter(|icbs| icbs.len() > 1).count() >= 2, "borders cross");
    let own = |test: &dyn Fn(&super::county::Practice) -> bool| {
        county.practices.iter().filter(|practice| practice.lmc.as_str() == "wyrevale" && test(practice)).count()
    };
    assert_eq!(own(&|_| true), 64);
    assert_eq!(own(&|practice| practice.habit != Habit::Silent), 54);
    assert_eq!(own(&|practice| practice.shares), 46);
    assert_eq!(own(&|practice| practice.answers && practice.shares), 38);
}

#[test]
fn no_name_or_code_is_a_real_one() {
    let simple = |name: &str| {
        name.to_uppercase().replace("THE ", "").chars().filter(char::is_ascii_alphanumeric).collect::<String>()
    };
    let words = |line: &str| line.split([',', '"']).map(simple).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let real: BTreeSet<String> = REAL.lines().flat_map(words).collect();
    let county = County::invent().unwrap();
    for practice in &county.practices {
        assert!(!real.contains(&simple(&practice.name)), "{}", practice.name);
        for code in
            [practice.code.as_str(), practice.sub_icb.as_str(), practice.icb.as_str(), practice.network.as_str()]
        {
            assert!(!real.contains(code), "{code}");
        }
        if let [place, ..] = practice.name.split(' ').collect::<Vec<_>>().as_slice()
            && practice.name.matches(' ').count() == 2
            && !practice.name.ends_with(" Surgery")
        {
            assert!(!real.contains(&simple(place)), "{place} is a place");
        }
    }
    for (code, name) in &county.networks {
        assert!(!real.contains(code.as_str()) && !real.contains(&simple(name)), "{name}");
    }
}

#[test]
fn there_is_a_today_whatever_the_hour() {
    for now in [
        "2026-11-21T21:00:00Z",
        "2026-11-22T00:20:00Z",
        "2026-11-23T06:10:00Z",
        "2026-11-23T08:35:00Z",
        "2026-11-23T14:32:00Z",
        "2026-12-25T11:00:00Z",
    ] {
        let days = Days::at(at(now));
        let (from, to) = days.window;
        assert!(from < to || to == 1, "{now}: {from} to {to}");
        assert!(days.on(days.today, to) <= days.now, "{now}");
        assert!((10..=85).contains(&days.done));
        assert!(days.history.iter().all(|day| day.is_weekday() && *day < days.today));
        assert!(!days.history.contains(&LocalDate::new(2026, 12, 25).unwrap()));
    }
    assert_eq!(Days::at(at("2026-11-21T21:00:00Z")).first_of_month_after(8).to_string(), "2026-12-01");
}

#[tokio::test]
async fn its_history_is_what_the_rules_would_have_written() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder, "2026-11-21T21:00:00Z").await;
    let mut county = County::invent().unwrap();
    county.practices.truncate(12);
    let written = seed::seed(&app, &county).await.unwrap();
    assert!(written.contacts > 500 && written.sheets > 500 && written.statuses > 20, "{written:?}");
    let everywhere = CliAuthority::new().everywhere();
    let (checked, wrong) = days::recount(app.db.read(&everywhere)).await.unwrap();
    assert!(checked > 50 && wrong.is_empty(), "{wrong:?}");
    let (events, broken) = crate::audit::verify(app.db.unscoped()).await.unwrap();
    assert!(events > 0 && broken.is_empty());
    let catalogue = app.catalogue().await.unwrap();
    for (code, rows) in actions::everywhere(app.db.read(&everywhere), app.clock.now()).await.unwrap() {
        for row in rows {
            assert!(row.recorded_at <= app.clock.now(), "{code}");
            let written = crate::domain::calendar::london_day(row.recorded_at);
            let item = catalogue.item_on(&row.change.item, row.change.effective_on);
            let proposal = action::Proposal {
                status: row.change.status,
                effective_on: row.change.effective_on,
                notice_served_on: row.change.notice_served_on,
                has_subject: row.change.subject.is_some(),
                exclusively_secondary: true,
            };
            assert_eq!(action::check(item, proposal, written), Ok(()), "{code}: {row:?}");
            assert!(row.change.effective_on >= item.unwrap().valid_from);
        }
    }
}

#[tokio::test]
async fn visitors_find_the_figures_they_are_promised() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder, "2026-11-23T14:32:00Z").await;
    let mut county = County::invent().unwrap();
    county.practices.truncate(1);
    seed::seed(&app, &county).await.unwrap();
    let practice = &county.practices.first().unwrap().code;
    let everywhere = CliAuthority::new().everywhere();
    let today = app.clock.today();
    let facts = days::of_practice(app.db.read(&everywhere), practice, today, today).await.unwrap();
    let only = std::slice::from_ref(practice);
    let rules = days::rules_of(app.db.read(&everywhere), only).await;
    let rules = rules.unwrap().remove(practice).unwrap();
    let day = |clinician: ClinicianId| {
        let known = facts.get(&(clinician, today)).cloned().unwrap_or_default();
        limit::day(&known, &rules, clinician, today)
    };
    let clinicians = &county.practices.first().unwrap().clinicians;
    let first = clinicians.iter().min_by_key(|clinician| clinician.label.clone()).unwrap();
    assert_eq!(first.label, "Dr A");
    let dr_a = day(first.id);
    assert_eq!((dr_a.counted, dr_a.headroom.left(), dr_a.limit.set_by), (14, 11, limit::SetBy::Practice));
    let all: Vec<_> = clinicians.iter().map(|clinician| day(clinician.id)).collect();
    let sum = limit::PracticeDay::sum(&all);
    assert_eq!((sum.clinicians, sum.counted, sum.left(), sum.full), (7, 114, 61, 0));
    assert_eq!(rules.rota.len(), 7 * 5, "everybody has a rota");
    let (checked, wrong) = days::recount(app.db.read(&everywhere)).await.unwrap();
    assert!(checked > 3 && wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn visitors_can_sign_in_and_find_their_register() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder, "2026-11-23T14:32:00Z").await;
    assert!(!super::is_there(&app).await.unwrap());
    let mut county = County::invent().unwrap();
    county.practices.truncate(1);
    seed::seed(&app, &county).await.unwrap();
    let practice = &county.practices.first().unwrap().code;
    let everywhere = CliAuthority::new().everywhere();
    for (email, _, role, place) in seed::PEOPLE {
        let person = people::person_by_email(app.db.unscoped(), email).await.unwrap().unwrap();
        let grants = people::grants(app.db.unscoped(), person.id).await.unwrap();
        assert_eq!((grants[0].role, grants[0].organisation.as_str()), (role, place));
    }
    let rows = actions::everywhere(app.db.read(&everywhere), app.clock.now()).await.unwrap().remove(practice).unwrap();
    let today = app.clock.today();
    let standings = action::standings(&rows, today, app.clock.now(), Trust::AlsoUnanswered);
    let ending = standings.values().filter(|standing| standing.status() == Some(Status::PausingFrom));
    assert_eq!(ending.count(), 2);
    let view = app.organisations().await.unwrap();
    assert_eq!(view.practices_in(OrganisationKind::Lmc, &"wyrevale".parse().unwrap()).len(), 1);
    assert!(super::is_there(&app).await.unwrap());
}
