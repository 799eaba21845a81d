//! A text as the eye reads it, letter by letter and word by word, with the way back to its bytes.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::words::{self, Sorts};

/// What was found, from a letter to the one after its last.
pub(super) type Span = (super::kinds::IdentifierKind, usize, usize);

pub(super) struct Text {
    /// Letters as they look, with their place in bytes.
    letters: Vec<(char, usize)>,
    end: usize,
    pub(super) words: Vec<Word>,
    /// Whether a capital says something: not where all words have one.
    pub(super) capitals_tell: bool,
}

/// A run of letters and digits; an apostrophe or hyphen between letters belongs to it (`O'Brien`, `Smith-Jones`).
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// In small letters without accents.
    pub(super) lower: String,
    /// What is known of it, a possessive ending left off.
    pub(super) sorts: Sorts,
    shape: Shape,
    pub(super) is_possessive: bool,
    /// What stands between the word before and this one.
    pub(super) gap: String,
    /// First letter and the one after the last.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// How a word is written.
#[derive(Debug, Clone, Copy)]
struct Shape {
    letters: usize,
    made_of: MadeOf,
    case: Case,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MadeOf {
    Digits,
    Letters,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Small,
    /// A capital first and small letters after.
    Capitalised,
    Capitals,
}

/// What is not part of the word that it begins: `DoB-April`, `DOB12`, `pt-Jane`, `NHS9990001006`, `MrKhan`.
const LABELS: &[&str] = &[
    "dob", "born", "pt", "patient", "name", "nhs", "nhsno", "chi", "mrn", "ubrn", "hosp", "hospno", "nino", "ni",
    "tel", "mob", "mr", "mrs", "miss", "ms", "dr", "prof", "re", "flat", "postcode",
];

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let letters: Vec<_> = text.char_indices().filter_map(|(at, c)| Some((looks(c)?, at))).collect();
        let words = words(&letters);
        let long = words.iter().skip(1).filter(|word| word.text.len() > 2 && word.is_alphabetic());
        let (capitals, all) = long.fold((0_usize, 0_usize), |(capitals, all), word| {
            (capitals.saturating_add(usize::from(word.is_capitalised())), all.saturating_add(1))
        });
        let some_small = letters.iter().any(|(c, _)| c.is_lowercase());
        let capitals_tell = some_small && (all < 3 || capitals.saturating_mul(4) <= all.saturating_mul(3));
        Self { letters, end: text.len(), words, capitals_tell }
    }

    pub(super) fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|(letter, _)| *letter)
    }

    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    pub(super) fn between(&self, from: usize, to: usize) -> String {
        string(self.letters.get(from..to).unwrap_or_default())
    }

    /// Start and length in bytes of a span of letters.
    pub(super) fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        let at = |letter: usize| self.letters.get(letter).map_or(self.end, |(_, at)| *at);
        (at(from), at(to).saturating_sub(at(from)))
    }

    pub(super) fn word(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The word `back` places before `at`.
    pub(super) fn before(&self, at: usize, back: usize) -> Option<&Word> {
        at.checked_sub(back).and_then(|at| self.words.get(at))
    }

    /// The word `ahead` places after `at`.
    pub(super) fn after(&self, at: usize, ahead: usize) -> Option<&Word> {
        self.words.get(at.saturating_add(ahead))
    }

    /// The same in small letters; nothing where the text ends.
    pub(super) fn lower(&self, at: usize, ahead: usize) -> &str {
        self.after(at, ahead).map_or("", |word| word.lower.as_str())
    }

    /// A span of words.
    pub(super) fn span(&self, kind: super::kinds::IdentifierKind, first: usize, last: usize) -> Option<Span> {
        Some((kind, self.word(first)?.from, self.word(last)?.to))
    }
}

fn string(letters: &[(char, usize)]) -> String {
    letters.iter().map(|(letter, _)| *letter).collect()
}

/// What a character looks like; nothing where it cannot be seen.
fn looks(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(if c.is_ascii_whitespace() && c != '\n' { ' ' } else { c });
    }
    Some(match c {
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{AD}' => {
            return None;
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        '\u{00B7}' | '\u{2022}' | '\u{2024}' => '.',
        c if is_combining_mark(c) => return None,
        c if c.is_whitespace() => ' ',
        c if c.is_alphabetic() && (c as u32) < 0x250 => c,
        c => folded(c),
    })
}

