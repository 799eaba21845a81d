//! Pages of an LMC's own items.

use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use crate::{
    domain::{
        catalogue::{
            PositionKind, SubjectKind,
            local::{LocalItem, POSITIONS, SUBJECTS},
        },
        name::{GuardRail, ItemText, ItemTitle, Source},
    },
    href,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// What the page of all of them shows.
#[derive(Debug)]
pub(super) struct ItemsView<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) items: &'a [LocalItem],
    pub(super) today: LocalDate,
    pub(super) filled: &'a Filled,
    pub(super) saved: bool,
}

pub(super) fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("local-items")
}

pub(super) fn list(view: &ItemsView<'_>) -> Sheet {
    let templates = href!("/lmc").seg(view.lmc).seg("templates");
    Sheet::new(Section::Templates, "Items of your own")
        .back(&templates, "Templates")
        .errors(&view.filled.errors)
        .done(view.saved.then_some("Saved. Your practices have it on their list of actions."))
        .content(html! {
            (parts::lede(&html! {
                "What your practices record beside the national menu: a service of your area, a department of one hospital. "
                "Only you and your practices see these. No release has them."
            }))
            (parts::panel("Your items", &items(view)))
            (parts::panel("Add an item", &html! {
                form .hr-form method="post" action=(base(view.lmc)) novalidate {
                    (form::hidden("id", view.filled.text("id")))
                    (fields(view.filled, None))
                    (form::button(Button::Primary, "Add it"))
                }
            }))
        })
}

fn items(view: &ItemsView<'_>) -> Markup {
    if view.items.is_empty() {
        return html! { p { "You have added none." } };
    }
    let rows: Vec<Vec<Markup>> = view.items.iter().rev().map(|item| line(view, item)).collect();
    table("Your items, the newest first", &[words("Item"), words("Holds"), words("Practices")], &rows)
}

fn line(view: &ItemsView<'_>, item: &LocalItem) -> Vec<Markup> {
    let ended = item.valid_until.is_some_and(|last| last < view.today);
    let holds = match item.valid_until {
        Some(last) => format!("{} to {}", item.valid_from.short(), last.short()),
        None => format!("From {}", item.valid_from.short()),
    };
    let practices = href!("/lmc").seg(view.lmc).seg("practices").query("item", &item.code);
    vec![
        html! {
            a href=(base(view.lmc).seg(&item.code)) { (item.title) } br; (small(&item.plain))
        },
        html! {
            @if ended { (tag(TagKind::Quiet, "Ended")) } @else if item.valid_from > view.today { (tag(TagKind::Paused, "To come")) }
            @else { (tag(TagKind::Run, "On the list")) }
            br; (small(&holds))
        },
        html! { a href=(practices) { "Who takes it" span .nhsuk-u-visually-hidden { ": " (item.title) } } },
    ]
}

pub(super) fn one(lmc: &OrgCode, item: &LocalItem, filled: &Filled) -> Sheet {
    Sheet::new(Section::Templates, &item.title).back(&base(lmc), "Items of your own").errors(&filled.errors).content(html! {
        (parts::lede(&html! {
            "What practices recorded stays with them, with what was obligatory when they did. A last day takes it off their list."
        }))
        (parts::panel("Change it", &html! {
            form .hr-form method="post" action=(base(lmc).seg(&item.code)) novalidate {
                (form::hidden("id", filled.text("id")))
                (form::hidden("after", filled.text("after")))
                (fields(filled, Some(item.subject)))
                (form::button(Button::Primary, "Save"))
            }
        }))
    })
}

fn fields(filled: &Filled, kept: Option<SubjectKind>) -> Markup {
    let field = |name, label| filled.field(name, label);
    let subject = filled.text("subject");
    let position = filled.text("position");
    let mut subjects = vec![Choice::new("", "Choose", subject)];
    subjects.extend(SUBJECTS.iter().map(|kind| Choice::new(kind.as_str(), recorded_for(*kind), subject)));
    let mut positions = vec![Choice::new("", "Choose", position)];
    positions.extend(POSITIONS.iter().map(|kind| Choice::new(kind.as_str(), contract(*kind), position)));
    html! {
        (form::text(&field("title", "Name").hint("Such as: Bloods for the eye clinic").maxlength(ItemTitle::MOST)))
        (form::textarea(&field("plain", "What it is, in a sentence").maxlength(ItemText::MOST), 2))
        (form::text(&field("exception", "What it leaves out").hint("May stay empty").maxlength(ItemText::MOST)))
        @if let Some(kept) = kept {
            p { "Recorded for " strong { (recorded_for(kept).to_lowercase()) } "." }
            (form::hidden("subject", kept.as_str()))
        } @else {
            (form::select(&field("subject", "A practice records it for"), &subjects))
        }
        (form::select(&field("position", "What the contract says").hint("What the contract forbids has no place here"), &positions))
        (form::textarea(&field("guard_rail", "What stays obligatory").hint("Practices read it beside the item").maxlength(GuardRail::MOST), 3))
        (form::text(&field("source", "Where that can be read").hint("A link, or what it is called").maxlength(Source::MOST)))
        (form::date(&field("valid_from", "First day")))
        (form::date(&field("valid_until", "Last day").hint("Empty where no end is known")))
    }
}

fn recorded_for(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Service => "Each service by its name, with notice where it serves one",
        SubjectKind::Pathway => "Each department or pathway by its name",
        _ => "The practice as a whole",
    }
}

fn contract(kind: PositionKind) -> &'static str {
    match kind {
        PositionKind::Conditional => "It is open to practices while a duty is met",
        PositionKind::Unknown => "No source was found",
        PositionKind::Permitted | PositionKind::Conflicts => "It leaves this to practices",
    }
}
