//! What invented providers passed on to the invented practices: about as often, and as much of each kind, as counts of real
//! practices found, and sent back as often.

use entity::ids::{LocalDate, TransferId};
use rand::{RngExt, rngs::SmallRng, seq::IndexedRandom};

use super::{
    county::Practice,
    days::Days,
    register::{Register, uuid_at},
};
use crate::{
    domain::{
        catalogue::Status,
        transfer::{
            NewTransfer, ProviderRef, TransferOutcome,
            book::{Category, TransferBook},
            department,
        },
    },
    store::{
        demo::{StatusRow, TransferRow},
        transfers,
    },
};

/// Who sends, with the part of it and how many of a hundred items are theirs.
const SENDERS: [(&str, &str, u32); 7] = [
    ("Wyrevale Infirmary", "320", 26),
    ("Wyrevale Infirmary", "307", 14),
    ("Merrowlow General", "110", 14),
    ("Brackenshaw Community", "653", 20),
    ("Tansybeck Mental Health", "710", 12),
    ("Quernholt Eye Clinic", "130", 8),
    ("Brackenshaw Community", "L25", 6),
];

/// Kinds, what was asked, and how many of a hundred items they are.
const KINDS: [(&str, &str, u32); 12] = [
    ("results-follow-up", "Explain the scan result to the patient", 14),
    ("investigation-request", "Blood test before their review", 14),
    ("onward-referral", "Refer on to vascular surgery", 16),
    ("prescribing-request", "Start a medicine after clinic", 9),
    ("medication-supply", "Three days of medicine at discharge", 5),
    ("waiting-list-expedite", "Letter to be seen sooner", 8),
    ("patient-query", "Told to ask us when the appointment is", 6),
    ("clinic-letter", "Letter of the September clinic", 8),
    ("discharge-summary", "Summary nine days late", 4),
    ("rejected-referral", "Send it again on their form", 6),
    ("fit-note", "Fit note for six weeks", 6),
    ("dna-re-referral", "New referral after a missed visit", 5),
];

/// What practices do, of a hundred items.
const OUTCOMES: [(TransferOutcome, u32); 5] = [
    (TransferOutcome::Returned, 56),
    (TransferOutcome::Declined, 14),
    (TransferOutcome::DoneUrgent, 14),
    (TransferOutcome::DoneOther, 11),
    (TransferOutcome::Agreed, 5),
];

/// The item whose pathways are paused.
const PATHWAYS: &str = "advice-and-guidance";

/// Items on a working day for each ten thousand patients.
const A_DAY: f64 = 1.2;

/// The log of one practice over the weeks of the demo.
pub(super) fn log(rng: &mut SmallRng, days: &Days, practice: &Practice) -> Vec<TransferRow> {
    let Ok(book) = TransferBook::built_in() else {
        return Vec::new();
    };
    let expected = A_DAY * f64::from(practice.patients) / 10_000.0;
    let mut rows = Vec::new();
    for day in &days.history {
        let mut left = expected;
        while left > 0.0 && rng.random_bool(left.min(1.0)) {
            rows.extend(item(rng, days, practice, book, *day));
            left -= 1.0;
        }
    }
    rows
}

/// Kinds of answers on a paused pathway, the reason of each, and how many of a hundred they are.
const ANSWERS: [(&str, Option<&str>, &str, u32); 5] = [
    ("advice-and-guidance", Some("late"), "Our question of three weeks ago", 40),
    ("advice-and-guidance", Some("no answer"), "Asks us for the tests of the clinic", 22),
    ("advice-and-guidance", Some("no named clinician"), "A reply without a name", 14),
    ("rejected-referral", Some("does not meet threshold"), "Referral sent back by triage", 18),
    ("advice-and-guidance", None, "Told to refer again", 6),
];
/// Who answers on every pathway of the county.
const ANSWERING: &str = "Wyrevale Infirmary";

/// Departments of the pathways that a practice paused.
pub(super) fn pathways(register: &Register<'_>) -> Vec<&'static str> {
    let of = |row: &StatusRow| {
        let subject = register.subjects.iter().find(|subject| Some(subject.id) == row.subject)?;
        department::of_pathway(&subject.name).map(|department| department.code.as_str())
    };
    let paused = |row: &&StatusRow| row.item.as_str() == PATHWAYS && row.status == Status::PausedSince.as_str();
    register.statuses.iter().filter(paused).filter_map(of).collect()
}

/// Answers on the pathways that a practice paused: three to nine each in the weeks of the demo.
pub(super) fn answers(rng: &mut SmallRng, days: &Days, practice: &Practice, pathways: &[&str]) -> Vec<TransferRow> {
    let Ok(book) = TransferBook::built_in() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for department in pathways {
        for _ in 0..rng.random_range(3..10) {
            rows.extend(answer(rng, days, practice, (book, department)));
        }
    }
    rows
}

fn answer(
    rng: &mut SmallRng,
    days: &Days,
    practice: &Practice,
    (book, department): (&TransferBook, &str),
) -> Option<TransferRow> {
    let came_on = *days.history.choose(rng)?;
    let (kind, reason, asked, _) = ANSWERS.choose_weighted(rng, |(.., weight)| *weight).ok()?;
    let category = book.category(kind)?;
    let recorded_at = days.on(came_on, rng.random_range(9 * 60..18 * 60));
    let new = NewTransfer {
        id: TransferId(uuid_at(rng, recorded_at)),
        corrects: None,
        first: None,
        provider: ProviderRef::named(&ANSWERING.parse().ok()?),
        department: Some(department.to_owned()),
        pathway: None,
        category: category.code.clone(),
        reason: reason.map(str::to_owned),
        route: category.route.clone(),
        asked: Some(asked.parse().ok()?),
        outcome: TransferOutcome::Returned,
        minutes: category.minutes,
        reference: None,
        came_on,
        duty: book.proposed(category, came_on).map(|cited| cited.duty.code.clone()),
        edition: book.edition.clone(),
        removed: false,
    };
    Some(transfers::row(&practice.code, &new, practice.manager, recorded_at))
}

fn item(
    rng: &mut SmallRng,
    days: &Days,
    practice: &Practice,
    book: &TransferBook,
    came_on: LocalDate,
) -> Option<TransferRow> {
    let (name, department, _) = SENDERS.choose_weighted(rng, |(_, _, weight)| *weight).ok()?;
    let (kind, asked, _) = KINDS.choose_weighted(rng, |(_, _, weight)| *weight).ok()?;
    let (outcome, _) = OUTCOMES.choose_weighted(rng, |(_, weight)| *weight).ok()?;
    let category: &Category = book.category(kind)?;
    let recorded_at = days.on(came_on, rng.random_range(9 * 60..18 * 60));
    let new = NewTransfer {
        id: TransferId(uuid_at(rng, recorded_at)),
        corrects: None,
        first: None,
        provider: ProviderRef::named(&name.parse().ok()?),
        department: Some((*department).to_owned()),
        pathway: None,
        category: category.code.clone(),
        reason: category.reasons.choose(rng).cloned(),
        route: category.route.clone(),
        asked: Some(asked.parse().ok()?),
        outcome: *outcome,
        minutes: category.minutes,
        reference: None,
        came_on,
        duty: book.proposed(category, came_on).map(|cited| cited.duty.code.clone()),
        edition: book.edition.clone(),
        removed: false,
    };
    Some(transfers::row(&practice.code, &new, practice.manager, recorded_at))
}
