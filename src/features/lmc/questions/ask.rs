//! From what an officer typed or sent to a question.

use entity::ids::{LocalDate, QuestionId};
use uuid::Uuid;

use super::view::QuestionForm;
use crate::{
    domain::{
        calendar,
        question::{LONGEST_OPTION, LONGEST_WORDING, NewQuestion, OPTIONS, QuestionKind},
    },
    error::FieldError,
    web::forms,
};

impl QuestionForm {
    /// This week, open from today until the Friday after it.
    pub(super) fn fresh(today: LocalDate) -> Self {
        let week = calendar::week_ending(today);
        Self {
            id: Uuid::now_v7().to_string(),
            week_ending: week.to_string(),
            opens_on: today.min(week).to_string(),
            closes_on: week.plus_days(7).to_string(),
            kind: QuestionKind::Choice.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// Reads every field, so that all that is wrong is said at once.
    pub(super) fn read(&self, today: LocalDate) -> Result<NewQuestion, Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "wording"), &mut errors);
        let kind = self.kind.parse::<QuestionKind>();
        let kind = kind.map_err(|_| FieldError::new("kind", "Choose what is asked for"));
        let kind = keep(kind, &mut errors);
        let wording = forms::letter_line(&self.wording, "wording", LONGEST_WORDING)
            .and_then(|text| text.ok_or_else(|| FieldError::new("wording", "Write the question")));
        let wording = keep(wording, &mut errors);
        let mut day = |text: &str, field| {
            let day = forms::optional_day(text, field)
                .and_then(|day| day.ok_or_else(|| FieldError::new(field, "Enter a day")));
            keep(day, &mut errors)
        };
        let week_ending = day(&self.week_ending, "week_ending");
        let opens_on = day(&self.opens_on, "opens_on");
        let closes_on = day(&self.closes_on, "closes_on");
        let options = match kind {
            Some(QuestionKind::Choice) => self.options(&mut errors),
            _ => Vec::new(),
        };
        let read = (id, kind, wording, week_ending, opens_on, closes_on);
        let (Some(id), Some(kind), Some(wording), Some(week), Some(opens), Some(closes)) = read else {
            return Err(errors);
        };
        let question = NewQuestion {
            id: QuestionId(id),
            week_ending: week,
            opens_on: opens,
            closes_on: closes,
            kind,
            wording,
            options,
        };
        if let Err((field, why)) = question.check_days(today) {
            errors.push(FieldError::new(field, why));
        }
        if errors.is_empty() { Ok(question) } else { Err(errors) }
    }

    fn options(&self, errors: &mut Vec<FieldError>) -> Vec<String> {
        let mut options: Vec<String> = Vec::new();
        for typed in &self.option {
            let read = forms::short_text(typed, "option", LONGEST_OPTION);
            options.extend(keep(read, errors).flatten());
        }
        let (least, most) = OPTIONS;
        let mut once = options.clone();
        once.sort();
        once.dedup();
        if !(least..=most).contains(&options.len()) {
            errors.push(FieldError::new("option", "Give two to six options"));
        } else if once.len() != options.len() {
            errors.push(FieldError::new("option", "Two options are the same"));
        }
        options
    }
}

fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}
