//! The boards of a release in the classes of one series, for a map or tiles. What is drawn is what is displayed.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::disclosure::{Area, AreaKind, Content, Figure, Series, Shown},
    href,
    ui::map::{Atlas, Class, Key, Picture, Shade},
};

/// Of four classes of shares, how wide each is: they reach what is there, so that not everything lies in the lowest.
const WIDTHS: [u32; 3] = [5, 10, 20];

/// The boards in their classes; nothing where no map knows any board of the release. `own` is drawn with a dark edge.
pub(super) fn of(content: &Content, series: &Series, own: Option<&str>) -> Option<Picture> {
    let icbs = || {
        let areas = content.areas.iter();
        areas.filter(|area| area.kind == AreaKind::Icb)
    };
    let atlas = Atlas::of(icbs().flat_map(|area| area.code.split('+')))?;
    let known: BTreeSet<&str> = atlas.boards().map(|(code, _)| code).collect();
    let width = width(icbs().filter_map(|area| area.figure(&series.code)?.percent));
    let mut shades = BTreeMap::new();
    for area in icbs() {
        let Some(figure) = area.figure(&series.code) else {
            continue;
        };
        // Several that are one row are drawn alike.
        for code in area.code.split('+').filter(|code| known.contains(code)) {
            let shade = shade(content, series, (area, figure), width);
            let own = own.is_some_and(|own| area.code.split('+').any(|one| one == own));
            shades.insert(code.to_owned(), Shade { own, ..shade });
        }
    }
    let legend = legend(shades.values(), width);
    Some(Picture { atlas, shades, legend })
}

fn shade(content: &Content, series: &Series, (area, figure): (&Area, &Figure), width: u32) -> Shade {
    let (class, says) = class(figure, width);
    Shade {
        class,
        says,
        name: area.name.clone(),
        text: figure.in_words(area.practices),
        page: href!("/releases").seg(content.number).query("icb", &area.code).query("series", &series.code),
        own: false,
    }
}

fn width(percents: impl Iterator<Item = u32>) -> u32 {
    let most = percents.max().unwrap_or(0);
    let reach = |width: &u32| most < width.saturating_mul(4);
    WIDTHS.into_iter().find(reach).unwrap_or(20)
}

fn class(figure: &Figure, width: u32) -> (Class, String) {
    match (figure.shown, figure.percent) {
        (Shown::FewerThanTen, _) => (Class::Step(0), figure.number_in_words()),
        (Shown::OrMore(_), _) => (Class::Step(5), "nearly all".to_owned()),
        (Shown::About(_), Some(percent)) => share((percent / width).min(3), width),
        (Shown::Between, _) => (Class::Dashed, "only a range".to_owned()),
        _ => (Class::Outline, figure.number_in_words()),
    }
}

/// The class of shares with this number, from 0.
fn share(number: u32, width: u32) -> (Class, String) {
    let from = number.saturating_mul(width);
    let below = from.saturating_add(width);
    let says = match number {
        0 => format!("under {below}%"),
        1 | 2 => format!("{from} to {}%", below.saturating_sub(1)),
        _ => format!("{from}% and over"),
    };
    let step = u8::try_from(number).unwrap_or(3).saturating_add(1);
    (Class::Step(step), says)
}

/// "Fewer than 10" and every class of shares, and of the others those that occur.
fn legend<'a>(shades: impl Iterator<Item = &'a Shade>, width: u32) -> Vec<Key> {
    let always = (0..4).map(|number| share(number, width));
    let few = (Class::Step(0), "fewer than 10".to_owned());
    let mut keys: BTreeMap<Class, BTreeSet<String>> = BTreeMap::new();
    let occur = shades.map(|shade| (shade.class, shade.says.clone()));
    for (class, says) in occur.chain(always).chain([few]) {
        keys.entry(class).or_default().insert(says);
    }
    // From the lowest to the highest, then what has no number.
    let (unnumbered, numbered): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|(class, _)| matches!(class, Class::Outline | Class::Dashed));
    numbered
        .into_iter()
        .chain(unnumbered)
        .map(|(class, says)| Key { class, text: says.into_iter().collect::<Vec<_>>().join(" or ") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(shown: Shown, percent: Option<u32>) -> Figure {
        Figure { series: "x".to_owned(), shown, percent, likely: Some((0, 20)), bounds: None }
    }

    #[test]
    fn classes_reach_what_is_there() {
        assert_eq!(width([3, 19].into_iter()), 5);
        assert_eq!(width([3, 20].into_iter()), 10);
        assert_eq!(width([39, 40, 90].into_iter()), 20);
        let says = |number| share(number, 5).1;
        let all: Vec<String> = (0..4).map(says).collect();
        assert_eq!(all, ["under 5%", "5 to 9%", "10 to 14%", "15% and over"]);
    }

    #[test]
    fn each_way_to_show_a_figure_has_a_class_with_a_word() {
        let cases = [
            (Shown::FewerThanTen, None, Class::Step(0), "fewer than 10"),
            (Shown::About(60), Some(39), Class::Step(2), "20 to 39%"),
            (Shown::About(150), Some(99), Class::Step(4), "60% and over"),
            (Shown::OrMore(135), None, Class::Step(5), "nearly all"),
            (Shown::Between, None, Class::Dashed, "only a range"),
            (Shown::TooFew, None, Class::Outline, "too few have recorded to say"),
            (Shown::Hidden, None, Class::Outline, "hidden"),
        ];
        for (shown, percent, expected, words) in cases {
            let said = class(&figure(shown, percent), 20);
            assert_eq!(said, (expected, words.to_owned()), "{shown:?}");
        }
    }
}
