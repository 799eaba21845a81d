//! An area by integrated care board, shaded in classes, as a map and as tiles. The table below it has the figures.

use std::{collections::BTreeMap, sync::LazyLock};

use maud::{Markup, html};
use serde::Deserialize;

use super::href::Href;

/// The boundaries as published, simplified and scaled; see `src/assets/LICENCES.md`.
const ENGLAND: &str = include_str!("../assets/map/icb_2026_svg_paths.json");
/// Shapes that were invented with the boards of the demo.
const INVENTED: &str = include_str!("../assets/map/invented_svg_paths.json");

/// What every page that shows the map of England must say.
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

/// Parsed once. The texts are part of the binary and a test parses them; were one broken, its map would be empty.
fn parsed(text: &str) -> Boundaries {
    serde_json::from_str(text).unwrap_or(Boundaries { width: 810, height: 1000, icbs: Vec::new() })
}

/// Which boards a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atlas {
    /// Those of England since April 2026.
    England,
    /// Those of the demo.
    Invented,
}

impl Atlas {
    /// The one that knows any of these boards.
    pub fn of<'a>(mut codes: impl Iterator<Item = &'a str>) -> Option<Self> {
        codes.find_map(|code| {
            let knows = |atlas: &Self| atlas.boards().any(|board| board.0 == code);
            [Self::England, Self::Invented].into_iter().find(knows)
        })
    }

    fn drawn(self) -> &'static Boundaries {
        static DRAWN: LazyLock<[Boundaries; 2]> = LazyLock::new(|| [parsed(ENGLAND), parsed(INVENTED)]);
        let [england, invented] = &*DRAWN;
        match self {
            Self::England => england,
            Self::Invented => invented,
        }
    }

    /// Its boards: code and name, in the order of the file.
    pub fn boards(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let boards = self.drawn().icbs.iter();
        boards.map(|board| (board.icb.as_str(), board.name.as_str()))
    }

    /// Where its shapes are from.
    pub fn source(self) -> &'static str {
        match self {
            Self::England => ATTRIBUTION,
            Self::Invented => "Invented shapes of invented boards.",
        }
    }
}

/// How a board is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing is said: an outline.
    Outline,
    /// Only a range is known: a dashed outline.
    Dashed,
    /// From 0, the lightest, to 5.
    Step(u8),
}

/// One board of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// How it is drawn.
    pub class: Class,
    /// Its name.
    pub name: String,
    /// The figure in words, such as "about 60 of 152".
    pub text: String,
    /// The class in words, as in the legend.
    pub says: String,
    /// Its page.
    pub page: Href,
    /// The reader's own, or the one the page is about.
    pub own: bool,
}

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As in [`Shade`].
    pub class: Class,
    /// What it stands for, such as "20 to 39%".
    pub text: String,
}

/// Boards in their classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Which boards there are.
    pub atlas: Atlas,
    /// What is said of them, by code.
    pub shades: BTreeMap<String, Shade>,
    /// The classes that occur.
    pub legend: Vec<Key>,
}

/// The map with its legend and where it is from. `label` says what it shows and where its figures are; a board of which
/// nothing is said is an outline. Each shape is a link with a name: for the pointer and for assistive technology; a keyboard
/// has the links of the table.
pub fn map(label: &str, picture: &Picture) -> Markup {
    let drawn = picture.atlas.drawn();
    let of = |board: &Boundary| picture.shades.get(&board.icb);
    // What lies later is drawn over the edges of what lies before.
    let own = |board: &&Boundary| of(board).is_some_and(|shade| shade.own);
    let boards = drawn.icbs.iter();
    let (own, others): (Vec<_>, Vec<_>) = boards.partition(own);
    html! {
        svg .hr-map viewBox={ "0 0 " (drawn.width) " " (drawn.height) } role="group" aria-label=(label) {
            @for board in others.into_iter().chain(own) {
                @match of(board) {
                    Some(shade) => a href=(shade.page) aria-label={ (shade.name) ": " (shade.text) } tabindex="-1" {
                        path class=(drawn_as(Some(shade))) d=(board.d) { title { (shade.name) ": " (shade.text) } }
                    },
                    None => path class=(drawn_as(None)) d=(board.d) { title { (board.name) ": no figure" } },
                }
            }
        }
        (legend(&picture.legend))
        p .hr-small { (picture.atlas.source()) }
    }
}

