//! What a release says of an earlier one that was wrong: a note that everybody may read, with the number it is about.

/// Characters of a note.
pub const LONGEST: usize = 500;
/// Notes that wait for one release.
pub const MOST: usize = 10;

/// The note as a release says it.
pub fn of(number: u32, note: &str) -> String {
    format!("Release {number}: {note}")
}

/// What a note says about a release, where it is about that one.
pub fn about(said: &str, number: u32) -> Option<&str> {
    said.strip_prefix(&of(number, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_about_the_release_it_names_and_no_other() {
        let said = of(1, "An item was counted twice.");
        assert_eq!(about(&said, 1), Some("An item was counted twice."));
        assert_eq!(about(&said, 11), None);
        assert_eq!(about(&of(11, "x"), 1), None);
    }
}
