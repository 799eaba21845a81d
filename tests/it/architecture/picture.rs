//! The picture of the rooms in the documents, drawn from the imports: a row for each room, a mark for each room that it uses.
//! `HEADROOM_DRAW=1` writes it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use super::{ROOMS, each_file, look};

/// Typed ids and days, which every room may use.
pub(super) const IDS: &str = "entity::ids";
/// The shapes of tables' rows.
pub(super) const ROWS: &str = "entity rows";

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rooms.svg");
const CELL: usize = 24;
const LEFT: usize = 100;
const TOP: usize = 100;
const INK: &str = "#212b32";

type Uses = BTreeMap<String, BTreeSet<String>>;

/// Which rooms each room uses, outside its tests.
fn uses() -> Uses {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut uses = Uses::new();
    each_file(&root.join("src"), &mut |path| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        let text = fs::read_to_string(path).unwrap();
        let looked = look(name, &text);
        uses.entry(looked.room).or_default().extend(looked.used);
    });
    uses.remove("lib");
    uses
}

fn columns() -> impl Iterator<Item = &'static str> {
    ROOMS.into_iter().chain([IDS, ROWS])
}

fn draw(rooms: &Uses) -> String {
    let middle = |n: usize| n * CELL + CELL / 2;
    let (width, height) = (LEFT + columns().count() * CELL + 80, TOP + ROOMS.len() * CELL + 40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title text\" font-family=\"sans-serif\" font-size=\"13\" fill=\"{INK}\">\n\
         <title id=\"title\">Which room uses which</title>\n\
         <desc id=\"text\">A table. Each row is a room, and each mark in it a room that it uses. Every mark is to the right of \
         the diagonal: no room uses one that comes before it.</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for (n, name) in columns().enumerate() {
        let (x, y) = (LEFT + middle(n), TOP - 8);
        writeln!(svg, "<text transform=\"translate({x} {y}) rotate(-50)\">{name}</text>").unwrap();
    }
    let nothing = BTreeSet::new();
    for (row, room) in ROOMS.iter().enumerate() {
        let (x, y) = (LEFT - 8, TOP + middle(row) + 4);
        writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{room}</text>").unwrap();
        let used = rooms.get(*room).unwrap_or(&nothing);
        for (column, other) in columns().enumerate() {
            let fill = match (used.contains(other), *room == other) {
                (true, _) => "#2f6f5e",
                (_, true) => "#b8c4c2",
                _ => "#f1f4f3",
            };
            let (x, y) = (LEFT + column * CELL + 1, TOP + row * CELL + 1);
            let side = CELL - 2;
            writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" fill=\"{fill}\"/>").unwrap();
        }
    }
    let y = height - 14;
    writeln!(
        svg,
        "<text x=\"8\" y=\"{y}\">The room on the left uses the rooms that are marked in its row.</text>\n</svg>"
    )
    .unwrap();
    svg
}

#[test]
fn the_picture_of_the_rooms_is_that_of_the_imports() {
    let uses = uses();
    assert_eq!(
        uses.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        ROOMS.into_iter().collect(),
        "every room has a file, and every file is in a room"
    );
    let picture = draw(&uses);
    if std::env::var_os("HEADROOM_DRAW").is_some() {
        fs::write(PICTURE, &picture).unwrap();
    }
    let drawn = fs::read_to_string(PICTURE).unwrap();
    assert!(drawn == picture, "write it anew: HEADROOM_DRAW=1 cargo test --test it picture");
}

/// The same order stands in the top text of the crate and in the table of the documents.
#[test]
fn the_maps_in_words_have_the_rooms_in_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lib = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let map: String =
        lib.split("```text").nth(1).and_then(|rest| rest.split("```").next()).unwrap().replace("//!", " ");
    let mut expected = ROOMS.to_vec();
    expected.push(IDS);
    let said: Vec<&str> = map.split('→').map(str::trim).collect();
    assert_eq!(said, expected, "src/lib.rs");
    let page = fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let rows: Vec<&str> = page
        .lines()
        .skip_while(|line| *line != "| room | what it is |")
        .skip(2)
        .map_while(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(rows, expected, "docs/ARCHITECTURE.md");
}

#[test]
fn what_a_file_uses_is_seen_and_what_its_tests_use_is_not() {
    let text = "use crate::{domain::limit, clock}; use entity::{ids::OdsCode, contact};
        fn f() { super::super::db::go(); }
        #[cfg(test)] mod tests { use crate::live; }";
    let used = look("src/store/contacts.rs", text).used;
    let expected = ["clock", "db", "domain", IDS, ROWS].map(str::to_owned);
    assert_eq!(used, BTreeSet::from(expected));
    let store = Uses::from([("store".to_owned(), used)]);
    // Marks: five, and one on the diagonal for each room.
    assert_eq!(draw(&store).matches("#2f6f5e").count(), 5);
    assert_eq!(draw(&store).matches("#b8c4c2").count(), ROOMS.len());
}
