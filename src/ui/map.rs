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
