//! Numbers and days as people write them.

use entity::ids::LocalDate;

/// `12350` → `12,350`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len().saturating_add(digits.len() / 3));
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `25 November 2026`.
pub fn day(day: LocalDate) -> String {
    day.0.format("%-d %B %Y").to_string()
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Words of a name that stay small inside it.
const SMALL: [&str; 14] =
    ["and", "at", "by", "for", "in", "of", "on", "the", "to", "under", "upon", "with", "le", "de"];
/// Words that are letters.
const LETTERS: [&str; 6] = ["NHS", "ICB", "LMC", "PCN", "GP", "UK"];

/// The name of a board, a region or another area as people write it: `NHS NORTH EAST LONDON INTEGRATED CARE BOARD` →
/// `NHS North East London ICB`. A name that is not all capitals keeps its letters.
pub fn area(name: &str) -> String {
    let written = if name.chars().any(char::is_lowercase) { name.to_owned() } else { capitalised(name) };
    written.replace("Integrated Care Board", "ICB")
}

fn capitalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_inclusive([' ', '-', '/', '(']) {
        let bare = word.trim_end_matches([' ', '-', '/', '(']);
        let small = bare.to_lowercase();
        if LETTERS.contains(&bare) || (!out.is_empty() && SMALL.contains(&small.as_str())) {
            let kept = if LETTERS.contains(&bare) { bare } else { &small };
            out.push_str(kept);
        } else {
            let mut letters = small.chars();
            out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            out.push_str(letters.as_str());
        }
        out.push_str(word.get(bare.len()..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_areas_are_written_as_people_write_them() {
        let names = [
            ("NHS NORTH EAST LONDON INTEGRATED CARE BOARD", "NHS North East London ICB"),
            ("NHS STAFFORDSHIRE AND STOKE-ON-TRENT INTEGRATED CARE BOARD", "NHS Staffordshire and Stoke-on-Trent ICB"),
            ("NHS Bath and North East Somerset Integrated Care Board", "NHS Bath and North East Somerset ICB"),
            ("NORTH EAST AND YORKSHIRE", "North East and Yorkshire"),
            ("ST HELEN'S ICB", "St Helen's ICB"),
            ("East LMC", "East LMC"),
        ];
        for (name, people) in names {
            assert_eq!(area(name), people);
        }
    }

    #[test]
    fn numbers_have_their_thousands_apart_and_lists_end_in_and() {
        let written: Vec<String> = [0, 999, 1_000, 12_350, 6_129_000].map(thousands).into();
        assert_eq!(written, ["0", "999", "1,000", "12,350", "6,129,000"]);
        let parts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&parts), "a, b and c");
        assert_eq!(list(&parts[..1]), "a");
    }
}
