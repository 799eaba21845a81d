//! The administrator's page of organisations, as markup.

use entity::ids::LocalDate;
use maud::{Markup, html};

use super::view::doubt;
use crate::{
    domain::{
        calendar,
        organisation::{OrganisationKind, OrganisationOn},
    },
    error::FieldError,
    store::admin::ImportLine,
    ui::{
        form::{self, Button, Chosen, Field},
        number::thousands,
        parts,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// Where each file is found, as NHS England names it.
const FILES: [(&str, &str); 6] = [
    (
        "Practices, networks and ICBs",
        "gp-reg-pat-prac-map.csv, of NHS England’s “Patients registered at a GP practice”",
    ),
    ("List sizes", "gp-reg-pat-prac-all.csv, of the same page"),
    (
        "Practices with opening and closing days",
        "epraccur, as CSV or as the zip of the day, of NHS England’s Organisation Data Service (ODS)",
    ),
    (
        "Single practices, networks and ICBs",
        "their records of ODS’s ORD interface (…/ORD/2-0-0/organisations/CODE) as JSON: one each, a list, or a zip of many",
    ),
    (
        "LMCs",
        "a list with the columns lmc_id, name, icb_codes and source_seen; one of England comes with the source of Headroom",
    ),
    ("Members of LMCs", "a list with the columns ods_code, lmc_id and assigned_by"),
];

fn plural(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Practice => "Practices",
        OrganisationKind::Pcn => "Primary care networks",
        OrganisationKind::SubIcb => "Sub-ICB locations",
        OrganisationKind::Icb => "Integrated care boards",
        OrganisationKind::Region => "Regions",
        OrganisationKind::Lmc => "Local medical committees",
    }
}

/// What was looked for, and what was found.
#[derive(Debug)]
pub(super) struct Looked<'a> {
    pub(super) text: &'a str,
    pub(super) found: &'a [Found<'a>],
    /// Whether there are more than these.
    pub(super) has_more: bool,
}

/// An organisation that was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) organisation: &'a OrganisationOn,
    /// Names of the LMC and the ICB that it belongs to.
    pub(super) within: Vec<String>,
    /// Who signs in for it, and as what.
    pub(super) people: Vec<(String, &'static str)>,
}

fn look(looked: &Looked<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = looked
        .found
        .iter()
        .map(|found| {
            let one = found.organisation;
            let within: Vec<&str> = found.within.iter().map(String::as_str).collect();
            vec![
                html! { (one.code) },
                html! {
                    (one.name) br; (parts::small(singular(one.kind)))
                    @if !within.is_empty() { br; (parts::small(&within.join(", "))) }
                },
                html! {
                    @if found.people.is_empty() { (parts::small("Nobody yet")) }
                    @for (name, role) in &found.people { (name) br; (parts::small(role)) br; }
                },
            ]
        })
        .collect();
    let field = Field::new("find", "Code or words of a name").value(looked.text).autocomplete("off").maxlength(80);
    html! {
        form method="get" action="/admin/organisations" {
            (form::text(&field))
            (form::button(Button::Secondary, "Find"))
        }
        @if !rows.is_empty() {
            (table::table("Organisations found", &[table::words("Code"), table::words("Name"), table::words("Who signs in")], &rows))
            @if looked.has_more { p { "There are more: write more of the name." } }
        } @else if !looked.text.trim().is_empty() {
            p { "No open organisation has this in its code or name." }
        }
    }
}

fn singular(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Practice => "Practice",
        OrganisationKind::Pcn => "Primary care network",
        OrganisationKind::SubIcb => "Sub-ICB location",
        OrganisationKind::Icb => "Integrated care board",
        OrganisationKind::Region => "Region",
        OrganisationKind::Lmc => "Local medical committee",
    }
}

/// A file that was taken in: its name, its day, and how many changes of each sort.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) of: LocalDate,
    pub(super) changes: Vec<(usize, &'static str)>,
    pub(super) skipped: usize,
}

/// What the form was sent with.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) effective: String,
    pub(super) is_forced: bool,
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct Organisations<'a> {
    pub(super) looked: Looked<'a>,
    pub(super) counts: &'a [(OrganisationKind, usize)],
    pub(super) imports: &'a [ImportLine],
    pub(super) taken: Option<&'a [Taken]>,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
    pub(super) is_clock_doubted: bool,
}

