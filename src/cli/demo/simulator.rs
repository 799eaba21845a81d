//! Lets the county go on: every second or two somebody taps, now and then a practice records something. Every write
//! takes the way of a real one, with a permit of whoever makes it.

use std::{collections::BTreeMap, time::Duration};

use entity::ids::{ClinicianId, ContactId, LocalDate, PersonId};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use uuid::Uuid;

use super::{
    county::{Clinician, County, Habit, Practice},
    history::here,
};
use crate::{
    domain::{
        access::{self, Actor, By, CliAuthority, Facts, Grant, RecordContacts, Role, Target},
        catalogue::{Item, Status},
        contact::ContactKind,
        limit,
    },
    error::AppError,
    operations::{Operation, count_contact::CountContact, record_status::RecordStatus},
    state::AppState,
    store::{actions, days},
};

/// Items of the practice as a whole that the simulator starts and ends.
const ITEMS: [&str; 4] = ["dsa-review-letter", "acute-prescribing-choice", "referral-rationing", "dsa-freeze"];
/// One tick in so many records a status instead of a contact.
const STATUS_EVERY: u32 = 30;

/// Runs until the server stops.
pub(super) async fn run(app: AppState, county: County) {
    let mut rng = SmallRng::seed_from_u64(app.clock.now().timestamp().unsigned_abs());
    let mut today = Today::default();
    loop {
        let wait = Duration::from_millis(rng.random_range(900..2_100));
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(wait) => (),
        }
        let done = tick(&app, &county, &mut rng, &mut today).await;
        if let Err(error) = done {
            tracing::debug!(%error, "the demo's simulator skips a turn");
        }
    }
}

/// What has been counted of today, by clinician.
#[derive(Debug, Default)]
struct Today {
    day: Option<LocalDate>,
    rooms: BTreeMap<ClinicianId, u32>,
}

async fn tick(app: &AppState, county: &County, rng: &mut SmallRng, today: &mut Today) -> Result<(), AppError> {
    let day = app.clock.today();
    if today.day != Some(day) {
        today.rooms = rooms(app, county, day).await?;
        today.day = Some(day);
    }
    if rng.random_range(0..STATUS_EVERY) == 0 {
        return record(app, county, rng).await;
    }
    // Now and then somebody of the visitors' own practice, so that its page moves as well.
    let own = rng.random_range(0..15) == 0;
    let most = if own { 1 } else { usize::MAX };
    let tapping: Vec<(&Practice, &Clinician)> = county
        .practices
        .iter()
        .take(most)
        .flat_map(|practice| practice.clinicians.iter().map(move |clinician| (practice, clinician)))
        .filter(|(_, clinician)| today.rooms.get(&clinician.id).is_some_and(|room| *room > 0))
        .collect();
    for _ in 0..rng.random_range(1..=3) {
        let Some((practice, clinician)) = tapping.choose(rng) else {
            return Ok(());
        };
        tap(app, practice, clinician, rng).await?;
        if let Some(room) = today.rooms.get_mut(&clinician.id) {
            *room = room.saturating_sub(1);
        }
    }
    Ok(())
}

/// How many more contacts each clinician may plausibly get today. The visitors' first clinician is left to them.
async fn rooms(app: &AppState, county: &County, day: LocalDate) -> Result<BTreeMap<ClinicianId, u32>, AppError> {
    let everywhere = CliAuthority::new().everywhere();
    let mut rooms = BTreeMap::new();
    for (at, practice) in county.practices.iter().enumerate() {
        if practice.habit != Habit::Taps {
            continue;
        }
        let facts = days::of_practice(app.db.read(&everywhere), &practice.code, day, day).await?;
        let only = std::slice::from_ref(&practice.code);
        let mut rules = days::rules_of(app.db.read(&everywhere), only).await?;
        let rules = rules.remove(&practice.code).unwrap_or_default();
        for clinician in practice.clinicians.iter().filter(|clinician| here(clinician, day)).skip(usize::from(at == 0))
        {
            let known = facts.get(&(clinician.id, day)).cloned().unwrap_or_default();
            let now = limit::day(&known, &rules, clinician.id, day);
            let most = match now.limit.set_by {
                limit::SetBy::Recommended => clinician.pace,
                limit::SetBy::Practice | limit::SetBy::Clinician => now.limit.contacts,
            };
            rooms.insert(clinician.id, most.saturating_sub(now.counted));
        }
    }
    Ok(rooms)
}

async fn tap(app: &AppState, practice: &Practice, clinician: &Clinician, rng: &mut SmallRng) -> Result<(), AppError> {
    let device = Actor::Device { id: clinician.device, practice: practice.code.clone(), clinician: clinician.id };
    let target = Target::Clinician(practice.code.clone(), clinician.id);
    let permit = access::permit::<RecordContacts>(&device, &target, exists()).map_err(|_| AppError::NotFound)?;
    let kind = [ContactKind::InPerson, ContactKind::InPerson, ContactKind::Telephone, ContactKind::Online]
        .choose(rng)
        .copied()
        .unwrap_or_default();
    let contact = CountContact {
        id: ContactId(Uuid::now_v7()),
        kind: Some(kind),
        complex: rng.random_bool(0.1),
        occurred_at: None,
    };
    contact.perform(app, &By::from(&permit)).await.map(drop)
}

fn exists() -> Facts {
    Facts { exists: true, ..Facts::default() }
}

/// Some practice starts something, or ends it again. Not the visitors' own.
async fn record(app: &AppState, county: &County, rng: &mut SmallRng) -> Result<(), AppError> {
    // The area that visitors look at moves most.
    let near = rng.random_bool(0.5);
    let users: Vec<&Practice> = county
        .practices
        .iter()
        .skip(1)
        .filter(|practice| practice.habit != Habit::Silent)
        .filter(|practice| !near || (practice.lmc.as_str() == "wyrevale" && practice.shares))
        .collect();
    let catalogue = app.catalogue().await?;
    let item = ITEMS.choose(rng).and_then(|code| {
        let mut items = catalogue.items_on(app.clock.today());
        items.find(|item| item.code.as_str() == *code)
    });
    let (Some(practice), Some(item)) = (users.choose(rng), item) else {
        return Ok(());
    };
    turn(app, practice, item).await
}

async fn turn(app: &AppState, practice: &Practice, item: &Item) -> Result<(), AppError> {
    let manager = Actor::Person {
        id: PersonId(practice.manager),
        grants: vec![Grant { role: Role::PracticeManager, organisation: (&practice.code).into() }],
    };
    let target = Target::Practice(practice.code.clone());
    let permit = access::permit::<access::RecordStatus>(&manager, &target, exists()).map_err(|_| AppError::NotFound)?;
    let (scope, today) = (permit.scope().clone(), app.clock.today());
    let known = actions::register(app.db.read(&scope), None).await?;
    let last = known.iter().rev().find(|known| known.row.change.item == item.code);
    let acting = last.is_some_and(|known| known.row.change.status == Status::PausedSince);
    let status = if acting { Status::Restarted } else { Status::PausedSince };
    let change = RecordStatus::of(&item.code, status, today);
    change.perform(app, &By::from(&permit)).await.map(drop)
}
