//! The first page, and the pages that explain the product: values in, markup out.

use maud::{Markup, html};

use crate::{
    domain::readers,
    href,
    store::right_now::RightNow,
    ui::{
        figures,
        form::{self, Button},
        number::thousands,
        parts,
        sheet::Sheet,
        table,
    },
};

/// What this is, and in the demo the ways in.
pub(super) fn front(now: Option<&RightNow>) -> Sheet {
    let title = "How much safe capacity is left today?";
    let about = html! {
        h1 .nhsuk-heading-xl { (title) }
        p .nhsuk-body-l { "Headroom counts each clinician’s contacts against the safe limit and keeps the practice’s own record of what it has paused." }
        p { "A clinician taps once a patient and sees what is left. A practice manager answers in a minute a week. An LMC sees its area live, as far as practices share it. An ICB reads four-weekly figures for whole ICBs, with random noise, and nobody stores anything about a patient." }
        @if now.is_some() { (try_it()) } @else { (form::button_link(Button::Primary, "Sign in", &href!("/sign-in"))) }
    };
    let aside = match now {
        Some(now) => parts::panel("Right now in this demo", &right_now(now)),
        None => parts::panel("Who sees what", &who_in_short()),
    };
    Sheet::outside(title).own_heading().content(parts::two_columns(&about, &aside))
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
            part("clinician", "A clinician", "What is left, and one button.", "Open as a clinician"),
            part("manager", "A practice manager", "This week, what is paused, what is due.", "Open as a practice manager"),
            part("lmc", "An LMC officer", "The area live, and what the ICB holds.", "Open as an LMC officer"),
            part("icb", "An ICB analyst", "The latest release, ready to paste.", "Open as an ICB analyst"),
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
pub(super) fn who_sees_what(public_releases: bool) -> Sheet {
    let rows: Vec<Vec<Markup>> = readers::TABLE
        .iter()
        .map(|row| {
            let cells = row.cells().map(|cell| cell.says);
            let all = [row.words].into_iter().chain(cells);
            all.map(|text| html! { (text) }).collect()
        })
        .collect();
    let columns: Vec<_> = [""].into_iter().chain(readers::READERS).map(table::words).collect();
    Sheet::outside("Who can see what").content(html! {
        (parts::lede(&html! { "A practice’s figures belong to the practice. It decides what its LMC sees, and can change its mind." }))
        section .hr-panel { (table::captioned_table("Who can see what in Headroom", &columns, &rows)) }
        ul .nhsuk-list .nhsuk-list--bullet {
            li { "An administrator adds people and organisations and sees no practice’s figures." }
            li { "Nobody holds an ICB role together with a practice or LMC role, unless an administrator has put a declared conflict on record." }
            @if public_releases {
                li { "Releases are open to everybody here, without signing in. They hold protected figures and nothing of a single practice." }
            } @else {
                li { "Releases are open to whoever has signed in, and to nobody else." }
            }
            li { "Whoever runs the server can read the database. Your practice’s sharing page names them." }
            li { "Headroom has no place for patients’ names, numbers or dates of birth." }
        }
    })
}

/// How accessible the pages are.
pub(super) fn accessibility() -> Sheet {
    Sheet::outside("Accessibility").content(html! {
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
    })
}
