//! What a group of contacts and voids means for the tallies and for those who sent it; touches no database.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void,
    ids::{ClinicianId, OdsCode, VoidId},
    tick,
};

use super::{
    first_and_last::{Delta, FirstAndLast},
    keys::{Key, TallyKey, TallyMarkKey, VoidKey, tally_key},
    rows,
};
use crate::{
    domain::{
        contact::{self as rules, CountOp, NewContact, NewVoid, NotTaken, Source, StepOutcome},
        work::TallyMark,
    },
    store::{digests::Sums, tally_owners},
};

/// What a group sends, and what the database made of it.
#[derive(Default)]
pub(super) struct Group<'a> {
    /// The first of each id.
    pub(super) contacts: HashMap<Key, &'a NewContact>,
    pub(super) voids: HashMap<VoidKey, &'a NewVoid>,
    pub(super) tally_marks: HashMap<TallyMarkKey, &'a TallyMark>,
    pub(super) fresh: HashSet<Key>,
    pub(super) fresh_voids: HashSet<VoidKey>,
    pub(super) fresh_tally_marks: HashSet<TallyMarkKey>,
    /// There is no room for them, or they are of before an erasure.
    pub(super) refused: HashMap<Key, NotTaken>,
    pub(super) refused_voids: HashMap<VoidKey, NotTaken>,
    pub(super) not_taken_marks: HashMap<TallyMarkKey, NotTaken>,
    /// There was nothing to take back.
    pub(super) refused_tally_marks: HashSet<TallyMarkKey>,
    /// Stored before this group.
    pub(super) known: HashMap<Key, contact::Model>,
    pub(super) known_voids: HashMap<(OdsCode, VoidId), contact_void::Model>,
    pub(super) known_tally_marks: HashMap<TallyMarkKey, tick::Model>,
}

