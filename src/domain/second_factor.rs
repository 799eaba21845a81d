//! Codes of a second factor as people type them: six digits of an authenticator app (RFC 6238), or a recovery code from
//! paper.

/// Recovery codes of one app.
pub const RECOVERY_CODES: usize = 8;
/// Digits of an app's code.
pub const DIGITS: usize = 6;
/// Seconds a code stands in the app.
pub const STEP: u64 = 30;
/// Letters of a recovery code, five bits each.
const LETTERS: usize = 24;
/// Random bytes of one.
const BYTES: usize = LETTERS * 5 / 8;
/// Letters of those that were made before; they work until they are used or replaced.
const LETTERS_BEFORE: usize = 16;
/// Crockford's alphabet: none of its letters looks like another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedCode {
    /// Six digits.
    App(String),
    /// Letters of the alphabet, as they are hashed.
    Recovery(String),
}

/// Reads a code with the spaces and dashes people type; nothing where it can be neither.
pub fn read(typed: &str) -> Option<TypedCode> {
    let letters: Vec<char> =
        typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(LETTERS + 1).collect();
    if letters.len() == DIGITS && letters.iter().all(char::is_ascii_digit) {
        return Some(TypedCode::App(letters.into_iter().collect()));
    }
    let code: Option<String> = letters.into_iter().map(letter).collect();
    code.filter(|code| [LETTERS, LETTERS_BEFORE].contains(&code.len())).map(TypedCode::Recovery)
}

/// A letter as it is printed: small ones are large, and those that look like a digit are that digit.
fn letter(typed: char) -> Option<char> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.contains(&u8::try_from(letter).ok()?).then_some(letter)
}

/// A recovery code of 120 random bits, which are enough that a plain digest of it may be kept.
pub fn recovery_code(random: [u8; BYTES]) -> String {
    let mut bits = random.into_iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
    let mut five = || (0..5).filter_map(|_| bits.next()).fold(0, |all, bit| all << 1 | bit);
    (0..LETTERS).filter_map(|_| ALPHABET.get(usize::from(five()))).map(|letter| char::from(*letter)).collect()
}

/// As it is printed: groups of four.
pub fn printed(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_as_it_was_printed_and_as_people_type_it() {
        let code = recovery_code([0xff, 0, 0xff, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xff, 0, 0xff, 0, 0x12]);
        assert_eq!(code, "ZW0FY00J6HB7H6NWZW0FY00J");
        assert_eq!(printed(&code), "ZW0F-Y00J-6HB7-H6NW-ZW0F-Y00J");
        for typed in ["ZW0F-Y00J-6HB7-H6NW-ZW0F-Y00J", " zwof yo0j 6hb7 h6nw zwof yooj ", "zw0fy00j6hb7h6nwzw0fy00j"] {
            assert_eq!(read(typed), Some(TypedCode::Recovery(code.clone())), "{typed}");
        }
        assert_eq!(recovery_code([0; BYTES]), "0".repeat(24));
        assert!(code.len() * 5 >= 112, "what the standard asks of a secret that is hashed fast");
    }

    #[test]
    fn a_code_of_before_is_still_read() {
        let read = read("zwof-yo0j-6hb7-h6nw");
        assert_eq!(read, Some(TypedCode::Recovery("ZW0FY00J6HB7H6NW".to_owned())));
    }

    #[test]
    fn six_digits_are_an_app_s_code_and_anything_else_is_none() {
        for typed in ["123456", "123 456", "123-456"] {
            assert_eq!(read(typed), Some(TypedCode::App("123456".to_owned())), "{typed}");
        }
        for typed in [
            "",
            "12345",
            "1234567",
            "١٢٣٤٥٦",
            "ZW0F-Y00J-6HB7-H6N",
            "ZW0F-Y00J-6HB7-H6NWW",
            "ZW0F-Y00J-6HB7-H6NÜ",
            "ZW0F-Y00J-6HB7-H6NW-ZW0F-Y00J-0",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