fn legend(keys: &[Key]) -> Markup {
    html! {
        ul .hr-keys {
            @for key in keys {
                li {
                    svg .hr-key viewBox="0 0 22 14" aria-hidden="true" { rect class=(class(key.class)) x="1" y="1" width="20" height="12" {} }
                    (key.text)
                }
            }
        }
    }
}

/// Where each board's tile stands, roughly as in England: code, column, row, a short name.
const TILES: [(&str, u32, u32, &str); 36] = [
    ("QHM", 3, 0, "North East, N Cumbria"),
    ("QE1", 2, 1, "Lancashire, S Cumbria"),
    ("QWO", 3, 1, "West Yorkshire"),
    ("QOQ", 4, 1, "Humber, N Yorkshire"),
    ("QYG", 2, 2, "Cheshire, Merseyside"),
    ("QOP", 3, 2, "Greater Manchester"),
    ("QF7", 4, 2, "South Yorkshire"),
    ("QJM", 5, 2, "Lincolnshire"),
    ("QOC", 1, 3, "Shropshire, Telford"),
    ("QNC", 2, 3, "Staffordshire, Stoke"),
    ("QJ2", 3, 3, "Derbyshire"),
    ("QT1", 4, 3, "Nottinghamshire"),
    ("QK1", 5, 3, "Leicestershire"),
    ("T6Y0W", 6, 3, "Norfolk, Suffolk"),
    ("QGH", 1, 4, "Hereford, Worcester"),
    ("QUA", 2, 4, "Black Country"),
    ("QHL", 3, 4, "Birmingham, Solihull"),
    ("QWU", 4, 4, "Coventry, Warwick"),
    ("QPM", 5, 4, "Northamptonshire"),
    ("S1Y5D", 6, 4, "Central East"),
    ("QR1", 2, 5, "Gloucestershire"),
    ("S0E4D", 3, 5, "Thames Valley"),
    ("Z9B2Z", 4, 5, "West, North London"),
    ("QMF", 5, 5, "North East London"),
    ("D7T5G", 6, 5, "Essex"),
    ("QUY", 2, 6, "Bristol, N Somerset"),
    ("QOX", 3, 6, "Bath, Wiltshire"),
    ("QWE", 4, 6, "South West London"),
    ("QKK", 5, 6, "South East London"),
    ("QKS", 6, 6, "Kent, Medway"),
    ("QT6", 0, 7, "Cornwall, Scilly"),
    ("QJK", 1, 7, "Devon"),
    ("QSL", 2, 7, "Somerset"),
    ("QVV", 3, 7, "Dorset"),
    ("QRL", 4, 7, "Hampshire, I of Wight"),
    ("S9B9J", 5, 7, "Surrey, Sussex"),
];

struct Tile<'a> {
    place: String,
    name: &'a str,
    shade: Option<&'a Shade>,
}

/// One box a board instead of its true shape, so that small ones can be read too: each says its name and its class in
/// words. Where there is room they stand roughly as in England, on a phone two beside each other.
pub fn tiles(label: &str, picture: &Picture) -> Markup {
    let shade = |code: &str| picture.shades.get(code);
    let (tiles, says): (Vec<Tile<'_>>, _) = match picture.atlas {
        Atlas::England => {
            let tile = |(code, column, row, name): &(&str, u32, u32, &'static str)| Tile {
                place: format!("hr-col-{column} hr-row-{row}"),
                name,
                shade: shade(code),
            };
            let says = "Each box is one ICB, roughly where it lies. ";
            (TILES.iter().map(tile).collect(), says)
        }
        Atlas::Invented => {
            let tile = |(code, name): (&str, &'static str)| Tile {
                place: String::new(),
                name: shade(code).map_or(name, |shade| shade.name.as_str()),
                shade: shade(code),
            };
            (picture.atlas.boards().map(tile).collect(), "Each box is one ICB. ")
        }
    };
    html! {
        ul .hr-tiles .hr-tiles--placed[picture.atlas == Atlas::England] aria-label=(label) {
            @for tile in tiles {
                li class={ (drawn_as(tile.shade)) " " (tile.place) } {
                    @match tile.shade {
                        Some(shade) => {
                            a href=(shade.page) { (tile.name) }
                            span title=(shade.text) { (shade.says) }
                        },
                        None => { (tile.name) span { "no figure" } },
                    }
                }
            }
        }
        p .hr-small { (says) (picture.atlas.source()) }
    }
}