impl<'a> Group<'a> {
    pub(super) fn of(ops: &[&'a CountOp]) -> Self {
        let mut group = Self::default();
        for op in ops {
            match op {
                CountOp::Contact(contact) => {
                    let key = (contact.practice.clone(), contact.id);
                    group.contacts.entry(key).or_insert(contact);
                }
                CountOp::Void(void) => {
                    group.voids.entry(void_key(void)).or_insert(void);
                }
                CountOp::TallyMark(mark) => {
                    let key = (mark.practice.clone(), mark.id);
                    group.tally_marks.entry(key).or_insert(mark);
                }
            }
        }
        group
    }

    /// Whether a contact is to be written, as far as is known.
    pub(super) fn is_open(&self, key: &Key) -> bool {
        !self.known.contains_key(key) && !self.refused.contains_key(key)
    }

    pub(super) fn deltas(&self, voided: &HashSet<(Key, ClinicianId)>) -> BTreeMap<TallyKey, Delta> {
        let mut deltas: BTreeMap<TallyKey, Delta> = BTreeMap::new();
        let mut add = |key: TallyKey, n: i64, ends: Option<FirstAndLast>| {
            let sum = deltas.entry(key).or_default();
            sum.n = sum.n.saturating_add(n);
            if let Some(ends) = ends {
                FirstAndLast::add(&mut sum.ends, ends);
            }
        };
        let fresh = self.fresh.iter();
        for (key, contact) in fresh.filter_map(|key| Some((key, self.contacts.get(key)?))) {
            // A tally row is made even for nothing, so that a day on which all was undone still reads as counted.
            let counts = !voided.contains(&(key.clone(), contact.clinician));
            let kind = rules::tally_kind(contact.kind, contact.complex);
            let sheet = Source::Taps.code();
            let ends = counts.then(|| FirstAndLast::of(contact.occurred_at, contact.id));
            let key = (key.0.clone(), contact.clinician, contact.day, sheet, kind);
            add(key, i64::from(counts), ends);
        }
        for key in self.taken_back() {
            add(key, -1, None);
        }
        for mark in self.fresh_tally_marks.iter().filter_map(|key| self.tally_marks.get(key)) {
            add(tally_key(mark), i64::from(mark.n), None);
        }
        deltas
    }

    /// The tallies of contacts recorded before this group that it takes back.
    pub(super) fn taken_back(&self) -> impl Iterator<Item = TallyKey> {
        self.fresh_voids.iter().filter_map(|(practice, _, contact, clinician)| {
            let row = self.known.get(&(practice.clone(), *contact))?;
            let kind = if row.complex { format!("{}-complex", row.kind) } else { row.kind.clone() };
            let sheet = Source::Taps.code();
            let key = (practice.clone(), row.clinician, row.day, sheet, kind);
            (row.clinician == *clinician).then_some(key)
        })
    }

    /// What was recorded, for the digest of its day.
    pub(super) fn sums(&self, now: DateTime<Utc>) -> Sums {
        let mut sums = Sums::default();
        for contact in self.fresh.iter().filter_map(|key| self.contacts.get(key)) {
            sums.contact(&rows::contact(contact, now));
        }
        for void in self.fresh_voids.iter().filter_map(|key| self.voids.get(key)) {
            sums.void(&rows::void(void, now));
        }
        for mark in self.fresh_tally_marks.iter().filter_map(|key| self.tally_marks.get(key)) {
            sums.tick(&rows::tally_mark(mark, now));
        }
        sums
    }

    pub(super) fn outcomes(&self, ops: &[&CountOp]) -> Vec<StepOutcome> {
        let mut answered = HashSet::new();
        let mut answered_voids = HashSet::new();
        let mut answered_tally_marks = HashSet::new();
        ops.iter()
            .map(|op| match op {
                CountOp::Contact(sent) => {
                    let key = (sent.practice.clone(), sent.id);
                    if let Some(full) = self.refused.get(&key) {
                        return StepOutcome::Refused(*full);
                    }
                    let is_new = self.fresh.contains(&key);
                    let stands = if is_new {
                        let first = self.contacts.get(&key);
                        first.is_some_and(|first| same(sent, first))
                    } else {
                        let row = self.known.get(&key);
                        row.is_some_and(|row| same_as_row(sent, row))
                    };
                    outcome(is_new && answered.insert(key), stands)
                }
                CountOp::Void(sent) => {
                    let key = void_key(sent);
                    if let Some(full) = self.refused_voids.get(&key) {
                        return StepOutcome::Refused(*full);
                    }
                    let is_new = self.fresh_voids.contains(&key);
                    let row = self.known_voids.get(&(sent.practice.clone(), sent.id));
                    let said = (sent.contact, sent.clinician);
                    // Neither new nor known by its id: the contact was taken away under another id already.
                    let stands = is_new || row.is_none_or(|row| (row.contact, row.clinician) == said);
                    outcome(is_new && answered_voids.insert(key), stands)
                }
                CountOp::TallyMark(sent) => {
                    let key = (sent.practice.clone(), sent.id);
                    if let Some(why) = self.not_taken_marks.get(&key) {
                        return StepOutcome::Refused(*why);
                    }
                    let is_new = self.fresh_tally_marks.contains(&key);
                    let stands = if is_new {
                        let first = self.tally_marks.get(&key);
                        first.is_some_and(|first| *first == sent)
                    } else {
                        let row = self.known_tally_marks.get(&key);
                        row.map_or_else(|| self.refused_tally_marks.contains(&key), |row| same_mark(sent, row))
                    };
                    outcome(is_new && answered_tally_marks.insert(key), stands)
                }
            })
            .collect()
    }
}

pub(super) fn void_key(void: &NewVoid) -> VoidKey {
    (void.practice.clone(), void.id, void.contact, void.clinician)
}

fn outcome(recorded: bool, stands: bool) -> StepOutcome {
    match (recorded, stands) {
        (true, _) => StepOutcome::Recorded,
        (false, true) => StepOutcome::Repeat,
        (false, false) => StepOutcome::IdReused,
    }
}

fn same(sent: &NewContact, stored: &NewContact) -> bool {
    sent.clinician == stored.clinician
        && sent.kind == stored.kind
        && sent.complex == stored.complex
        && (!sent.time_given || sent.occurred_at == stored.occurred_at)
}

fn same_as_row(sent: &NewContact, row: &contact::Model) -> bool {
    sent.clinician == row.clinician
        && sent.kind.code() == row.kind
        && sent.complex == row.complex
        && (!sent.time_given || sent.occurred_at == row.occurred_at)
}

fn same_mark(sent: &TallyMark, row: &tick::Model) -> bool {
    tally_owners::of(sent.sheet) == row.clinician
        && sent.day == row.day
        && sent.sheet.code() == row.source
        && sent.kind == row.kind
        && sent.n == row.n
}
