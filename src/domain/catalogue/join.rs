//! Several editions in force at once, as the one menu the product uses.
//!
//! # The rule
//! Editions of one jurisdiction stand in the order of their first day, then of their name. A code names one item through
//! all of them.
//! - **What is done.** An item of a later edition replaces the item of the same code in every earlier one, from the later
//!   item's first day on, which is never before its edition's. The earlier version ends the day before. An item that a later
//!   edition does not carry stays until its own last day: an edition ends an item by carrying it with a last day.
//! - **What was said.** No version is dropped. A record reads in the words of the edition it was chosen from
//!   ([`Catalogue::item_of`]), a past day in the words of that day ([`Catalogue::item_on`]).
//! - **What the contract said.** The positions of all versions make one timeline, shared by all of them. A later edition
//!   speaks from its item's first day on; positions of earlier days are kept as they were.
//! - **Order.** An item keeps the place it had in the first edition that knows it; new ones follow in their file's order.
//!
//! What a record is about never changes: subjects are named for a kind. Release series are fixed from one 1 April to the
//! next, so the figures of twelve items at most, each with a place of its own, are released in such a year.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Datelike;
use entity::ids::{ItemCode, LocalDate};

use super::{
    Catalogue, CatalogueError, Item, MOST_PUBLISHED, Position, Positions,
    file::{SCHEMA, built_in_files},
};

impl Catalogue {
    /// The editions of a jurisdiction: those of the files, and those of this version unless a file has their name.
    ///
    /// # Errors
    /// What is wrong with the first file that cannot be read.
    pub fn editions_of<'a>(
        jurisdiction: &str,
        files: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, Vec<CatalogueError>> {
        let mut editions = Vec::new();
        for text in files.into_iter().chain(built_in_files().map(|text| -> &'a str { text })) {
            let edition = Self::parse(text)?;
            let known = |other: &Self| other.edition == edition.edition;
            if edition.jurisdiction == jurisdiction && !editions.iter().any(known) {
                editions.push(edition);
            }
        }
        Ok(editions)
    }

    /// One menu of several editions, by the rule of this module; of none, an empty one.
    ///
    /// # Errors
    /// Every clash between two of them, with the edition and the place in its file.
    pub fn join(jurisdiction: &str, editions: &[Self]) -> Result<Self, Vec<CatalogueError>> {
        let menu = merge(jurisdiction, editions);
        let errors: Vec<CatalogueError> = editions
            .iter()
            .flat_map(|edition| {
                let others = editions.iter().filter(|other| other.edition != edition.edition);
                let found = Clashes::of(edition, &others.collect::<Vec<_>>(), &menu);
                found
                    .into_iter()
                    .map(|error| CatalogueError { path: format!("{} {}", edition.edition, error.path), ..error })
            })
            .collect();
        if errors.is_empty() { Ok(menu) } else { Err(errors) }
    }

    /// The menu as it becomes when this edition joins those that are there.
    ///
    /// # Errors
    /// Every rule that it breaks together with them, with the place in its file.
    pub fn joining(&self, others: &[Self]) -> Result<Self, Vec<CatalogueError>> {
        let mut all = others.to_vec();
        all.push(self.clone());
        let menu = merge(&self.jurisdiction, &all);
        let errors = Clashes::of(self, &others.iter().collect::<Vec<_>>(), &menu);
        if errors.is_empty() { Ok(menu) } else { Err(errors) }
    }
}

fn merge(jurisdiction: &str, editions: &[Catalogue]) -> Catalogue {
    let mut editions: Vec<&Catalogue> = editions.iter().collect();
    editions.sort_by_key(|edition| (edition.valid_from, &edition.edition));
    let mut places: HashMap<&ItemCode, usize> = HashMap::new();
    let mut grouped: Vec<Vec<Item>> = Vec::new();
    for item in editions.iter().flat_map(|edition| &edition.items) {
        let place = *places.entry(&item.code).or_insert(grouped.len());
        match grouped.get_mut(place) {
            Some(versions) => versions.push(item.clone()),
            None => grouped.push(vec![item.clone()]),
        }
    }
    let last = editions.last();
    Catalogue {
        schema: SCHEMA,
        edition: last.map_or_else(|| "none".to_owned(), |last| last.edition.clone()),
        jurisdiction: jurisdiction.to_owned(),
        valid_from: editions.first().map_or(LocalDate(chrono::NaiveDate::default()), |first| first.valid_from),
        items: grouped.into_iter().flat_map(one_after_another).collect(),
        editions: editions.iter().flat_map(|edition| edition.editions.clone()).collect(),
    }
}

/// The versions of one item: each ends where a later edition's begins, and all share what the contract said.
fn one_after_another(mut versions: Vec<Item>) -> Vec<Item> {
    let mut next: Option<LocalDate> = None;
    for version in versions.iter_mut().rev() {
        let begins = version.valid_from;
        if let Some(next) = next {
            let before = next.minus_days(1);
            version.valid_until = Some(version.valid_until.map_or(before, |own| own.min(before)));
        }
        next = Some(next.map_or(begins, |next| next.min(begins)));
    }
    if let Some(positions) = timeline(&versions) {
        for version in &mut versions {
            version.positions = positions.clone();
        }
    }
    versions
}

/// What the contract said over all versions, where there is more than one.
fn timeline(versions: &[Item]) -> Option<Positions> {
    let (first, later) = versions.split_first()?;
    let mut all: Vec<Position> = first.positions.iter().cloned().collect();
    for version in later {
        let from = version.valid_from;
        all.retain(|position| position.from < from);
        let mut in_force = version.positions.on(from).clone();
        if !all.is_empty() {
            in_force.from = from;
        }
        if !all.last().is_some_and(|before| same(before, &in_force)) {
            all.push(in_force);
        }
        let ahead = version.positions.iter().filter(|ahead| ahead.from > from);
        all.extend(ahead.cloned());
    }
    Positions::try_from(all).ok()
}

/// Whether two positions say the same, whenever they begin.
fn same(one: &Position, other: &Position) -> bool {
    let undated = Position { from: one.from, ..other.clone() };
    *one == undated
}

/// The year, from 1 April on, that a day lies in.
fn year_of(day: LocalDate) -> i32 {
    if day.0.month() < 4 { day.0.year().saturating_sub(1) } else { day.0.year() }
}

/// What one edition breaks together with others.
#[derive(Default)]
struct Clashes(Vec<CatalogueError>);

impl Clashes {
    fn of(new: &Catalogue, others: &[&Catalogue], menu: &Catalogue) -> Vec<CatalogueError> {
        let mut found = Self::default();
        found.kinds(new, others);
        found.sequences(new, menu);
        found.series(new, menu);
        found.0
    }

