//! What a catalogue file must keep, beyond its shape.

use std::collections::{HashMap, HashSet};

use entity::ids::LocalDate;

use super::{
    Catalogue, CatalogueError, Item, MOST_PUBLISHED, Status, SubjectKind,
    position::{PositionKind, Positions},
};
use crate::domain::drawable;

/// Longest texts, in characters: what their place on a page holds.
mod longest {
    pub(super) const TAG: usize = 24;
    /// A record keeps the edition it was chosen from in a column of this width.
    pub(super) const EDITION: usize = 60;
    pub(super) const NAME: usize = 80;
    pub(super) const SENTENCE: usize = 300;
    pub(super) const GUARD_RAIL: usize = 600;
    /// The longest notice that a notice can have.
    pub(super) const NOTICE_MONTHS: u16 = 24;
}

/// Every rule that a well-shaped catalogue breaks.
pub(super) fn rules(catalogue: &Catalogue) -> Vec<CatalogueError> {
    let mut found = Findings::default();
    found.text("edition", &catalogue.edition, longest::EDITION);
    found.text("jurisdiction", &catalogue.jurisdiction, longest::NAME);
    if catalogue.items.is_empty() {
        found.refuse("items", "a catalogue needs at least one item");
    }
    for (i, item) in catalogue.items.iter().enumerate() {
        let path = format!("items[{i}]");
        found.item_texts(&path, item);
        found.item_days(&path, item, catalogue.valid_from);
        found.subject(&path, item);
        found.positions(&path, &item.positions, item.valid_from);
        found.policies(&path, item);
        found.notice(&path, item);
        found.publication(&path, item);
    }
    found.codes_once(&catalogue.items);
    found.series(&catalogue.items);
    found.0
}

#[derive(Default)]
struct Findings(Vec<CatalogueError>);

impl Findings {
    fn refuse(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.0.push(CatalogueError { path: path.into(), reason: reason.into() });
    }

