//! The guard-rails that were shown when something was recorded: each text once, as a file of its own.

use std::collections::BTreeMap;

use entity::ids::{ItemCode, LocalDate};

use crate::{
    domain::catalogue::{Catalogue, Item, PositionKind},
    exchange::archive::File,
    store::actions::Recorded,
    ui::register,
};

/// A text as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rail {
    /// Where it is kept in the pack.
    pub(super) file: String,
    /// The item it is about.
    pub(super) title: String,
    pub(super) edition: String,
    /// The contract position, as a word.
    pub(super) position: &'static str,
    pub(super) text: String,
    /// Where it was read and when, as the catalogue says; nothing where it holds that edition no more.
    pub(super) source: Option<(String, LocalDate)>,
}

type Key = (ItemCode, String, String, String);

/// Every guard-rail of some rows.
#[derive(Debug, Default)]
pub(super) struct Rails {
    all: Vec<Rail>,
    places: BTreeMap<Key, usize>,
}

fn key(recorded: &Recorded) -> Key {
    (recorded.row.change.item.clone(), recorded.edition.clone(), recorded.position.clone(), recorded.guard_rail.clone())
}

impl Rails {
    /// Each text once, in the order in which it was first shown.
    pub(super) fn of(decisions: &[Recorded], catalogue: &Catalogue) -> Self {
        let mut rails = Self::default();
        for recorded in decisions {
            let n = rails.all.len();
            let place = *rails.places.entry(key(recorded)).or_insert(n);
            if place == n {
                rails.all.push(rail(recorded, catalogue, n.saturating_add(1)));
            }
        }
        rails
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Rail] {
        &self.all
    }

    /// The one that was shown with a row.
    pub(super) fn shown(&self, recorded: &Recorded) -> Option<&Rail> {
        self.all.get(*self.places.get(&key(recorded))?)
    }
}

/// A code as a part of a file's name.
pub(super) fn plain(code: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    code.chars().map(plain).take(60).collect()
}

fn rail(recorded: &Recorded, catalogue: &Catalogue, n: usize) -> Rail {
    let row = &recorded.row;
    let item = catalogue.item_of(&row.change.item, &recorded.edition, row.change.effective_on);
    let kind = recorded.position.parse::<PositionKind>();
    let same = |item: &Item| {
        let found = item.position_saying(&recorded.guard_rail);
        found.map(|one| (one.source.clone(), one.checked_on))
    };
    Rail {
        file: format!("guard-rails/{n:03}-{}.txt", plain(row.change.item.as_str())),
        title: item.map_or_else(|| row.change.item.to_string(), |item| item.title.clone()),
        edition: recorded.edition.clone(),
        position: kind.map_or("Not known", register::position),
        text: recorded.guard_rail.clone(),
        source: item.and_then(same),
    }
}

impl Rail {
    /// "BMA menu of actions, 2024. Checked 2 November 2026."
    pub(super) fn read_at(&self) -> String {
        match &self.source {
            Some((source, checked)) => format!("{source}. Checked {}.", checked.written()),
            None => "The catalogue does not hold this text any more.".to_owned(),
        }
    }

    /// As a file.
    pub(super) fn as_file(&self) -> File {
        let text = format!(
            "{}\nContract position: {}\nEdition of the catalogue: {}\n\n{}\n\nSource: {}\n",
            self.title,
            self.position,
            self.edition,
            self.text,
            self.read_at()
        );
        File::new(self.file.clone(), text)
    }
}
