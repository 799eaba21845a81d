//! The form that logs an item: six touches on a phone, one of them only where the sender is new.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::view::base;
use crate::{
    domain::{
        name::{Asked, OwnReference, ProviderName},
        transfer::{ProviderRef, TransferOutcome, book::TransferBook, department, sender},
    },
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// Kinds that are shown before "more".
const FEW: usize = 6;

/// A provider and the part of it that usually send work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) provider: ProviderRef,
    pub(super) department: Option<String>,
}

impl Sender {
    /// What the form sends for it.
    pub(super) fn value(&self) -> String {
        format!("{}|{}", self.provider.key, self.department.as_deref().unwrap_or_default())
    }
}

/// What the form shows.
#[derive(Debug)]
pub(super) struct LogForm<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) book: &'a TransferBook,
    /// Those that send most, first.
    pub(super) usual: &'a [Sender],
    /// Codes of kinds, those that came most here first.
    pub(super) kinds: &'a [String],
    pub(super) filled: &'a Filled,
    pub(super) today: LocalDate,
    /// Just logged: the next may follow.
    pub(super) saved: bool,
    /// Only who manages the practice reads the list.
    pub(super) may_list: bool,
}

impl LogForm<'_> {
    pub(super) fn title(&self) -> &'static str {
        if self.filled.text("corrects").is_empty() { "Log transferred work" } else { "Correct an item" }
    }
}

pub(super) fn form(view: &LogForm<'_>) -> Sheet {
    let filled = view.filled;
    let corrects = !filled.text("corrects").is_empty();
    let sheet = Sheet::new(Section::Transfers, view.title())
        .errors(&filled.errors)
        .done(view.saved.then_some("Logged. The next one can follow."));
    let sheet = if view.may_list { sheet.back(&base(view.practice), "Transferred work") } else { sheet };
    sheet.content(html! {
        form .hr-form method="post" action=(base(view.practice)) novalidate {
            (form::hidden("id", filled.text("id")))
            (form::hidden("corrects", filled.text("corrects")))
            (who(view))
            (what(view))
            (asked(view))
            (did(view))
            (parts::details("Minutes, the day it came, your reference", &rest(view)))
            @if corrects {
                (form::checkbox(&filled.field("removed", "It was logged in error and counts for nothing"), "yes", filled.ticked("removed")))
            }
            (form::button(Button::Primary, "Save"))
        }
    })
}

fn who(view: &LogForm<'_>) -> Markup {
    let filled = view.filled;
    let names: Vec<(String, String)> =
        view.usual.iter().map(|one| (one.value(), sender(&one.provider, one.department.as_deref()))).collect();
    let choices: Vec<Choice<'_>> =
        names.iter().map(|(value, name)| Choice::new(value, name, filled.text("from"))).collect();
    let departments = department::listed();
    let mut parts_of = vec![Choice::new("", "Not said", filled.text("department"))];
    parts_of.extend(departments.iter().map(|one| Choice::new(&one.code, &one.name, filled.text("department"))));
    let label = if choices.is_empty() { "Who sent it?" } else { "Somebody else: type three letters" };
    let suggest = base(view.practice).seg("providers");
    html! {
        @if !choices.is_empty() { (form::pills(&filled.field("from", "Who sent it?"), &choices)) }
        div hx-get=(suggest) hx-trigger="input changed delay:200ms from:#provider_name" hx-include="#provider_name" hx-target="#providers" hx-swap="outerHTML" {
            (form::text(
                &filled.field("provider_name", label)
                    .hint("A hospital, community service, private clinic or hospice. Never a person.")
                    .maxlength(ProviderName::MOST)
                    .list("providers")
                    .autocomplete("off"),
            ))
            (form::datalist("providers", std::iter::empty()))
            (form::select(&filled.field("department", "Department"), &parts_of))
        }
    }
}

fn what(view: &LogForm<'_>) -> Markup {
    let chosen = view.filled.text("category");
    let kinds = view.kinds.iter().filter_map(|code| view.book.category(code));
    let choices: Vec<Choice<'_>> = kinds.map(|kind| Choice::new(&kind.code, &kind.label, chosen)).collect();
    form::tiles(&view.filled.field("category", "What kind?"), &choices, FEW)
}

fn asked(view: &LogForm<'_>) -> Markup {
    let field = view.filled.field("asked", "What was asked?");
    form::textarea(
        &field
            .hint("A few words, or leave it empty. The clinic, not the person: no patient, no staff.")
            .maxlength(Asked::MOST),
        2,
    )
}

fn did(view: &LogForm<'_>) -> Markup {
    let chosen = view.filled.text("outcome");
    let choices: Vec<Choice<'_>> =
        TransferOutcome::ALL.iter().map(|one| Choice::new(one.as_str(), one.label(), chosen)).collect();
    form::pills(&view.filled.field("outcome", "What did you do?"), &choices)
}

fn rest(view: &LogForm<'_>) -> Markup {
    let (filled, most) = (view.filled, view.book.most_minutes);
    let minutes = |name, label| form::number(&filled.field(name, label).between(&0, &most));
    let mut routes = vec![Choice::new("", "As it usually comes", filled.text("route"))];
    routes.extend(view.book.routes.iter().map(|one| Choice::new(&one.code, &one.label, filled.text("route"))));
    html! {
        p { "Minutes that are left empty are those that this kind usually takes." }
        (minutes("gp", "Minutes of a GP"))
        (minutes("other_clinician", "Minutes of a pharmacist or another clinician"))
        (minutes("nurse", "Minutes of a nurse or an assistant"))
        (minutes("admin", "Minutes of reception or administration"))
        (form::select(&filled.field("route", "How it came"), &routes))
        (form::date(&filled.field("came_on", "The day it came").hint("Empty means today.").between(&view.today.minus_days(400), &view.today)))
        (form::text(&filled.field("reference", "Your own reference").hint("Never a patient’s number.").maxlength(OwnReference::MOST)))
    }
}

/// Providers whose names begin as typed, for the field above.
pub(super) fn suggestions(names: &[&str]) -> Markup {
    form::datalist("providers", names.iter().copied())
}
