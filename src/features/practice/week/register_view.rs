//! What to do by when and what is paused, as markup. The fragment is the same function that the page calls.

use entity::ids::{ItemCode, LocalDate, NoticeId, OdsCode, RowId, StatusId, SubjectId};
use maud::{Markup, html};

use crate::{
    domain::register::RegisterLine,
    href,
    ui::{
        href::Href,
        live,
        parts::{self, small},
        register,
        table::{numbers, table, words},
    },
};

/// What to do and what is paused.
#[derive(Debug)]
pub(super) struct RegisterPart {
    pub(super) practice: OdsCode,
    pub(super) today: LocalDate,
    pub(super) todo: Vec<Todo>,
    pub(super) paused: Vec<RegisterLine>,
    pub(super) items: usize,
}

/// One thing to do or to know of, with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Todo {
    pub(super) due: LocalDate,
    pub(super) what: What,
}

/// What a reply is due to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReplyTo {
    Notice(NoticeId),
    Letter(RowId),
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The last day of something on which notice was served.
    LastDay {
        /// Of what.
        name: String,
        /// When notice was served.
        served: Option<LocalDate>,
    },
    /// A plan without a served notice.
    Plan {
        /// Of what.
        name: String,
        /// The item's own word.
        tag: String,
    },
    /// A reply to a notice or a letter is due, or overdue.
    ReplyDue {
        /// To which.
        to: ReplyTo,
        /// On what.
        name: String,
        /// From whom.
        from: String,
    },
    /// Replies to several letters to one recipient are due.
    RepliesDue {
        /// From whom.
        from: String,
        /// How many letters.
        letters: usize,
        /// Of them, those whose day is past.
        overdue: usize,
    },
    /// Something is still paused though its outcome says that the pause was answered.
    StillPaused {
        /// The item.
        item: ItemCode,
        /// The named subject, where the item has them.
        subject: Option<SubjectId>,
        /// Of what.
        name: String,
        /// The item's own word for being paused.
        tag: String,
        /// The outcome, as a person reads it.
        outcome: &'static str,
    },
    /// The LMC noted something by telephone.
    Noted {
        /// The row to answer.
        id: StatusId,
        /// What it says.
        noted: String,
    },
    /// Nobody counted for these clinicians of late.
    NoCount {
        /// Their labels.
        labels: String,
        /// The day of the last count, where there is one clinician and one day.
        since: Option<LocalDate>,
    },
    /// The practice was never asked whether its LMC may see its items.
    Consent,
}

/// A practice's first page.
pub(super) fn at(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

/// What to do and what is paused: fetched again when the register or the consent changes.
pub(super) fn register(part: &RegisterPart) -> Markup {
    let get = at(&part.practice).seg("week").seg("register");
    live::live_fragment("register", &get, &["register", "sharing"], &html! { (to_do(part)) (paused(part)) })
}

fn to_do(part: &RegisterPart) -> Markup {
    let rows: Vec<Vec<Markup>> =
        part.todo.iter().map(|todo| vec![what(part, todo), html! { (due(todo.due, part.today)) }]).collect();
    parts::panel(
        "To do",
        &html! {
            @if rows.is_empty() { p { "Nothing within the next 13 weeks." } }
            @else { (table("To do, by date", &[words(""), numbers("")], &rows)) }
            p .hr-small .nhsuk-u-margin-bottom-0 { a href="/reminders" { "Your reminders, and whether they are mailed" } }
        },
    )
}

/// "Today", "Mon 23 Nov", "1 Feb 2027".
fn due(day: LocalDate, today: LocalDate) -> String {
    if day < today {
        "Overdue".to_owned()
    } else if day == today {
        "Today".to_owned()
    } else if day.0.format("%Y").to_string() == today.0.format("%Y").to_string() {
        day.0.format("%a %-d %b").to_string()
    } else {
        day.short()
    }
}

fn what(part: &RegisterPart, todo: &Todo) -> Markup {
    let practice = at(&part.practice);
    html! {
        @match &todo.what {
            What::LastDay { name, served } => {
                "Last day of " (name)
                @if let Some(served) = served { " " (small(&format!("(notice served {})", served.written()))) }
            },
            What::Plan { name, tag } => { (name) ": " (tag) " this day" },
            What::ReplyDue { to, name, from } => {
                "Reply due from " (from) ": "
                @match to {
                    ReplyTo::Notice(notice) => { a href=(practice.seg("notices").seg(notice)) { "notice on " (name) } }
                    ReplyTo::Letter(letter) => { a href=(practice.seg("letters").seg(letter)) { "letter, " (name) } }
                }
            },
            What::RepliesDue { from, letters, overdue } => {
                (letters) " replies due from " (from) ": "
                a href=(practice.seg("letters")) { "letters" }
                @if *overdue > 0 { " " (small(&format!("({overdue} overdue)"))) }
            },
            What::StillPaused { item, subject, name, tag, outcome } => {
                "Outcome of " (name) ": " (outcome) ". The register says “" (tag) "”. "
                a href=(item_href(&part.practice, item, *subject)) { "Is that still so?" }
            },
            What::Noted { id, noted } => {
                "Your LMC noted by telephone: " (noted) ". Is it so?"
                (register::answers(&part.practice, *id, noted, &practice))
            },
            What::NoCount { labels, since } => {
                (labels) ": no count "
                @match since {
                    Some(day) => { "since " (day.0.format("%A %-d %B").to_string()) },
                    None => { "of late" },
                }
                ". " a href=(practice.seg("capacity")) { "Fill in the day sheet" }
            },
            What::Consent => {
                "Decide whether your LMC sees your items. "
                a href=(practice.seg("sharing")) { "See what it would see" }
            },
        }
    }
}

fn paused(part: &RegisterPart) -> Markup {
    let rows: Vec<Vec<Markup>> = part
        .paused
        .iter()
        .map(|line| {
            vec![
                html! { a href=(line_href(&part.practice, line)) { (line.name()) } },
                register::state(line),
                html! { (register::when(line)) },
            ]
        })
        .collect();
    let all = format!("All {} items, with history", part.items);
    parts::panel(
        "What we have paused",
        &html! {
            @if rows.is_empty() { p { "Nothing is paused, planned or thought about." } }
            @else { (table("Paused items", &[words("Item"), words("State"), numbers("Since")], &rows)) }
            p .nhsuk-u-margin-top-3 .nhsuk-u-margin-bottom-0 { a href=(at(&part.practice).seg("actions")) { (all) } }
        },
    )
}

fn line_href(practice: &OdsCode, line: &RegisterLine) -> Href {
    let subject = line.subject.as_ref().map(|(id, _)| *id);
    item_href(practice, &line.item, subject)
}

fn item_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>) -> Href {
    let href = at(practice).seg("actions").seg(item);
    match subject {
        Some(id) => href.query("subject", id),
        None => href,
    }
}