/// A letter or digit of another width, circle, height or script as the one it stands for.
fn folded(c: char) -> char {
    let mut folded = std::iter::once(c).nfkc();
    let c = folded.next().filter(|_| folded.next().is_none()).unwrap_or(c);
    // Where the ten digits of a script begin.
    let zeros = [0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0];
    let digit = zeros.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
    digit.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

fn words(letters: &[(char, usize)]) -> Vec<Word> {
    let letter = |at: usize| letters.get(at).map(|(letter, _)| *letter);
    let alphabetic = |at: Option<usize>| at.and_then(letter).is_some_and(char::is_alphabetic);
    let inside = |at: usize| match letter(at) {
        Some('\'' | '-') => alphabetic(at.checked_sub(1)) && alphabetic(at.checked_add(1)),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    let mut words: Vec<Word> = Vec::new();
    let (mut at, mut last) = (0, 0);
    while at < letters.len() {
        let from = at;
        while inside(at) && (at > from || letter(at).is_some_and(char::is_alphanumeric)) {
            at = at.saturating_add(1);
        }
        at = label_end(letters, from, at);
        if at > from {
            words.push(Word::new(letters, last, from, at));
            last = at;
        } else {
            at = at.saturating_add(1);
        }
    }
    words
}

/// A label and what it labels are two words even with a hyphen or nothing between them.
fn label_end(letters: &[(char, usize)], from: usize, to: usize) -> usize {
    let word = letters.get(from..to).unwrap_or_default();
    let mut small = false;
    for (count, (c, _)) in word.iter().enumerate().take(9) {
        // What is no letter ends a label, and a capital after small letters does.
        if !c.is_alphabetic() || (small && c.is_uppercase()) {
            let label = word.iter().take(count).map(|(c, _)| c.to_ascii_lowercase());
            if LABELS.iter().any(|known| label.clone().eq(known.chars())) {
                return from.saturating_add(count);
            }
        }
        small = c.is_lowercase();
    }
    to
}

/// A small letter without its accent, so that a list needs each name once.
fn plain(c: char) -> char {
    match c {
        c if c.is_ascii() => c,
        'ø' => 'o',
        'ı' => 'i',
        'ł' => 'l',
        'đ' => 'd',
        c => c.nfd().next().unwrap_or(c),
    }
}

impl Shape {
    fn of(text: &str) -> Self {
        let made_of = match () {
            () if text.bytes().all(|byte| byte.is_ascii_digit()) => MadeOf::Digits,
            () if text.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-')) => MadeOf::Letters,
            () => MadeOf::Both,
        };
        let case = match text.chars().next() {
            Some(first) if !first.is_uppercase() => Case::Small,
            _ if text.chars().any(char::is_lowercase) => Case::Capitalised,
            _ => Case::Capitals,
        };
        Self { letters: text.chars().count(), made_of, case }
    }
}

impl Word {
    fn new(letters: &[(char, usize)], last: usize, from: usize, to: usize) -> Self {
        let of = |from, to| string(letters.get(from..to).unwrap_or_default());
        let text = of(from, to);
        let lower: String = text.chars().flat_map(char::to_lowercase).map(plain).collect();
        // Welsh joins its article and more: `ffonio'r`.
        let bare = ["'s", "'r", "'n", "'u", "'i"].iter().find_map(|ending| lower.strip_suffix(ending));
        let sorts = words::sorts(bare.unwrap_or(&lower));
        let plural = lower.ends_with('s') && letters.get(to).is_some_and(|(c, _)| *c == '\'');
        let (shape, is_possessive) = (Shape::of(&text), bare.is_some() || plural);
        Self { text, sorts, shape, is_possessive, lower, gap: of(last, from), from, to }
    }

    pub(super) fn is(&self, of: Sorts) -> bool {
        self.sorts.any(of)
    }

    /// Stands for itself, and is nobody's: `patient`, not `patient's`.
    pub(super) fn acts(&self, of: Sorts) -> bool {
        self.sorts.any(of) && !self.is_possessive
    }

    pub(super) fn is_number(&self) -> bool {
        self.shape.made_of == MadeOf::Digits
    }

    pub(super) fn is_alphabetic(&self) -> bool {
        self.shape.made_of == MadeOf::Letters
    }

    pub(super) fn letters(&self) -> usize {
        self.shape.letters
    }

    /// Written as a name is: a capital first and small letters after, or capitals throughout.
    pub(super) fn is_capitalised(&self) -> bool {
        self.is_alphabetic() && self.shape.case != Case::Small
    }

    pub(super) fn is_all_capitals(&self) -> bool {
        self.is_alphabetic() && self.shape.case == Case::Capitals
    }

    /// One capital letter, or two as in `JS`.
    pub(super) fn is_initial(&self) -> bool {
        self.is_all_capitals() && self.letters() <= 2
    }

    /// Follows the word before after nothing but blanks, a full stop or a comma.
    pub(super) fn follows(&self) -> bool {
        self.gap.chars().count() <= 3 && self.gap.chars().all(|c| matches!(c, ' ' | '.' | '\n'))
    }

    /// Follows it after blanks alone.
    pub(super) fn is_next(&self) -> bool {
        matches!(self.gap.as_str(), " " | "  ")
    }
}
