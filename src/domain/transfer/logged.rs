//! What the log knows for one letter: the fields that nobody types.

use entity::ids::{LocalDate, TransferId};

use super::{
    Transfer,
    book::TransferBook,
    desk::TransferRoute,
    letter::{self, LetterBefore, PatientRoom},
    sender,
};
use crate::domain::{letter::book::AboutTransfers, working_day::WorkingDays};

/// The items that a letter is about, with what surrounds them.
#[derive(Debug)]
pub struct Logged {
    /// Categories, duties and the ladder of the area.
    pub book: TransferBook,
    /// What the letter has to do with them.
    pub kind: AboutTransfers,
    /// The items, as they stand.
    pub items: Vec<Transfer>,
    /// Letters that went out about any of them, the oldest first.
    pub before: Vec<LetterBefore>,
    /// What the log counts of their provider.
    pub figures: String,
    /// Whom the LMC says to write to, and in how many working days they answer.
    pub route: Option<TransferRoute>,
}

impl Logged {
    /// What the form begins with as its recipient.
    pub fn recipient(&self) -> Option<String> {
        if self.kind.step != Some(1) {
            return None;
        }
        let routed = self.route.as_ref().and_then(|route| route.recipient.clone());
        let first = self.items.first().map(|item| &item.says);
        routed.or_else(|| first.map(|says| sender(&says.provider, says.department.as_deref())))
    }

    /// By which day a reply is asked for.
    pub fn reply_by(&self, dated_on: LocalDate) -> Option<LocalDate> {
        let days = match self.kind.step? {
            1 => {
                let routed = self.route.as_ref().and_then(|route| route.reply_within);
                let categories = self.items.iter().filter_map(|item| self.book.category(&item.says.category));
                routed.or_else(|| categories.map(|kind| kind.reply_within).min()).unwrap_or(self.book.reply_within)
            }
            step => self.book.step(step)?.reply_within?,
        };
        Some(WorkingDays::england().ok()?.after(dated_on, days).day)
    }

    /// What a field of the log holds in a letter of this day.
    pub fn value(&self, field: &str, dated_on: LocalDate) -> Option<String> {
        match field {
            "items" => {
                let room = if self.kind.step == Some(1) { PatientRoom::Each } else { PatientRoom::None };
                Some(letter::items(&self.book, &self.items, room))
            }
            "acknowledge_by" => {
                let days = WorkingDays::england().ok()?;
                Some(days.after(dated_on, self.book.acknowledge_within).day.written())
            }
            "history" => Some(letter::history(&self.before)),
            "figures" => Some(self.figures.clone()),
            "patient_says" => Some(letter::for_patients(&self.book, &self.items)),
            _ => None,
        }
    }

    /// The lasting names of the items, to be kept with the letter.
    pub fn names(&self) -> Vec<TransferId> {
        self.items.iter().map(|item| item.says.lasting()).collect()
    }
}
