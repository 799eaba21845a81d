//! England by integrated care board, shaded in five classes. The table beside it has the figures.

use std::{collections::BTreeMap, sync::LazyLock};

use maud::{Markup, html};
use serde::Deserialize;

/// The boundaries as published, simplified and scaled; see `src/assets/LICENCES.md`.
const BOUNDARIES: &str = include_str!("../assets/map/icb_2026_svg_paths.json");

/// What every page that shows the map must say.
pub const ATTRIBUTION: &str = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. \
     Contains OS data © Crown copyright and database right 2026.";

#[derive(Deserialize)]
struct Boundaries {
    width: u32,
    height: u32,
    icbs: Vec<Boundary>,
}

#[derive(Deserialize)]
struct Boundary {
    icb: String,
    name: String,
    d: String,
}

/// Parsed once. The text is part of the binary and a test parses it; were it broken, the map would be empty.
static ENGLAND: LazyLock<Boundaries> = LazyLock::new(|| {
    serde_json::from_str(BOUNDARIES).unwrap_or(Boundaries {
        width: 810,
        height: 1000,
        icbs: Vec::new(),
    })
});

/// How one board is shaded, and what is said of it when it is pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// From 0, the lightest, to 4; `None` is hidden or not known, drawn as an outline.
    pub class: Option<u8>,
    /// The figure in words, such as "about 60 of 152".
    pub text: String,
}

/// One entry of the legend.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// As in [`Shade`].
    pub class: Option<u8>,
    /// What it stands for, such as "20% to 40%".
    pub text: &'a str,
}

