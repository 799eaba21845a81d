//! What the invented practices have recorded: about as often as surveys of real ones found, in waves where LMCs send
//! notices in waves, and none of it before today's rules would have let it be recorded.

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use rand::{RngExt, rngs::SmallRng, seq::IndexedRandom};
use uuid::Uuid;

use super::{
    county::{Practice, dated_uuid},
    days::Days,
};
use crate::{
    domain::{
        action::{EnteredBy, NotedDay, NotedDays, StatusChange},
        catalogue::{Catalogue, Item, Status},
    },
    operations::register_row,
    store::{
        actions,
        demo::{StatusRow, SubjectRow},
    },
};

/// Of a hundred practices that use the product: how many do it in the county, and in the visitors' LMC.
const UPTAKE: [(&str, u32, u32); 11] = [
    ("safe-contact-limit", 42, 70),
    ("advice-and-guidance", 30, 57),
    ("voluntary-services", 62, 91),
    ("referral-rationing", 18, 24),
    ("gp-connect-update-record", 25, 30),
    ("dsa-withdraw", 22, 32),
    ("dsa-freeze", 45, 77),
    ("medicines-optimisation-software", 30, 47),
    ("pilot-programmes", 12, 15),
    ("dsa-review-letter", 33, 50),
    ("acute-prescribing-choice", 16, 20),
];
pub(super) const LIMIT: &str = "safe-contact-limit";
pub(super) const NOTICES: &str = "voluntary-services";
pub(super) const WAVE: &str = "Ring pessaries";
const SECOND_WAVE: &str = "MGUS and CLL monitoring";
/// Notice that unfunded services are given here.
const NOTICE: u64 = 91;
const PILOTS: [&str; 3] = ["Shared triage hub", "Evening access pilot", "Home monitoring pilot"];

/// Which of the items a practice acts on, in the order of [`UPTAKE`].
pub(super) fn chosen(rng: &mut SmallRng, practice: &Practice) -> Vec<&'static str> {
    let eager = practice.lmc.as_str() == "wyrevale";
    UPTAKE
        .iter()
        .filter(|(_, county, own)| chance(rng, if eager { *own } else { *county }))
        .map(|(item, _, _)| *item)
        .collect()
}

pub(super) fn chance(rng: &mut SmallRng, percent: u32) -> bool {
    rng.random_range(0..100) < percent
}

/// The register of one practice while it is written.
pub(super) struct Register<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) days: &'a Days,
    pub(super) practice: &'a Practice,
    pub(super) subjects: Vec<SubjectRow>,
    pub(super) statuses: Vec<StatusRow>,
}

/// One row about to be written.
pub(super) struct Entry<'a> {
    pub(super) item: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) status: Status,
    pub(super) on: LocalDate,
    pub(super) about: bool,
    pub(super) served: Option<LocalDate>,
    /// Day of writing.
    pub(super) written: LocalDate,
}

impl<'a> Entry<'a> {
    pub(super) fn new(item: &'a str, status: Status, on: LocalDate, written: LocalDate) -> Self {
        Self { item, subject: None, status, on, about: false, served: None, written }
    }
}

