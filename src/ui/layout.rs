//! The frame of every page: skip link, demo banner, header, navigation, main part, footer.

use maud::{DOCTYPE, Markup, html};
use uuid::Uuid;

use super::{
    assets::{Asset, url},
    href::Href,
    live,
    sections::Section,
};

/// What htmx may do: no styles of its own (the policy refuses them), no copy of pages kept in the browser, and only the
/// one extension. An answer of 5xx replaces nothing: `headroom.js` says that it came.
const HTMX: &str = r#"{"includeIndicatorCSS":false,"history":"reload","extensions":"sse","defaultTimeout":20000,"noSwap":[204,304,"5xx"]}"#;

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: Href,
    /// What it is called.
    pub label: String,
    /// Whether it is the page that is shown.
    pub current: bool,
}

impl NavItem {
    /// The way to a section.
    pub fn of(href: Href, section: Section, current: Section) -> Self {
        Self { href, label: section.label().to_owned(), current: section == current }
    }
}

/// What a browser does with what it kept of a clinician's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// It may be needed again.
    #[default]
    Keep,
    /// Nobody is signed in and no device is enrolled: whatever is left goes, and taps that still wait are shown.
    Forget,
}

/// What kind of caller is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedIn {
    /// Nobody.
    #[default]
    Nobody,
    /// A phone or a screen, which has no account.
    Device,
    /// Somebody with an account of their own.
    Person,
}

/// Where stands what a script has to say: that a change may not be saved, that the page is not live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Above the content.
    #[default]
    Above,
    /// In the content's own places, under what must not move.
    Below,
}

/// What a page is made of.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Of the window, before " – Headroom".
    pub title: &'a str,
    /// Whose page it is, such as "Alder Lane Surgery · Practice manager".
    pub place: Option<&'a str>,
    /// Other places of the same kind that this reader may go to.
    pub others: Vec<NavItem>,
    /// The sections; none, no navigation.
    pub nav: Vec<NavItem>,
    /// Whether everything shown is invented.
    pub demo: bool,
    /// Whether it may use the width of a desk screen.
    pub wide: bool,
    /// Whether it is a small window beside another program: its content alone.
    pub small: bool,
    /// Who is signed in: it offers to sign out, otherwise to sign in.
    pub signed_in: SignedIn,
    /// Who that is, as rows name them, where work is logged: what this browser keeps says whose it is.
    pub by: Option<Uuid>,
    /// The clinician's own pages: they offer to sign out in the footer, under these words, and ask before they do.
    pub sign_out_below: Option<&'a str>,
    /// Where a script has its say.
    pub said: Said,
    /// The stream that keeps the page true.
    pub live: Option<Href>,
    /// The addresses to which taps that wait in this browser may be sent: those of the signed-in person's own clinician
    /// rows. Taps of anyone else stay where they are.
    pub outbox: Vec<Href>,
    /// On an enrolled device, the addresses of every place it counts for, those that wait for a PIN too: taps that wait
    /// for another are of a place it has no more. Nothing in a person's browser.
    pub places: Option<Vec<Href>>,
    /// What our clock says, where taps are counted: a phone's own may be wrong.
    pub now: Option<String>,
    /// Whether this browser may keep what it knew.
    pub memory: Memory,
    /// What stands on the paper alone when the page is printed, such as who it is for.
    pub print_note: Option<&'a str>,
    /// The main part. It starts with the only `h1`.
    pub content: Markup,
}

/// A whole document.
pub fn page(page: &Page<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (head(page.title))
            body .hr-wide[page.wide] .hr-mini[page.small] data-outbox=[outbox(&page.outbox)] data-places=[page.places.as_deref().and_then(outbox)] data-now=[&page.now] data-by=[page.by] data-nobody[page.memory == Memory::Forget] {
                @if page.small { (banner(page.demo)) } @else {
                    a .nhsuk-skip-link href="#main" { "Skip to main content" }
                    (header(page))
                    (nav(&page.nav))
                }
                div .nhsuk-width-container {
                    main .hr-main #main tabindex="-1" {
                        // For what a script has to say, such as that a change was not saved.
                        @if page.said == Said::Above { p .hr-notice role="status" data-notice hidden {} }
                        @if let Some(note) = page.print_note { p .hr-print-only { (note) } }
                        @if let Some(url) = &page.live { (live::live_region(url, &kept_true(page))) } @else { (page.content) }
                    }
                }
                @if !page.small { (footer(page)) }
            }
        }
    }
}

