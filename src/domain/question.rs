//! Questions that an LMC puts to a week's return, what practices answer, and what the LMC reads of it.
//!
//! Skipping is as good as answering. A practice that does not share is not heard from, whatever it answered.

use std::{fmt, str::FromStr};

use entity::ids::{LocalDate, OrgCode, QuestionId};

use super::{calendar, codes::codes, identifier};

mod results;
#[cfg(test)]
mod tests;

pub use results::{AnswerFigure, AnswerRow, LEAST_NUMBERS, Results, Spread, last, results};

/// Most questions of an LMC in one week.
pub const MOST: u32 = 6;
/// Longest wording of a question, in characters.
pub const LONGEST_WORDING: usize = 200;
/// Longest option, in characters.
pub const LONGEST_OPTION: usize = 80;
/// Fewest and most options of a choice.
pub const OPTIONS: (usize, usize) = (2, 6);
/// Longest short text, in characters.
pub const LONGEST_TEXT: usize = 300;
/// How far ahead a week can be asked about, and how long after its Friday a question can stay open.
const WEEKS_AHEAD: u64 = 13;
const OPEN_AFTER: u64 = 28;

codes! {
    "a kind of question", "a question is choice, number, yes-no or text",
    /// What is asked for.
    QuestionKind {
        /// One of two to six options.
        Choice = "choice",
        /// A number, to two decimal places.
        Number = "number",
        /// Yes, no or not sure.
        YesNo = "yes-no",
        /// A short text.
        Text = "text",
    }
}

impl QuestionKind {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Choice => "A choice of two to six",
            Self::Number => "A number",
            Self::YesNo => "Yes, no or not sure",
            Self::Text => "A short text",
        }
    }
}

codes! {
    "an answer", "an answer is yes, no or not-sure",
    /// The answers of yes, no, not sure.
    YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Not sure.
        NotSure = "not-sure",
    }
}

impl YesNo {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::NotSure => "Not sure",
        }
    }
}

/// A number to two decimal places, such as 2.5 whole-time posts; from 0 to a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(u32);

impl Number {
    const MOST: u32 = 1_000_000;

    /// For programs.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Halfway between two.
    fn middle(self, other: Self) -> Self {
        let sum = self.0.saturating_add(other.0);
        Self(sum.checked_div(2).unwrap_or_default().saturating_add(sum % 2))
    }
}

impl FromStr for Number {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "Enter a number from 0 to 1,000,000, with at most two decimal places";
        let text = text.trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 7) || !digits(part, 2) {
            return Err(WRONG);
        }
        let hundredths = format!("{whole}{part:0<2}").parse::<u32>();
        hundredths.ok().filter(|n| *n <= Self::MOST.saturating_mul(100)).map(Self).ok_or(WRONG)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0.checked_div(100).unwrap_or_default(), self.0 % 100);
        match part {
            0 => write!(f, "{whole}"),
            part if part % 10 == 0 => {
                write!(f, "{whole}.{}", part.checked_div(10).unwrap_or_default())
            }
            part => write!(f, "{whole}.{part:02}"),
        }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// Who asks.
    pub lmc: OrgCode,
    /// The Friday of the week.
    pub week_ending: LocalDate,
    /// Its place among the questions of the week, from 1.
    pub place: u32,
    /// First day on which it can be answered.
    pub opens_on: LocalDate,
    /// Last day on which it can be answered.
    pub closes_on: LocalDate,
    /// What is asked for.
    pub kind: QuestionKind,
    /// What is asked.
    pub wording: String,
    /// What can be chosen; empty for the other kinds.
    pub options: Vec<String>,
}

/// A question before it is asked: its place follows from those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// Made by the client.
    pub id: QuestionId,
    /// The Friday of the week.
    pub week_ending: LocalDate,
    /// First day on which it can be answered.
    pub opens_on: LocalDate,
    /// Last day on which it can be answered.
    pub closes_on: LocalDate,
    /// What is asked for.
    pub kind: QuestionKind,
    /// What is asked.
    pub wording: String,
    /// What can be chosen; empty for the other kinds.
    pub options: Vec<String>,
}

