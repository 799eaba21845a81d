//! Names of people: after a title, after a word such as `patient`, and two names side by side.

use super::{
    IdentifierKind,
    text::{Span, Text, Word},
    words::{is_also_word, is_first_name, is_hospital, is_no_name, is_organisation_word, is_staff_title, is_surname},
};

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        let found = titled(text, at)
            .or_else(|| introduced(text, at))
            .or_else(|| side_by_side(text, at))
            .or_else(|| initials(text, at));
        if let Some(last) = found
            && let (Some(first), Some(last)) = (text.word(at), text.word(last))
        {
            spans.push((IdentifierKind::PersonName, first.from, last.to));
        }
    }
}

/// A name that cannot be taken for a word.
fn is_plain_name(word: &str) -> bool {
    (is_first_name(word) || is_surname(word)) && !is_also_word(word) && !is_no_name(word)
}

/// Written like a name and not known to be something else.
fn is_name_like(word: &Word) -> bool {
    let long = word.text.chars().count() >= 2;
    // Short words in capitals are abbreviations.
    let abbreviation = word.is_all_capitals() && word.text.chars().count() <= 4 && !is_plain_name(&word.lower);
    long && word.is_capitalised() && !is_no_name(&word.lower) && !abbreviation
}

/// The place after initials (`J.`, `J P`), which may be none.
fn after_initials(text: &Text, mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        let word = text.word(at)?;
        let goes_on = text.word(at.checked_add(1)?).is_some_and(Word::follows);
        if !(word.is_initial() && goes_on) {
            break;
        }
        at = at.checked_add(1)?;
    }
    Some(at)
}

/// The place after the small words of a surname (`van der Berg`, `de Souza`).
fn after_particles(text: &Text, mut at: usize) -> Option<usize> {
    let particles =
        ["van", "der", "den", "de", "da", "dos", "la", "le", "al", "el", "bin", "ibn", "du", "von", "ap", "st"];
    for _ in 0..2 {
        if !particles.contains(&text.word(at)?.lower.as_str()) || text.word(at.checked_add(1)?).is_none() {
            break;
        }
        at = at.checked_add(1)?;
    }
    Some(at)
}

/// `Mr Smith`, `mrs j smith`, `Miss A. Patel`; answers the place of the last word of the name.
fn titled(text: &Text, at: usize) -> Option<usize> {
    let title = text.word(at)?;
    // Mr, Mrs and Mx are nothing else; Miss is a verb, MS a disease and a maker of software, master a kind of list.
    let sure = match title.lower.as_str() {
        "mr" | "mrs" | "mx" | "messrs" => true,
        "miss" | "ms" | "master" | "baby" | "mstr" => false,
        _ => return None,
    };
    let next = at.checked_add(1)?;
    if !text.word(next)?.follows() {
        return None;
    }
    let after = after_initials(text, next)?;
    let last = after_particles(text, after)?;
    let name = text.word(last)?;
    if !name.follows() || !name.is_alphabetic() || name.text.chars().count() < 2 {
        return None;
    }
    let listed = is_first_name(&name.lower) || is_surname(&name.lower);
    let helped = last > next;
    let found = if sure {
        let scan = matches!(name.lower.as_str(), "scan" | "scans" | "scanner" | "imaging" | "angiogram");
        !scan && (listed || is_name_like(name) || !is_no_name(&name.lower))
    } else if title.is_all_capitals() || title.text == title.lower {
        is_plain_name(&name.lower) || (helped && is_name_like(name))
    } else {
        is_name_like(name) || (listed && helped)
    };
    found.then_some(last)
}

/// A name after a word that a person follows: `pt Jane Doe`, `patient: J. Smith`, `his wife Margaret`.
fn introduced(text: &Text, at: usize) -> Option<usize> {
    let sure = match text.word(at)?.lower.as_str() {
        "pt" | "pts" | "pat" | "px" | "patient" | "surname" | "forename" | "resident" | "deceased" => true,
        "name" | "names" | "named" | "re" | "regarding" | "wife" | "husband" | "mother" | "father" | "mum" | "dad"
        | "son" | "daughter" | "brother" | "sister" | "carer" | "nok" | "kin" | "client" | "widow" | "child"
        | "baby" | "user" | "called" => false,
        _ => return None,
    };
    let mut next = at.checked_add(1)?;
    let fillers = ["is", "was", "called", "named", "name", "of", "known", "as", "mr", "full", "initials"];
    for _ in 0..2 {
        if fillers.contains(&text.word(next)?.lower.as_str()) {
            next = next.checked_add(1)?;
        }
    }
    let first = text.word(next)?;
    let near = |word: &Word| {
        word.gap.chars().count() <= 3
            && word.gap.chars().all(|c| matches!(c, ' ' | ':' | '-' | '.' | '(' | ',' | '=' | '\n' | '"' | '\''))
    };
    if !near(first) || is_staff_title(&first.lower) || belongs_to_organisation(text, next, next) {
        return None;
    }
    let after = after_initials(text, next)?;
    let name = after_particles(text, after)?;
    if after > next && text.word(name).is_some_and(is_name_like) {
        return Some(name);
    }
    let last = next.checked_add(1).and_then(|at| after_particles(text, at)).unwrap_or(next);
    let second = text.word(last).filter(|_| last > next);
    let pair = second.is_some_and(|second| {
        matches!(second.gap.as_str(), " " | ", " | "  ") && is_name_like(first) && is_name_like(second)
    });
    let labelled = first.gap.contains([':', '=', '-']);
    if pair && (sure || labelled || is_first_name(&first.lower)) && !belongs_to_organisation(text, next, last) {
        return Some(last);
    }
    let capitalised = first.is_capitalised() || sure;
    (capitalised && is_plain_name(&first.lower)).then_some(next)
}

