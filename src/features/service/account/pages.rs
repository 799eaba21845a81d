//! Pages of accounts: values in, markup out.

use maud::{Markup, html};
use uuid::Uuid;

use super::{place_pages, places::Place as DevicePlace, setup::Setup};
use crate::{
    domain::{readers, staff::StaffGroup},
    error::FieldError,
    href,
    state::AppState,
    store::right_now::RightNow,
    ui::{
        figures,
        form::{self, Button, Field, Width},
        href::Href,
        number::thousands,
        parts, table,
    },
    web::{
        caller::Caller,
        shell::{self, Place, Sheet},
    },
};

/// A page outside every section; the window's title says where a form was refused.
pub(super) fn page(app: &AppState, caller: &Caller, title: &str, errors: &[FieldError], content: Markup) -> Markup {
    let refused = format!("Error: {title}");
    shell::page(
        app,
        caller,
        &Place::Nowhere,
        Sheet { title: if errors.is_empty() { title } else { &refused }, current: "", live: None, content },
    )
}

/// One role to choose.
#[derive(Debug)]
pub(super) struct RoleChoice {
    pub(super) href: Href,
    pub(super) role: &'static str,
    pub(super) organisation: String,
}

/// The roles somebody holds.
pub(super) fn roles(app: &AppState, caller: &Caller, choices: &[RoleChoice]) -> Markup {
    let cards: Vec<Markup> =
        choices.iter().map(|choice| parts::card_link(&choice.organisation, &choice.href, choice.role)).collect();
    let content = html! {
        (parts::heading("Your roles"))
        @if choices.is_empty() {
            p { "You hold no role at the moment. Ask whoever looks after Headroom." }
        } @else {
            (parts::lede(&html! { "Choose where you want to work. You can come back here at any time by choosing Headroom at the top." }))
            (parts::grid(&cards))
        }
    };
    page(app, caller, "Your roles", &[], content)
}

/// What an enrolment link is for.
#[derive(Debug)]
pub(super) struct Invitation<'a> {
    pub(super) secret: &'a str,
    pub(super) practice: &'a str,
    pub(super) label: &'a str,
    pub(super) staff_group: &'a str,
    /// What this device counts for already.
    pub(super) others: &'a [DevicePlace],
    /// What was chosen about them.
    pub(super) chosen: &'a str,
}

/// Enrols this device with one button.
pub(super) fn enrol(app: &AppState, caller: &Caller, to: &Invitation<'_>, errors: &[FieldError]) -> Markup {
    let title = format!("Use this device for {}", to.label);
    let pin = Field::new("pin", "PIN, if you want one")
        .hint("4 to 8 digits. Asked for after the browser was closed, and every 12 hours.")
        .errors(errors)
        .autocomplete("new-password")
        .inputmode("numeric")
        .width(Width::Ten);
    let again = Field::new("pin_again", "The same PIN again")
        .errors(errors)
        .autocomplete("new-password")
        .inputmode("numeric")
        .width(Width::Ten);
    let content = html! {
        (form::error_summary(errors))
        (parts::heading(&title))
        (parts::lede(&html! { (to.practice) " · " (StaffGroup::title_of(to.staff_group)) }))
        p { "This phone or computer will show " (to.label) "’s own count and the practice’s total, and nothing else, for 90 days. Nobody has to type a password between two patients." }
        form method="post" action=(href!("/enrol").seg(to.secret)) {
            (form::hidden("device", &Uuid::now_v7().to_string()))
            @if !to.others.is_empty() { (place_pages::ask(to.others, to.chosen, errors)) }
            (form::password(&pin))
            (form::password(&again))
            (form::button(Button::Primary, "Enrol this device"))
        }
        p .hr-small { "Your practice manager can end this at any time. So can you, with Sign out this device." }
    };
    page(app, caller, &title, errors, content)
}

