//! Pages of outcomes: the ledger, and the form that records or corrects an entry.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, NoticeId, OdsCode, OutcomeId, SubjectId};
use maud::{Markup, html};

use crate::{
    domain::{
        calendar,
        catalogue::Catalogue,
        name::Responder,
        notice::Notice,
        outcome::{self as fold, Ending, Outcome, PublicAddress, Response},
        register::Subjects,
    },
    error::FieldError,
    href,
    ui::{
        as_of::{self, AsOf},
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        outcome::{self, ledger_href},
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What one record is about.
type Key = (ItemCode, Option<SubjectId>);

/// What a practice recorded, as read at one moment.
#[derive(Debug)]
pub(super) struct Known {
    /// Everything about which the register says something.
    pub(super) keys: BTreeSet<Key>,
    pub(super) subjects: Subjects,
    pub(super) notices: Vec<Notice>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) today: LocalDate,
    pub(super) read_at: DateTime<Utc>,
    pub(super) catalogue: Arc<Catalogue>,
}

impl Known {
    /// "Voluntary services: Ring pessaries".
    pub(super) fn name(&self, item: &ItemCode, subject: Option<SubjectId>) -> String {
        let known = self.catalogue.item(item);
        let title = known.map_or(item.as_str(), |item| item.title.as_str());
        match self.subject(subject) {
            Some(name) => format!("{title}: {name}"),
            None => title.to_owned(),
        }
    }

    fn subject(&self, id: Option<SubjectId>) -> Option<&str> {
        let (_, name) = self.subjects.get(&id?)?;
        Some(name.as_str())
    }

    pub(super) fn outcome(&self, id: OutcomeId) -> Option<&Outcome> {
        self.outcomes.iter().find(|one| one.id == id)
    }

    fn is_corrected(&self, id: OutcomeId) -> bool {
        self.outcomes.iter().any(|one| one.corrects == Some(id))
    }

    /// The entries that stood at the end of a day, or stand now.
    pub(super) fn standing(&self, on: LocalDate) -> Vec<&Outcome> {
        let known_at = if on < self.today {
            calendar::day_begins(on.plus_days(1)) - chrono::Duration::microseconds(1)
        } else {
            self.read_at
        };
        fold::standing(&self.outcomes, known_at)
    }
}

fn practice_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

fn item_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>) -> Href {
    let page = practice_href(practice).seg("actions").seg(item);
    match subject {
        Some(id) => page.query("subject", id),
        None => page,
    }
}

/// The value of a choice: an item's code, or one with a subject's id after a dot.
pub(super) fn about(item: &ItemCode, subject: Option<SubjectId>) -> String {
    match subject {
        Some(subject) => format!("{item}.{subject}"),
        None => item.to_string(),
    }
}

/// What the ledger shows.
pub(super) struct ListView<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) known: &'a Known,
    pub(super) on: LocalDate,
    pub(super) typed: &'a str,
    pub(super) error: Option<FieldError>,
    pub(super) saved: bool,
}

pub(super) fn list(view: &ListView<'_>) -> Sheet {
    let (practice, known) = (view.practice, view.known);
    let standing = known.standing(view.on);
    let past = view.on != known.today;
    let earlier: Vec<&Outcome> = known
        .outcomes
        .iter()
        .rev()
        .filter(|one| known.is_corrected(one.id) || one.ending == Ending::EnteredInError)
        .collect();
    let sheet = Sheet::new(Section::Actions, "Outcomes")
        .back(&practice_href(practice).seg("actions"), "Actions")
        .errors(view.error.as_slice())
        .done(view.saved.then_some("The outcome is recorded."));
    sheet.content(html! {
        (parts::lede(&html! {
            @if past { "As they stood at the end of " (view.on.written()) "." }
            @else { "What came of what your practice did: who responded, what they said, how it ended. Only your practice sees it." }
        }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "Record an outcome", &ledger_href(practice).seg("new")))
            (form::button_link(Button::Secondary, "Make an evidence pack", &practice_href(practice).seg("evidence")))
        }))
        (parts::panel("Ledger", &html! {
            @if standing.is_empty() { p { "No outcome is recorded." } }
            @else { (entries(practice, known, &standing, past)) }
        }))
        (as_of(view))
        @if !past && !earlier.is_empty() {
            (parts::details("Corrected entries", &corrected(known, &earlier)))
        }
    })
}

fn entries(practice: &OdsCode, known: &Known, standing: &[&Outcome], past: bool) -> Markup {
    let rows: Vec<Vec<Markup>> = standing
        .iter()
        .map(|one| {
            let name = known.name(&one.item, one.subject);
            let recorded = calendar::london_day(one.recorded_at).short();
            vec![
                html! {
                    a href=(item_href(practice, &one.item, one.subject)) { (name) }
                    @if let Some(notice) = one.notice {
                        br; a href=(practice_href(practice).seg("notices").seg(notice)) { "Its notice" }
                    }
                    @if !past {
                        br; a href=(ledger_href(practice).seg(one.id)) {
                            "Correct" span .nhsuk-u-visually-hidden { " the outcome of " (name) }
                        }
                    }
                },
                outcome::said(one),
                html! {
                    @if let Some(day) = one.on { (day.short()) br; }
                    (small(&format!("recorded {recorded}")))
                },
            ]
        })
        .collect();
    let columns = [words("What it is about"), words("Outcome"), numbers("When")];
    table("Outcomes, the newest first", &columns, &rows)
}

