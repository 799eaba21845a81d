//! What a new password must be: long, in no published breach, not made of what everybody knows about its owner, and not
//! soon guessed. As NIST SP 800-63B wants it: no rules about capitals, digits or signs.

mod breached;

/// Shortest password.
pub const LEAST: usize = 12;
/// What stands under every field for a new one.
pub const HINT: &str = "At least 12 characters. A few words together are easy to remember.";
/// Longest; past this only the hashing grows.
pub const MOST: usize = 200;
/// So many characters are looked at for how soon they are guessed; the rest can only help.
const LOOKED_AT: usize = 80;
/// Shorter words of the context are part of too much.
const LEAST_WORD: usize = 3;
/// What must be left of a password without the words of its context.
const LEAST_OWN: usize = 6;
/// The product's own words.
const OURS: [&str; 3] = ["headroom", "practice", "surgery"];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`LEAST`] characters.
    Short,
    /// More than [`MOST`].
    Long,
    /// It was published after a breach.
    Breached,
    /// It is made of the owner's address, name or organisation, or of the product's name.
    Context,
    /// It is made of common words, runs on the keyboard, repeats or dates.
    Guessable,
}

impl Weak {
    /// For the field.
    pub fn says(self) -> &'static str {
        match self {
            Self::Short => "Use at least 12 characters; a few words together are easy to remember",
            Self::Long => "Use at most 200 characters",
            Self::Breached => "This password is in a list of stolen passwords that anybody can try: choose another one",
            Self::Context => {
                "This password is made of your email address, your name, your organisation or Headroom: choose something that \
                 has nothing to do with them"
            }
            Self::Guessable => {
                "This password is easy to guess: it is made of common words, repeats, dates or a run of keys. Use four words that \
                 have nothing to do with each other"
            }
        }
    }
}

/// Checks a new password. `context` is what others know of its owner: address, name, codes and names of organisations.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &str, context: &[&str]) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(Weak::Short);
    }
    if length > MOST {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    if [&*lower, lower.trim()].into_iter().any(breached::holds) {
        return Err(Weak::Breached);
    }
    let words = words(context);
    let named = words.iter().any(|word| lower.contains(&**word));
    if named && own(&lower, &words) < LEAST_OWN {
        return Err(Weak::Context);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let looked_at: String = password.chars().take(LOOKED_AT).collect();
    // Fewer than 10^10 guesses: words with a year behind them, whatever their signs, are below.
    if zxcvbn::zxcvbn(&looked_at, &words).score() < zxcvbn::Score::Four {
        return Err(Weak::Guessable);
    }
    Ok(())
}

/// The words of a context in small letters, whole and in their parts, the longest first.
fn words(context: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in context.iter().chain(&OURS) {
        let text = text.to_lowercase();
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        words.extend(parts.map(str::to_owned));
        words.push(text);
    }
    words.retain(|word| word.chars().count() >= LEAST_WORD);
    words.sort_by(|one, other| (other.len(), one).cmp(&(one.len(), other)));
    words.dedup();
    words
}

/// How many letters, or digits between letters, are left without the words of the context and a number before or after.
fn own(lower: &str, words: &[String]) -> usize {
    let mut rest = lower.to_owned();
    for word in words {
        rest = rest.replace(word, " ");
    }
    rest.split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.chars().all(char::is_numeric))
        .map(|part| part.chars().count())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [&str; 4] = ["pat.smith@alder-lane.nhs.invalid", "Pat Smith", "Z90001", "Alder Lane Surgery"];

    #[test]
    fn what_can_be_guessed_is_refused_with_its_reason() {
        for (password, weak) in [
            ("elevenchars", Weak::Short),
            (&"x7".repeat(101), Weak::Long),
            ("qwerty123456", Weak::Breached),
            ("QWERTY123456", Weak::Breached),
            ("welcome123456", Weak::Breached),
            ("football12345", Weak::Breached),
            ("qwertyuiop12", Weak::Breached),
            ("111111222222", Weak::Breached),
            ("  passwordpassword ", Weak::Breached),
            ("pat.smith@alder-lane.nhs.invalid", Weak::Context),
            ("Pat.Smith@Alder-Lane", Weak::Context),
            ("headroom headroom", Weak::Context),
            ("Headroom2026!!", Weak::Context),
            ("Z90001 Z90001 ", Weak::Context),
            ("Alder Lane Surgery", Weak::Context),
            ("AlderLane2026!", Weak::Context),
            ("smithsmith2026", Weak::Context),
            ("aaaaaaaaaaaaaaaa", Weak::Breached),
            ("password2026!!", Weak::Guessable),
            ("letmein12345!", Weak::Guessable),
            ("summer2026summer", Weak::Guessable),
            ("demo-demo-demo", Weak::Guessable),
            ("ababababababab", Weak::Guessable),
            ("zxcvbnm,./zxcvbnm,./", Weak::Guessable),
            ("P@ssw0rd!P@ssw0rd!", Weak::Guessable),
            ("123454321012345", Weak::Guessable),
            ("20261128 20261128", Weak::Guessable),
        ] {
            assert_eq!(check(password, &CONTEXT), Err(weak), "{password}");
        }
    }

    #[test]
    fn what_is_long_and_odd_is_taken() {
        for password in [
            "three quiet green chairs",
            "seven tall wooden gates",
            "correct horse battery staple of my own",
            "xT9#kv2!Lm0q",
            "łąka żaba źródło",
            "昨日の雨が静かに止んだ朝",
            "headroom is a word among seven others here",
        ] {
            assert_eq!(check(password, &CONTEXT), Ok(()), "{password}");
        }
    }
}