/// The map with its legend and attribution. `label` says what it shows and where its figures are; a board that `shades`
/// does not name is an outline.
pub fn england(label: &str, shades: &BTreeMap<String, Shade>, legend: &[Key<'_>]) -> Markup {
    html! {
        svg .hr-map viewBox={ "0 0 " (ENGLAND.width) " " (ENGLAND.height) } role="img" aria-label=(label) {
            @for board in &ENGLAND.icbs {
                @let shade = shades.get(&board.icb);
                path class=(class(shade.and_then(|shade| shade.class))) d=(board.d) {
                    title { (board.name) ": " (shade.map_or("no figure", |shade| shade.text.as_str())) }
                }
            }
        }
        ul .hr-keys {
            @for key in legend {
                li {
                    svg .hr-key viewBox="0 0 22 14" aria-hidden="true" { rect class=(class(key.class)) width="22" height="14" {} }
                    (key.text)
                }
            }
        }
        p .hr-small { (ATTRIBUTION) }
    }
}

/// Where each board's tile stands, roughly as in England: code, column, row, its name in two lines.
const TILES: [(&str, u32, u32, &str, &str); 36] = [
    ("QHM", 3, 0, "North East,", "N Cumbria"),
    ("QE1", 2, 1, "Lancashire,", "S Cumbria"),
    ("QWO", 3, 1, "West", "Yorkshire"),
    ("QOQ", 4, 1, "Humber, N", "Yorkshire"),
    ("QYG", 2, 2, "Cheshire,", "Merseyside"),
    ("QOP", 3, 2, "Greater", "Manchester"),
    ("QF7", 4, 2, "South", "Yorkshire"),
    ("QJM", 5, 2, "Lincoln-", "shire"),
    ("QOC", 1, 3, "Shropshire,", "Telford"),
    ("QNC", 2, 3, "Stafford-", "shire, Stoke"),
    ("QJ2", 3, 3, "Derby-", "shire"),
    ("QT1", 4, 3, "Nottingham-", "shire"),
    ("QK1", 5, 3, "Leicester-", "shire"),
    ("T6Y0W", 6, 3, "Norfolk,", "Suffolk"),
    ("QGH", 1, 4, "Hereford,", "Worcester"),
    ("QUA", 2, 4, "Black", "Country"),
    ("QHL", 3, 4, "Birmingham,", "Solihull"),
    ("QWU", 4, 4, "Coventry,", "Warwick"),
    ("QPM", 5, 4, "Northampton-", "shire"),
    ("S1Y5D", 6, 4, "Central", "East"),
    ("QR1", 2, 5, "Gloucester-", "shire"),
    ("S0E4D", 3, 5, "Thames", "Valley"),
    ("Z9B2Z", 4, 5, "West, North", "London"),
    ("QMF", 5, 5, "North East", "London"),
    ("D7T5G", 6, 5, "Essex", ""),
    ("QUY", 2, 6, "Bristol,", "N Somerset"),
    ("QOX", 3, 6, "Bath,", "Wiltshire"),
    ("QWE", 4, 6, "South West", "London"),
    ("QKK", 5, 6, "South East", "London"),
    ("QKS", 6, 6, "Kent,", "Medway"),
    ("QT6", 0, 7, "Cornwall,", "Scilly"),
    ("QJK", 1, 7, "Devon", ""),
    ("QSL", 2, 7, "Somerset", ""),
    ("QVV", 3, 7, "Dorset", ""),
    ("QRL", 4, 7, "Hampshire,", "I of Wight"),
    ("S9B9J", 5, 7, "Surrey,", "Sussex"),
];

/// One square a board instead of its true shape, so that small ones can be read too: each says its name and its class in
/// words. For the whole width of a page.
pub fn tiles(label: &str, shades: &BTreeMap<String, Shade>, legend: &[Key<'_>]) -> Markup {
    let words = |class: Option<u8>| {
        let key = legend.iter().find(|key| key.class == class);
        key.map_or("no figure shown", |key| key.text)
    };
    html! {
        div .hr-scroll tabindex="0" role="region" aria-label=(label) {
            svg .hr-map .hr-tiles viewBox="0 0 804 692" role="img" aria-label=(label) {
                @for (code, column, row, first, second) in TILES {
                    @let shade = shades.get(code);
                    @let class_of = shade.and_then(|shade| shade.class);
                    g class=(class(class_of)) transform={ "translate(" (column * 115) " " (row * 87) ")" } {
                        title { (first) " " (second) ": " (shade.map_or("no figure", |shade| shade.text.as_str())) }
                        rect width="110" height="82" rx="4" {}
                        text x="8" y="24" { (first) }
                        text x="8" y="41" { (second) }
                        text .says x="8" y="68" { (words(class_of)) }
                    }
                }
            }
        }
        p .hr-small { "Each square is one ICB, roughly where it lies. " (ATTRIBUTION) }
    }
}

/// The boards that the map knows: code and name, in the order of the file.
pub fn boards() -> impl Iterator<Item = (&'static str, &'static str)> {
    ENGLAND
        .icbs
        .iter()
        .map(|board| (board.icb.as_str(), board.name.as_str()))
}

const fn class(class: Option<u8>) -> &'static str {
    match class {
        Some(0) => "c0",
        Some(1) => "c1",
        Some(2) => "c2",
        Some(3) => "c3",
        Some(_) => "c4",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_board_has_one_tile_and_no_two_share_a_place() {
        let tiled: BTreeSet<&str> = TILES.iter().map(|tile| tile.0).collect();
        let known: BTreeSet<&str> = boards().map(|(code, _)| code).collect();
        assert_eq!(tiled, known);
        let places: BTreeSet<(u32, u32)> = TILES.iter().map(|tile| (tile.1, tile.2)).collect();
        assert_eq!(places.len(), TILES.len());
    }

    #[test]
    fn a_tile_says_its_class_in_words() {
        let shade = Shade {
            class: Some(3),
            text: "about 60 of 152".to_owned(),
        };
        let legend = [Key {
            class: Some(3),
            text: "40 to 60%",
        }];
        let shades = BTreeMap::from([("QJK".to_owned(), shade)]);
        let drawn = tiles("x", &shades, &legend).into_string();
        assert_eq!(drawn.matches("40 to 60%").count(), 1, "{drawn}");
        assert_eq!(drawn.matches("no figure shown").count(), 35, "{drawn}");
        assert!(drawn.contains("about 60 of 152") && drawn.contains(ATTRIBUTION));
    }
}
