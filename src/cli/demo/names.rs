//! Invented names from lists of words. A test compares them with every real practice.

use std::collections::BTreeSet;

use rand::{RngExt, rngs::SmallRng, seq::IndexedRandom};

const STEMS: [&str; 24] = [
    "Bracken", "Tansy", "Quern", "Merrow", "Farthing", "Gorsel", "Larkin", "Sorrel", "Pippin", "Thrush", "Wether",
    "Corran", "Dapple", "Fennick", "Hazeldy", "Ivern", "Juniper", "Kestle", "Mallow", "Nettle", "Osier", "Plover",
    "Rushen", "Teasel",
];
const ENDINGS: [&str; 12] =
    ["shaw", "mere", "wold", "thwaite", "combe", "holt", "garth", "beck", "hurst", "low", "stead", "marsh"];
const THINGS: [&str; 30] = [
    "Alder",
    "Bellows",
    "Candle",
    "Damson",
    "Elderflower",
    "Flint",
    "Gander",
    "Harebell",
    "Inkwell",
    "Jackdaw",
    "Kiln",
    "Lantern",
    "Mulberry",
    "Nutmeg",
    "Otter",
    "Paddock",
    "Quince",
    "Ropewalk",
    "Saddler",
    "Tallow",
    "Umber",
    "Vetch",
    "Wainwright",
    "Yarrow",
    "Cobbler",
    "Dovecote",
    "Fletcher",
    "Heron",
    "Mercer",
    "Thistle",
];
const WAYS: [&str; 6] = ["Lane", "Street", "Road", "Green", "Hill", "Row"];
const HOUSES: [&str; 7] = [
    "Surgery",
    "Medical Centre",
    "Health Centre",
    "Medical Practice",
    "Family Practice",
    "Group Practice",
    "Medical Group",
];

/// The practice that visitors of the demo manage.
pub(super) const FIRST_PRACTICE: &str = "Alder Lane Surgery";

/// So many different names of practices, the visitors' practice first.
pub(super) fn practices(rng: &mut SmallRng, n: usize) -> Vec<String> {
    let mut names = vec![FIRST_PRACTICE.to_owned()];
    let mut seen: BTreeSet<String> = names.iter().cloned().collect();
    while names.len() < n {
        let name = if rng.random_bool(0.4) {
            format!("{} {} Surgery", pick(rng, &THINGS), pick(rng, &WAYS))
        } else {
            format!("{} {}", place(rng), pick(rng, &HOUSES))
        };
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

/// So many different names of places, for networks.
pub(super) fn places(rng: &mut SmallRng, n: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    while names.len() < n {
        let name = place(rng);
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

fn place(rng: &mut SmallRng) -> String {
    format!("{}{}", pick(rng, &STEMS), pick(rng, &ENDINGS))
}

fn pick(rng: &mut SmallRng, words: &[&'static str]) -> &'static str {
    words.choose(rng).copied().unwrap_or_default()
}
