//! A title and a name: `Mr Smith`, `mrs j smith`, `Miss A. Patel`, `MR VAN DER BERG`, `Dr A Sample`.

use super::super::{
    kinds::IdentifierKind as Kind,
    text::{Text, Word},
    words::Sorts,
};
use super::looks::{Look, after_initials, after_particles, belongs_to_thing, look};

type Found = Option<(Kind, usize)>;

/// What else a title may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// Nothing: whatever follows with a capital is a name, and in small letters whatever is no word.
    Sure,
    /// A verb, an illness, a kind of nurse: a capital tells, or a name that is known or no word.
    Weak,
    /// What people do: a name that is known, or in no list, and has a capital.
    Role,
}

const TITLES: [(Sorts, Kind, Certainty); 6] = [
    (Sorts::TITLE, Kind::TitledName, Certainty::Sure),
    (Sorts::MAYBE_TITLE, Kind::TitledName, Certainty::Weak),
    (Sorts::DOCTOR, Kind::StaffName, Certainty::Sure),
    (Sorts::NURSE, Kind::StaffName, Certainty::Weak),
    (Sorts::POST, Kind::StaffName, Certainty::Role),
    (Sorts::CHILD, Kind::TitledName, Certainty::Role),
];

pub(super) fn titled(text: &Text, at: usize) -> Found {
    let title = text.word(at)?;
    let (_, kind, certainty) = TITLES.iter().find(|(titles, ..)| title.acts(*titles))?;
    let next = at.saturating_add(1);
    let follows = text.word(next)?;
    if !(follows.follows() || follows.gap == "-") || is_unit(text, at) || is_kin(text, at) {
        return None;
    }
    let after = after_letter(text, after_initials(text, next)?);
    let last = after_particles(text, after)?;
    let name = text.word(last)?;
    let near = name.follows() || (last == next && name.gap == "-");
    if !near || !name.is_alphabetic() || name.letters() < 2 || name.acts(Sorts::GOES_ON) {
        return None;
    }
    let staff = *kind == Kind::StaffName;
    // `Ms` is nothing else, unlike `MS` and `ms`.
    let certainty = if title.text == "Ms" { Certainty::Sure } else { *certainty };
    let initial = text.word(next).is_some_and(|word| last > next && !matches!(word.lower.as_str(), "a" | "i"));
    let found = is_somebody(text, title, name, certainty, initial);
    (found && !(staff && is_of_a_place(text, last))).then_some((*kind, last))
}

/// Whether what follows a title is a name; `helped` by an initial or a particle between them.
fn is_somebody(text: &Text, title: &Word, name: &Word, certainty: Certainty, helped: bool) -> bool {
    let told = name.is_capitalised() && (text.capitals_tell || helped);
    // MR is a scan and a kind of tablet too, MS an illness, DR an eye's.
    let capitals = title.is_all_capitals() && title.letters() == 2;
    let of_work = name.is(Sorts::NO_NAME | Sorts::MEDICINE) && !name.sorts.is_plain_name();
    let word = name.is(Sorts::VOCABULARY) || name.is(Sorts::PLACE) && name.text == name.lower;
    let short = name.is_all_capitals() && name.is(Sorts::SHORT_FORM);
    let stranger = !word && !short;
    match (certainty, told) {
        (Certainty::Sure, true) if capitals => !of_work && !short,
        (Certainty::Sure, true) => !short || name.is(Sorts::NAME),
        (Certainty::Sure, false) if capitals => stranger || look(name) == Look::Known,
        (Certainty::Sure, false) => !word || name.is(Sorts::NAME) || (told_by_title(title) && name.is_capitalised()),
        (Certainty::Weak, true) if capitals => !of_work && stranger,
        (Certainty::Weak, true) => helped || (!of_work && !short),
        (Certainty::Weak, false) => look(name) == Look::Known || (stranger && name.letters() > 2),
        (Certainty::Role, _) => name.is_capitalised() && matches!(look(name), Look::Known | Look::Stranger),
    }
}

/// What no other word begins like.
fn told_by_title(title: &Word) -> bool {
    matches!(title.lower.as_str(), "mrs" | "mx" | "messrs")
}

/// A small letter between a title and a name is an initial: `mrs j smith`, and no `miss a dose`.
fn after_letter(text: &Text, at: usize) -> usize {
    let letter = text.word(at).is_some_and(|word| word.letters() == 1 && word.text != "a" && word.is_alphabetic());
    let goes_on = text.after(at, 1).is_some_and(Word::follows);
    if letter && goes_on { at.saturating_add(1) } else { at }
}

/// `200 ms`, `2 mg MR`: a unit of time, a kind of tablet.
fn is_unit(text: &Text, at: usize) -> bool {
    let units = ["mg", "mcg", "ml", "g"];
    let title = text.lower(at, 0);
    matches!(title, "ms" | "mr")
        && text.before(at, 1).is_some_and(|word| {
            (title == "ms" && word.is_number())
                || units.iter().any(|unit| word.lower.trim_start_matches(|c: char| c.is_ascii_digit()) == *unit)
        })
}

/// `his sister Mary` is of a patient's family.
fn is_kin(text: &Text, at: usize) -> bool {
    let whose = ["his", "her", "their", "patient's", "pt's", "twin", "elder", "younger", "baby"];
    text.lower(at, 0) == "sister" && text.before(at, 1).is_some_and(|word| whose.contains(&word.lower.as_str()))
}

/// `Dr Gray's Hospital`, `Dr Khan & Partners`, `Dr Modi's practice`.
fn is_of_a_place(text: &Text, last: usize) -> bool {
    let next = text.after(last, 1);
    let partners = next.is_some_and(|word| word.gap.contains('&') || word.lower == "and")
        && (1..=2).any(|ahead| matches!(text.lower(last, ahead), "partners" | "partner" | "ptnr"));
    let named = next.is_some_and(|word| {
        let kinds = ["surgery", "practice", "hospital", "clinic", "house", "centre"];
        word.gap != "." && word.gap.len() <= 2 && kinds.contains(&word.lower.as_str()) && word.is_capitalised()
    });
    partners
        || named
        || belongs_to_thing(text, last, last)
            && next.is_some_and(|word| word.is_next() && word.is(Sorts::ORGANISATION) && word.is_capitalised())
}