/// `Jane Doe`, `jane doe`, `Doe, Jane`, `SMITH John`.
fn side_by_side(text: &Text, at: usize) -> Option<usize> {
    let first = text.word(at)?;
    let mut last = at.checked_add(1)?;
    if follows_staff_title(text, at) {
        return None;
    }
    // A middle initial or a middle name.
    let second = text.word(last)?;
    if (second.is_initial() && !is_surname(&second.lower)) && text.word(last.checked_add(1)?).is_some_and(Word::follows)
    {
        last = last.checked_add(1)?;
    }
    last = after_particles(text, last)?;
    let second = text.word(last)?;
    let comma = second.gap == ", " || second.gap == ",";
    let joined = second.gap == " " || second.gap == "  " || second.gap == ". ";
    if belongs_to_organisation(text, at, last) || is_hospital(&first.lower, &second.lower) {
        return None;
    }
    let capitals = first.is_capitalised() && second.is_capitalised();
    let plain = is_plain_name(&first.lower);
    // What begins sentences needs a surname beside it that is nothing else.
    let verb = ["will", "may", "hope", "grant", "april", "june", "summer"].contains(&first.lower.as_str());
    let forwards = joined
        && is_first_name(&first.lower)
        && match (capitals, plain) {
            (true, true) => is_name_like(second) || (is_surname(&second.lower) && !is_no_name(&second.lower)),
            (true, false) if verb => is_plain_name(&second.lower) && is_surname(&second.lower),
            (true, false) => is_surname(&second.lower) && !is_no_name(&second.lower),
            (false, true) => is_plain_name(&second.lower),
            (false, false) => false,
        };
    let backwards = (joined || comma)
        && first.is_capitalised()
        && is_surname(&first.lower)
        && plain
        && is_first_name(&second.lower)
        && second.is_capitalised()
        && is_plain_name(&second.lower);
    (forwards || backwards).then_some(last)
}

/// `J. Smith`, `JP Smith`. A lone `A` is an article, and `Dr J Smith` works here.
fn initials(text: &Text, at: usize) -> Option<usize> {
    let first = text.word(at)?;
    let last = after_initials(text, at)?;
    let name = text.word(last)?;
    let dotted = text.word(at.checked_add(1)?)?.gap.starts_with('.');
    let article = matches!(first.text.as_str(), "A" | "I" | "GP" | "PM" | "OK") && !dotted;
    let found = last > at
        && !article
        && name.is_capitalised()
        && is_surname(&name.lower)
        && is_plain_name(&name.lower)
        && !follows_staff_title(text, at)
        && !belongs_to_organisation(text, at, last);
    found.then_some(last)
}

/// Staff sign notes and are named in them: `Dr Jane Smith`, `Drs Jane Smith and Amir Khan`.
fn follows_staff_title(text: &Text, at: usize) -> bool {
    let title = |back| text.before(at, back).is_some_and(|word| is_staff_title(&word.lower));
    let initial = text.before(at, 1).is_some_and(|word| word.is_initial() || is_first_name(&word.lower));
    title(1) || (initial && title(2))
}

/// A hospital, road or practice may bear a person's name: `James Paget Hospital`, `Queen Victoria Road`.
fn belongs_to_organisation(text: &Text, first: usize, last: usize) -> bool {
    let within = text.words.get(first..=last).unwrap_or_default();
    // In a note without capitals an organisation's word has none either.
    let small = !within.iter().any(Word::is_capitalised);
    let after = |ahead: usize| {
        let words = (1..=ahead).map(|n| last.checked_add(n).and_then(|at| text.word(at)));
        words
            .map_while(|word| word.filter(|word| matches!(word.gap.as_str(), " " | " & " | "-")))
            .any(|word| is_organisation_word(&word.lower) && (word.is_capitalised() || small))
    };
    within.iter().skip(1).any(|word| is_organisation_word(&word.lower) && !is_surname(&word.lower)) || after(3)
}
