//! Passwords of published breaches, as a set that answers yes or no: 1.4 million in 2 MB. `src/assets/passwords/build.py`
//! makes it and says how it is laid out.

use sha2::{Digest, Sha256};

const FILTER: &[u8] = include_bytes!("../../assets/passwords/breached.gcs");
/// Before the table of blocks: how many passwords, how they are coded, how many blocks.
const HEAD: usize = 9;

/// Whether a password, in small letters, is one of them. About one other in two thousand is taken for one.
pub(super) fn holds(lower: &str) -> bool {
    find(lower).unwrap_or(false)
}

fn find(lower: &str) -> Option<bool> {
    let (n, rice, blocks) = (number(0)?, u64::from(*FILTER.get(4)?), number(5)?);
    let span = n.checked_shl(u32::try_from(rice).ok()?)?;
    let width = span.div_ceil(blocks);
    let digest = Sha256::digest(lower.as_bytes());
    let first: [u8; 8] = digest.get(..8)?.try_into().ok()?;
    let scaled = (u128::from(u64::from_be_bytes(first)).checked_mul(u128::from(span))?) >> 64;
    let wanted = u64::try_from(scaled).ok()?;
    let block = wanted.checked_div(width)?;
    let (mut at, end) = (start(block)?, start(block.checked_add(1)?)?);
    let first_bit = table(blocks.checked_add(1)?)?.checked_mul(8)?;
    let mut known = block.checked_mul(width)?;
    while at < end {
        let mut distance: u64 = 0;
        while bit(first_bit.checked_add(at)?)? {
            distance = distance.checked_add(1)?;
            at = at.checked_add(1)?;
        }
        at = at.checked_add(1)?;
        for _ in 0..rice {
            let low = u64::from(bit(first_bit.checked_add(at)?)?);
            distance = distance.checked_mul(2)?.checked_add(low)?;
            at = at.checked_add(1)?;
        }
        known = known.checked_add(distance)?;
        if known >= wanted {
            return Some(known == wanted);
        }
    }
    Some(false)
}

/// The bit at which a block begins.
fn start(block: u64) -> Option<u64> {
    number(usize::try_from(table(block)?).ok()?)
}

/// Where an entry of the table of blocks lies.
fn table(block: u64) -> Option<u64> {
    u64::try_from(HEAD).ok()?.checked_add(block.checked_mul(4)?)
}

fn number(at: usize) -> Option<u64> {
    let bytes: [u8; 4] = FILTER.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u64::from(u32::from_be_bytes(bytes)))
}

fn bit(at: u64) -> Option<bool> {
    let byte = FILTER.get(usize::try_from(at / 8).ok()?)?;
    let mask = 0x80_u8.checked_shr(u32::try_from(at % 8).ok()?)?;
    Some(byte & mask != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_passwords_are_found_and_few_others() {
        for known in [
            "qwerty123456",
            "welcome123456",
            "football12345",
            "qwertyuiop12",
            "111111222222",
            "passwordpassword",
            "microsoft1996",
            "powerpuff90210",
            "123456789tiago",
        ] {
            assert_eq!(find(known), Some(true), "{known}");
        }
        let others = (0..20_000).map(|n| format!("not one of them, number {n}"));
        let taken = others.filter(|other| holds(other)).count();
        assert!((1..30).contains(&taken), "{taken} of 20,000");
        // Every block can be read.
        assert!((0..20_000).all(|n| find(&format!("{n} once more")).is_some()));
    }
}
