//! The small pieces of a page: tags, panels, cards, lists, links.

use maud::{Markup, html};

use super::href::Href;

/// What a tag's colour stands for; its word says it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// Runs as before.
    Run,
    /// Paused or withdrawn.
    Paused,
    /// Something happens at a date.
    Soon,
    /// Not decided, or of no concern.
    Quiet,
    /// No room left.
    Full,
}

/// A state as a word in a coloured box.
pub fn tag(kind: TagKind, text: &str) -> Markup {
    let class = match kind {
        TagKind::Run => "hr-tag hr-tag--run",
        TagKind::Paused => "hr-tag hr-tag--paused",
        TagKind::Soon => "hr-tag hr-tag--soon",
        TagKind::Quiet => "hr-tag hr-tag--quiet",
        TagKind::Full => "hr-tag hr-tag--full",
    };
    html! { span class=(class) { (text) } }
}

/// The page's heading. There is one a page.
pub fn heading(text: &str) -> Markup {
    html! { h1 .nhsuk-heading-l { (text) } }
}

/// The sentence under the heading.
pub fn lede(content: &Markup) -> Markup {
    html! { p .hr-lede { (content) } }
}

/// A white box with a second-level heading.
pub fn panel(title: &str, content: &Markup) -> Markup {
    html! { section .hr-panel { h2 { (title) } (content) } }
}

/// A box in a [`grid`], with a third-level heading.
pub fn card(title: &str, content: &Markup) -> Markup {
    html! { article .hr-card { h3 { (title) } (content) } }
}

/// A box in a [`grid`] whose heading leads somewhere, and a line under it.
pub fn card_link(title: &str, href: &Href, line: &str) -> Markup {
    html! { article .hr-card { h3 { a href=(href) { (title) } } p .hr-card__q { (line) } } }
}

/// Cards beside each other, as many as fit.
pub fn grid(cards: &[Markup]) -> Markup {
    html! { div .hr-grid { @for card in cards { (card) } } }
}

/// Cards of figures: their numbers stand in line even where a heading needs two lines.
pub fn grid_of_figures(cards: &[Markup]) -> Markup {
    html! { div .hr-grid .hr-grid--figures { @for card in cards { (card) } } }
}

/// A wide and a narrow column; one under the other on a phone.
pub fn two_columns(wide: &Markup, narrow: &Markup) -> Markup {
    html! { div .hr-two { div { (wide) } div { (narrow) } } }
}

/// Buttons in a row.
pub fn actions(content: &Markup) -> Markup {
    html! { div .hr-actions { (content) } }
}

/// Text of less weight.
pub fn small(text: &str) -> Markup {
    html! { span .hr-small { (text) } }
}

/// A paragraph ready to be pasted elsewhere, with a button that copies it (where there is JavaScript).
pub fn paste_box(id: &str, text: &str) -> Markup {
    html! {
        div .hr-paste {
            p { strong { "To paste: " } span id=(id) { (text) } }
            button .nhsuk-button .nhsuk-button--secondary type="button" data-copy={ "#" (id) } data-needs-js { "Copy" }
        }
    }
}

/// A button that copies the text of the element with this id.
pub fn copy_button(target: &str, label: &str) -> Markup {
    html! {
        button .nhsuk-button .nhsuk-button--secondary type="button" data-copy={ "#" (target) } data-needs-js { (label) }
    }
}

/// A link that is shown this once, with what is said of it.
pub fn fresh_link(id: &str, says: &str, link: &str) -> Markup {
    html! {
        p { (says) }
        p { code #(id) .hr-code { (link) } }
        (copy_button(id, "Copy the link"))
    }
}

/// A button that prints the page (where there is JavaScript). It is not on the paper.
pub fn print_button() -> Markup {
    html! {
        p .hr-no-print data-needs-js { button .nhsuk-button .nhsuk-button--secondary type="button" data-print { "Print this page" } }
    }
}

/// A link that opens the reader's mail program with a draft. The texts are percent-encoded: they can add nothing to it.
pub fn mail_link(label: &str, subject: &str, body: &str) -> Markup {
    let href = super::href::mail(subject, body);
    html! { a .nhsuk-button .nhsuk-button--secondary href=(href) { (label) } }
}

/// Names and values, one under the other.
pub fn summary_list(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl .nhsuk-summary-list {
            @for (name, value) in rows {
                div .nhsuk-summary-list__row {
                    dt .nhsuk-summary-list__key { (name) }
                    dd .nhsuk-summary-list__value { (value) }
                }
            }
        }
    }
}

/// Something to know, set apart.
pub fn inset(content: &Markup) -> Markup {
    html! { div .nhsuk-inset-text { span .nhsuk-u-visually-hidden { "Information: " } (content) } }
}

/// The way back, above the heading.
pub fn back_link(href: &Href, text: &str) -> Markup {
    html! { a .nhsuk-back-link href=(href) { (text) } }
}

/// What few need to read, folded.
pub fn details(summary: &str, content: &Markup) -> Markup {
    html! {
        details .nhsuk-details {
            summary .nhsuk-details__summary { span .nhsuk-details__summary-text { (summary) } }
            div .nhsuk-details__text { (content) }
        }
    }
}

/// Links under each other.
pub fn links(items: &[(Href, &str)]) -> Markup {
    html! { ul .nhsuk-list { @for (href, text) in items { li { a href=(href) { (text) } } } } }
}

/// The pages before and after this one, each with what it holds ("Names A to F").
pub fn pagination(previous: Option<(&Href, &str)>, next: Option<(&Href, &str)>) -> Markup {
    html! {
        @if previous.is_some() || next.is_some() {
            nav .nhsuk-pagination aria-label="Pages" {
                ul .nhsuk-list .nhsuk-pagination__list {
                    @if let Some((href, holds)) = previous { (page_link(href, holds, "Previous", "prev", "previous")) }
                    @if let Some((href, holds)) = next { (page_link(href, holds, "Next", "next", "next")) }
                }
            }
        }
    }
}

fn page_link(href: &Href, holds: &str, title: &str, rel: &str, side: &str) -> Markup {
    let (arrow, shape) = match rel {
        "prev" => ("left", "M20 11H7.4l4.3-4.3-1.4-1.4L3.6 12l6.7 6.7 1.4-1.4L7.4 13H20z"),
        _ => ("right", "M4 13h12.6l-4.3 4.3 1.4 1.4 6.7-6.7-6.7-6.7-1.4 1.4 4.3 4.3H4z"),
    };
    html! {
        li class={ "nhsuk-pagination-item--" (side) } {
            a class={ "nhsuk-pagination__link nhsuk-pagination__link--" (rel) } href=(href) rel=(rel) {
                span .nhsuk-pagination__title { (title) }
                span .nhsuk-u-visually-hidden { ":" }
                span .nhsuk-pagination__page { (holds) }
                svg class={ "nhsuk-icon nhsuk-icon--arrow-" (arrow) } viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" { path d=(shape) {} }
            }
        }
    }
}
