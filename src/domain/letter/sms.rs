//! How many text messages a text takes. In the alphabet of GSM 03.38 a message holds 160 signs and each of several holds 153;
//! one sign outside it makes them 70 and 67.

/// The alphabet of one place a sign.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Signs that take two places.
const EXTENDED: &str = "^{}\\[~]|€";

/// A text as telephones count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsLength {
    /// Places it takes.
    pub places: usize,
    /// Places of a text that is one message.
    pub of_one: usize,
    /// Messages.
    pub messages: usize,
}

impl SmsLength {
    /// Counts a text.
    pub fn of(text: &str) -> Self {
        let gsm: Option<usize> = text.chars().map(places).sum();
        let (places, of_one, of_several) = match gsm {
            Some(places) => (places, 160, 153),
            None => (text.encode_utf16().count(), 70, 67),
        };
        let messages = if places <= of_one { 1 } else { places.div_ceil(of_several) };
        Self { places, of_one, messages }
    }
}

fn places(sign: char) -> Option<usize> {
    match sign {
        sign if BASIC.contains(sign) => Some(1),
        sign if EXTENDED.contains(sign) => Some(2),
        _ => None,
    }
}

/// The signs that no message of 160 can hold: what makes a text short. Those that people do not see they typed, first.
fn outside(text: &str) -> Vec<char> {
    let mut found: Vec<char> = text.chars().filter(|sign| places(*sign).is_none()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// How long a text message is, in words.
pub fn length(text: &str) -> String {
    let found = SmsLength::of(text);
    let SmsLength { places, of_one, messages } = found;
    let fits = match messages {
        1 => format!("{places} characters of {of_one}: fits into one text message"),
        messages => format!("{places} characters: {messages} text messages"),
    };
    let outside = outside(text);
    if outside.is_empty() {
        return fits;
    }
    let signs: Vec<String> = outside.iter().take(5).map(char::to_string).collect();
    format!("{fits}. With {} a message holds 70 characters instead of 160", signs.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_outside_the_alphabet_makes_a_message_short() {
        for (text, messages, of_one) in [
            ("a".repeat(160), 1, 160),
            ("a".repeat(161), 2, 160),
            ("a".repeat(306), 2, 160),
            ("a".repeat(307), 3, 160),
            ("€".repeat(80), 1, 160),
            ("€".repeat(81), 2, 160),
            (format!("{}’", "a".repeat(69)), 1, 70),
            (format!("{}’", "a".repeat(70)), 2, 70),
            ("ŵ".repeat(135), 3, 70),
            ("😀".repeat(35), 1, 70),
        ] {
            let found = SmsLength::of(&text);
            assert_eq!((found.messages, found.of_one), (messages, of_one), "{text}");
        }
        assert_eq!(length("Meet at 9"), "9 characters of 160: fits into one text message");
        assert!(length("don’t").ends_with("With ’ a message holds 70 characters instead of 160"));
    }
}
