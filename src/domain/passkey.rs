//! Passkeys: how many one person has, and what their counters may do.

/// Passkeys of one person.
pub const MOST: usize = 10;

/// Whether the counter of an authenticator went on (7.2, step 22, of the standard). One that counts shows a higher number each time; one
/// that stays at nought does not count, as passkeys that are kept on several devices do.
pub fn counter_goes_on(before: u32, now: u32) -> bool {
    now > before || (now == 0 && before == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_goes_up_or_stays_at_nought() {
        for (before, now) in [(0, 0), (0, 1), (1, 2), (7, u32::MAX)] {
            assert!(counter_goes_on(before, now), "{before} {now}");
        }
        for (before, now) in [(1, 1), (2, 1), (1, 0), (u32::MAX, 0)] {
            assert!(!counter_goes_on(before, now), "{before} {now}");
        }
    }
}
