//! Items that an LMC adds for its practices, laid over the national menu. They are recorded, counted and shown as any other by
//! that LMC and its practices, and never enter a release.

use entity::ids::{ItemCode, LocalDate, OrgCode, RowId};

use super::{
    Catalogue, Item, Local, StatusTable, StatusWords, SubjectKind,
    position::{Position, PositionKind, Positions},
};

/// What the code of a local item begins with.
const PREFIX: &str = "local-";
/// What one record of a local item can be about.
pub const SUBJECTS: [SubjectKind; 3] = [SubjectKind::Practice, SubjectKind::Service, SubjectKind::Pathway];
/// How a local item can stand to the contract. What the contract forbids is not offered to anybody.
pub const POSITIONS: [PositionKind; 3] = [PositionKind::Permitted, PositionKind::Conditional, PositionKind::Unknown];

/// An item of an LMC, as its newest version has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalItem {
    /// The row of this version.
    pub id: RowId,
    /// Whose.
    pub lmc: OrgCode,
    /// Stable code.
    pub code: ItemCode,
    /// Counts up from 1.
    pub version: i32,
    /// Short name.
    pub title: String,
    /// Its scope in one sentence.
    pub plain: String,
    /// What it leaves out; empty where nothing was said.
    pub exception: String,
    /// One of [`SUBJECTS`].
    pub subject: SubjectKind,
    /// One of [`POSITIONS`].
    pub position: PositionKind,
    /// What stays obligatory.
    pub guard_rail: String,
    /// Where that can be read.
    pub source: String,
    /// When it was last read there.
    pub checked_on: LocalDate,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_until: Option<LocalDate>,
}

/// The code of a new item, after its first row.
///
/// # Errors
/// Never: an id has only small letters, digits and hyphens.
pub fn code_of(id: RowId) -> Result<ItemCode, entity::ids::NotAnId> {
    format!("{PREFIX}{}", id.0.simple()).parse()
}

impl LocalItem {
    /// What a person calls its subject; nothing for the practice itself.
    pub fn subject_word(subject: SubjectKind) -> Option<&'static str> {
        match subject {
            SubjectKind::Service => Some("service"),
            SubjectKind::Pathway => Some("department or pathway"),
            _ => None,
        }
    }

    fn item(&self, here: bool) -> Item {
        let exception = Some(self.exception.clone()).filter(|text| !text.is_empty());
        let position = Position {
            from: self.valid_from,
            kind: self.position,
            guard_rail: self.guard_rail.clone(),
            source: self.source.clone(),
            checked_on: self.checked_on,
        };
        Item {
            code: self.code.clone(),
            edition: format!("local version {}", self.version),
            local: Some(Local { lmc: self.lmc.clone(), here }),
            follows: None,
            title: self.title.clone(),
            area_title: self.title.clone(),
            plain: self.plain.clone(),
            exception,
            menu: None,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            subject: self.subject,
            subject_word: Self::subject_word(self.subject).map(str::to_owned),
            suggestions: Vec::new(),
            refuses_mixed_purpose: false,
            statuses: words(self.subject),
            positions: Positions::of(position),
            own_positions: Vec::new(),
            policies: Vec::new(),
            notice_months: None,
            published: false,
            series_order: None,
        }
    }
}

impl Catalogue {
    /// The menu with local items after the national ones: those of one LMC to be recorded, all others to be named.
    #[must_use]
    pub fn with_local(&self, all: &[LocalItem], lmc: Option<&OrgCode>) -> Self {
        let mut menu = self.clone();
        menu.items.extend(all.iter().map(|one| one.item(lmc == Some(&one.lmc))));
        menu
    }
}

fn words(subject: SubjectKind) -> StatusTable {
    let of = |label: &str, tag: &str| StatusWords { label: label.to_owned(), tag: tag.to_owned() };
    let same = |text: &str| of(text, text);
    let thinking = same("Thinking about it");
    match subject {
        SubjectKind::Service => StatusTable {
            running: same("Still provided"),
            thinking,
            pausing_from: of("Ending from a date", "Ending from"),
            paused_since: of("No longer provided", "Ended"),
            restarted: same("Provided again"),
        },
        SubjectKind::Pathway => StatusTable {
            running: same("Used as before"),
            thinking,
            pausing_from: of("Stopping from a date", "Stopping from"),
            paused_since: same("Stopped"),
            restarted: same("Used again"),
        },
        _ => StatusTable {
            running: same("Nothing has changed"),
            thinking,
            pausing_from: of("Beginning on a date", "Beginning on"),
            paused_since: of("Taking this action", "Taking it"),
            restarted: of("No longer taking it", "Ended"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::may_leave;

    fn local() -> LocalItem {
        let day = |text: &str| text.parse().unwrap();
        LocalItem {
            id: RowId(uuid::Uuid::from_u128(7)),
            lmc: "EAST".parse().unwrap(),
            code: code_of(RowId(uuid::Uuid::from_u128(7))).unwrap(),
            version: 2,
            title: "Bloods for the eye clinic".to_owned(),
            plain: "Taking blood that the eye clinic asks for.".to_owned(),
            exception: String::new(),
            subject: SubjectKind::Practice,
            position: PositionKind::Permitted,
            guard_rail: "What the practice orders itself it follows up.".to_owned(),
            source: "https://example.org/agreement".to_owned(),
            checked_on: day("2026-11-01"),
            valid_from: day("2026-11-01"),
            valid_until: Some(day("2026-12-31")),
        }
    }

    #[test]
    fn a_local_item_is_offered_at_home_named_elsewhere_and_released_nowhere() {
        let (national, local) = (Catalogue::built_in().unwrap(), local());
        let (day, code) = ("2026-11-20".parse().unwrap(), &local.code);
        let menu = |lmc: Option<&str>| {
            let lmc: Option<OrgCode> = lmc.map(|lmc| lmc.parse().unwrap());
            national.with_local(std::slice::from_ref(&local), lmc.as_ref())
        };
        for (lmc, here) in [(Some("EAST"), true), (Some("WEST"), false), (None, false)] {
            let menu = menu(lmc);
            assert_eq!(menu.items_on(day).any(|item| item.code == *code), here, "{lmc:?}");
            let item = menu.item_on(code, day).unwrap();
            assert_eq!((item.title.as_str(), may_leave(item, day)), ("Bloods for the eye clinic", here));
            let (first, last) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
            assert_eq!(menu.published_series(first, last), national.published_series(first, last));
            assert_eq!(menu.items_on(day).count(), national.items_on(day).count() + usize::from(here));
        }
        let home = menu(Some("EAST"));
        assert!(!home.items_on("2027-01-01".parse().unwrap()).any(|item| item.code == *code));
        assert!(national.item(code).is_none());
    }

    /// Words fit where those of the national menu fit.
    #[test]
    fn a_local_item_keeps_the_rules_of_the_national_file() {
        for subject in SUBJECTS {
            let mut menu = Catalogue::built_in().unwrap().clone();
            menu.items = vec![LocalItem { subject, ..local() }.item(true)];
            assert_eq!(super::super::check::rules(&menu), [], "{subject}");
        }
    }
}
