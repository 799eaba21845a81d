//! Pages of an LMC's templates.

use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::{
        calendar,
        catalogue::Item,
        notice::{
            Unit,
            template::{Common, CommonKind, LONGEST_EXPLANATION, LONGEST_TITLE, Served, Version},
        },
    },
    error::FieldError,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        number,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
        template::template,
    },
};

/// The letter whose wording goes with a notice.
pub(super) const LETTER: &str = "notice-on-service";

/// One template in the list.
pub(super) struct Line<'a> {
    pub(super) version: &'a Version,
    pub(super) offered: bool,
    pub(super) served: usize,
}

pub(super) fn list((base, items): (&Href, &Href), lines: &[Line<'_>], sharing: (usize, usize)) -> Sheet {
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let version = line.version;
            vec![
                html! {
                    a href=(base.clone().seg(version.template)) { (version.text.title) }
                    br; (state(version, line.offered)) " " (small(&said(version)))
                },
                html! { @if line.offered { (line.served) } @else { "–" } },
            ]
        })
        .collect();
    Sheet::new(Section::Templates, "Templates").content(html! {
        (parts::lede(&html! {
            "Notices you offer your practices to use, adapt or ignore. Each practice decides alone."
        }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "New template", &base.clone().seg("new")))
            (form::button_link(Button::Secondary, "Items of your own", items))
        }))
        (parts::panel("Your templates", &html! {
            @if rows.is_empty() { p { "You have published none." } }
            @else { (table("Your templates, the newest first", &[words("Template"), numbers("Served")], &rows)) }
            (who(sharing))
        }))
    })
}

/// What the count can and cannot tell.
fn who((sharing, all): (usize, usize)) -> Markup {
    html! {
        p .hr-small .nhsuk-u-margin-bottom-0 {
            "Served: practices that share with you, " (sharing) " of " (all)
            ", and recorded a served notice. The others count as not heard from. Nothing is kept of who opened a template, means to use it or decided against it."
        }
    }
}

fn state(version: &Version, offered: bool) -> Markup {
    if version.withdrawn {
        tag(TagKind::Quiet, "Withdrawn")
    } else if offered {
        tag(TagKind::Run, "Published")
    } else {
        tag(TagKind::Paused, "Not offered")
    }
}

fn said(version: &Version) -> String {
    let day = calendar::london_day(version.recorded_at).short();
    let common = version.text.common.map(Common::words);
    let common = common.map(|words| format!(". {words}")).unwrap_or_default();
    format!("version {}, {day}{common}", version.version)
}

/// What a template's page shows.
pub(super) struct OneView<'a> {
    pub(super) base: Href,
    pub(super) letters: Href,
    pub(super) versions: &'a [Version],
    pub(super) newest: &'a Version,
    pub(super) offered: bool,
    /// Names of practices that share, with what they served.
    pub(super) served: Vec<(String, &'a Served)>,
    pub(super) sharing: (usize, usize),
    pub(super) fresh: String,
    pub(super) saved: bool,
}

pub(super) fn one(view: &OneView<'_>) -> Sheet {
    let sheet = Sheet::new(Section::Templates, &view.newest.text.title)
        .back(&view.base, "Templates")
        .done(view.saved.then(|| done(view.newest)));
    sheet.content(html! {
        (parts::two_columns(
            &html! {
                (parts::panel("What practices read", &html! {
                    p { (state(view.newest, view.offered)) " " (small(&said(view.newest))) }
                    @if !view.offered && !view.newest.withdrawn {
                        p { "What it is about conflicts with the contract today: practices are not offered it, and nothing is counted." }
                    }
                    (template(&view.newest.text))
                    p { "The letter has its own wording: " a href=(view.letters) { "notice on a service" } "." }
                }))
                (served(view))
            },
            &html! { (act(view)) (history(view)) },
        ))
    })
}

fn done(newest: &Version) -> &'static str {
    if newest.withdrawn {
        "It is withdrawn. Notices that were served from it stand."
    } else {
        "It is published. Practices see it on their page of notices."
    }
}

fn served(view: &OneView<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .served
        .iter()
        .map(|(name, served)| {
            vec![
                html! { (name) },
                html! { (served.served_on.short()) },
                html! { @match served.last_day { Some(day) => { (day.short()) }, None => { "goes on" } } },
            ]
        })
        .collect();
    let practices = number::counted(u64::try_from(rows.len()).unwrap_or(u64::MAX), "notice served", "notices served");
    parts::panel(
        "Served from this template",
        &html! {
            p { strong { (practices) } " by practices that share with you." }
            @if !rows.is_empty() {
                (table("Practices that share and served notice", &[words("Practice"), numbers("Served"), numbers("Last day")], &rows))
            }
            (who(view.sharing))
        },
    )
}

