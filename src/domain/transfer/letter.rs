//! What a letter says of logged work: the items with the duty that held when each came, what was written before, and room for
//! the patient, who is never named in Headroom.

use entity::ids::LocalDate;

use super::{NewTransfer, Transfer, TransferOutcome, book::TransferBook, department};
use crate::domain::letter::ReplyState;

/// Items that one letter may be about.
pub const MOST_ITEMS: usize = 20;

/// In a letter to a provider, under each item: whoever sends it writes the patient in by hand.
const ROOM: &str =
    "Patient, written in by the practice: name ____________________, born ____________, NHS number ____________";

/// In the copy for the LMC, in the place of [`ROOM`].
const NO_PATIENT: &str = "The practice names the patient to the provider alone.";

/// The text of a letter to a provider as its LMC may read it.
pub fn copy_for_lmc(body: &str) -> String {
    body.replace(ROOM, NO_PATIENT)
}

/// A letter that was written about items, as the next one tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterBefore {
    /// Step of the ladder.
    pub step: u16,
    /// Whom it went to.
    pub recipient: String,
    /// When.
    pub sent_on: LocalDate,
    /// Where it stands.
    pub stands: ReplyState,
}

/// Whether an item has room for its patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatientRoom {
    /// In a letter to the provider: each item has a patient of its own.
    Each,
    /// In what anybody else reads.
    None,
}

/// The items, numbered, each in a paragraph of its own: what came, what was asked, what the provider is asked, and the duty in
/// force on the day it came.
pub fn items(book: &TransferBook, items: &[Transfer], room: PatientRoom) -> String {
    let numbered = items.iter().enumerate();
    let each = numbered.map(|(n, item)| {
        let told = one(book, n.saturating_add(1), &item.says);
        match room {
            PatientRoom::Each => format!("{told}\n{ROOM}"),
            PatientRoom::None => told,
        }
    });
    each.collect::<Vec<_>>().join("\n\n")
}

fn one(book: &TransferBook, n: usize, says: &NewTransfer) -> String {
    let category = book.category(&says.category);
    let mut head = vec![category.map_or(says.category.as_str(), |category| category.label.as_str()).to_owned()];
    head.extend(says.reason.clone());
    head.extend(department::name(says.department.as_deref()).map(str::to_owned));
    let route = book.route(&says.route).map(|label| format!(" ({})", label.to_lowercase())).unwrap_or_default();
    head.push(format!("came on {}{route}", says.came_on.written()));
    head.extend(says.reference.as_ref().map(|reference| format!("our reference {reference}")));
    let mut lines = vec![format!("{n}. {}.", head.join("; "))];
    lines.extend(says.asked.as_ref().map(|asked| format!("Asked of us: {asked}.")));
    lines.extend(category.map(|category| category.asks.clone()));
    lines.extend(done(says.outcome).map(str::to_owned));
    let duty = says.duty.as_deref().and_then(|code| book.duty(code));
    lines.extend(duty.map(|duty| format!("{} {}.", duty.text, book.cite(duty, says.came_on).source())));
    lines.join("\n")
}

/// What a letter says of work that was done all the same.
fn done(outcome: TransferOutcome) -> Option<&'static str> {
    match outcome {
        TransferOutcome::DoneUrgent => Some("The patient needed it at once, so this time we did it."),
        TransferOutcome::DoneOther => Some("This time we did it, so that the patient did not wait."),
        TransferOutcome::Returned | TransferOutcome::Declined | TransferOutcome::Agreed => None,
    }
}

/// What was written before and what came back, the oldest first.
pub fn history(before: &[LetterBefore]) -> String {
    if before.is_empty() {
        return "Nothing was written about this before.".to_owned();
    }
    let lines = before.iter().map(|letter| {
        let came = match letter.stands {
            ReplyState::Received(on) => format!("answered on {}", on.written()),
            ReplyState::Due(due) => format!("an answer is due by {}", due.written()),
            ReplyState::Overdue(due, _) => format!("no answer came by {}", due.written()),
            ReplyState::NoneDue | ReplyState::InError => "no answer was asked for by a day".to_owned(),
        };
        format!("{}, to {}: {came}.", letter.sent_on.written(), letter.recipient)
    });
    format!("What was written before:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// What a practice's log counts of one provider between two days, in a sentence or two; that there is nothing where there is.
pub fn figures(book: &TransferBook, items: &[Transfer], (from, to): (LocalDate, LocalDate)) -> String {
    let n = items.len();
    if n == 0 {
        return format!("Between {} and {} we logged nothing of it one by one.", from.written(), to.written());
    }
    let returned = items.iter().filter(|item| item.says.outcome.is_sent_back()).count();
    let done = items.iter().filter(|item| item.says.outcome.is_done()).count();
    let kinds = most(items.iter().map(|item| item.says.category.as_str()));
    let kinds = kinds.iter().take(3).map(|(code, n)| {
        let label = book.category(code).map_or(*code, |category| category.label.as_str());
        format!("{label} ({n})")
    });
    format!(
        "Between {} and {} we logged {n} such items from your services, most of them: {}. {returned} were declined or returned, {done} done all the same.",
        from.written(),
        to.written(),
        kinds.collect::<Vec<_>>().join(", "),
    )
}

/// Each once with its number, those that came most first.
pub fn most<K: Ord>(all: impl Iterator<Item = K>) -> Vec<(K, usize)> {
    let mut counts: std::collections::BTreeMap<K, usize> = std::collections::BTreeMap::new();
    for one in all {
        let n = counts.entry(one).or_default();
        *n = n.saturating_add(1);
    }
    let mut counts: Vec<(K, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}

/// What the patients of these items are told, each sentence once.
pub fn for_patients(book: &TransferBook, items: &[Transfer]) -> String {
    let mut told: Vec<&str> = Vec::new();
    for sentence in items.iter().filter_map(|item| book.category(&item.says.category)).map(|kind| kind.patient.as_str())
    {
        if !sentence.is_empty() && !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told.join(" ")
}

/// What a joint letter says of its figures.
pub fn joint_figures(
    book: &TransferBook,
    about: (&str, Option<&str>, Option<&str>),
    (items, practices): (u32, u32),
    (from, to): (LocalDate, LocalDate),
) -> String {
    let (provider, department, category) = about;
    let what = category.and_then(|code| book.category(code)).map(|kind| format!("“{}”", kind.label));
    let of = department::name(department).map(|name| format!(" from {name}")).unwrap_or_default();
    let practices = if practices == 1 { "One practice".to_owned() } else { format!("{practices} practices") };
    let times = if items == 1 { "once".to_owned() } else { format!("{items} times") };
    format!(
        "{practices} of our area told us of {}{of} at {provider} {times} between {} and {}.",
        what.as_deref().unwrap_or("work that was passed to them"),
        from.written(),
        to.written(),
    )
}
