//! How much a word looks like part of a name, and what around it says that it is none.

use super::super::{
    text::{Text, Word},
    words::{Sorts, is_no_person},
};

/// How much a word looks like part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A known name that is nothing else.
    Known,
    /// A known name that is a word too.
    Also,
    /// Written as a name, and in no list.
    Stranger,
    /// A word that is no name.
    No,
}

pub(super) fn look(word: &Word) -> Look {
    // Short words in capitals are abbreviations.
    let short = word.is_all_capitals() && word.letters() <= 4;
    let other = Sorts::VOCABULARY | Sorts::EPONYM | Sorts::PLACE | Sorts::STAFF_TITLE;
    match () {
        () if word.sorts.is_plain_name() => Look::Known,
        // An accent is hardly ever on anything else here.
        () if !word.text.is_ascii() && word.is_capitalised() => Look::Stranger,
        () if word.is(Sorts::NAME) => Look::Also,
        () if word.is_capitalised() && !short && !word.is(other) && is_sayable(word) => Look::Stranger,
        () => Look::No,
    }
}

/// `Ctr` and `Pms` are short for something.
fn is_sayable(word: &Word) -> bool {
    word.letters() > 1 && word.lower.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// A capital where capitals say something, on a word of everyday language at most: `Jane Example`.
pub(super) fn is_named(text: &Text, word: &Word) -> bool {
    let short = word.is_all_capitals() && word.letters() <= 4;
    let other = Sorts::NO_NAME | Sorts::MEDICINE | Sorts::PLACE | Sorts::STAFF_TITLE;
    text.capitals_tell && word.is_capitalised() && word.letters() > 1 && !short && !word.is(other)
}

/// A town or a hospital with a capital, which beside a name is a surname: `Siobhan Featherstone`.
pub(super) fn is_town(word: &Word) -> bool {
    word.is(Sorts::PLACE) && word.is_capitalised() && !word.is(Sorts::NO_NAME | Sorts::MEDICINE)
}

/// The place after initials (`J.`, `J P`), which may be none.
pub(super) fn after_initials(text: &Text, mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        let word = text.word(at)?;
        let goes_on = text.after(at, 1).is_some_and(Word::follows);
        // `SISTER ON WARD 4`: two letters may be a word.
        let pair = word.letters() == 2 && word.is(Sorts::SURNAME | Sorts::VOCABULARY | Sorts::SHORT_FORM);
        if !(word.is_initial() && goes_on) || pair {
            break;
        }
        at = at.checked_add(1)?;
    }
    Some(at)
}

/// The place after the small words of a surname (`van der Berg`, `de Souza`).
pub(super) fn after_particles(text: &Text, mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        let word = text.word(at)?;
        // `Mr Lê wants`: a capital with none after it is the name itself.
        let goes_on = |next: &Word| next.follows() && (next.is_capitalised() || !word.is_capitalised());
        if !word.acts(Sorts::PARTICLE) || !text.after(at, 1).is_some_and(goes_on) {
            break;
        }
        at = at.checked_add(1)?;
    }
    Some(at)
}

/// Staff sign notes and are named in them: `Dr Jane Smith`, `Drs Jane Smith and Amir Khan`.
pub(super) fn follows_staff_title(text: &Text, at: usize) -> bool {
    let title = |back| text.before(at, back).is_some_and(|word| word.is(Sorts::STAFF_TITLE));
    let initial = text.before(at, 1).is_some_and(|word| word.is_initial() || word.is(Sorts::FIRST_NAME));
    title(1) || (initial && title(2))
}

/// A hospital, road, illness or rule may bear a person's name: `James Paget Hospital`, `Queen Victoria Road`.
pub(super) fn belongs_to_thing(text: &Text, first: usize, last: usize) -> bool {
    let within = text.words.get(first..=last).unwrap_or_default();
    // In a note without capitals an organisation's word has none either.
    let small = !within.iter().any(Word::is_capitalised);
    let next =
        |ahead: usize| text.after(last, ahead).filter(|word| matches!(word.gap.as_str(), " " | " & " | "-" | "' "));
    let organisation = |word: &Word| word.is(Sorts::ORGANISATION) && (word.is_capitalised() || small);
    let after = (1..=3).map_while(next).any(organisation);
    let called = next(1).is_some_and(|word| {
        let owned = within.last().is_some_and(|last| last.is_possessive);
        word.acts(Sorts::CONDITION) || (word.acts(Sorts::INSTITUTION) && !owned)
    });
    let before = text.before(first, 1).is_some_and(|word| {
        word.acts(Sorts::CALLED) && word.is_capitalised() && text.word(first).is_some_and(Word::is_next)
    });
    let pair = within.first().zip(within.last()).is_some_and(|(first, last)| is_no_person(bare(first), bare(last)));
    let inner = within.iter().skip(1).any(|word| word.is(Sorts::ORGANISATION) && !word.is(Sorts::SURNAME));
    after || called || before || pair || inner
}

/// A word without its possessive ending.
fn bare(word: &Word) -> &str {
    word.lower.strip_suffix("'s").unwrap_or(&word.lower)
}
