//! The daily anchor: what was counted, digested per clinician and day, and what is known of it afterwards.
//!
//! An anchor covers the rows recorded within a span; spans follow each other without a gap, so a late entry belongs to
//! a later anchor and changes no earlier one. Digests are per clinician, unnamed, so that one who erases their rows takes
//! their own digests with them and those of the others still hold.
//!
//! Digested are contacts, voids and day sheets, and what stands beside them without an audit event of its own: tally
//! marks, sessions worked, reasons for going past the limit. Tallies are not: they follow from contacts, voids and tally
//! marks, and are recounted. Imported slots and "I am at my limit" are not either: an event written in their own transaction says
//! which files were taken in, with their digest, and who was at the limit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};

use super::DaySum;
use crate::domain::digest::hex;

/// Rows recorded after `from` and up to `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The last moment of the span before; nothing for the first.
    pub from: Option<DateTime<Utc>>,
    /// The last moment of this one.
    pub until: DateTime<Utc>,
}

impl Span {
    /// Whether a row recorded then is covered.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from < at) && at <= self.until
    }
}

/// Some rows were digested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Which rows.
    pub span: Span,
    /// By day, a digest for each clinician; sorted, so that their order tells nothing.
    pub days: BTreeMap<LocalDate, BTreeSet<String>>,
    /// Whether tally marks, sessions worked, reasons for going past the limit and reasons of voids are in it. Anchors of
    /// earlier versions have contacts, voids and day sheets alone, and are held to those.
    #[serde(default)]
    pub beside: bool,
}

/// A day was folded into the practice's day, which then read so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// The day.
    pub day: LocalDate,
    /// What is kept of it.
    pub sum: DaySum,
}

/// Somebody's rows were erased. Says neither who nor how many they had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Digests that no longer have rows.
    pub digests: BTreeSet<String>,
}

/// The digest of one clinician's rows of one day within one span; half of a SHA-256 is enough to hold a row to.
pub fn leaf(rows: &BTreeSet<String>) -> String {
    let parts: Vec<&[u8]> = rows.iter().map(String::as_bytes).collect();
    let mut digest = hex(&parts);
    digest.truncate(32);
    digest
}

/// What a practice's audit chain says about its counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    /// Anchors, oldest first.
    pub anchors: Vec<Anchor>,
    /// Folded days as they were last written.
    pub folded: BTreeMap<LocalDate, DaySum>,
    /// Sums of days that came with the practice's record from elsewhere and were not folded yet: somebody had erased theirs.
    pub taken_in: BTreeMap<LocalDate, DaySum>,
    /// Digests whose rows were erased.
    pub erased: BTreeSet<String>,
}

impl Trail {
    /// The last moment that is anchored.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.anchors.last().map(|anchor| anchor.span.until)
    }

    /// The anchor that covers a row recorded then.
    pub fn covering(&self, at: DateTime<Utc>) -> Option<&Anchor> {
        self.anchors.iter().find(|anchor| anchor.span.covers(at))
    }

    /// Days on which the digests of stored rows are not those that were anchored. `found` are the digests of the rows
    /// as they stand, by span and day.
    pub fn mismatches(&self, found: &BTreeMap<(Span, LocalDate), BTreeSet<String>>) -> BTreeSet<LocalDate> {
        let mut said: BTreeMap<(Span, LocalDate), BTreeSet<String>> = BTreeMap::new();
        for anchor in &self.anchors {
            for (day, digests) in &anchor.days {
                let all = said.entry((anchor.span, *day)).or_default();
                all.extend(digests.iter().cloned());
            }
        }
        let none = BTreeSet::new();
        let keys: BTreeSet<&(Span, LocalDate)> = said.keys().chain(found.keys()).collect();
        keys.into_iter()
            .filter(|key| {
                let kept: BTreeSet<&String> = said.get(key).unwrap_or(&none).difference(&self.erased).collect();
                let found: BTreeSet<&String> = found.get(key).unwrap_or(&none).iter().collect();
                if self.folded.contains_key(&key.1) {
                    // What was folded is gone; a fold that was cut short left some of what was anchored, and nothing else.
                    !found.is_subset(&kept)
                } else {
                    found != kept
                }
            })
            .map(|(_, day)| *day)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn spans_follow_each_other_without_gap_or_overlap() {
        let (one, two) = (at("2026-11-19T00:00:00Z"), at("2026-11-20T00:00:00Z"));
        let first = Span { from: None, until: one };
        let second = Span { from: Some(one), until: two };
        assert!(first.covers(one) && !second.covers(one));
        assert!(!first.covers(two) && second.covers(two));
    }

    #[test]
    fn a_digest_that_differs_is_found_and_one_that_was_erased_or_folded_is_not() {
        let day = |text: &str| text.parse::<LocalDate>().unwrap();
        let span = Span { from: None, until: at("2026-11-20T00:00:00Z") };
        let (monday, tuesday) = (day("2026-11-16"), day("2026-11-17"));
        let mut trail = Trail {
            anchors: vec![Anchor {
                span,
                days: [(monday, set(&["a", "b"])), (tuesday, set(&["c"]))].into(),
                beside: true,
            }],
            ..Trail::default()
        };
        let mut found: BTreeMap<_, _> = [((span, monday), set(&["a", "b"])), ((span, tuesday), set(&["c"]))].into();
        assert!(trail.mismatches(&found).is_empty());
        found.insert((span, monday), set(&["a"]));
        assert_eq!(trail.mismatches(&found), [monday].into());
        trail.erased = set(&["b"]);
        assert!(trail.mismatches(&found).is_empty());
        found.insert((span, tuesday), set(&["x"]));
        assert_eq!(trail.mismatches(&found), [tuesday].into());
        found.remove(&(span, tuesday));
        trail.folded.insert(tuesday, DaySum::default());
        assert!(trail.mismatches(&found).is_empty());
        found.insert((span, tuesday), set(&["put there after it was folded"]));
        assert_eq!(trail.mismatches(&found), [tuesday].into());
        found.remove(&(span, tuesday));
        let extra = day("2026-11-18");
        found.insert((span, extra), set(&["forged"]));
        assert_eq!(trail.mismatches(&found), [extra].into());
    }

    #[test]
    fn a_leaf_depends_on_every_row_and_on_where_rows_end() {
        let leaf = |rows: &[&str]| leaf(&set(rows));
        assert_eq!(leaf(&["a", "b"]), leaf(&["b", "a"]));
        assert_ne!(leaf(&["a", "b"]), leaf(&["ab"]));
        assert_ne!(leaf(&["a"]), leaf(&["b"]));
        assert_eq!(leaf(&[]).len(), 32);
    }
}
