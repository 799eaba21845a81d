//! No statement binds a variable for each row: a list in a statement names things of which there is a bounded number, or is
//! cut into pieces by `keyed::listed`. Whoever adds one says here why it has an end.

use std::{collections::BTreeSet, fs, path::Path};

/// What is listed, and why it ends: a county or a country has so many practices (6,200; SQLite takes 32,766), a practice
/// at most 500 clinicians, a chunk 500 rows, a group of contacts 1,011; the rest are words in the code.
const BOUNDED: [&str; 16] = [
    "practices.iter().cloned()",
    "practices.into_iter().cloned()",
    "consenting.keys().cloned()",
    "of.iter().cloned()",
    "only.iter().cloned()",
    "clinicians.iter().copied()",
    "whose.iter().copied()",
    "self.whose.iter().copied()",
    "days.iter().copied()",
    "names.iter().copied()",
    "slots.iter().copied()",
    "rows.iter().map(|row| row.slot)",
    "notes.iter().map(|note| note.id)",
    "notes.iter().map(|note| note.owner.clone())",
    // Kinds of transferred work: a book has some thirty.
    "kinds.iter().copied()",
    // The first 500 people.
    "people.iter().map(|person| person.id)",
];
/// The same, by one word: pairs of a group, days of one clinician, names of a piece of notes, whoever holds the role of
/// administrator, names of events, pieces of a longer list.
const WORDS: [&str; 6] =
    ["pairs", "days", "names", "people", "[ANCHORED, FOLDED, ERASED, TAKEN_IN]", "[ANCHORED, FOLDED, TAKEN_IN]"];

#[test]
fn no_statement_lists_a_value_for_each_row() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut found = BTreeSet::new();
    let mut lists = 0;
    super::each_file(&store, &mut |path| {
        let text = fs::read_to_string(path).unwrap();
        for (at, _) in text.match_indices(".is_in(") {
            lists += 1;
            let listed = argument(&text[at + ".is_in(".len()..]);
            let is_keyed = path.ends_with("keyed.rs") && listed == "some.iter().cloned()";
            if !is_keyed && !BOUNDED.contains(&listed) && !WORDS.contains(&listed) {
                found.insert(format!("{}: {listed}", path.display()));
            }
        }
    });
    assert!(lists > 30, "{lists} lists");
    assert!(found.is_empty(), "{found:#?}");
}

/// Up to the bracket that closes it.
fn argument(text: &str) -> &str {
    let mut depth = 0_i32;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' if depth == 0 => return text[..at].trim(),
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}
