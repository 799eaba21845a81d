//! The page of what a practice keeps for a divert.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::view;
use crate::{
    domain::divert::{
        Destination,
        book::{LONGEST_GROUPS, LONGEST_SCRIPT},
    },
    error::FieldError,
    store::divert::texts::{GROUPS, Place, SCRIPT, Text},
    ui::{
        form::{self, Button, Choice, Field, Width},
        parts,
        parts::TagKind,
        sections::Section,
        sheet::Sheet,
    },
};

/// Longest name and longest opening hours of a place.
pub(super) const LONGEST_NAME: usize = 60;

/// What the page shows.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) today: LocalDate,
    pub(super) rule: (u32, Option<u32>),
    pub(super) script: Text,
    pub(super) groups: Text,
    pub(super) places: Vec<Place>,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
}

/// The form of the rule.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RuleForm {
    pub(super) id: String,
    #[serde(default)]
    pub(super) percent: String,
    #[serde(default)]
    pub(super) clinicians: String,
    #[serde(default)]
    pub(super) effective_on: String,
}

/// The form of the script or the groups.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TextForm {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) body: String,
}

/// The form of a place; a new one has no `place`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PlaceForm {
    pub(super) id: String,
    #[serde(default)]
    pub(super) place: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) hours: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) position: String,
    #[serde(default)]
    pub(super) listed: String,
}

/// What was typed into the form that was refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) rule: Option<RuleForm>,
    pub(super) text: Option<TextForm>,
    pub(super) place: Option<PlaceForm>,
}

/// The page.
pub(super) fn page(page: &Settings<'_>) -> Sheet {
    let sheet = Sheet::new(Section::Divert, "Directory, script and rule")
        .back(&view::base(page.practice), "Divert")
        .errors(page.errors);
    sheet.content(html! {
        (parts::lede(&html! { "What reception needs while you divert. Headroom keeps every change and its date." }))
        (parts::two_columns(
            &html! { (parts::panel("Directory", &directory(page))) },
            &html! {
                (parts::panel("When a divert is suggested", &rule(page)))
                (parts::panel("Reception script", &text(page, &page.script, SCRIPT, "What reception says", LONGEST_SCRIPT, 12)))
                (parts::panel("Still seen after the limit", &text(page, &page.groups, GROUPS, "One group a line", LONGEST_GROUPS, 7)))
            },
        ))
    })
}

fn rule(page: &Settings<'_>) -> Markup {
    let typed = page.typed.rule.as_ref();
    let percent = typed.map_or_else(|| page.rule.0.to_string(), |form| form.percent.clone());
    let clinicians =
        typed.map_or_else(|| page.rule.1.map_or_else(String::new, |n| n.to_string()), |form| form.clinicians.clone());
    let from = typed.map_or_else(|| page.today.to_string(), |form| form.effective_on.clone());
    html! {
        p { "Now: " (view::rule_words(page.rule)) " It only suggests." }
        form method="post" action=(view::base(page.practice).seg("rule")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::number(&Field::new("percent", "Percent of all limits together").value(&percent).errors(page.errors).width(Width::Four)))
            (form::number(&Field::new("clinicians", "Or clinicians at the limit").hint("Leave empty if this is not part of your rule").value(&clinicians).errors(page.errors).width(Width::Four)))
            (form::date(&Field::new("effective_on", "From").value(&from).errors(page.errors)))
            (form::button(Button::Secondary, "Save the rule"))
        }
    }
}

fn text(page: &Settings<'_>, now: &Text, kind: &'static str, label: &str, most: usize, rows: u8) -> Markup {
    let typed = page.typed.text.as_ref().filter(|form| form.kind == kind);
    let value = typed.map_or(&now.body, |form| &form.body);
    let own = page.errors.iter().find(|error| error.field == kind);
    let field =
        Field::new("body", label).id(kind).value(value).error(own.map(|error| error.message.as_ref())).maxlength(most);
    html! {
        p .hr-small {
            @if now.version == 0 { "The text that comes with Headroom. Change it as you like." }
            @else { "Version " (now.version) ", since " (now.effective_on.written()) "." }
        }
        form method="post" action=(view::base(page.practice).seg("text")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("kind", kind))
            (form::textarea(&field, rows))
            (form::button(Button::Secondary, "Save a new version"))
        }
    }
}