fn drawn_as(shade: Option<&Shade>) -> String {
    let own = shade.is_some_and(|shade| shade.own);
    let class = class(shade.map_or(Class::Outline, |shade| shade.class));
    format!("{class}{}", if own { " own" } else { "" })
}

const fn class(class: Class) -> &'static str {
    match class {
        Class::Outline => "none",
        Class::Dashed => "range",
        Class::Step(0) => "c0",
        Class::Step(1) => "c1",
        Class::Step(2) => "c2",
        Class::Step(3) => "c3",
        Class::Step(4) => "c4",
        Class::Step(_) => "c5",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::href;

    fn picture(atlas: Atlas, code: &str) -> Picture {
        let shade = Shade {
            class: Class::Step(3),
            name: "Devon ICB".to_owned(),
            text: "about 60 of 152".to_owned(),
            says: "40 to 59%".to_owned(),
            page: href!("/releases/9").query("icb", code),
            own: false,
        };
        Picture {
            atlas,
            shades: BTreeMap::from([(code.to_owned(), shade)]),
            legend: vec![Key { class: Class::Step(3), text: "40 to 59%".to_owned() }],
        }
    }

    #[test]
    fn every_board_has_one_tile_and_no_two_share_a_place() {
        let tiled: BTreeSet<&str> = TILES.iter().map(|tile| tile.0).collect();
        let known: BTreeSet<&str> = Atlas::England.boards().map(|(code, _)| code).collect();
        assert_eq!(tiled, known);
        let places: BTreeSet<(u32, u32)> = TILES.iter().map(|tile| (tile.1, tile.2)).collect();
        assert_eq!(places.len(), TILES.len());
    }

    #[test]
    fn a_tile_says_its_class_in_words_and_leads_to_its_board() {
        let drawn = tiles("x", &picture(Atlas::England, "QJK")).into_string();
        assert_eq!(drawn.matches("40 to 59%").count(), 1, "{drawn}");
        assert_eq!(drawn.matches("no figure").count(), 35, "{drawn}");
        assert!(drawn.contains("about 60 of 152") && drawn.contains(ATTRIBUTION));
        assert!(drawn.contains("href=\"/releases/9?icb=QJK\""), "{drawn}");
    }

    #[test]
    fn a_shape_has_a_name_and_leads_to_its_board() {
        for (atlas, code) in [(Atlas::England, "QJK"), (Atlas::Invented, "XDA")] {
            let drawn = map("x", &picture(atlas, code)).into_string();
            let boards = atlas.boards().count();
            assert_eq!(drawn.matches("<path").count(), boards, "{drawn}");
            assert_eq!(drawn.matches("<title>").count(), boards, "{drawn}");
            let name = "aria-label=\"Devon ICB: about 60 of 152\"";
            assert!(drawn.contains(name), "{drawn}");
            assert!(drawn.contains("<path class=\"c3\""), "{drawn}");
            assert!(drawn.contains(atlas.source()), "{drawn}");
            assert_eq!(drawn.contains(ATTRIBUTION), atlas == Atlas::England);
        }
    }

    #[test]
    fn boards_of_the_demo_have_a_map_of_their_own() {
        assert_eq!(Atlas::of(["XDA"].into_iter()), Some(Atlas::Invented));
        assert_eq!(Atlas::of(["ZZZ", "QJK"].into_iter()), Some(Atlas::England));
        assert_eq!(Atlas::of(["ZZZ"].into_iter()), None);
        let both: BTreeSet<&str> = Atlas::Invented.boards().map(|(code, _)| code).collect();
        assert!(!Atlas::England.boards().any(|(code, _)| both.contains(code)));
    }
}
