//! What stays obligatory while a practice diverts, and what a practice begins with: dated data, read from one file.

use std::sync::LazyLock;

use entity::ids::LocalDate;
use serde::Deserialize;

use super::Destination;
use crate::domain::identifier;

/// The only shape of file this version reads.
pub const SCHEMA: u32 = 2;
/// Longest script, in characters.
pub const LONGEST_SCRIPT: usize = 1500;
/// Longest list of groups, in characters.
pub const LONGEST_GROUPS: usize = 600;

static BUILT_IN: LazyLock<Result<DivertBook, Vec<String>>> =
    LazyLock::new(|| DivertBook::parse(include_str!("../../assets/divert/england.json")));

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DivertBook {
    /// The shape of the file, [`SCHEMA`].
    pub schema: u32,
    /// Name of this edition.
    pub edition: String,
    /// Where it applies.
    pub jurisdiction: String,
    /// Oldest first.
    pub guard_rails: Vec<GuardRail>,
    /// What reception says, where the practice wrote nothing of its own.
    pub script: String,
    /// Whom practices usually go on seeing.
    pub groups: Vec<String>,
    /// Where patients can be sent, in the order of the list.
    pub places: Vec<DefaultPlace>,
}

/// What stays obligatory, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardRail {
    /// Kept with a divert that began under it.
    pub version: String,
    /// First day.
    pub from: LocalDate,
    /// One sentence or two each.
    pub duties: Vec<Duty>,
}

/// One duty, with where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// What it says.
    pub text: String,
    /// Where.
    pub sources: Vec<Citation>,
    /// When it was last read there.
    pub checked_on: LocalDate,
}

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// What it is called.
    pub title: String,
    /// Where it is published, where that is known.
    pub url: Option<String>,
}

impl Citation {
    fn is_well_formed(&self) -> bool {
        let reachable =
            |url: &String| url.starts_with("https://") && url.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        !self.title.is_empty() && self.url.as_ref().is_none_or(reachable)
    }
}

/// A place to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultPlace {
    /// Code of the [`Destination`].
    pub kind: String,
    /// As reception knows it.
    pub name: String,
    /// Opening hours, in words.
    pub hours: String,
    /// Telephone, or empty.
    pub phone: String,
}

impl GuardRail {
    /// The text as it is kept: one duty a line.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.duties.iter().map(|duty| duty.text.as_str()).collect();
        lines.join("\n")
    }

    /// Every source once, in the order of the duties.
    pub fn sources(&self) -> Vec<&Citation> {
        let mut all: Vec<&Citation> = Vec::new();
        for source in self.duties.iter().flat_map(|duty| &duty.sources) {
            if !all.contains(&source) {
                all.push(source);
            }
        }
        all
    }
}

impl DivertBook {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every rule it breaks, or its first mistake of shape.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let book: Self = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
        let broken = book.broken();
        if broken.is_empty() { Ok(book) } else { Err(broken) }
    }

    /// The book that comes with this version.
    ///
    /// # Errors
    /// What is wrong with it, which its tests exclude.
    pub fn built_in() -> Result<&'static Self, &'static [String]> {
        BUILT_IN.as_ref().map_err(Vec::as_slice)
    }

    /// What stays obligatory on a day; the first text for a day before it.
    pub fn guard_rail_on(&self, day: LocalDate) -> Option<&GuardRail> {
        let mut newest_first = self.guard_rails.iter().rev();
        newest_first.find(|rail| rail.from <= day).or_else(|| self.guard_rails.first())
    }

    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut require = |holds: bool, why: String| {
            if !holds {
                broken.push(why);
            }
        };
        require(self.schema == SCHEMA, format!("schema: this version reads {SCHEMA}"));
        require(!self.guard_rails.is_empty(), "guard_rails: none".to_owned());
        for pair in self.guard_rails.windows(2) {
            if let [one, next] = pair {
                require(
                    one.from < next.from && one.version != next.version,
                    format!("guard_rails: {} does not follow {}", next.version, one.version),
                );
            }
        }
        for rail in &self.guard_rails {
            require(!rail.duties.is_empty(), format!("guard_rails: {} has no duties", rail.version));
            for duty in &rail.duties {
                let fits = !duty.text.is_empty() && duty.text.chars().count() <= 300;
                require(
                    fits && !duty.sources.is_empty() && duty.sources.iter().all(Citation::is_well_formed),
                    format!("guard_rails: {} has a duty too long, or without a source that can be found", rail.version),
                );
            }
        }
        let script = identifier::check_note(&self.script, LONGEST_SCRIPT);
        require(script.is_ok(), format!("script: {:?}", script.err()));
        let groups = identifier::check_note(&self.groups.join("\n"), LONGEST_GROUPS);
        require(groups.is_ok(), format!("groups: {:?}", groups.err()));
        for place in &self.places {
            require(Destination::of(&place.kind).is_some(), format!("places: {} is not a destination", place.kind));
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> &'static GuardRail {
        let book = DivertBook::built_in().unwrap();
        book.guard_rail_on(day.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_built_in_book_is_valid_and_each_text_begins_on_its_day() {
        assert_eq!(on("2020-01-01").version, "2024-08");
        assert_eq!(on("2025-09-30").version, "2024-08");
        assert_eq!(on("2025-10-01").version, "2025-10");
        assert_eq!(on("2026-03-31").version, "2025-10");
        assert_eq!(on("2026-04-01").version, "2026-04");
        assert_eq!(on("2026-11-30").version, "2026-04");
        assert_eq!(on("2026-12-01").version, "2026-12");
        assert_eq!(DivertBook::built_in().unwrap().places.len(), Destination::ALL.len());
    }

    #[test]
    fn what_stays_obligatory_now_is_all_there() {
        let text = on("2026-11-20").text();
        for words in ["08:00 to 18:30", "not capped", "same day", "ICB to be told before", "clinical need only"] {
            assert!(text.contains(words), "{words}");
        }
    }

    #[test]
    fn from_december_it_says_when_other_requests_are_answered_and_that_the_icb_is_engaged_with() {
        let (before, after) = (on("2026-11-30").text(), on("2026-12-01").text());
        for words in ["end of the next core hours", "not asked to get in touch again", "unwarranted variation"] {
            assert!(after.contains(words) && !before.contains(words), "{words}");
        }
        // What was there stays.
        for duty in &on("2026-11-30").duties {
            assert!(after.contains(&duty.text), "{}", duty.text);
        }
    }

    #[test]
    fn nothing_advises_to_close_the_form_or_to_call_another_day() {
        let file = include_str!("../../assets/divert/england.json").to_lowercase();
        for words in
            ["another day", "call back tomorrow", "ring tomorrow", "close the online", "closed for today", "switch off"]
        {
            assert!(!file.contains(words), "{words}");
        }
    }

    #[test]
    fn a_broken_file_is_refused_with_every_reason() {
        let file = include_str!("../../assets/divert/england.json");
        let broken = file
            .replace("\"schema\": 2", "\"schema\": 1")
            .replace("https://www.bma", "http://www.bma")
            .replace("\"kind\": \"hub\"", "\"kind\": \"taxi\"")
            .replace("\"from\": \"2025-10-01\"", "\"from\": \"2027-10-01\"")
            .replace("You can also use", "Ask for Mrs Jane Smith, 943 476 5919. You can also use");
        let said = DivertBook::parse(&broken).unwrap_err().join("; ");
        for words in ["schema", "taxi", "does not follow", "script", "source"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(DivertBook::parse("{").is_err());
    }
}
