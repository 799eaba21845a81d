//! Numbers and days as people write them.

use entity::ids::LocalDate;

/// `12350` → `12,350`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len().saturating_add(digits.len() / 3));
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `25 November 2026`.
pub fn day(day: LocalDate) -> String {
    day.0.format("%-d %B %Y").to_string()
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart_and_lists_end_in_and() {
        let written: Vec<String> = [0, 999, 1_000, 12_350, 6_129_000].map(thousands).into();
        assert_eq!(written, ["0", "999", "1,000", "12,350", "6,129,000"]);
        let parts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&parts), "a, b and c");
        assert_eq!(list(&parts[..1]), "a");
    }
}
