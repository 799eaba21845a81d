//! What an officer asks for: a day, an item, how many weeks.

use entity::ids::LocalDate;

use super::view::Asked;
use crate::{
    domain::{
        catalogue::Item,
        impact::{WEEKS, Windows},
    },
    error::FieldError,
    web::forms::optional_day,
};

/// What was asked, as understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) date: Option<LocalDate>,
    pub(super) item: Option<&'a Item>,
    pub(super) weeks: u64,
}

impl Asked {
    /// Understands it. What cannot be understood is left at what is usual, and named.
    pub(super) fn read<'a>(&self, today: LocalDate, items: &[&'a Item]) -> (Choice<'a>, Vec<FieldError>) {
        let mut errors = Vec::new();
        let date = match optional_day(&self.date, "date") {
            Ok(Some(day)) if Windows::new(day, 1, today).is_none() => {
                errors.push(FieldError::new("date", "Enter a day at least a week ago"));
                None
            }
            Ok(day) => day,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let item = items.iter().find(|item| item.code.as_str() == self.item).copied();
        if item.is_none() && !self.item.is_empty() {
            errors.push(FieldError::new("item", "Choose an item of the list"));
        }
        let asked = WEEKS.into_iter().find(|weeks| weeks.to_string() == self.weeks);
        if asked.is_none() && !self.weeks.is_empty() {
            errors.push(FieldError::new("weeks", "Choose 4, 8 or 13 weeks"));
        }
        let weeks = asked.unwrap_or(WEEKS[0]);
        (Choice { date, item, weeks }, errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::Catalogue;

    #[test]
    fn what_cannot_be_understood_is_named_and_left_at_what_is_usual() {
        let today = "2026-11-20".parse().unwrap();
        let items: Vec<&Item> = Catalogue::built_in().unwrap().items_on(today).collect();
        let read = |date: &str, item: &str, weeks: &str| {
            let asked = Asked { date: date.to_owned(), item: item.to_owned(), weeks: weeks.to_owned() };
            let (choice, errors) = asked.read(today, &items);
            let fields: Vec<String> = errors.iter().map(|e| e.field.to_string()).collect();
            let date = choice.date.map(|day| day.to_string());
            (date, choice.item.is_some(), choice.weeks, fields)
        };
        assert_eq!(read("", "", ""), (None, false, 4, vec![]));
        let good = read("2026-10-01", "dsa-freeze", "13");
        assert_eq!(good, (Some("2026-10-01".to_owned()), true, 13, vec![]));
        let all = ["date", "item", "weeks"].map(str::to_owned).to_vec();
        assert_eq!(read("2026-11-14", "x", "5"), (None, false, 4, all.clone()));
        assert_eq!(read("soon", "y", "-4"), (None, false, 4, all));
    }
}
