//! Postcodes and street addresses.

use super::{
    kinds::IdentifierKind,
    text::{Span, Text, Word},
    words::{Sorts, is_one_of},
};

/// The letters every UK postcode begins with (Royal Mail); XM is where letters to Father Christmas go.
const AREAS: &str = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY \
    E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML \
    N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR \
    TS TW UB W WA WC WD WF WN WR WS WV XM YO ZE";

/// What a number and two letters are that are the end of no postcode: days, and what is counted and dosed.
const UNITS: &[&str] =
    &["st", "nd", "rd", "th", "yr", "hr", "wk", "dy", "pt", "gp", "bd", "ds", "ed", "ea", "xl", "px"];

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        spans.extend(postcode(text, at));
        spans.extend(address(text, at));
        spans.extend(flat(text, at));
        spans.extend(home(text, at));
    }
}

fn postcode(text: &Text, at: usize) -> Option<Span> {
    let word = text.word(at)?;
    let has_digit = word.text.bytes().any(|byte| byte.is_ascii_digit()) || word.lower == "gir";
    if !has_digit || !word.text.is_ascii() || word.text.len() > 7 {
        return None;
    }
    let upper = word.text.to_ascii_uppercase();
    let said = || is_home(text.before(at, 1)) || is_home(text.before(at, 2));
    if (5..=7).contains(&upper.len())
        && let Some((outward, inward)) = upper.split_at_checked(upper.len().saturating_sub(3))
        && is_inward(inward)
        && is_outward(outward, said())
    {
        return Some((IdentifierKind::Postcode, word.from, word.to));
    }
    let next = text.after(at, 1)?;
    let near = next.text.len() == 3 && next.gap.len() <= 3 && next.gap.chars().all(|c| " -.\n".contains(c));
    let both = near && is_inward(&next.text.to_ascii_uppercase()) && is_outward(&upper, said());
    (both && !is_unit(text, word, next)).then_some((IdentifierKind::Postcode, word.from, next.to))
}

/// `Room S1 2nd floor`, `B12 1yr`: an ordinal or a unit after a code.
fn is_unit(text: &Text, word: &Word, next: &Word) -> bool {
    let ordinal = ["1st", "2nd", "3rd"].contains(&next.lower.as_str());
    let small = next.text.get(1..).is_some_and(|letters| letters.bytes().all(|byte| byte.is_ascii_lowercase()));
    let unit = UNITS.iter().any(|unit| next.text.get(1..) == Some(*unit));
    let mixed = word.text != word.lower || word.text.len() < 3;
    (ordinal && (small || !text.capitals_tell)) || (unit && mixed)
}

/// A word before where somebody lives.
fn is_home(word: Option<&Word>) -> bool {
    let words = ["postcode", "lives", "living", "address", "home", "resides", "resident", "postal"];
    word.is_some_and(|word| words.contains(&word.lower.as_str()))
}

/// An area and a district; after a word that says so, any letters pass for an area.
fn is_outward(text: &str, said: bool) -> bool {
    // Girobank's own; the one code without a district number.
    if text == "GIR" {
        return true;
    }
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let Some((area, district)) = text.split_at_checked(letters) else {
        return false;
    };
    let mut rest = district.bytes();
    let first = rest.next().is_some_and(|byte| byte.is_ascii_digit());
    let second = rest.next().is_none_or(|byte| byte.is_ascii_alphanumeric());
    let known = is_one_of(AREAS, area);
    (known || (said && matches!(letters, 1 | 2))) && first && second && rest.next().is_none()
}

fn is_inward(text: &str) -> bool {
    let mut bytes = text.bytes();
    let digit = bytes.next().is_some_and(|byte| byte.is_ascii_digit());
    let mut letter = || bytes.next().is_some_and(|b| b.is_ascii_uppercase() && !b"CIKMOV".contains(&b));
    digit && letter() && letter() && text.len() == 3
}

/// `14`, `22b`; no year.
fn is_house(word: &Word) -> bool {
    let digits = word.text.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = word.text.get(digits..).unwrap_or_default();
    let year = digits == 4 && (word.text.starts_with("19") || word.text.starts_with("20"));
    (1..=4).contains(&digits) && !year && (suffix.is_empty() || (suffix.len() == 1 && suffix.is_ascii()))
}

/// `14 Acacia Avenue`, unless an organisation's name goes on after it.
fn address(text: &Text, at: usize) -> Option<Span> {
    let house = text.word(at).filter(|word| is_house(word))?;
    // Without capitals only what is nothing but a street, after words that are names.
    let small = text.after(at, 1).is_some_and(|word| word.text == word.lower);
    for ahead in 1..=if small { 3_usize } else { 4 } {
        let word = text.after(at, ahead)?;
        let near = matches!(word.gap.as_str(), " " | ", " | " \n") && word.is_alphabetic();
        if !near || (small && word.acts(Sorts::NO_STREET)) || !(small || word.is_capitalised()) {
            return None;
        }
        if ahead > 1 && word.acts(if small { Sorts::ONLY_STREET } else { Sorts::STREET }) {
            let goes_on = text.after(at, ahead.saturating_add(1)).is_some_and(|next| {
                next.gap == " " && next.is(Sorts::ORGANISATION) && (small || next.is_capitalised())
            });
            return (!goes_on).then_some((IdentifierKind::Address, house.from, word.to));
        }
    }
    None
}

/// `Flat 3b, Mulberry Court`.
fn flat(text: &Text, at: usize) -> Option<Span> {
    let word =
        text.word(at).filter(|word| ["flat", "apartment", "apt", "maisonette"].contains(&word.lower.as_str()))?;
    let number = text.after(at, 1).filter(|number| is_house(number) && number.gap.len() <= 2)?;
    let goes_on = text.after(at, 2).is_none_or(|next| next.gap.contains([',', '\n']) || next.is_capitalised());
    (goes_on && number.text.len() <= 3).then_some((IdentifierKind::Address, word.from, number.to))
}

/// `lives at Rose Cottage`.
fn home(text: &Text, at: usize) -> Option<Span> {
    let word = text.word(at).filter(|word| ["lives", "living", "resides", "address"].contains(&word.lower.as_str()))?;
    let next = if matches!(text.lower(at, 1), "at" | "is") { 2 } else { 1 };
    let first = text.after(at, next)?;
    let labelled = word.lower == "address" && (next == 2 || first.gap.contains([':', '-']));
    let place = first.is_capitalised() || is_house(first);
    let second = text.after(at, next.saturating_add(1)).filter(|word| word.is_next() && word.is_capitalised())?;
    ((labelled || next == 2) && place).then_some((IdentifierKind::Address, word.from, second.to))
}
