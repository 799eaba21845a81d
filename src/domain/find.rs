//! Words that somebody looks for.

/// Words that are looked for; more narrow nothing down.
const MOST_WORDS: usize = 8;
/// Longest text that is looked for, in characters.
pub const LONGEST: usize = 80;

/// Words in small letters, as they are looked for.
#[derive(Debug)]
pub struct Words(Vec<String>);

impl Words {
    /// Those of a text, cut to [`LONGEST`].
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST).collect();
        Self(text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect())
    }

    /// Whether some texts hold every word between them.
    pub fn are_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        !self.0.is_empty() && self.0.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}
