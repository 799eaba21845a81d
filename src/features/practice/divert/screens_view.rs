//! Pages of screens: the practice's list, the link, and what a screen is told.

use entity::ids::OdsCode;
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::calendar,
    error::FieldError,
    href,
    store::displays::DisplayRow,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        parts, qr,
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// Longest label of a screen.
pub(super) const LONGEST_LABEL: usize = 40;

/// What the page of all screens shows.
#[derive(Debug)]
pub(super) struct Screens<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) rows: &'a [DisplayRow],
    pub(super) link: Option<&'a str>,
    pub(super) typed: &'a str,
    pub(super) desk: bool,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn screens_of(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("displays")
}

/// The practice's screens.
pub(super) fn screens(page: &Screens<'_>) -> Sheet {
    let divert = href!("/practices").seg(page.practice).seg("divert");
    Sheet::new(Section::Divert, "Screens").back(&divert, "Divert").errors(page.errors).content(html! {
        (parts::lede(&html! { "A screen shows the day without anybody signing in: labels and what each clinician has left, no names. You can switch it off here at any time." }))
        (parts::two_columns(
            &html! {
                @if let Some(link) = page.link { (parts::panel("Display link", &fresh(link))) }
                (parts::panel("Screens in use", &list(page)))
            },
            &parts::panel("Add a screen", &add(page)),
        ))
        p { a href=(href!("/practices").seg(page.practice).seg("display")) { "See the wall display" } " · " a href=(href!("/practices").seg(page.practice).seg("desk")) { "See the reception desk" } }
    })
}

fn fresh(link: &str) -> Markup {
    let says = "Open this on the screen itself. It works for one screen, within seven days, and is shown only now.";
    html! {
        (parts::fresh_link("display-link", says, link))
        p { (qr::qr(link, "The display link as a QR code")) }
    }
}

fn list(page: &Screens<'_>) -> Markup {
    if page.rows.is_empty() {
        return html! { p { "No screen yet." } };
    }
    let day = |at| calendar::london_day(at).short();
    let rows: Vec<Vec<Markup>> = page
        .rows
        .iter()
        .map(|row| {
            vec![
                html! { (row.label) },
                html! { @if row.may_count { "Reception desk" } @else { "Wall" } },
                html! {
                    @match row.opened_at {
                        Some(at) => { "since " (day(at)) },
                        None => { (parts::tag(parts::TagKind::Soon, "Link open")) " until " (day(row.expires_at)) },
                    }
                },
                html! {
                    form method="post" action=(screens_of(page.practice).seg(row.id).seg("revoke")) {
                        (form::small_button("Switch off", &row.label))
                    }
                },
            ]
        })
        .collect();
    let columns = [words("Screen"), words("Place"), words("In use"), words("Change")];
    table("Screens in use", &columns, &rows)
}

fn add(page: &Screens<'_>) -> Markup {
    let label = Field::new("label", "Where it stands")
        .hint("For example Reception or Staff room")
        .value(page.typed)
        .errors(page.errors)
        .autocomplete("off")
        .maxlength(LONGEST_LABEL)
        .width(Width::Twenty);
    let chosen = if page.desk { "desk" } else { "wall" };
    let places = [
        Choice::new("wall", "On a wall", chosen).hint("Shows the day and nothing else"),
        Choice::new("desk", "At the reception desk", chosen)
            .hint("Also shows the script and the directory, and counts where patients were sent"),
    ];
    let kind = if page.link.is_some() { Button::Secondary } else { Button::Primary };
    html! {
        form method="post" action=(screens_of(page.practice)) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::text(&label))
            (form::radios(&Field::new("place", "Kind of screen"), &places))
            (form::button(kind, "Make a display link"))
        }
    }
}

/// What a link is for, and one button.
pub(super) fn opening(secret: &str, practice: &str, label: &str, desk: bool) -> Sheet {
    Sheet::outside("Use this screen").heading("Use this screen for the day’s capacity").content(html! {
        p { (practice) ": " strong { (label) } "." }
        @if desk {
            p { "This browser will show what each clinician has left, the reception script and the directory, and can count where patients were sent. It holds no patient data." }
        } @else {
            p { "This browser will show what each clinician has left today: labels, no names." }
        }
        p { "The link works for one screen. Whoever was signed in here is signed out of this browser." }
        form method="post" action=(href!("/display-link").seg(secret)) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::button(Button::Primary, "Use this screen"))
        }
    })
}

/// Revoked.
pub(super) fn ended() -> Sheet {
    Sheet::outside("This screen has been switched off").content(html! {
        p { "Its display link was ended or has run out. Ask your practice manager for a new one." }
    })
}