fn directory(page: &Settings<'_>) -> Markup {
    let refused = |place: &str| {
        let form = page.typed.place.as_ref();
        form.filter(|form| form.place == place)
    };
    html! {
        @for (at, place) in page.places.iter().enumerate() {
            div .hr-place {
                h3 {
                    (place.name) " "
                    @if !place.listed { (parts::tag(TagKind::Quiet, "Not listed")) }
                }
                p {
                    (kind_words(&place.kind)) " · " (place.hours)
                    @if !place.phone.is_empty() { " · " strong { (place.phone) } }
                }
                details .nhsuk-details open[refused(&place.place).is_some()] {
                    summary .nhsuk-details__summary { span .nhsuk-details__summary-text { "Change " (place.name) } }
                    div .nhsuk-details__text { (place_form(page, Some(place), refused(&place.place), at + 1)) }
                }
            }
        }
        h3 .nhsuk-heading-s { "Add a place" }
        (place_form(page, None, refused(""), 0))
    }
}

fn kind_words(code: &str) -> &str {
    Destination::of(code).map_or(code, |kind| kind.title())
}

fn place_form(page: &Settings<'_>, place: Option<&Place>, refused: Option<&PlaceForm>, n: usize) -> Markup {
    // The fields that the summary of errors leads to are those of the form that was refused.
    let here = refused.is_some() || (n == 0 && page.typed.place.is_none());
    let id = |name: &str| {
        if here { name.to_owned() } else { format!("{name}-{n}") }
    };
    let errors: &[FieldError] = if refused.is_some() { page.errors } else { &[] };
    let value = |typed: fn(&PlaceForm) -> &String, stored: fn(&Place) -> &String| {
        refused.map(typed).or(place.map(stored)).cloned().unwrap_or_default()
    };
    let (kind, name) = (value(|f| &f.kind, |p| &p.kind), value(|f| &f.name, |p| &p.name));
    let (hours, phone) = (value(|f| &f.hours, |p| &p.hours), value(|f| &f.phone, |p| &p.phone));
    let position = refused.map_or_else(
        || place.map_or_else(String::new, |place| place.position.to_string()),
        |form| form.position.clone(),
    );
    let mut kinds = vec![Choice::new("", "Choose a kind", &kind)];
    kinds.extend(Destination::ALL.map(|known| Choice::new(known.code(), known.title(), &kind)));
    let ids = ["kind", "name", "hours", "phone", "position", "listed"].map(id);
    let listed = if place.is_none_or(|place| place.listed) { "yes" } else { "no" };
    html! {
        form method="post" action=(view::base(page.practice).seg("place")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::hidden("place", place.map_or("", |place| &place.place)))
            (form::select(&Field::new("kind", "Kind").id(&ids[0]).errors(errors), &kinds))
            (form::text(&Field::new("name", "Name").id(&ids[1]).value(&name).errors(errors).maxlength(LONGEST_NAME)))
            (form::text(&Field::new("hours", "Hours").id(&ids[2]).value(&hours).errors(errors).maxlength(LONGEST_NAME)))
            (form::text(&Field::new("phone", "Telephone").id(&ids[3]).value(&phone).errors(errors).inputmode("tel").maxlength(20).width(Width::Twenty)))
            (form::number(&Field::new("position", "Place in the list").id(&ids[4]).value(&position).errors(errors).width(Width::Four)))
            @if place.is_some() {
                (form::radios(&Field::new("listed", "On the list").id(&ids[5]), &[Choice::new("yes", "Yes", listed), Choice::new("no", "No", listed)]))
            }
            (form::button(Button::Secondary, if place.is_some() { "Save" } else { "Add the place" }))
        }
    }
}