    fn text(&mut self, path: impl Into<String>, text: &str, longest: usize) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.refuse(path, "is empty");
        } else if length > longest {
            self.refuse(path, format!("has {length} characters, at most {longest} fit"));
        } else if let Some((_, sign)) = drawable::undrawable(&drawable::plain(text)) {
            self.refuse(path, format!("{sign} cannot be printed"));
        }
    }

    fn item_texts(&mut self, path: &str, item: &Item) {
        self.text(format!("{path}.title"), &item.title, longest::NAME);
        self.text(format!("{path}.area_title"), &item.area_title, longest::NAME);
        self.text(format!("{path}.plain"), &item.plain, longest::SENTENCE);
        if let Some(exception) = &item.exception {
            self.text(format!("{path}.exception"), exception, longest::SENTENCE);
        }
        if let Some(menu) = &item.menu {
            self.text(format!("{path}.menu.number"), &menu.number, longest::TAG);
        }
        for &status in Status::ALL {
            let path = format!("{path}.statuses.{status}");
            self.text(format!("{path}.label"), item.label(status), longest::NAME);
            self.text(format!("{path}.tag"), item.tag(status), longest::TAG);
        }
    }

    fn item_days(&mut self, path: &str, item: &Item, catalogue_from: LocalDate) {
        if item.valid_from < catalogue_from {
            let reason = format!("comes before {catalogue_from}, the catalogue's first day");
            self.refuse(format!("{path}.valid_from"), reason);
        }
        if item.valid_until.is_some_and(|last| last < item.valid_from) {
            let reason = format!("comes before {}, the item's first day", item.valid_from);
            self.refuse(format!("{path}.valid_until"), reason);
        }
    }

    fn subject(&mut self, path: &str, item: &Item) {
        let word = format!("{path}.subject_word");
        match (&item.subject_word, item.takes_subject()) {
            (Some(text), true) => self.text(word, text, longest::NAME),
            (None, true) => {
                self.refuse(word, format!("is needed where the subject is {}", item.subject));
            }
            (Some(_), false) => self.refuse(word, "has no place where the subject is practice"),
            (None, false) => {}
        }
        if !item.takes_subject() && !item.suggestions.is_empty() {
            let reason = "have no place where the subject is practice";
            self.refuse(format!("{path}.suggestions"), reason);
        }
        let mut seen = HashSet::new();
        for (i, suggestion) in item.suggestions.iter().enumerate() {
            let path = format!("{path}.suggestions[{i}]");
            if !seen.insert(suggestion.to_lowercase()) {
                self.refuse(path.clone(), "is there twice");
            }
            self.text(path, suggestion, longest::NAME);
        }
        if item.refuses_mixed_purpose && item.subject != SubjectKind::Agreement {
            let reason = "only an agreement has a purpose";
            self.refuse(format!("{path}.refuses_mixed_purpose"), reason);
        }
    }

    fn positions(&mut self, path: &str, positions: &Positions, item_from: LocalDate) {
        let mut before: Option<LocalDate> = None;
        for (i, position) in positions.iter().enumerate() {
            let path = format!("{path}.positions[{i}]");
            match before {
                None if position.from > item_from => {
                    let reason = format!("leaves days from {item_from}, the item's first, without a position");
                    self.refuse(format!("{path}.from"), reason);
                }
                Some(earlier) if position.from <= earlier => {
                    let reason = format!("does not come after {earlier}, the one before");
                    self.refuse(format!("{path}.from"), reason);
                }
                _ => {}
            }
            before = Some(position.from);
            self.text(format!("{path}.guard_rail"), &position.guard_rail, longest::GUARD_RAIL);
            self.text(format!("{path}.source"), &position.source, longest::SENTENCE);
        }
    }

    fn policies(&mut self, path: &str, item: &Item) {
        for (i, policy) in item.policies.iter().enumerate() {
            let path = format!("{path}.policies[{i}]");
            self.text(format!("{path}.by"), &policy.by, longest::NAME);
            self.text(format!("{path}.text"), &policy.text, longest::SENTENCE);
            self.text(format!("{path}.source"), &policy.source, longest::SENTENCE);
        }
    }

    fn notice(&mut self, path: &str, item: &Item) {
        let Some(months) = item.notice_months else {
            return;
        };
        let path = format!("{path}.notice_months");
        if !item.takes_notice() {
            self.refuse(path, format!("has no place where the subject is {}", item.subject));
        } else if !(1..=longest::NOTICE_MONTHS).contains(&months) {
            self.refuse(path, format!("is 1 to {}", longest::NOTICE_MONTHS));
        }
    }

    fn publication(&mut self, path: &str, item: &Item) {
        match (item.published, item.series_order) {
            (true, None) => {
                self.refuse(format!("{path}.series_order"), "is needed where published is true");
            }
            (false, Some(_)) => {
                let reason = "has no place where published is false";
                self.refuse(format!("{path}.series_order"), reason);
            }
            _ => {}
        }
        if item.published && item.positions.last().kind == PositionKind::Conflicts {
            let reason = "an item that conflicts with the contract is not published";
            self.refuse(format!("{path}.published"), reason);
        }
    }

    fn codes_once(&mut self, items: &[Item]) {
        let mut first = HashMap::new();
        for (i, item) in items.iter().enumerate() {
            if let Some(other) = first.get(&item.code) {
                let reason = format!("{} is already the code of items[{other}]", item.code);
                self.refuse(format!("items[{i}].code"), reason);
            } else {
                first.insert(&item.code, i);
            }
        }
    }

    fn series(&mut self, items: &[Item]) {
        let mut first = HashMap::new();
        for (i, item) in items.iter().enumerate() {
            let Some(order) = item.series_order else {
                continue;
            };
            if let Some(other) = first.get(&order) {
                let reason = format!("{order} is already the place of items[{other}]");
                self.refuse(format!("items[{i}].series_order"), reason);
            } else {
                first.insert(order, i);
            }
        }
        let published = items.iter().filter(|item| item.published).count();
        if published > MOST_PUBLISHED {
            let reason = format!("{published} are published, a release has {MOST_PUBLISHED} at most");
            self.refuse("items", reason);
        }
    }
}
