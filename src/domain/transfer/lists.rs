//! What any list that comes with the product must be.

use std::collections::BTreeSet;

/// A list has something in it, every line says a code and a name, and no code stands twice.
pub(super) fn whole<'a>(lines: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), String> {
    let mut codes = BTreeSet::new();
    for (code, name) in lines {
        if code.is_empty() || name.is_empty() {
            return Err(format!("a line without a code or a name: {code}{name}"));
        }
        if !codes.insert(code) {
            return Err(format!("{code} stands twice"));
        }
    }
    if codes.is_empty() { Err("nothing stands in it".to_owned()) } else { Ok(()) }
}