impl NewQuestion {
    /// The question that it becomes.
    pub fn asked(self, lmc: OrgCode, place: u32) -> Question {
        Question {
            id: self.id,
            lmc,
            week_ending: self.week_ending,
            place,
            opens_on: self.opens_on,
            closes_on: self.closes_on,
            kind: self.kind,
            wording: self.wording,
            options: self.options,
        }
    }

    /// Checks its days.
    ///
    /// # Errors
    /// The field at fault and a sentence.
    pub fn check_days(&self, today: LocalDate) -> Result<(), (&'static str, &'static str)> {
        let this = calendar::week_ending(today);
        let last = this.plus_days(WEEKS_AHEAD.saturating_mul(7));
        if calendar::week_ending(self.week_ending) != self.week_ending
            || self.week_ending < this
            || self.week_ending > last
        {
            return Err(("week_ending", "Enter a Friday, of this week or one of the next thirteen"));
        }
        if self.opens_on < self.week_ending.minus_days(6) || self.opens_on > self.week_ending {
            return Err(("opens_on", "It opens within its week, Saturday to Friday"));
        }
        let most = self.week_ending.plus_days(OPEN_AFTER);
        if self.closes_on < self.opens_on.max(today) || self.closes_on > most {
            return Err(("closes_on", "It closes when it has opened, and within four weeks of its Friday"));
        }
        Ok(())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An option, by its place from 1.
    Option(usize),
    /// A number.
    Number(Number),
    /// Yes, no, not sure.
    YesNo(YesNo),
    /// A short text, checked.
    Text(String),
}

/// What a practice gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// It skipped the question.
    Skipped,
    /// This.
    Answered(Answer),
}

impl Given {
    /// As stored: nothing for a skipped question.
    pub fn stored(&self) -> Option<String> {
        let Self::Answered(answer) = self else {
            return None;
        };
        Some(match answer {
            Answer::Option(place) => place.to_string(),
            Answer::Number(number) => number.to_string(),
            Answer::YesNo(said) => said.as_str().to_owned(),
            Answer::Text(text) => text.clone(),
        })
    }
}

/// Whether a question can be answered on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Not yet.
    Ahead,
    /// Yes.
    Open,
    /// No longer.
    Closed,
}

impl Stage {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl Question {
    /// Whether it can be answered on a day.
    pub fn stage(&self, today: LocalDate) -> Stage {
        if today < self.opens_on {
            Stage::Ahead
        } else if today > self.closes_on {
            Stage::Closed
        } else {
            Stage::Open
        }
    }

    /// Reads an answer as typed, sent or stored.
    ///
    /// # Errors
    /// A sentence for the person; never what was typed.
    pub fn read(&self, text: &str) -> Result<Answer, String> {
        let text = text.trim();
        match self.kind {
            QuestionKind::Choice => text
                .parse()
                .ok()
                .filter(|place| (1..=self.options.len()).contains(place))
                .map(Answer::Option)
                .ok_or_else(|| "Choose one of the options, or skip the question".to_owned()),
            QuestionKind::Number => text.parse().map(Answer::Number).map_err(str::to_owned),
            QuestionKind::YesNo => text
                .parse()
                .map(Answer::YesNo)
                .map_err(|_| "Choose yes, no or not sure, or skip the question".to_owned()),
            QuestionKind::Text => identifier::check_note(text, LONGEST_TEXT)
                .map(|note| Answer::Text(note.into()))
                .map_err(|refused| refused.to_string()),
        }
    }

    /// Reads what is stored; nothing is a skipped question.
    ///
    /// # Errors
    /// As [`Question::read`].
    pub fn given(&self, stored: Option<&str>) -> Result<Given, String> {
        stored.map_or(Ok(Given::Skipped), |text| {
            // It was checked when it was taken in; a later detector must not hide it.
            match self.kind {
                QuestionKind::Text => Ok(Given::Answered(Answer::Text(text.to_owned()))),
                _ => self.read(text).map(Given::Answered),
            }
        })
    }

    /// An answer as a person reads it.
    pub fn words(&self, answer: &Answer) -> String {
        match answer {
            Answer::Option(place) => {
                place.checked_sub(1).and_then(|at| self.options.get(at)).cloned().unwrap_or_default()
            }
            Answer::Number(number) => number.to_string(),
            Answer::YesNo(said) => said.title().to_owned(),
            Answer::Text(text) => text.clone(),
        }
    }
}
