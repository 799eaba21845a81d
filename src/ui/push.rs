//! Notifications in a browser: what it is asked for, and the browsers of somebody that are told. It needs its script: without
//! JavaScript no page can ask a browser.

use entity::ids::PushSubscriptionId;
use maud::{Markup, html};

use super::{
    assets::{Asset, url},
    form::{self, Button},
    href::Href,
    parts::{self, small},
    table::{table, words},
};
use crate::{domain::push::MOST_BROWSERS, error::FieldError};

/// A browser of somebody.
#[derive(Debug)]
pub struct Browser {
    /// Which.
    pub id: PushSubscriptionId,
    /// In words, such as "Chrome, Android".
    pub name: String,
    /// When it was asked for.
    pub asked: String,
    /// When something was told last.
    pub told: Option<String>,
    /// By what its script knows itself again.
    pub mark: String,
    /// Why it is told nothing any more.
    pub ended: Option<&'static str>,
}

/// The page.
#[derive(Debug)]
pub struct Notifications<'a> {
    /// Of the page and its form.
    pub page: Href,
    /// A fresh one.
    pub id: &'a str,
    /// By what the browser may know us, apart by a space.
    pub keys: &'a str,
    /// Of the reader alone.
    pub browsers: &'a [Browser],
    /// When it is told.
    pub says: &'a str,
    /// What ends it beside its button.
    pub ends: &'a str,
    /// The people of the demo are everybody's, so it tells no browser anything.
    pub is_demo: bool,
    /// Mistakes of the page; that of `push` stands here.
    pub errors: &'a [FieldError],
}

/// All of it.
pub fn notifications(page: &Notifications<'_>) -> Markup {
    let (ended, told): (Vec<&Browser>, Vec<&Browser>) = page.browsers.iter().partition(|one| one.ended.is_some());
    html! {
        (parts::lede(&html! { (page.says) }))
        (parts::two_columns(
            &html! {
                (parts::panel("This browser", &ask(page)))
                (parts::panel("Browsers that are told", &list(page, &told, &ended)))
            },
            &parts::panel("What is sent", &sent()),
        ))
    }
}

fn ask(page: &Notifications<'_>) -> Markup {
    if page.is_demo {
        return html! { p { "This demo tells no other computer anything, and so no browser." } };
    }
    let error = page.errors.iter().find(|error| error.field == "push");
    html! {
        form #push tabindex="-1" method="post" action=(page.page) data-push=(page.keys) {
            (form::hidden("id", page.id))
            @for name in ["endpoint", "public_key", "auth", "key"] { (form::hidden(name, "")) }
            @if let Some(error) = error {
                p .nhsuk-error-message { span .nhsuk-u-visually-hidden { "Error: " } (error.message) }
            }
            p .nhsuk-error-message data-push-said role="alert" hidden {}
            p data-push-here hidden { "You are told in this browser." }
            p data-push-home hidden {
                "On an iPhone or iPad, put Headroom on the home screen first: Share, then Add to Home Screen. Open it there and come back to this page."
            }
            p data-push-absent hidden { "This browser shows no notifications. It may be too old, or a private window." }
            p data-push-refused hidden {
                "Notifications of Headroom are refused in this browser. You can allow them in its settings for this site and load this page again."
            }
            div data-push-ready hidden {
                p { "Your browser will ask whether Headroom may show notifications." }
                (form::button(Button::Primary, "Tell me in this browser"))
            }
            noscript { p { "Notifications need JavaScript, which is off in this browser." } }
        }
        script src=(url(Asset::PushJs)) defer {}
    }
}

fn list(page: &Notifications<'_>, told: &[&Browser], ended: &[&Browser]) -> Markup {
    let rows: Vec<Vec<Markup>> = told.iter().map(|one| row(page, one)).collect();
    html! {
        @if rows.is_empty() {
            p { "None yet." }
        } @else {
            (table("Your browsers that are told, the newest first", &[words("Browser"), words("Told last"), words("")], &rows))
        }
        @if !ended.is_empty() {
            p { "Told nothing any more:" }
            ul { @for one in ended { li { (one.name) ", asked on " (one.asked) ": " (one.ended.unwrap_or_default()) "." } } }
            p { (small("Ask again in that browser if you still want it.")) }
        }
        p { (small(&format!("At most {MOST_BROWSERS}. {}", page.ends))) }
    }
}

fn row(page: &Notifications<'_>, one: &Browser) -> Vec<Markup> {
    vec![
        html! {
            (one.name) span data-push-browser=(one.mark) hidden { " (this one)" } br;
            (small(&format!("since {}", one.asked)))
        },
        html! { @match &one.told { Some(at) => (at), None => "Never" } },
        html! {
            form method="post" action=(page.page.clone().seg(one.id).seg("end")) {
                (form::small_button("End", &format!("{}, since {}", one.name, one.asked)))
            }
        },
    ]
}

fn sent() -> Markup {
    html! {
        p { "A notification names the practice, and neither a person nor a number. It says nothing of patients. Pressed, it opens this site, where you may have to sign in." }
        p { "It goes through the push service of your browser’s maker, such as Google, Mozilla, Apple or Microsoft. That service learns that something was sent to this browser, and cannot read what." }
        p { (small("What could not be shown within an hour is not shown any more.")) }
    }
}
