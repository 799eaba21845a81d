//! The page of one item, or of one named subject of it: what it is, a change, what the contract says, and the history.

use entity::ids::{LocalDate, OdsCode, SubjectId};
use maud::{Markup, html};
use std::iter;

use super::view::{item_href, register_href};
use crate::{
    domain::{
        action::{EntryAnswer, NotedDay, StatusRow},
        calendar,
        catalogue::{Item, Position, PositionKind, Status},
        name::SubjectName,
        outcome::Outcome,
        register::{self as fold, RegisterAt, RegisterLine},
        transfer::{Transfer, answers::Pathway, book::TransferBook},
    },
    href,
    store::actions::Recorded,
    ui::{
        answers, cited,
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        outcome,
        parts::{self, TagKind, small, tag},
        register,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Answers that were logged about a pathway.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) pathway: Pathway,
    pub(super) book: TransferBook,
    pub(super) items: Vec<Transfer>,
    pub(super) today: LocalDate,
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) item: &'a Item,
    pub(super) subject: Option<(SubjectId, &'a str)>,
    pub(super) ground: RegisterAt<'a>,
    pub(super) history: Vec<&'a Recorded>,
    /// Where it is a pathway.
    pub(super) beside: Option<&'a Evidence>,
    /// What came of it.
    pub(super) outcomes: Vec<&'a Outcome>,
    /// The form.
    pub(super) filled: &'a Filled,
    pub(super) saved: bool,
}

impl View<'_> {
    fn title(&self) -> String {
        match self.subject {
            Some((_, name)) => format!("{}: {name}", self.item.title),
            None => self.item.title.clone(),
        }
    }

    /// Whether a new subject is being named.
    fn naming(&self) -> bool {
        self.item.takes_subject() && self.subject.is_none()
    }

    /// The day whose contract position stands beside the form.
    fn day(&self) -> LocalDate {
        self.filled.text("effective_on").parse().unwrap_or(self.ground.on)
    }
}

pub(super) fn content(view: &View<'_>) -> Sheet {
    let sheet = Sheet::new(Section::Actions, view.title())
        .back(&register_href(view.practice), "All items")
        .errors(&view.filled.errors)
        .done(view.saved.then_some("Your change is recorded."));
    sheet.content(html! {
        (parts::lede(&html! {
            (view.item.plain)
            @if let Some(exception) = &view.item.exception { " " (exception) }
        }))
        (sequence(view))
        (parts::two_columns(
            &change(view),
            &html! {
                (position(view.item, view.day()))
                @if let Some(evidence) = view.beside { (beside(view.practice, evidence)) }
                @if view.naming() { (named(view)) } @else { (history(view)) }
            },
        ))
    })
}

/// What answers came on a pathway, beside its pause.
fn beside(practice: &OdsCode, evidence: &Evidence) -> Markup {
    let Evidence { pathway, book, items, today } = evidence;
    let log = href!("/practices").seg(practice).seg("transfers");
    parts::panel(
        "Evidence for the pause",
        &html! {
            @if pathway.paused_since.is_none() {
                p { "This pathway is not paused. What was logged about it is shown all the same." }
            }
            (answers::counts(&pathway.name, &book.beside(pathway, items, *today)))
            p { a href=(log.seg("new")) { "Log an answer" } ": choose its department, or this pathway, and it counts here." }
            (answers::duties(book, &book.answer_duties(*today)))
        },
    )
}

/// What comes before it and after it, where it is part of a sequence.
fn sequence(view: &View<'_>) -> Markup {
    let (catalogue, on) = (view.ground.catalogue, view.ground.on);
    let before = view.item.follows.as_ref();
    let before = before.and_then(|code| catalogue.item_on(code, on));
    let after: Vec<&Item> = catalogue.followers(&view.item.code, on).collect();
    html! {
        @if let Some(item) = before {
            p { "It follows " a href=(item_href(view.practice, &item.code, None)) { (item.title) } "." }
        }
        @for item in after {
            p { "After it comes " a href=(item_href(view.practice, &item.code, None)) { (item.title) } "." }
        }
    }
}