fn as_of(view: &ListView<'_>) -> Markup {
    as_of::as_of(&AsOf {
        page: &ledger_href(view.practice),
        label: "Show the outcomes as they stood on",
        on: view.on,
        today: view.known.today,
        typed: view.typed,
        errors: view.error.as_slice(),
    })
}

fn corrected(known: &Known, earlier: &[&Outcome]) -> Markup {
    html! {
        ul .nhsuk-list {
            @for one in earlier {
                li {
                    s { (known.name(&one.item, one.subject)) ": " (one.ending.title()) ". " (one.answer()) "." } " "
                    (small(&format!("Recorded {}", calendar::london_day(one.recorded_at).short())))
                }
            }
        }
    }
}

/// What the form shows.
pub(super) struct FormView<'a> {
    practice: &'a OdsCode,
    known: &'a Known,
    filled: &'a Filled,
    corrects: Option<OutcomeId>,
    notice: Option<NoticeId>,
}

impl<'a> FormView<'a> {
    pub(super) fn new(practice: &'a OdsCode, known: &'a Known, filled: &'a Filled) -> Self {
        Self {
            practice,
            known,
            filled,
            corrects: filled.text("corrects").parse().ok(),
            notice: filled.text("notice").parse().ok(),
        }
    }

    fn title(&self) -> &'static str {
        match self.corrects {
            Some(_) => "Correct an outcome",
            None => "Record an outcome",
        }
    }
}

pub(super) fn form(view: &FormView<'_>) -> Sheet {
    let filled = view.filled;
    let stale = view.corrects.is_some_and(|id| view.known.is_corrected(id));
    let sheet =
        Sheet::new(Section::Actions, view.title()).back(&ledger_href(view.practice), "Outcomes").errors(&filled.errors);
    sheet.content(html! {
        (parts::lede(&html! {
            @if view.corrects.is_some() { "The entry as it was stays in the history." }
            @else { "What came of an action. It is your practice’s own record; nobody else sees it." }
        }))
        @if stale {
            (parts::inset(&html! { p { "This entry was corrected already. The newest one is among the outcomes." } }))
        } @else if view.known.keys.is_empty() {
            p { "Nothing is recorded in the register yet, so no outcome can be recorded." }
        } @else {
            (parts::panel("The outcome", &html! {
                form method="post" action=(ledger_href(view.practice)) novalidate {
                    (form::hidden("id", filled.text("id")))
                    (form::hidden("notice", filled.text("notice")))
                    (form::hidden("corrects", filled.text("corrects")))
                    (which(view))
                    (answer(view))
                    (ended(view))
                    (public(view))
                    (form::button(Button::Primary, "Save the outcome"))
                }
            }))
        }
    })
}

/// What it is about: fixed where a notice or an entry says it, otherwise a choice of what the register knows.
fn which(view: &FormView<'_>) -> Markup {
    let known = view.known;
    let mut names: Vec<(String, String)> =
        known.keys.iter().map(|(item, subject)| (known.name(item, *subject), about(item, *subject))).collect();
    names.sort_by_key(|(name, _)| name.to_lowercase());
    let (filled, typed) = (view.filled, view.filled.text("about"));
    let chosen = names.iter().find(|(_, value)| value == typed);
    let fixed = view.corrects.is_some() || view.notice.is_some();
    let mut notices = known.notices.iter();
    let notice = view.notice.and_then(|id| notices.find(|notice| notice.id == id));
    match chosen {
        Some((name, value)) if fixed && filled.errors.iter().all(|error| error.field != "about") => {
            html! {
                (form::hidden("about", value))
                p {
                    strong { (name) }
                    @if let Some(notice) = notice {
                        br; "Notice served on " (notice.served_on.written()) " on " (notice.commissioner)
                    }
                }
            }
        }
        _ => {
            let mut choices = vec![Choice::new("", "Choose one", typed)];
            choices.extend(names.iter().map(|(name, value)| Choice::new(value, name, typed)));
            let field = filled.field("about", "What it is about");
            form::select(&field.required(), &choices)
        }
    }
}

fn answer(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    let choices: Vec<Choice<'_>> = Response::ALL
        .iter()
        .map(|response| Choice::new(response.as_str(), response.title(), filled.text("response")))
        .collect();
    html! {
        (form::text(
            &filled.field("responder", "Who responded")
                .hint("The commissioner or the provider, never a person. Empty if nobody did.")
                .maxlength(Responder::MOST),
        ))
        (form::radios(&filled.field("response", "What they said").required(), &choices))
    }
}

fn ended(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    let choices: Vec<Choice<'_>> = Ending::ALL
        .iter()
        .filter(|ending| **ending != Ending::EnteredInError || view.corrects.is_some())
        .map(|ending| Choice::new(ending.as_str(), ending.title(), filled.text("outcome")))
        .collect();
    html! {
        (form::radios(&filled.field("outcome", "How it ended").required(), &choices))
        (form::number(&filled.field("pounds_a_year", "Pounds a year").hint("A whole number, or leave it empty.")))
        (form::date(&filled.field("on", "On")))
    }
}

fn public(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    html! {
        (form::checkbox(&filled.field("public", "It can be read in public"), "yes", filled.ticked("public")))
        (form::text(
            &filled.field("public_at", "Where it can be read")
                .hint("An address such as https://www.example.org/minutes. May stay empty.")
                .maxlength(PublicAddress::MOST),
        ))
    }
}
