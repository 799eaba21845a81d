//! The drafts as text to paste.

use std::fmt::Write as _;

use entity::ids::{LocalDate, OdsCode};

use crate::{
    domain::{
        draft::{self, DayDraft, ItemDraft},
        limit::{Headroom, NEARING_PERCENT},
    },
    ui::figures::left_and_counted,
};

/// What stands where Headroom knows nothing.
const BLANK: &str = "____";

/// Whose drafts, and of when.
#[derive(Debug)]
pub(super) struct About {
    pub(super) practice: OdsCode,
    pub(super) name: String,
    pub(super) today: LocalDate,
    pub(super) monday: LocalDate,
}

impl About {
    pub(super) fn friday(&self) -> LocalDate {
        self.monday.plus_days(4)
    }
}

/// How the four words follow from figures.
pub(super) fn rule() -> String {
    format!(
        "Green: less than {NEARING_PERCENT}% of the limit is used. Amber: {NEARING_PERCENT}% or more. Red: nothing is left. \
         Black: nothing is left and more was counted. The limit is the sum of the limits of the clinicians who have a count \
         that day; what one of them counts over their own takes nothing from another."
    )
}

/// How the answers follow from the register.
pub(super) const ANSWERS: &str = "Doing it: paused, or notice is served. Considering: being thought about, or planned \
     without a served notice. Not planning: recorded as it was before, or taken up again. Not recorded: nothing is \
     recorded. An item with several services or agreements has the answer of the one that is furthest.";

/// "3", "3½".
pub(super) fn sessions(halves: u32) -> String {
    match (halves / 2, halves % 2) {
        (0, 1) => "½".to_owned(),
        (whole, 0) => whole.to_string(),
        (whole, _) => format!("{whole}½"),
    }
}

/// The week as text to paste.
pub(super) fn week(about: &About, days: &[DayDraft]) -> String {
    let mut lines = vec![
        format!("{} ({})", about.name, about.practice),
        format!("Week from {} to {}", about.monday.long(), about.friday().long()),
        String::new(),
    ];
    let monday = days.first().and_then(|day| day.contacts);
    lines.push(format!(
        "Contacts on Monday: {}",
        monday.map_or_else(|| BLANK.to_owned(), |day| day.counted.to_string())
    ));
    let total = draft::week_total(days);
    let state = total.and_then(|sum| sum.headroom());
    let so_far = if about.today <= about.friday() { " so far" } else { "" };
    lines.push(format!("State of the week{so_far}, as measured: {}", state.map_or(BLANK, Headroom::pressure)));
    lines.push(String::new());
    lines.extend(days.iter().map(day_line));
    lines.push(String::new());
    lines.push(format!("How the state is measured. {}", rule()));
    lines.push(format!("{BLANK} means that there is no count or figure."));
    lines.join("\n")
}

/// "Mon 16 Nov: 5 left · 45 counted of 50, 2 clinicians, Amber; sessions 4; appointments attended ____".
fn day_line(day: &DayDraft) -> String {
    let name = day.on.0.format("%a %-d %b");
    let figure = |n: Option<String>| n.unwrap_or_else(|| BLANK.to_owned());
    let contacts = match (day.contacts, day.headroom()) {
        (Some(sum), Some(state)) => {
            let clinicians = match sum.clinicians {
                1 => "1 clinician".to_owned(),
                n => format!("{n} clinicians"),
            };
            let so_far = if day.so_far { " so far" } else { "" };
            format!("{}{so_far}, {clinicians}, {}", left_and_counted(sum), state.pressure())
        }
        _ => format!("counted {BLANK}"),
    };
    format!(
        "{name}: {contacts}; sessions {}; appointments attended {}",
        figure(day.half_sessions.map(sessions)),
        figure(day.appointments.map(|n| n.to_string())),
    )
}

/// The survey as text to paste.
pub(super) fn survey(about: &About, edition: &str, items: &[ItemDraft<'_>]) -> String {
    let mut lines = vec![
        format!("{} ({})", about.name, about.practice),
        format!("Actions as recorded on {}, menu {edition}", about.today.long()),
        String::new(),
    ];
    for draft in items {
        let mut line = format!("{}: {}", draft.item.title, draft.answer.words());
        if !draft.recorded.is_empty() {
            let _ = write!(line, " ({})", draft.recorded.join("; "));
        }
        lines.push(line);
    }
    lines.join("\n")
}