fn change(view: &View<'_>) -> Markup {
    let word = view.item.subject_word.as_deref().unwrap_or("subject");
    let heading = if view.naming() { format!("Add a {word}") } else { "Record a change".to_owned() };
    let action = item_href(view.practice, &view.item.code, None);
    let subject = view.subject.map(|(id, _)| id.to_string());
    parts::panel(
        &heading,
        &html! {
            form method="post" action=(action) {
                (form::hidden("id", view.filled.text("id")))
                @if let Some(id) = &subject { (form::hidden("subject", id)) }
                @if view.naming() { (subject_name(view, word)) }
                (status(view))
                (dates(view))
                // On a phone the panel stands below the form.
                p .hr-small { a href="#position" { "What the contract says on this day" } ". Headroom keeps it with your record." }
                (form::button(Button::Primary, "Save"))
            }
        },
    )
}

fn subject_name(view: &View<'_>, word: &str) -> Markup {
    let label = format!("Which {word}?");
    let field = view
        .filled
        .field("subject_name", &label)
        .hint("Choose from the list or write its name. Nothing about a patient.")
        .maxlength(SubjectName::MOST)
        .autocomplete("off")
        .list("suggestions")
        .required();
    html! {
        (form::text(&field))
        (form::datalist("suggestions", view.item.suggestions.iter().map(String::as_str)))
    }
}

fn status(view: &View<'_>) -> Markup {
    let choices: Vec<Choice<'_>> = Status::ALL
        .iter()
        .map(|status| Choice::new(status.as_str(), view.item.label(*status), view.filled.text("status")))
        .collect();
    let field = view.filled.field("status", "From the date below").required();
    form::radios(&field, &choices)
}

fn dates(view: &View<'_>) -> Markup {
    let filled = view.filled;
    let field = |name, label| filled.field(name, label);
    // The panel beside the form follows the day; without JavaScript it shows every position the contract ever took.
    let beside = item_href(view.practice, &view.item.code, None).seg("position");
    html! {
        div hx-get=(beside) hx-trigger="change from:#effective_on" hx-include="#effective_on" hx-target="#position" hx-swap="outerHTML" {
            (form::date(&field("effective_on", "From").hint("A day in the past or ahead.").required()))
        }
        (form::checkbox(&field("about", "The day is approximate"), "yes", filled.ticked("about")))
        @if view.item.takes_notice() {
            p .hr-small { a href=(new_notice(view)) { "Record a notice with its period" } " instead, and Headroom works out the last day and fills the diary." }
            (form::date(&field("notice_served_on", "Notice served on").hint("Leave empty until notice is served. Until then nobody else sees the plan.")))
        }
        @for day in NotedDay::ALL { (form::date(&field(day.code(), day.label()))) }
        @if view.item.refuses_mixed_purpose {
            (form::checkbox(
                &field("exclusively_secondary", "This agreement serves secondary purposes only").hint("An agreement that also serves direct care is out of scope."),
                "yes", filled.ticked("exclusively_secondary"),
            ))
        }
    }
}

fn new_notice(view: &View<'_>) -> Href {
    let page = href!("/practices").seg(view.practice).seg("notices").seg("new");
    let page = page.query("item", &view.item.code);
    match view.subject {
        Some((_, name)) => page.query("service", name),
        None => page,
    }
}

/// `#position`: what the contract says on a day. The form fetches it again when the day changes.
pub(super) fn position(item: &Item, day: LocalDate) -> Markup {
    let position = item.position_on(day);
    let earlier: Vec<&Position> = item.positions.iter().filter(|other| other.from != position.from).collect();
    html! {
        div #position aria-live="polite" {
            (parts::panel("Before you save", &html! {
                (says(position, day))
                @if item.local.is_some() { p { "Your LMC added this item. It is in no release." } }
                p .hr-small { "Headroom keeps this text with your record." }
                @if !earlier.is_empty() {
                    (parts::details("On other dates", &html! {
                        @for other in earlier {
                            p { strong { "From " (other.from.written()) ": " (register::position(other.kind)) ". " } (other.guard_rail) " " span .hr-small { (cited::sources(&other.source)) } }
                        }
                    }))
                }
            }))
            (policies(item, day))
        }
    }
}

/// What stays obligatory on a day, with its source.
pub(super) fn says(position: &Position, day: LocalDate) -> Markup {
    html! {
        p { (tag(shade(position.kind), &format!("{} on {}", register::position(position.kind), day.written()))) }
        p { (position.guard_rail) }
        @if position.kind == PositionKind::Conflicts {
            p { "You can record it all the same. It stays in your own history and goes to nobody else." }
        }
        p .hr-small { "Source: " (cited::sources(&position.source)) ". Checked " (position.checked_on.written()) "." }
    }
}