/// How many organisations there are, the codes of some, what was taken in last, and how to take in more.
pub(super) fn page(view: &Organisations<'_>) -> Sheet {
    let counts: Vec<Vec<Markup>> = view
        .counts
        .iter()
        .map(|(kind, n)| {
            let n = thousands(u64::try_from(*n).unwrap_or(u64::MAX));
            vec![html! { (plural(*kind)) }, html! { (n) }]
        })
        .collect();
    let none = view.counts.iter().all(|(_, n)| *n == 0);
    Sheet::new(Section::Organisations, "Organisations").errors(view.errors).content(html! {
        (doubt(view.is_clock_doubted))
        @if none {
            (parts::lede(&html! { "No organisation is known yet. Take in the files of NHS England first: people are given roles in organisations." }))
        } @else {
            (parts::lede(&html! { "Practices and the areas they belong to, as they stand today." }))
        }
        @if let Some(taken) = view.taken { (parts::panel("Taken in", &taken_in(taken))) }
        (parts::two_columns(
            &html! {
                @if none { (parts::panel("Take in files", &take_in(view))) }
                @else { (parts::panel("Find a code", &look(&view.looked))) }
            },
            &html! {
                @if !none { (parts::panel("Take in files", &take_in(view))) }
                (parts::panel("Open today", &table::table("Open organisations by kind", &[table::words("Kind"), table::numbers("Open")], &counts)))
                (parts::panel("Newest imports", &imported(view.imports)))
            },
        ))
    })
}

fn take_in(view: &Organisations<'_>) -> Markup {
    let files = Field::new("file", "Files").hint("Up to eight at once, in any order").errors(view.errors);
    let day = Field::new("effective", "The day that files without a date speak of")
        .hint("Files of NHS England say it themselves")
        .value(&view.typed.effective)
        .errors(view.errors);
    let forced = if view.typed.is_forced { Chosen::Yes } else { Chosen::No };
    let force = Field::new("force", "Take them in although they are older, or close many practices").hint(
        "Where a file would close more than one practice in fifty, or seems cut short, it is refused without this",
    );
    html! {
        form method="post" action="/admin/organisations" enctype="multipart/form-data" {
            (form::files(&files))
            (form::date(&day))
            (form::checkbox(&force, "yes", forced))
            (form::button(Button::Primary, "Take in"))
        }
        p { "All files are taken in or none. Taking in the same file twice changes nothing, and nothing is ever deleted. The command " code .hr-code { "headroom import organisations FILE…" } " does the same." }
        (parts::details("Which files", &html! {
            ul .nhsuk-list.nhsuk-list--bullet { @for (what, file) in FILES { li { strong { (what) } ": " (file) } } }
        }))
    }
}

fn taken_in(taken: &[Taken]) -> Markup {
    let number = |n: &usize| thousands(u64::try_from(*n).unwrap_or(u64::MAX));
    html! {
        ul .nhsuk-list.nhsuk-list--bullet {
            @for file in taken {
                li {
                    strong { (file.name) } ", as of " (file.of.written()) ": "
                    @if file.changes.is_empty() { "no change" }
                    @for (at, (n, sort)) in file.changes.iter().enumerate() { @if at > 0 { ", " } (number(n)) " " (sort) }
                    @if file.skipped > 0 { "; " (number(&file.skipped)) " rows skipped" }
                    "."
                }
            }
        }
    }
}

fn imported(imports: &[ImportLine]) -> Markup {
    if imports.is_empty() {
        return html! { p { "Nothing was taken in yet." } };
    }
    let rows: Vec<Vec<Markup>> = imports
        .iter()
        .map(|line| {
            let at = calendar::london_day(line.recorded_at);
            let facts = thousands(u64::try_from(line.facts).unwrap_or(0));
            vec![
                html! { (line.source) br; (parts::small(&format!("as of {}", line.effective_on.short()))) },
                html! { (at.short()) },
                html! { (facts) },
            ]
        })
        .collect();
    table::table(
        "Newest imports",
        &[table::words("File"), table::numbers("Taken in"), table::numbers("Changes")],
        &rows,
    )
}
