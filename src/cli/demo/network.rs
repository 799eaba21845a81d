//! What the demo tells of the network scheme: questions about a draft that are closed by now, with invented answers, and a note
//! of the visitors' practice for itself.

use entity::ids::{PersonId, QuestionId, RowId};
use rand::{RngExt, rngs::SmallRng, seq::IndexedRandom};
use uuid::Uuid;

use super::{
    county::{Habit, Practice},
    days::Days,
    register::{chance, uuid_at},
    together,
};
use crate::{
    domain::{
        calendar,
        contact::derived_id,
        network::{Leaning, NetworkBook, NetworkQuestion, QuestionSet},
        question::QuestionKind,
    },
    error::AppError,
    store::demo::{NetworkNoteRow, QuestionAnswerRow, QuestionRow},
};

/// An id of no time: the demo makes it once.
const SET: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0003);
/// Days since the week in which it was asked: it is closed.
const AGO: u64 = 35;
const DRAFT: &str = "Draft of 2027/28";
/// Answers in words, where a text is asked for.
const TEXTS: [&str; 3] =
    ["Enhanced access on Saturdays", "Care homes: a visit each week", "Medicines reviews, for want of pharmacists"];

fn asked() -> Result<&'static QuestionSet, AppError> {
    NetworkBook::built_in().map(|book| &book.set).map_err(|broken| AppError::Fault(broken.join("; ")))
}

fn id(question: &NetworkQuestion) -> QuestionId {
    QuestionId(derived_id(SET, &question.code))
}

/// The questions.
pub(super) fn set(days: &Days, officer: PersonId) -> Result<Vec<QuestionRow>, AppError> {
    let week = calendar::week_ending(days.today.minus_days(AGO));
    let lmc = together::lmc()?;
    let row = |(place, question): (i32, &NetworkQuestion)| QuestionRow {
        lmc: lmc.clone(),
        id: id(question),
        week_ending: week,
        place,
        opens_on: week.minus_days(4),
        closes_on: week.plus_days(7),
        kind: question.kind.as_str().to_owned(),
        wording: question.asks(DRAFT),
        options: question.options.join("\n"),
        recorded_at: days.on(week.minus_days(6), 16 * 60),
        recorded_by: officer.0,
    };
    Ok((1..).zip(&asked()?.questions).map(row).collect())
}

/// What a practice gave: the visitors' own let it pass.
pub(super) fn answers(days: &Days, practice: &Practice, rng: &mut SmallRng, first: bool) -> Vec<QuestionAnswerRow> {
    let Some(lmc) = together::lmc().ok().filter(|lmc| practice.lmc == *lmc) else { return Vec::new() };
    let (Ok(set), false) = (asked(), first || practice.habit == Habit::Silent || !practice.answers) else {
        return Vec::new();
    };
    let week = calendar::week_ending(days.today.minus_days(AGO));
    let mut given = Vec::new();
    for question in &set.questions {
        if chance(rng, 12) {
            continue;
        }
        let said = said(rng, question);
        let recorded_at = days.on(week.minus_days(rng.random_range(0..4)), rng.random_range(9 * 60..17 * 60));
        given.push(QuestionAnswerRow {
            practice: practice.code.clone(),
            id: RowId(uuid_at(rng, recorded_at)),
            lmc: lmc.clone(),
            question: id(question),
            answer: (!chance(rng, 10)).then_some(said),
            recorded_at,
            recorded_by: practice.manager,
        });
    }
    given
}

fn said(rng: &mut SmallRng, question: &NetworkQuestion) -> String {
    match question.kind {
        QuestionKind::Choice => rng.random_range(1..=question.options.len().max(1)).to_string(),
        QuestionKind::Number => format!("{}.5", rng.random_range(0..4)),
        QuestionKind::YesNo => "yes".to_owned(),
        QuestionKind::Text => TEXTS.choose(rng).map_or("", |text| *text).to_owned(),
    }
}

/// What the visitors' practice noted for itself, the oldest first.
pub(super) fn notes(days: &Days, practice: &Practice, rng: &mut SmallRng) -> Vec<NetworkNoteRow> {
    let each =
        [(190, Leaning::TakingPart, None), (33, Leaning::Undecided, Some("Partners talk about the draft in January"))];
    let row = |(ago, leaning, note): (u64, Leaning, Option<&str>)| {
        let recorded_at = days.on(days.today.minus_days(ago), 13 * 60);
        NetworkNoteRow {
            practice: practice.code.clone(),
            id: RowId(uuid_at(rng, recorded_at)),
            leaning: leaning.as_str().to_owned(),
            note: note.map(str::to_owned),
            recorded_at,
            recorded_by: practice.manager,
        }
    };
    each.into_iter().map(row).collect()
}