impl<'a> Register<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, days: &'a Days, practice: &'a Practice) -> Self {
        Self { catalogue, days, practice, subjects: Vec::new(), statuses: Vec::new() }
    }

    /// Writes everything about the chosen items, and thoughts about some of the others.
    pub(super) fn fill(&mut self, rng: &mut SmallRng, chosen: &[&str]) {
        let catalogue = self.catalogue;
        for (code, _, _) in UPTAKE {
            let Some(item) = catalogue.items.iter().find(|item| item.code.as_str() == code) else {
                continue;
            };
            let written = self.some_day(rng);
            if chosen.contains(&code) {
                match code {
                    NOTICES => self.notices(rng),
                    _ => self.act(rng, item, written),
                }
            } else if chance(rng, 9) && !item.takes_subject() {
                let thought = Entry::new(code, Status::Thinking, written, written);
                self.write(rng, &thought);
            } else if chance(rng, 12) && !item.takes_subject() {
                let entry = Entry::new(code, Status::Running, written, written);
                self.write(rng, &entry);
            }
        }
    }

    /// Most was written before the release before last, some since, a little this fortnight.
    fn some_day(&self, rng: &mut SmallRng) -> LocalDate {
        let back = match rng.random_range(0..100) {
            0..6 => rng.random_range(1..14),
            6..18 => rng.random_range(14..56),
            _ => rng.random_range(56..185),
        };
        self.days.today.minus_days(back)
    }

    fn act(&mut self, rng: &mut SmallRng, item: &Item, written: LocalDate) {
        let code = item.code.as_str();
        let earlier = rng.random_range(0..240);
        // A limit begins on the day it is set, from which the counts of the demo keep to it; so some began while the
        // practice counted, and there is something to see before and after.
        let earlier = if code == LIMIT { 0 } else { earlier };
        let on = written.minus_days(earlier).max(item.valid_from);
        let pilots: Vec<String> = PILOTS.iter().map(|name| (*name).to_owned()).collect();
        let names = if item.suggestions.is_empty() { &pilots } else { &item.suggestions };
        let most = if code == "advice-and-guidance" { 3 } else { 1 };
        let subjects: Vec<Option<String>> = if item.takes_subject() {
            let n = rng.random_range(1..=most);
            names.sample(rng, n).map(|name| Some(name.clone())).collect()
        } else {
            vec![None]
        };
        for subject in subjects {
            let mut entry = Entry::new(code, Status::PausedSince, on, written);
            entry.subject = subject.as_deref();
            entry.about = chance(rng, 20);
            self.write(rng, &entry);
            if chance(rng, 4) {
                let back = written.plus_days(14).min(self.days.today);
                let mut again = Entry::new(code, Status::Restarted, back, back);
                again.subject = subject.as_deref();
                self.write(rng, &again);
            }
        }
    }

    /// A wave with one effective date, another a month later, and what single practices ended before.
    fn notices(&mut self, rng: &mut SmallRng) {
        let eager = self.practice.lmc.as_str() == "wyrevale";
        let first = self.days.first_of_month_after(8);
        let second = self
            .days
            .first_of_month_after(u64::try_from(first.days_since(self.days.today)).unwrap_or(8).saturating_add(1));
        let before = self.statuses.len();
        if chance(rng, if eager { 86 } else { 35 }) {
            self.notice(rng, WAVE, first);
        }
        if chance(rng, if eager { 45 } else { 18 }) {
            self.notice(rng, SECOND_WAVE, second);
        }
        let none = self.statuses.len() == before;
        if none || chance(rng, 40) {
            let name = ["PSA monitoring", "ECGs", "Phlebotomy", "Complex dressings", "Spirometry"]
                .choose(rng)
                .copied()
                .unwrap_or("ECGs");
            let written = self.some_day(rng);
            let on = written.minus_days(rng.random_range(0..120));
            let mut entry = Entry::new(NOTICES, Status::PausedSince, on, written);
            entry.subject = Some(name);
            entry.served = Some(on.minus_days(NOTICE));
            self.write(rng, &entry);
        }
    }

    /// Notice of a service that ends on a day ahead, written when it was served.
    pub(super) fn notice(&mut self, rng: &mut SmallRng, service: &str, ends: LocalDate) {
        let served = ends.minus_days(NOTICE);
        let written = served.plus_days(rng.random_range(0..6)).min(self.days.today);
        let mut entry = Entry::new(NOTICES, Status::PausingFrom, ends, written);
        entry.subject = Some(service);
        entry.served = Some(served);
        self.write(rng, &entry);
    }

    pub(super) fn write(&mut self, rng: &mut SmallRng, entry: &Entry<'_>) {
        self.write_as(rng, entry, EnteredBy::Practice, self.practice.manager);
    }

    /// Adds the row, with what the contract said on the day it is about.
    pub(super) fn write_as(&mut self, rng: &mut SmallRng, entry: &Entry<'_>, by: EnteredBy, person: Uuid) {
        let Some(item) = self.catalogue.items.iter().find(|item| item.code.as_str() == entry.item) else {
            return;
        };
        let recorded_at = self.days.on(entry.written, rng.random_range(8 * 60..18 * 60));
        let subject = entry.subject.map(|name| match by {
            EnteredBy::Practice => self.subject(rng, &item.code, name, recorded_at),
            EnteredBy::LmcTelephone => self.told(rng, &item.code, name, recorded_at),
        });
        let decided =
            (entry.status != Status::Thinking && chance(rng, 60)).then(|| entry.on.min(entry.written).minus_days(21));
        let mut noted = NotedDays::default();
        noted[NotedDay::Decided] = decided;
        noted[NotedDay::StaffTold] = decided.map(|day| day.plus_days(7));
        let change = StatusChange {
            subject,
            about: entry.about,
            notice_served_on: entry.served,
            noted,
            entered_by: by,
            ..StatusChange::of(StatusId(uuid_at(rng, recorded_at)), &item.code, entry.status, entry.on)
        };
        let new = register_row::new_status(self.catalogue, change, person);
        self.statuses.extend(new.map(|new| new.kept(&self.practice.code, recorded_at)));
    }

    /// A name as the LMC typed it: a subject of its own until the practice confirms.
    fn told(&mut self, rng: &mut SmallRng, item: &ItemCode, name: &str, now: DateTime<Utc>) -> SubjectId {
        let id = SubjectId(uuid_at(rng, now));
        self.subjects.push(SubjectRow {
            practice: self.practice.code.clone(),
            id,
            item: item.clone(),
            name: name.to_owned(),
            name_key: actions::told_key(name),
            recorded_at: now,
            entered_by: Some(EnteredBy::LmcTelephone.code().to_owned()),
        });
        id
    }

    pub(super) fn subject(&mut self, rng: &mut SmallRng, item: &ItemCode, name: &str, now: DateTime<Utc>) -> SubjectId {
        let key = name.to_lowercase();
        if let Some(known) = self.subjects.iter().find(|known| known.item == *item && known.name_key == key) {
            return known.id;
        }
        let id = SubjectId(uuid_at(rng, now));
        self.subjects.push(SubjectRow {
            practice: self.practice.code.clone(),
            id,
            item: item.clone(),
            name: name.to_owned(),
            name_key: key,
            recorded_at: now,
            entered_by: None,
        });
        id
    }
}

/// A version 7 id made at an instant.
pub(super) fn uuid_at(rng: &mut SmallRng, at: DateTime<Utc>) -> Uuid {
    dated_uuid(rng, u64::try_from(at.timestamp_millis()).unwrap_or(0))
}
