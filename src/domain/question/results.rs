//! What holds of the answers that practices gave, and what their LMC reads of it.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::{DateTime, Utc};
use entity::ids::RowId;

use super::{Answer, Given, Number, Question, QuestionKind, YesNo};

/// Fewest numbers of which a median and a range are shown.
pub const LEAST_NUMBERS: usize = 5;

/// One row of an answer, for the fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow<K> {
    /// What it is about: a practice, a question.
    pub key: K,
    /// Which.
    pub id: RowId,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What was given.
    pub given: Given,
}

/// What holds of each: the row recorded last.
pub fn last<K: Ord>(rows: impl IntoIterator<Item = AnswerRow<K>>) -> BTreeMap<K, Given> {
    let mut newest: BTreeMap<K, (DateTime<Utc>, RowId, Given)> = BTreeMap::new();
    for row in rows {
        let this = (row.recorded_at, row.id, row.given);
        match newest.entry(row.key) {
            Entry::Vacant(place) => {
                place.insert(this);
            }
            Entry::Occupied(mut known) => {
                if (known.get().0, known.get().1) < (this.0, this.1) {
                    known.insert(this);
                }
            }
        }
    }
    let held = newest.into_iter();
    held.map(|(key, (_, _, given))| (key, given)).collect()
}

/// What an LMC reads of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// Practices of the area.
    pub all: u32,
    /// Practices that share; of nobody else anything is counted.
    pub sharing: u32,
    /// Practices that share and answered.
    pub answered: u32,
    /// Practices that share and skipped it.
    pub skipped: u32,
    /// What they answered.
    pub figure: AnswerFigure,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFigure {
    /// How many gave each answer, in the order of the options.
    Counts(Vec<(String, u32)>),
    /// Of numbers; nothing where there are too few.
    Spread(Option<Spread>),
    /// Texts in the order of the alphabet, so that the order tells nothing.
    Texts(Vec<String>),
}

/// Median and range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Half are at it or below.
    pub median: Number,
    /// The smallest.
    pub least: Number,
    /// The greatest.
    pub most: Number,
}

impl Results {
    /// "41 of 64 practices answered; 3 skipped."
    pub fn rate(&self) -> String {
        let Self { all, answered, skipped, .. } = self;
        format!("{answered} of {all} practices answered; {skipped} skipped.")
    }

    /// Practices that share and have neither answered nor skipped it.
    pub fn waiting(&self) -> u32 {
        let given = self.answered.saturating_add(self.skipped);
        self.sharing.saturating_sub(given)
    }

    /// Practices that do not share.
    pub fn not_sharing(&self) -> u32 {
        self.all.saturating_sub(self.sharing)
    }
}

/// Sums up what the practices of an area that share have given: how many share, and how many there are in all.
pub fn results<'a>(
    question: &Question,
    (sharing, all): (usize, usize),
    given: impl IntoIterator<Item = &'a Given>,
) -> Results {
    let mut answers: Vec<&Answer> = Vec::new();
    let mut skipped = 0_u32;
    for given in given {
        match given {
            Given::Skipped => skipped = skipped.saturating_add(1),
            Given::Answered(answer) => answers.push(answer),
        }
    }
    Results {
        all: u32::try_from(all).unwrap_or(u32::MAX),
        sharing: u32::try_from(sharing).unwrap_or(u32::MAX),
        answered: u32::try_from(answers.len()).unwrap_or(u32::MAX),
        skipped,
        figure: figure(question, &answers),
    }
}

fn figure(question: &Question, answers: &[&Answer]) -> AnswerFigure {
    let count = |wanted: &Answer| {
        let same = answers.iter().filter(|answer| **answer == wanted).count();
        u32::try_from(same).unwrap_or(u32::MAX)
    };
    match question.kind {
        QuestionKind::Choice => {
            let places = (1..=question.options.len()).map(Answer::Option);
            AnswerFigure::Counts(places.map(|place| (question.words(&place), count(&place))).collect())
        }
        QuestionKind::YesNo => {
            let all = YesNo::ALL.iter().copied();
            AnswerFigure::Counts(all.map(|said| (said.title().to_owned(), count(&Answer::YesNo(said)))).collect())
        }
        QuestionKind::Number => AnswerFigure::Spread(spread(answers)),
        QuestionKind::Text => {
            let mut texts: Vec<String> = answers.iter().map(|answer| question.words(answer)).collect();
            texts.sort_by_key(|text| text.to_lowercase());
            AnswerFigure::Texts(texts)
        }
    }
}

pub(super) fn spread(answers: &[&Answer]) -> Option<Spread> {
    let mut numbers: Vec<Number> = answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    if numbers.len() < LEAST_NUMBERS {
        return None;
    }
    numbers.sort_unstable();
    let upper = numbers.len().checked_div(2)?;
    let lower = numbers.len().checked_sub(1)?.checked_div(2)?;
    Some(Spread {
        median: numbers.get(lower)?.middle(*numbers.get(upper)?),
        least: *numbers.first()?,
        most: *numbers.last()?,
    })
}