fn act(view: &OneView<'_>) -> Markup {
    let here = view.base.clone().seg(view.newest.template);
    html! {
        @if !view.newest.withdrawn {
            (parts::panel("Change it", &html! {
                p { "A correction is a new version. Notices keep the version they came from." }
                (form::button_link(Button::Secondary, "Correct it", &here.clone().seg("correct")))
                form method="post" action=(here.seg("withdraw")) {
                    (form::hidden("id", &view.fresh))
                    (form::hidden("after", &view.newest.version.to_string()))
                    (form::button(Button::Warning, "Withdraw it"))
                }
            }))
        }
    }
}

fn history(view: &OneView<'_>) -> Markup {
    parts::panel(
        "Versions",
        &html! {
            ul .nhsuk-list {
                @for version in view.versions.iter().rev() {
                    li {
                        "Version " (version.version) ", " (calendar::london_day(version.recorded_at).written())
                        @if version.withdrawn { ": withdrawn" }
                    }
                }
            }
        },
    )
}

/// The form of a template, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TemplateForm {
    pub(super) id: String,
    pub(super) after: i32,
    pub(super) item: String,
    pub(super) title: String,
    pub(super) service: String,
    pub(super) explanation: String,
    pub(super) period_n: String,
    pub(super) period_unit: String,
    pub(super) common: String,
    pub(super) common_on: String,
}

/// What the form shows.
pub(super) struct FormView<'a> {
    pub(super) back: Href,
    pub(super) title: &'static str,
    pub(super) items: &'a [&'a Item],
    pub(super) typed: &'a TemplateForm,
    pub(super) errors: &'a [FieldError],
}

impl FormView<'_> {
    fn field<'a>(&'a self, name: &'a str, label: &'a str, value: &'a str) -> Field<'a> {
        Field::new(name, label).value(value).errors(self.errors)
    }
}

pub(super) fn form(view: &FormView<'_>) -> Sheet {
    let label = if view.typed.after == 0 { "Publish" } else { "Publish the correction" };
    let sheet = Sheet::new(Section::Templates, view.title)
        .back(&view.back, if view.typed.after == 0 { "Templates" } else { "The template" })
        .errors(view.errors);
    sheet.content(html! {
        (parts::lede(&html! { "An offer to your practices. It fills in the form of a notice; the practice can change every field, or ignore it." }))
        (parts::panel("The template", &html! {
            form method="post" action=(view.back) novalidate {
                (form::hidden("id", &view.typed.id))
                (form::hidden("after", &view.typed.after.to_string()))
                (what(view))
                (when(view))
                (form::button(Button::Primary, label))
            }
        }))
    })
}

fn what(view: &FormView<'_>) -> Markup {
    let typed = view.typed;
    let items: Vec<Choice<'_>> =
        view.items.iter().map(|item| Choice::new(item.code.as_str(), &item.title, &typed.item)).collect();
    let chosen = view.items.iter().find(|item| item.code.as_str() == typed.item).or(view.items.first());
    let suggestions = chosen.map_or(&[][..], |item| &item.suggestions);
    html! {
        @if items.len() > 1 { (form::select(&view.field("item", "What it belongs to", ""), &items)) }
        @else if let Some(only) = view.items.first() { (form::hidden("item", only.code.as_str())) }
        (form::text(&view.field("title", "Title", &typed.title).hint("As practices read it in their list.").maxlength(LONGEST_TITLE).required()))
        (form::text(
            &view.field("service", "Service", &typed.service)
                .hint("Choose from the list or write its name.")
                .maxlength(LONGEST_TITLE)
                .autocomplete("off")
                .list("suggestions")
                .required(),
        ))
        (form::datalist("suggestions", suggestions.iter().map(String::as_str)))
        (form::textarea(
            &view.field("explanation", "What practices should know", &typed.explanation)
                .hint("The background in plain words: an empty line begins a paragraph. No patient data, and nothing about any one practice.")
                .maxlength(LONGEST_EXPLANATION)
                .required(),
            8,
        ))
    }
}

fn when(view: &FormView<'_>) -> Markup {
    let typed = view.typed;
    let units: Vec<Choice<'_>> =
        Unit::ALL.iter().map(|unit| Choice::new(unit.as_str(), unit.title(2), &typed.period_unit)).collect();
    let common: Vec<Choice<'_>> =
        CommonKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title(), &typed.common)).collect();
    html! {
        (form::number(&view.field("period_n", "Suggested period", &typed.period_n).hint("A number, or leave it empty where agreements differ.").between(&0, &731).width(Width::Ten)))
        (form::select(&view.field("period_unit", "Counted in", ""), &units))
        (form::radios(&view.field("common", "Date in common", ""), &common))
        (form::date(&view.field("common_on", "Common date", &typed.common_on).hint("Only where there is one.")))
    }
}
