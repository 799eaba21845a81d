//! The administrator's pages: values in, markup out.

use entity::ids::{GrantId, LocalDate, PersonId};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::access::Role,
    error::FieldError,
    href,
    state::DOUBTED,
    ui::{
        form::{self, Button, Choice, Chosen, Field},
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
pub(super) fn doubt(is_doubted: bool) -> Markup {
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
    pub(super) first_steps: &'a [FirstStep],
    pub(super) asking: &'a [Asking],
}

/// Somebody who asked that their practice may join, and whose LMC has not decided.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) practice: String,
    pub(super) code: String,
    pub(super) lmc: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) on: LocalDate,
}

/// What whoever looks after the service does once.
#[derive(Debug)]
pub(super) struct FirstStep {
    pub(super) what: &'static str,
    pub(super) how: &'static str,
    /// Its page, where it is done in the browser.
    pub(super) page: Option<&'static str>,
    pub(super) is_done: bool,
}

/// Everybody who signs in, and the form to add somebody.
pub(super) fn people(people: &People<'_>) -> Sheet {
    Sheet::new(Section::People, "People").errors(people.errors).content(html! {
        (doubt(people.is_clock_doubted))
        (parts::lede(&html! { "People who sign in, and what they may do where. Clinicians are added by their practice." }))
        @if !people.first_steps.is_empty() { (parts::panel("First steps", &first_steps(people.first_steps))) }
        @if !people.asking.is_empty() { (parts::panel("These ask to join", &asking(people.asking))) }
        @if let Some(fresh) = people.fresh { (parts::panel("Link to set a password", &fresh_link(fresh))) }
        (parts::two_columns(
            &parts::panel("Who holds what", &lines(people.lines)),
            &parts::panel("Add a person or a role", &add(people.typed, people.errors)),
        ))
    })
}

fn asking(rows: &[Asking]) -> Markup {
    let columns =
        [table::words("Practice"), table::words("Who"), table::words("Their LMC decides"), table::words("Asked on")];
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { (row.practice) br; (parts::small(&row.code)) },
                html! { (row.name) br; (parts::small(&row.email)) },
                html! { (row.lmc) },
                html! { (row.on.written()) },
            ]
        })
        .collect();
    html! {
        p { "Their LMC sends a link to an address that it holds. Where an LMC has nobody here, add its officer below; or, once you know from the practice that it is so, its manager." }
        (table::table("Who asks to join", &columns, &rows))
    }
}

fn first_steps(steps: &[FirstStep]) -> Markup {
    html! {
        ol .nhsuk-list.nhsuk-list--number {
            @for step in steps {
                li {
                    @match step.page {
                        Some(page) if !step.is_done => a href=(page) { (step.what) },
                        _ => (step.what),
                    }
                    @if step.is_done { " " (parts::tag(parts::TagKind::Quiet, "Done")) }
                    @else { br; (parts::small(step.how)) }
                }
            }
        }
    }
}

fn fresh_link(fresh: &FreshLink) -> Markup {
    let way = if fresh.is_mailed { "It is on its way by mail to" } else { "Give this to" };
    let says = format!("{way} {}. It works once, within seven days, and is shown only now.", fresh.name);
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
                (form::small_button("Remove second factor", &format!("of {}", person.name)))
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