/// Asks a device for its PIN; `place` says which, where it has several.
pub(super) fn unlock(
    app: &AppState,
    caller: &Caller,
    place: Option<&str>,
    next: &str,
    errors: &[FieldError],
) -> Markup {
    let pin = Field::new("pin", "PIN of this device")
        .errors(errors)
        .autocomplete("current-password")
        .inputmode("numeric")
        .width(Width::Ten);
    let content = html! {
        (form::error_summary(errors))
        (parts::heading("Unlock"))
        @if let Some(place) = place { (parts::lede(&html! { (place) })) }
        form method="post" action="/unlock" {
            (form::hidden("next", next))
            (form::password(&pin))
            (form::button(Button::Primary, "Unlock"))
        }
        p .hr-small { "If you have forgotten it, ask your practice manager for a new link." }
    };
    page(app, caller, "Unlock", errors, content)
}

/// A link that works no more.
pub(super) fn gone(app: &AppState, caller: &Caller, title: &str, why: &str) -> Markup {
    gone_with(app, caller, title, why, None)
}

/// The same, with what can be typed instead.
pub(super) fn gone_with(app: &AppState, caller: &Caller, title: &str, why: &str, command: Option<&str>) -> Markup {
    let content = html! {
        (parts::heading(title))
        p { (why) }
        @if let Some(command) = command { p { code .hr-code { (command) } } }
        p { a href="/" { "Go to the start page" } }
    };
    page(app, caller, title, &[], content)
}

/// The hint under every new password.
const PASSWORD_HINT: &str = "At least 12 characters. A few words together are easy to remember.";

fn new_password(errors: &[FieldError]) -> Markup {
    let field = Field::new("password", "Password")
        .hint(PASSWORD_HINT)
        .errors(errors)
        .autocomplete("new-password")
        .width(Width::Twenty);
    form::password(&field)
}

/// The first administrator.
pub(super) fn setup(app: &AppState, caller: &Caller, secret: &str, typed: &Setup, errors: &[FieldError]) -> Markup {
    let content = html! {
        (form::error_summary(errors))
        (parts::heading("Set up Headroom"))
        (parts::lede(&html! { "You become the first administrator: you add people and organisations, and see no practice’s figures." }))
        form method="post" action=(href!("/setup").seg(secret)) {
            (form::text(&Field::new("name", "Your name").value(&typed.name).errors(errors).autocomplete("name").width(Width::Twenty)))
            (form::email(&Field::new("email", "Email address").value(&typed.email).errors(errors).autocomplete("username").width(Width::Twenty)))
            (new_password(errors))
            (form::button(Button::Primary, "Set up"))
        }
    };
    page(app, caller, "Set up Headroom", errors, content)
}

/// A new password.
pub(super) fn password(app: &AppState, caller: &Caller, secret: &str, errors: &[FieldError]) -> Markup {
    let content = html! {
        (form::error_summary(errors))
        (parts::heading("Choose your password"))
        form method="post" action=(href!("/password").seg(secret)) {
            (new_password(errors))
            (form::button(Button::Primary, "Save and sign in"))
        }
    };
    page(app, caller, "Choose your password", errors, content)
}

/// What this is, and in the demo the ways in.
pub(super) fn front(app: &AppState, caller: &Caller, now: Option<&RightNow>) -> Markup {
    let about = html! {
        h1 .nhsuk-heading-xl { "How much safe capacity is left today?" }
        p .nhsuk-body-l { "Headroom counts each clinician’s contacts against the safe limit and keeps the practice’s own record of what it has paused." }
        p { "A clinician taps once a patient and sees what is left. A practice manager answers in a minute a week. An LMC sees its area live, as far as practices share it. An ICB reads four-weekly figures for whole ICBs, with random noise, and nobody stores anything about a patient." }
        @if now.is_some() { (try_it()) } @else { (form::button_link(Button::Primary, "Sign in", &href!("/sign-in"))) }
    };
    let aside = match now {
        Some(now) => parts::panel("Right now in this demo", &right_now(now)),
        None => parts::panel("Who sees what", &who_in_short()),
    };
    page(app, caller, "How much safe capacity is left today?", &[], parts::two_columns(&about, &aside))
}

fn who_in_short() -> Markup {
    html! {
        ul .nhsuk-list {
            li { "A clinician’s count: that clinician and the practice." }
            li { "What a practice has paused: the practice, and its LMC if it agrees." }
            li { "An ICB: protected figures of areas only." }
        }
        p { a href="/who-sees-what" { "Who can see what" } }
    }
}

