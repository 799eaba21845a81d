//! One way to take a digest of several things, for every chain and fingerprint.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256 over the parts, each preceded by its length, so that no two lists of parts read the same.
pub fn hex(parts: &[&[u8]]) -> String {
    written(&of_parts(parts))
}

/// The same as bytes.
pub fn of_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// SHA-256 of a file, as every tool tells it.
pub fn file(bytes: &[u8]) -> String {
    written(&Sha256::digest(bytes))
}

/// The first eight bytes of the SHA-256 of a text.
pub fn first_eight(text: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(Sha256::digest(text)) {
        *to = from;
    }
    first
}

/// A digest that was taken piece by piece.
pub fn hexed(digest: &[u8]) -> String {
    written(digest)
}

fn written(digest: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