/// What conferences have asked for by a day, apart from what the contract says.
fn policies(item: &Item, day: LocalDate) -> Markup {
    let passed = item.policies_on(day);
    html! {
        @if !passed.is_empty() {
            (parts::panel("Policy, not contract", &html! {
                p { "What a conference asks for binds nobody. What the contract says stands above." }
                @for policy in passed {
                    p {
                        strong { (policy.by) ". " } (policy.text) " "
                        span .hr-small { "Source: " (cited::sources(&policy.source)) ". Checked " (policy.checked_on.written()) "." }
                    }
                }
            }))
        }
    }
}

const fn shade(kind: PositionKind) -> TagKind {
    match kind {
        PositionKind::Permitted => TagKind::Run,
        PositionKind::Conditional => TagKind::Soon,
        PositionKind::Conflicts => TagKind::Full,
        PositionKind::Unknown => TagKind::Quiet,
    }
}

/// The subjects named so far, each with a page of its own.
fn named(view: &View<'_>) -> Markup {
    let lines: Vec<RegisterLine> = view.ground.own().into_iter().filter(|line| line.item == view.item.code).collect();
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .filter_map(|line| {
            let (id, name) = line.subject.as_ref()?;
            let href = item_href(view.practice, &view.item.code, Some(*id));
            Some(vec![html! { a href=(href) { (name) } }, register::state(line), html! { (register::when(line)) }])
        })
        .collect();
    parts::panel(
        "Named so far",
        &html! {
            @if rows.is_empty() { p { "None." } }
            @else { (table("Named so far", &[words(""), words(""), numbers("")], &rows)) }
        },
    )
}

/// What was recorded, and what came of it, the newest day first.
fn history(view: &View<'_>) -> Markup {
    let (today, about) = (view.ground.on, view.subject.map(|(id, _)| id));
    let mut lines: Vec<(LocalDate, Vec<Markup>)> = view
        .history
        .iter()
        .map(|recorded| {
            let day = html! { (from(&recorded.row, today)) };
            (recorded.row.change.effective_on, vec![past(view, recorded), day])
        })
        .collect();
    lines.extend(view.outcomes.iter().map(|outcome| {
        let recorded = calendar::london_day(outcome.recorded_at);
        let day = outcome.on.unwrap_or(recorded);
        let said = html! {
            strong { "Outcome " } (outcome::said(outcome))
            br; (small(&format!("Recorded {}", recorded.short())))
        };
        (day, vec![said, html! { (day.short()) }])
    }));
    lines.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    let rows: Vec<Vec<Markup>> = lines.into_iter().map(|(_, cells)| cells).collect();
    let record = outcome::record_href(view.practice, &view.item.code, about, None);
    parts::panel(
        "History",
        &html! {
            @if rows.is_empty() { p { "Nothing is recorded." } }
            @else {
                p { a href=(record) { "Record what came of it" } }
                (table("History, the newest day first", &[words(""), numbers("")], &rows))
            }
        },
    )
}

fn from(row: &StatusRow, today: LocalDate) -> String {
    let day = if row.change.about {
        format!("about {}", row.change.effective_on.0.format("%b %Y"))
    } else {
        row.change.effective_on.short()
    };
    if row.change.effective_on > today { format!("from {day}") } else { day }
}

fn past(view: &View<'_>, recorded: &Recorded) -> Markup {
    let row = &recorded.row;
    let who = register::recorded_by(row);
    let served = iter::once(("Notice served on", row.change.notice_served_on));
    let noted = row.change.noted.each().map(|(day, on)| (day.label(), on));
    let position = recorded.position.parse::<PositionKind>().map_or("Not known", register::position);
    let catalogue = view.ground.catalogue;
    let said = catalogue.item_of(&row.change.item, &recorded.edition, row.change.effective_on);
    let label = said.unwrap_or(view.item).label(row.change.status);
    let first = said.map_or(view.item.valid_from, |item| item.valid_from);
    html! {
        @if row.answer == Some(EntryAnswer::Removed) { s { (label) } } @else { (label) }
        br; (small(&format!("Recorded {} {who}", calendar::london_day(row.recorded_at).short())))
        @for (what, day) in served.chain(noted) {
            @if let Some(day) = day { br; (small(&format!("{what} {}", day.short()))) }
        }
        @if row.change.effective_on >= first {
            (parts::details("What the contract said", &html! { p { strong { (position) ". " } (recorded.guard_rail) } }))
        }
        @if matches!(fold::EntrySource::of(row), fold::EntrySource::Telephone) && row.answer.is_none() {
            (register::answers(view.practice, row.change.id, label, &item_href(view.practice, &view.item.code, row.change.subject)))
        }
    }
}