fn try_it() -> Markup {
    let part = |role: &str, title: &str, line: &str, label: &str| {
        parts::card(
            title,
            &html! {
                p .hr-card__q { (line) }
                form method="post" action="/demo/sign-in" { (form::button_named(Button::Secondary, label, "role", role)) }
            },
        )
    };
    html! {
        h2 .nhsuk-heading-m { "Try it as" }
        (parts::grid(&[
            part("clinician", "A clinician", "What is left, and one button.", "Be a clinician"),
            part("manager", "A practice manager", "This week, what is paused, what is due.", "Be a practice manager"),
            part("lmc", "An LMC officer", "The area live, and what the ICB holds.", "Be an LMC officer"),
            part("icb", "An ICB analyst", "The latest release, ready to paste.", "Be an ICB analyst"),
        ]))
    }
}

fn right_now(now: &RightNow) -> Markup {
    let rows = [
        ("Clinicians counted today", now.sum.clinicians.into()),
        ("Clinicians at the limit or over", now.sum.full.into()),
        ("Practices where everyone is at the limit", now.full_practices),
    ];
    let rows: Vec<Vec<Markup>> =
        rows.iter().map(|(name, n)| vec![html! { (name) }, html! { (thousands(*n)) }]).collect();
    html! {
        (figures::practice_day(now.sum, "all of this county today"))
        (table::table("Right now in this demo", &[table::words(""), table::numbers("")], &rows))
    }
}

/// Who can see what.
pub(super) fn who_sees_what(app: &AppState, caller: &Caller) -> Markup {
    let rows: Vec<Vec<Markup>> = readers::TABLE
        .iter()
        .map(|row| {
            let cells = row.cells().map(|cell| cell.says);
            let all = [row.words].into_iter().chain(cells);
            all.map(|text| html! { (text) }).collect()
        })
        .collect();
    let columns: Vec<_> = [""].into_iter().chain(readers::READERS).map(table::words).collect();
    let content = html! {
        (parts::heading("Who can see what"))
        (parts::lede(&html! { "A practice’s figures belong to the practice. It decides what its LMC sees, and can change its mind." }))
        section .hr-panel { (table::captioned_table("Who can see what in Headroom", &columns, &rows)) }
        ul .nhsuk-list .nhsuk-list--bullet {
            li { "An administrator adds people and organisations and sees no practice’s figures." }
            li { "Nobody holds an ICB role together with a practice or LMC role, unless an administrator has put a declared conflict on record." }
            @if app.settings.public_releases {
                li { "Releases are open to everybody here, without signing in. They hold protected figures and nothing of a single practice." }
            } @else {
                li { "Releases are open to whoever has signed in, and to nobody else." }
            }
            li { "Whoever runs the server can read the database. Your practice’s sharing page names them." }
            li { "Headroom has no place for patients’ names, numbers or dates of birth." }
        }
    };
    page(app, caller, "Who can see what", &[], content)
}

/// How accessible the pages are.
pub(super) fn accessibility(app: &AppState, caller: &Caller) -> Markup {
    let content = html! {
        (parts::heading("Accessibility"))
        p { "Headroom is built to be used by everyone, by hand, by keyboard and by voice, on a phone between two patients and on a desk screen." }
        h2 .nhsuk-heading-m { "What you can expect" }
        ul .nhsuk-list .nhsuk-list--bullet {
            li { "Every page works without JavaScript; with it, pages stay up to date by themselves." }
            li { "Everything can be reached and used with a keyboard, and the place of the focus can be seen." }
            li { "Pages fit a screen 320 pixels wide and can be enlarged to 400%." }
            li { "A state is always a word as well as a colour; charts repeat what a table says." }
            li { "Pages follow the colours and the contrast your device asks for, and can be printed." }
        }
        h2 .nhsuk-heading-m { "What we aim at" }
        p { "The pages aim at level AA of the Web Content Accessibility Guidelines 2.2. They have not been audited by an independent body." }
        h2 .nhsuk-heading-m { "If something gets in your way" }
        p { "Tell whoever looks after Headroom where you work: the page, what you wanted to do and what you use. If they cannot help, you can turn to the Equality Advisory and Support Service." }
    };
    page(app, caller, "Accessibility", &[], content)
}