    fn refuse(&mut self, path: String, reason: String) {
        let error = CatalogueError { path, reason };
        if !self.0.contains(&error) {
            self.0.push(error);
        }
    }

    fn kinds(&mut self, new: &Catalogue, others: &[&Catalogue]) {
        let known: HashMap<&ItemCode, &Item> =
            others.iter().flat_map(|other| &other.items).map(|item| (&item.code, item)).collect();
        for (i, item) in new.items.iter().enumerate() {
            let Some(other) = known.get(&item.code) else {
                continue;
            };
            if other.subject != item.subject {
                self.refuse(
                    format!("items[{i}].subject"),
                    format!(
                        "is {}, and in {} it is {}: what a record is about cannot change",
                        item.subject, other.edition, other.subject
                    ),
                );
            }
        }
    }

    fn sequences(&mut self, new: &Catalogue, menu: &Catalogue) {
        let mut before: HashMap<&ItemCode, BTreeSet<&ItemCode>> = HashMap::new();
        for item in &menu.items {
            let steps = before.entry(&item.code).or_default();
            steps.extend(&item.follows);
        }
        for (i, item) in new.items.iter().enumerate() {
            let Some(follows) = &item.follows else {
                continue;
            };
            if !before.contains_key(follows) {
                let reason = format!("no item has the code {follows}");
                self.refuse(format!("items[{i}].follows"), reason);
            } else if leads_to(&before, follows, &item.code) {
                let reason = format!("{} comes before {follows} already", item.code);
                self.refuse(format!("items[{i}].follows"), reason);
            }
        }
    }

    fn series(&mut self, new: &Catalogue, menu: &Catalogue) {
        let published = menu.items.iter().filter(|item| item.published);
        // The most items of a year are met in a year in which one of them begins.
        let years: BTreeSet<i32> = published.map(|item| year_of(item.valid_from)).collect();
        for year in years {
            let days = LocalDate::new(year, 4, 1).zip(LocalDate::new(year.saturating_add(1), 3, 31));
            let Some((first, last)) = days else { continue };
            let series = menu.published_series(first, last);
            if series.len() > MOST_PUBLISHED {
                let reason = format!(
                    "with the other editions {} are published in the year from 1 April {year}, a release has \
                     {MOST_PUBLISHED} at most",
                    series.len()
                );
                self.refuse("items".to_owned(), reason);
            }
            self.places(new, &series);
        }
    }

    fn places(&mut self, new: &Catalogue, series: &[&Item]) {
        let mut taken: BTreeMap<u8, Vec<&Item>> = BTreeMap::new();
        for item in series {
            if let Some(order) = item.series_order {
                taken.entry(order).or_default().push(item);
            }
        }
        for (i, item) in new.items.iter().enumerate() {
            let Some(order) = item.series_order else {
                continue;
            };
            let sharing = taken.get(&order).map(Vec::as_slice).unwrap_or_default();
            let ours = sharing.iter().any(|one| one.code == item.code && one.edition == new.edition);
            let other = sharing.iter().find(|other| other.code != item.code);
            if let (true, Some(other)) = (ours, other) {
                let reason = format!("{order} is already the place of {} in {}", other.code, other.edition);
                self.refuse(format!("items[{i}].series_order"), reason);
            }
        }
    }
}

/// Whether the steps before `from` lead to `to`.
fn leads_to(before: &HashMap<&ItemCode, BTreeSet<&ItemCode>>, from: &ItemCode, to: &ItemCode) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(code) = open.pop() {
        if code == to {
            return true;
        }
        if seen.insert(code) {
            open.extend(before.get(code).into_iter().flatten().copied());
        }
    }
    false
}
