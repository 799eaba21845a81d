//! The administrator's pages: values in, markup out.

use entity::ids::{GrantId, PersonId};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::Role,
        calendar,
        organisation::{OrganisationKind, OrganisationOn},
    },
    error::FieldError,
    href,
    state::DOUBTED,
    store::admin::ImportLine,
    ui::{
        form::{self, Button, Choice, Chosen, Field},
        number::thousands,
        parts,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// A person with what they hold.
#[derive(Debug)]
pub(super) struct PersonLine {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) has_password: bool,
    pub(super) has_second_factor: bool,
    pub(super) grants: Vec<GrantLine>,
}

/// One role of a person.
#[derive(Debug)]
pub(super) struct GrantLine {
    pub(super) id: GrantId,
    pub(super) role: &'static str,
    pub(super) organisation: String,
}

/// A link that was made this moment.
#[derive(Debug)]
pub(super) struct FreshLink {
    pub(super) name: String,
    pub(super) link: String,
    /// Whether it goes there by mail.
    pub(super) is_mailed: bool,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) organisation: String,
    pub(super) declared: String,
}

/// What an administrator is told on every page while the clock is not believed.
fn doubt(is_doubted: bool) -> Markup {
    html! {
        @if is_doubted {
            (parts::inset(&html! { p { (DOUBTED) ". " a href=(href!("/admin/clock")) { "Look at the clock" } } }))
        }
    }
}

/// What the page of people shows.
#[derive(Debug)]
pub(super) struct People<'a> {
    pub(super) lines: &'a [PersonLine],
    pub(super) fresh: Option<&'a FreshLink>,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
    pub(super) is_clock_doubted: bool,
}

/// Everybody who signs in, and the form to add somebody.
pub(super) fn people(people: &People<'_>) -> Sheet {
    Sheet::new(Section::People, "People").errors(people.errors).content(html! {
        (doubt(people.is_clock_doubted))
        (parts::lede(&html! { "People who sign in, and what they may do where. Clinicians are added by their practice." }))
        @if let Some(fresh) = people.fresh { (parts::panel("Link to set a password", &fresh_link(fresh))) }
        (parts::two_columns(
            &parts::panel("Who holds what", &lines(people.lines)),
            &parts::panel("Add a person or a role", &add(people.typed, people.errors)),
        ))
    })
}

fn fresh_link(fresh: &FreshLink) -> Markup {
    let says = match fresh.is_mailed {
        true => format!(
            "It is on its way to {} by mail. It works once, within seven days, and is shown only now.",
            fresh.name
        ),
        false => format!("Give this to {}. It works once, within seven days, and is shown only now.", fresh.name),
    };
    parts::fresh_link("password-link", &says, &fresh.link)
}

fn lines(people: &[PersonLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = people
        .iter()
        .map(|person| {
            vec![
                html! {
                    (person.name) br; (parts::small(&person.email))
                    @if !person.has_password { br; (parts::tag(parts::TagKind::Soon, "No password yet")) }
                    (parts::actions(&account(person)))
                },
                html! {
                    @if person.grants.is_empty() { (parts::small("No role")) }
                    @for grant in &person.grants { (role(person, grant)) }
                },
            ]
        })
        .collect();
    table::table("People and their roles", &[table::words("Person"), table::words("Roles")], &rows)
}

fn account(person: &PersonLine) -> Markup {
    let own = href!("/admin/people").seg(person.id);
    html! {
        form method="post" action=(own.clone().seg("link")) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::small_button("New password link", &format!("for {}", person.name)))
        }
        @if person.has_second_factor {
            form method="post" action=(own.seg("second-factor").seg("remove")) {
                (form::small_button("Remove authenticator app", &format!("of {}", person.name)))
            }
        }
    }
}

fn role(person: &PersonLine, grant: &GrantLine) -> Markup {
    html! {
        form .hr-role method="post" action=(href!("/admin/grants").seg(grant.id).seg("revoke")) {
            p {
                (grant.role)
                @if !grant.organisation.is_empty() { br; (parts::small(&grant.organisation)) }
            }
            (form::small_button("Revoke", &format!("{} of {}", grant.role, person.name)))
        }
    }
}

fn add(typed: &Typed, errors: &[FieldError]) -> Markup {
    let roles: Vec<Choice<'_>> =
        Role::ALL.iter().map(|role| Choice::new(role.code(), role.title(), &typed.role)).collect();
    let organisation = Field::new("organisation", "Organisation code")
        .hint("Of the practice, LMC or ICB, such as F84006. Empty for an administrator.")
        .value(&typed.organisation)
        .errors(errors)
        .maxlength(40);
    let declared = match typed.declared.as_str() {
        "yes" => Chosen::Yes,
        _ => Chosen::No,
    };
    html! {
        form method="post" action="/admin/people" {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::email(&Field::new("email", "Email address").hint("Somebody who is listed gets one more role").value(&typed.email).errors(errors).autocomplete("off")))
            (form::text(&Field::new("name", "Name").value(&typed.name).errors(errors).autocomplete("off").maxlength(80)))
            (form::radios(&Field::new("role", "Role").errors(errors), &roles))
            (form::text(&organisation))
            (form::checkbox(&Field::new("declared", "They declared a conflict of interests, and I put it on record").hint("Only needed for an ICB role together with a practice or LMC role"), "yes", declared))
            (form::button(Button::Primary, "Add"))
        }
    }
}

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
    pub(super) found: &'a [&'a OrganisationOn],
}

fn look(looked: &Looked<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = looked
        .found
        .iter()
        .map(|one| vec![html! { code .hr-code { (one.code) } }, html! { (one.name) }, html! { (singular(one.kind)) }])
        .collect();
    let field = Field::new("find", "Code or words of a name").value(looked.text).autocomplete("off").maxlength(80);
    html! {
        form method="get" action="/admin/organisations" {
            (form::text(&field))
            (form::button(Button::Secondary, "Find"))
        }
        @if !rows.is_empty() {
            (table::table("Organisations found", &[table::words("Code"), table::words("Name"), table::words("Kind")], &rows))
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

/// How many organisations there are, the codes of some, what was taken in last, and how to take in more.
pub(super) fn organisations(
    looked: &Looked<'_>,
    counts: &[(OrganisationKind, usize)],
    imports: &[ImportLine],
    is_clock_doubted: bool,
) -> Sheet {
    let counts: Vec<Vec<Markup>> = counts
        .iter()
        .map(|(kind, n)| {
            let n = thousands(u64::try_from(*n).unwrap_or(u64::MAX));
            vec![html! { (plural(*kind)) }, html! { (n) }]
        })
        .collect();
    let how = html! {
        p { "Files are taken in by command, on the machine where Headroom runs:" }
        p { code .hr-code { "headroom import organisations FILE…" } }
        p { "Several files can be given at once: the practice mapping file of NHS England, epraccur, list sizes and the files of LMCs. It says what changed. Taking in the same file twice changes nothing." }
    };
    Sheet::new(Section::Organisations, "Organisations").content(html! {
        (doubt(is_clock_doubted))
        (parts::lede(&html! { "Practices and the areas they belong to, as they stand today." }))
        (parts::two_columns(
            &html! {
                (parts::panel("Find a code", &look(looked)))
                (parts::panel("Open today", &table::table("Open organisations by kind", &[table::words("Kind"), table::numbers("Open")], &counts)))
                (parts::panel("Newest imports", &imported(imports)))
            },
            &parts::panel("Take in a file", &how),
        ))
    })
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
