//! A text as a QR code: drawn as one path, black on white in every colour scheme, so that a camera can read it.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// White around the code, in modules, as the standard asks.
const QUIET: usize = 4;

/// The code, described by `label`. Nothing where the text is too long for one: it stands beside it anyway.
pub fn qr(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return html! {};
    };
    let size = code.width() + 2 * QUIET;
    html! {
        svg .hr-qr viewBox={ "0 0 " (size) " " (size) } width="220" height="220" role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(size) height=(size) fill="#fff" {}
            path fill="#000" d=(path(&code)) {}
        }
    }
}

/// One square a dark module.
fn path(code: &QrCode) -> String {
    let width = code.width().max(1);
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;

    #[test]
    fn a_link_becomes_a_picture_with_a_name_and_a_quiet_border() {
        let picture = qr("https://headroom.example/enrol/x", "Link as a picture").into_string();
        let html = Html::parse_fragment(&picture);
        let svg = html.select(&Selector::parse("svg").unwrap()).next().unwrap();
        assert_eq!(svg.attr("aria-label"), Some("Link as a picture"));
        assert!(picture.contains("M4 4h1") && !picture.contains("M3 "));
        assert!(qr(&"x".repeat(5_000), "too long").into_string().is_empty());
    }
}
