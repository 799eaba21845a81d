//! A text as the eye reads it, letter by letter and word by word, with the way back to its bytes.

/// What was found, from a letter to the one after its last.
pub(super) type Span = (super::IdentifierKind, usize, usize);

pub(super) struct Text {
    /// Letters as they look, with their place in bytes.
    letters: Vec<(char, usize)>,
    end: usize,
    pub(super) words: Vec<Word>,
}

/// A run of letters and digits; an apostrophe or hyphen between letters belongs to it (`O'Brien`, `Smith-Jones`).
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// In small letters without accents.
    pub(super) lower: String,
    /// What stands between the word before and this one.
    pub(super) gap: String,
    /// First letter and the one after the last.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let letters: Vec<_> = text.char_indices().filter_map(|(at, c)| Some((looks(c)?, at))).collect();
        let words = words(&letters);
        Self { letters, end: text.len(), words }
    }

    pub(super) fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|(letter, _)| *letter)
    }

    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    pub(super) fn between(&self, from: usize, to: usize) -> String {
        self.letters.get(from..to).unwrap_or_default().iter().map(|(letter, _)| *letter).collect()
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
}

/// What a character looks like; nothing where it cannot be seen.
fn looks(c: char) -> Option<char> {
    Some(match c {
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{AD}' => {
            return None;
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        '\u{00B7}' | '\u{2022}' | '\u{2024}' => '.',
        // Full-width forms stand in the order of ASCII.
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        '\u{0660}'..='\u{0669}' => digit(c, 0x0660),
        '\u{06F0}'..='\u{06F9}' => digit(c, 0x06F0),
        '\u{0966}'..='\u{096F}' => digit(c, 0x0966),
        c if c.is_whitespace() && c != '\n' => ' ',
        c => c,
    })
}

fn digit(c: char, zero: u32) -> char {
    u32::from(c).checked_sub(zero).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
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
            let range =
                |from, to| -> String { letters.get(from..to).unwrap_or_default().iter().map(|(c, _)| *c).collect() };
            let text = range(from, at);
            let lower = text.to_lowercase().chars().map(plain).collect();
            words.push(Word { text, lower, gap: range(last, from), from, to: at });
            last = at;
        } else {
            at = at.saturating_add(1);
        }
    }
    words
}

/// A label and what it labels are two words even with a hyphen or nothing between: `DoB-April`, `DOB12`, `pt-Jane`.
fn label_end(letters: &[(char, usize)], from: usize, to: usize) -> usize {
    let word = letters.get(from..to).unwrap_or_default();
    let Some(end) = word.iter().position(|(c, _)| !c.is_alphabetic()) else {
        return to;
    };
    let first: String = word.iter().take(end).flat_map(|(c, _)| c.to_lowercase()).collect();
    let labels = ["dob", "born", "pt", "patient", "name", "nhs", "tel", "mob", "mr", "mrs", "re"];
    if labels.contains(&first.as_str()) { from.saturating_add(end) } else { to }
}

/// A small letter without its accent, so that a list needs each name once.
fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ű' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ñ' | 'ń' | 'ň' => 'n',
        'ç' | 'ć' | 'č' => 'c',
        'š' | 'ś' | 'ş' | 'ș' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'ğ' => 'g',
        'ř' => 'r',
        'ť' | 'ț' | 'ţ' => 't',
        'đ' | 'ď' => 'd',
        c => c,
    }
}

impl Word {
    pub(super) fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn is_alphabetic(&self) -> bool {
        self.text.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'))
    }

    /// Written as a name is: a capital first and small letters after, or capitals throughout.
    pub(super) fn is_capitalised(&self) -> bool {
        self.is_alphabetic() && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    pub(super) fn is_all_capitals(&self) -> bool {
        self.is_alphabetic() && !self.text.chars().any(char::is_lowercase)
    }

    /// One capital letter, or two as in `JS`.
    pub(super) fn is_initial(&self) -> bool {
        self.is_all_capitals() && self.text.chars().count() <= 2
    }

    /// Follows the word before after nothing but blanks, a full stop or a comma.
    pub(super) fn follows(&self) -> bool {
        self.gap.chars().count() <= 3 && self.gap.chars().all(|c| matches!(c, ' ' | '.' | '\n'))
    }
}
