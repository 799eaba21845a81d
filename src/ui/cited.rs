//! Where something was read, with links: `Title: https://address ; Another title`.

use maud::{Markup, html};

use super::href::Href;

/// What stands between two sources.
const APART: &str = " ; ";

/// The sources of a text. One that has an address is a link, by its title where it has one; another site is not told
/// where its reader came from.
pub fn sources(text: &str) -> Markup {
    let parts: Vec<(&str, Option<Href>)> = text.split(APART).map(one).collect();
    html! {
        @for (n, (title, address)) in parts.iter().enumerate() {
            @if n > 0 { "; " }
            @match address {
                Some(address) => a href=(address) rel="noreferrer" { (title) },
                None => (title),
            }
        }
    }
}

/// The title of a source, and its address where it has one.
fn one(part: &str) -> (&str, Option<Href>) {
    let part = part.trim();
    let Some(at) = part.find("https://") else { return (part, None) };
    let (before, address) = part.split_at(at);
    let title = before.trim_end().trim_end_matches(':');
    match Href::new(address) {
        Ok(href) if title.is_empty() => (address, Some(href)),
        Ok(href) => (title, Some(href)),
        Err(_) => (part, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        sources(text).into_string()
    }

    #[test]
    fn a_source_with_an_address_is_a_link_by_its_title() {
        assert_eq!(
            drawn("BMA menu, 2024 ; LMC: https://lmc.example/?p=6834 ; https://b.example/x"),
            "BMA menu, 2024; <a href=\"https://lmc.example/?p=6834\" rel=\"noreferrer\">LMC</a>; \
             <a href=\"https://b.example/x\" rel=\"noreferrer\">https://b.example/x</a>"
        );
    }

    #[test]
    fn anything_else_is_text() {
        assert_eq!(
            drawn("BMA safe working guidance; NHS England, 2024"),
            "BMA safe working guidance; NHS England, 2024"
        );
        for bad in ["http://a.example", "javascript:alert(1)", "A: https://a b", "<b>"] {
            assert!(!drawn(bad).contains("<a") && !drawn(bad).contains("<b>"), "{bad}");
        }
    }
}