fn kept_true(page: &Page<'_>) -> Markup {
    html! { @if page.said == Said::Above { (live::state()) } (page.content) }
}

/// A page without header and navigation, for a screen on a wall. `content` is the whole of it, with its own `main`.
pub fn bare_page(title: &str, live: Option<&Href>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (head(title))
            body {
                @if let Some(url) = live { (live::live_region(url, &html! { (live::state()) (content) })) } @else { (content) }
            }
        }
    }
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) " – Headroom" }
            meta name="htmx-config" content=(HTMX);
            meta name="theme-color" content="#12344d";
            link rel="stylesheet" href=(url(Asset::NhsukCss));
            link rel="stylesheet" href=(url(Asset::HeadroomCss));
            link rel="icon" type="image/svg+xml" href=(url(Asset::Icon));
            link rel="apple-touch-icon" href=(url(Asset::Icon192));
            link rel="manifest" href=(url(Asset::Manifest));
            // In this order: our script hears of htmx's first connection.
            script src=(url(Asset::OutboxJs)) defer {}
            script src=(url(Asset::HeadroomJs)) defer {}
            script src=(url(Asset::HtmxJs)) defer {}
        }
    }
}

/// Says that everything shown is invented, where it is.
pub fn banner(demo: bool) -> Markup {
    html! { @if demo { p .hr-demo { "DEMO – invented practices, invented figures" } } }
}

fn header(page: &Page<'_>) -> Markup {
    html! {
        header .hr-header {
            (banner(page.demo))
            div .nhsuk-width-container .hr-header__in {
                a .hr-brand href="/" { i { "Head" } "room" }
                div .hr-where {
                    @if let Some(place) = page.place { (whose(place, &page.others)) }
                    @if page.sign_out_below.is_none() { (sign_in_or_out(page.signed_in)) }
                }
            }
        }
    }
}

fn sign_in_or_out(signed_in: SignedIn) -> Markup {
    html! {
        @if signed_in != SignedIn::Nobody {
            @if signed_in == SignedIn::Person { a href="/account" { "Account" } }
            form method="post" action="/sign-out" { button .hr-link type="submit" { "Sign out" } }
        } @else {
            a href="/sign-in" { "Sign in" }
        }
    }
}

/// Whose page it is; where the reader has others, a way to them.
fn whose(place: &str, others: &[NavItem]) -> Markup {
    html! {
        @if others.is_empty() { span { (place) } }
        @else {
            details .hr-switch {
                summary { (place) span .nhsuk-u-visually-hidden { ": change to another" } }
                ul aria-label="Change to" {
                    @for other in others { li { a href=(other.href) { (other.label) } } }
                }
            }
        }
    }
}

fn nav(items: &[NavItem]) -> Markup {
    html! {
        @if !items.is_empty() {
            nav .hr-nav aria-label="Sections" {
                div .nhsuk-width-container {
                    ul {
                        @for item in items {
                            li { a href=(item.href) aria-current=[item.current.then_some("page")] { (item.label) } }
                        }
                    }
                }
            }
        }
    }
}

fn footer(page: &Page<'_>) -> Markup {
    html! {
        footer .hr-foot {
            div .nhsuk-width-container {
                ul {
                    @if let Some(words) = page.sign_out_below { li { a href="/sign-out" { (words) } } }
                    li { a href="/who-sees-what" { "Who can see what" } }
                    li { a href="/help" { "Help" } }
                    li { a href="/accessibility" { "Accessibility" } }
                    li { "Headroom " (env!("CARGO_PKG_VERSION")) }
                }
            }
        }
    }
}

/// Addresses have no spaces ([`Href`] refuses them), so a space parts them.
fn outbox(actions: &[Href]) -> Option<String> {
    let joined = actions.iter().map(Href::as_str).collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then_some(joined)
}
