//! Initials: with an age and a sex (`J.S. 81F`), and with a surname (`J. Smith`).

use super::super::{
    kinds::IdentifierKind as Kind,
    text::{Text, Word},
    words::{Sorts, sorts},
};
use super::looks::{Look, after_initials, belongs_to_thing, follows_staff_title, look};

type Found = Option<(Kind, usize)>;

/// Two or three initials, beside an age or with full stops.
pub(super) fn with_age(text: &Text, at: usize) -> Found {
    let first = text.word(at).filter(|word| word.letters() <= 3 && word.is_alphabetic())?;
    if follows_staff_title(text, at) {
        return None;
    }
    let dotted = first.letters() == 1;
    let last = if dotted { after_letters(text, at)? } else { at };
    let parted = text.word(last).is_some_and(|word| word.gap.starts_with('.'));
    let letters: String = text.words.get(at..=last)?.iter().map(|word| word.lower.as_str()).collect();
    if !(2..=3).contains(&letters.len()) {
        return None;
    }
    let known = sorts(&letters);
    let aged = is_age(text, last.saturating_add(1)) || ends_age(text, at);
    let capitals = first.is_all_capitals();
    let short = known.any(Sorts::SHORT_FORM);
    let found = match (dotted, aged) {
        (true, true) => capitals || !short,
        (true, false) => {
            parted && capitals && letters.len() == 2 && !short && text.word(last).is_some_and(Word::is_all_capitals)
        }
        // `AF 81F` is an illness; most pairs of letters are a person's.
        (false, true) if capitals => !(known.any(Sorts::AGED) || (letters.len() == 3 && short)),
        (false, true) => letters.len() == 2 && !short && !known.any(Sorts::VOCABULARY | Sorts::NAME),
        (false, false) => false,
    };
    found.then_some((Kind::Initials, last))
}

/// The last of single letters with full stops or blanks between them.
fn after_letters(text: &Text, at: usize) -> Option<usize> {
    let letter =
        |word: &Word| word.letters() == 1 && word.is_alphabetic() && matches!(word.gap.as_str(), "." | ". " | " ");
    let last = (1..=3).take_while(|ahead| text.after(at, *ahead).is_some_and(letter)).last()?;
    Some(at.saturating_add(last))
}

/// An age begins here: `81F`, `81 F`, `(81 yo`, `aged 81`, `F 81`.
fn is_age(text: &Text, at: usize) -> bool {
    let Some(word) = text.word(at) else {
        return false;
    };
    let near = word.gap.chars().count() <= 3 && word.gap.chars().all(|c| " ,(.-–:".contains(c));
    let digits = word.text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.lower.get(digits..).unwrap_or_default();
    let next = text.lower(at, 1);
    let unit =
        |word: &str| matches!(word, "m" | "f" | "yo" | "y" | "yr" | "yrs" | "years" | "year" | "male" | "female");
    let number = (1..=3).contains(&digits);
    let sexed =
        matches!(rest, "m" | "f" | "male" | "female") && digits == 0 && is_number(text.word(at.saturating_add(1)));
    near && (number && (unit(rest) || (rest.is_empty() && unit(next))) || matches!(rest, "age" | "aged") || sexed)
}

fn is_number(word: Option<&Word>) -> bool {
    word.is_some_and(|word| word.is_number() && word.text.len() <= 3)
}

/// An age ends before: `81F, J.S.`, `81 yo J.S.`.
fn ends_age(text: &Text, at: usize) -> bool {
    let near = text.word(at).is_some_and(|word| matches!(word.gap.as_str(), " " | ", " | " (" | " - "));
    near && (1..=2).any(|back| at.checked_sub(back).is_some_and(|from| is_age(text, from)))
}

/// `J. Smith`, `JP Smith`. A lone `A` is an article, and `Dr J Smith` works here.
pub(super) fn with_surname(text: &Text, at: usize) -> Found {
    let first = text.word(at)?;
    let last = after_initials(text, at)?;
    let name = text.word(last)?;
    let dotted = text.after(at, 1)?.gap.starts_with('.');
    let article = matches!(first.text.as_str(), "A" | "I" | "GP" | "PM" | "OK") && !dotted;
    // `hepatitis B. Smith`: the letter ends another sentence.
    let lettered = text.before(at, 1).is_some_and(|word| first.gap == " " && word.acts(Sorts::LETTERED));
    let surname = match look(name) {
        Look::Known => name.is(Sorts::SURNAME),
        Look::Stranger => (dotted || last.saturating_sub(at) > 1) && first.letters() == 1 && name.letters() > 3,
        Look::Also | Look::No => false,
    };
    let found = last > at
        && !article
        && !lettered
        && name.is_capitalised()
        && surname
        && !follows_staff_title(text, at)
        && !belongs_to_thing(text, at, last);
    found.then_some((Kind::PersonName, last))
}

/// `Mkhize, T` and `Bloggs J`: a surname before its initial.
pub(super) fn after_surname(text: &Text, at: usize) -> Found {
    let name = text.word(at).filter(|word| word.is_capitalised() && !word.is(Sorts::EPONYM | Sorts::PLACE))?;
    let initial = text.after(at, 1).filter(|word| word.is_all_capitals() && word.letters() == 1)?;
    let comma = matches!(initial.gap.as_str(), ", " | ",");
    let ends = text.after(at, 2).is_none_or(|next| !next.is_next() || !next.is_capitalised());
    let surname = match look(name) {
        Look::Known => !name.is_possessive,
        Look::Stranger => comma && !name.is_possessive,
        Look::Also | Look::No => false,
    };
    let found = surname && (comma || initial.gap == " ") && ends && !follows_staff_title(text, at);
    found.then_some((Kind::PersonName, at.saturating_add(1)))
}
