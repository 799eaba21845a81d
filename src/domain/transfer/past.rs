//! Items of before, from a sheet that a practice kept: which of them are new, and which are there already.
//!
//! An item has no number of its own in such a sheet, so its identity is what it says. A sheet that was opened and saved
//! again says the same in other letters: identity leaves out what a spreadsheet changes. Two rows that say the same are two
//! items, told apart by their order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::ids::{LocalDate, OdsCode, RowId, TransferId};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use super::{Minutes, NewTransfer, ProviderRef, TransferOutcome};
use crate::domain::{
    digest,
    name::{Asked, OwnReference, ProviderName},
};

/// The first day of which a sheet is taken.
pub fn first_day() -> LocalDate {
    LocalDate(NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or(NaiveDate::MIN))
}

/// Items that one file adds at most: they are written in one transaction.
pub const MOST_ROWS: usize = 2_000;
/// Files that add something, for one practice and day.
pub const MOST_A_DAY: u64 = 40;

/// A row whose cells are of their kinds, without a person in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastRow {
    /// Its line in the file.
    pub line: u64,
    /// The item's id, where the file is one that was written here.
    pub id: Option<TransferId>,
    /// The day it came.
    pub came_on: LocalDate,
    /// ODS code of the provider.
    pub provider: Option<String>,
    /// Its name, where it has no code here.
    pub provider_name: Option<ProviderName>,
    /// Code of the department.
    pub department: Option<String>,
    /// Code of the category.
    pub category: String,
    /// One of the category's reasons.
    pub reason: Option<String>,
    /// Code of the route.
    pub route: Option<String>,
    /// What was asked.
    pub asked: Option<Asked>,
    /// What the practice did.
    pub outcome: TransferOutcome,
    /// Minutes of a GP.
    pub gp: Option<u16>,
    /// Of a pharmacist or another clinician.
    pub other_clinician: Option<u16>,
    /// Of a nurse.
    pub nurse: Option<u16>,
    /// Of administration.
    pub admin: Option<u16>,
    /// The practice's own reference.
    pub reference: Option<OwnReference>,
}

/// Letters and digits in small letters: what another encoding or a typesetting program leaves as it is.
fn bare(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A reference as a spreadsheet leaves it: it takes zeros from the front of a number.
fn bare_reference(reference: Option<&OwnReference>) -> String {
    let text = reference.map(|reference| bare(reference.as_str())).unwrap_or_default();
    if text.bytes().all(|digit| digit.is_ascii_digit()) { text.trim_start_matches('0').to_owned() } else { text }
}

/// What all identities have in common.
fn says(
    came_on: LocalDate,
    provider: &ProviderRef,
    (department, category, reason): (Option<&str>, &str, Option<&str>),
    (asked, outcome, reference): (Option<&Asked>, TransferOutcome, Option<&OwnReference>),
) -> Vec<String> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        came_on.to_string(),
        provider.key.clone(),
        text(department),
        category.to_owned(),
        text(reason),
        asked.map(|asked| bare(asked.as_str())).unwrap_or_default(),
        outcome.to_string(),
        bare_reference(reference),
    ]
}

impl PastRow {
    /// What it says as it was typed: minutes that were left empty stay so, whatever is usual on the day of the import.
    fn typed(&self, provider: &ProviderRef) -> Vec<String> {
        let mut said = says(
            self.came_on,
            provider,
            (self.department.as_deref(), &self.category, self.reason.as_deref()),
            (self.asked.as_ref(), self.outcome, self.reference.as_ref()),
        );
        said.push(self.route.clone().unwrap_or_default());
        let minutes = [self.gp, self.other_clinician, self.nurse, self.admin];
        said.extend(minutes.map(|minutes| minutes.map(|n| n.to_string()).unwrap_or_default()));
        said
    }
}

/// What an item says as it stands, with its minutes.
fn kept(item: &NewTransfer) -> Vec<String> {
    let mut said = says(
        item.came_on,
        &item.provider,
        (item.department.as_deref(), &item.category, item.reason.as_deref()),
        (item.asked.as_ref(), item.outcome, item.reference.as_ref()),
    );
    let Minutes { gp, other_clinician, nurse, admin } = item.minutes;
    said.push(item.route.clone());
    said.extend([gp, other_clinician, nurse, admin].map(|n| n.to_string()));
    said
}

/// The id of the nth item of a practice that says this: a UUID of version 7, of the day it came.
fn id(practice: &OdsCode, came_on: LocalDate, typed: &[String], nth: usize) -> TransferId {
    let nth = nth.to_string();
    let mut parts: Vec<&[u8]> = vec![b"transferred work", practice.as_str().as_bytes(), nth.as_bytes()];
    parts.extend(typed.iter().map(String::as_bytes));
    let mut digits = [0; 10];
    for (to, from) in digits.iter_mut().zip(digest::of_parts(&parts)) {
        *to = from;
    }
    let millis = came_on.0.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    let id: Uuid = Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or_default(), &digits).into_uuid();
    TransferId(id)
}

/// A row and the item that it would become; the item's own id says nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastItem {
    /// As it was typed.
    pub row: PastRow,
    /// As it would be kept.
    pub new: NewTransfer,
}

/// What a file would add.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PastPlan {
    /// Items that are not there yet, under the ids that they would have, in the order of the file.
    pub fresh: Vec<PastItem>,
    /// Rows that are there already.
    pub there: u64,
    /// Of these, rows whose item was taken out here as logged in error.
    pub removed: u64,
    /// Of these, lines of rows whose item reads differently here, with the item's lasting name.
    pub differ: Vec<(u64, TransferId)>,
    /// Lines of fresh rows that say the same as another one of the file, each group by itself.
    pub alike: Vec<Vec<u64>>,
}

/// The day, the provider and the reference of an item, where it has one: what stays when the rest of it is mended.
fn referred(item: &NewTransfer) -> Option<(LocalDate, &str, String)> {
    let reference = bare_reference(item.reference.as_ref());
    (!reference.is_empty()).then_some((item.came_on, item.provider.key.as_str(), reference))
}

/// Every entry of the practice, corrected or not, by what is asked of it.
struct Known<'a> {
    by_id: BTreeMap<TransferId, &'a NewTransfer>,
    by_reference: BTreeMap<(LocalDate, &'a str, String), BTreeSet<TransferId>>,
    by_words: BTreeMap<Vec<String>, BTreeSet<TransferId>>,
    removed: BTreeSet<TransferId>,
    claimed: BTreeSet<TransferId>,
}

impl<'a> Known<'a> {
    fn of(entries: &'a [NewTransfer]) -> Self {
        let mut known = Self {
            by_id: entries.iter().map(|entry| (entry.id, entry)).collect(),
            by_words: BTreeMap::new(),
            by_reference: BTreeMap::new(),
            removed: BTreeSet::new(),
            claimed: BTreeSet::new(),
        };
        for entry in entries {
            if entry.removed {
                known.removed.insert(entry.lasting());
            }
            known.by_words.entry(kept(entry)).or_default().insert(entry.lasting());
            if let Some(referred) = referred(entry) {
                known.by_reference.entry(referred).or_default().insert(entry.lasting());
            }
        }
        known
    }

    /// Takes an entry by its id.
    fn take(&mut self, id: TransferId) -> Option<&'a NewTransfer> {
        let entry = self.by_id.get(&id).copied()?;
        self.claimed.insert(entry.lasting());
        Some(entry)
    }

    /// Takes an item that says the same and that no other row is.
    fn take_like(&mut self, new: &NewTransfer) -> Option<TransferId> {
        let free = self.free(self.by_words.get(&kept(new))?)?;
        self.claimed.insert(free);
        Some(free)
    }

    /// Takes an item of the same day, provider and reference that no other row is: one that was mended in the file.
    fn take_referred(&mut self, new: &NewTransfer) -> Option<TransferId> {
        let free = self.free(self.by_reference.get(&referred(new)?)?)?;
        self.claimed.insert(free);
        Some(free)
    }

    fn free(&self, items: &BTreeSet<TransferId>) -> Option<TransferId> {
        items.iter().find(|item| !self.claimed.contains(item)).copied()
    }
}

/// Holds the rows of a file against every entry of the practice that says one of their days or has one of their ids,
/// corrected and removed ones too: what was taken out here is not put back by an old file.
pub fn plan(practice: &OdsCode, items: Vec<PastItem>, entries: &[NewTransfer]) -> PastPlan {
    let mut known = Known::of(entries);
    let mut plan = PastPlan::default();
    let mut nth: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut left = Vec::new();
    let mut lines: BTreeMap<Vec<String>, Vec<u64>> = BTreeMap::new();
    for mut item in items {
        if let Some(entry) = item.row.id.and_then(|id| known.take(id)) {
            plan.there = plan.there.saturating_add(1);
            let lasting = entry.lasting();
            plan.removed = plan.removed.saturating_add(known.removed.contains(&lasting).into());
            if kept(entry) != kept(&item.new) {
                plan.differ.push((item.row.line, lasting));
            }
            continue;
        }
        let typed = item.row.typed(&item.new.provider);
        let count = nth.entry(typed.clone()).or_default();
        item.new.id = id(practice, item.row.came_on, &typed, *count);
        *count = count.saturating_add(1);
        left.push((typed, item));
    }
    let mut unknown = Vec::new();
    for (typed, item) in left {
        match known.take(item.new.id) {
            Some(entry) => plan.found(&known, entry.lasting()),
            None => unknown.push((typed, item)),
        }
    }
    let (mut mended, mut others) = (Vec::new(), Vec::new());
    for (typed, item) in unknown {
        match known.take_like(&item.new) {
            Some(lasting) => plan.found(&known, lasting),
            None => others.push((typed, item)),
        }
    }
    for (typed, item) in others {
        if let Some(lasting) = known.take_referred(&item.new) {
            plan.found(&known, lasting);
            mended.push((item.row.line, lasting));
            continue;
        }
        lines.entry(typed).or_default().push(item.row.line);
        plan.fresh.push(item);
    }
    plan.differ.append(&mut mended);
    plan.differ.sort_unstable();
    plan.alike = lines.into_values().filter(|lines| lines.len() > 1).collect();
    plan.alike.sort_unstable();
    plan
}

impl PastPlan {
    fn found(&mut self, known: &Known<'_>, lasting: TransferId) {
        self.there = self.there.saturating_add(1);
        self.removed = self.removed.saturating_add(known.removed.contains(&lasting).into());
    }
}

/// A file whose items were added, as one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTransferImport {
    /// Made with the preview.
    pub id: RowId,
    /// Items that it added.
    pub items: u32,
    /// Rows that were there already.
    pub there: u64,
    /// Rows that could not be taken.
    pub refused: u64,
    /// The first day of an item that it added.
    pub first_day: LocalDate,
    /// The last one.
    pub last_day: LocalDate,
}

/// The same, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferImport {
    /// What it was.
    pub says: NewTransferImport,
    /// When it was added.
    pub recorded_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn practice() -> OdsCode {
        "Z90001".parse().unwrap()
    }

    /// One of a few things that a row may say, so that some say the same.
    fn item(line: u64, says: u8) -> PastItem {
        let came_on = LocalDate::new(2025, 11, u32::from(says % 3) + 1).unwrap();
        let provider = ProviderRef { key: "own:a house".to_owned(), name: "A House".to_owned() };
        let asked: Option<Asked> = (says & 4 > 0).then(|| "Letter of the clinic".parse().unwrap());
        let gp = (says & 8 > 0).then_some(5);
        let row = PastRow {
            line,
            id: None,
            came_on,
            provider: None,
            provider_name: Some("A House".parse().unwrap()),
            department: None,
            category: "clinic-letter".to_owned(),
            reason: None,
            route: None,
            asked: asked.clone(),
            outcome: TransferOutcome::Returned,
            gp,
            other_clinician: None,
            nurse: None,
            admin: None,
            reference: None,
        };
        let new = NewTransfer {
            id: TransferId(Uuid::nil()),
            corrects: None,
            first: None,
            provider,
            department: None,
            pathway: None,
            category: row.category.clone(),
            reason: None,
            route: "letter".to_owned(),
            asked,
            outcome: row.outcome,
            // Empty minutes are the usual ones, and five is what is usual.
            minutes: Minutes { gp: 5, other_clinician: 0, nurse: 0, admin: 20 },
            reference: None,
            came_on,
            duty: None,
            edition: "x".to_owned(),
            removed: false,
        };
        PastItem { row, new }
    }

    fn items(says: &[u8]) -> Vec<PastItem> {
        (2..).zip(says).map(|(line, says)| item(line, *says)).collect()
    }

    #[test]
    fn an_id_is_of_its_practice_its_words_its_place_and_its_day() {
        let ids = plan(&practice(), items(&[0, 0, 1, 4, 8]), &[]).fresh;
        let ids: BTreeSet<TransferId> = ids.into_iter().map(|item| item.new.id).collect();
        assert_eq!(ids.len(), 5);
        assert!(ids.iter().all(|id| id.0.get_version_num() == 7));
        let others = plan(&"Z90002".parse().unwrap(), items(&[0, 0, 1, 4, 8]), &[]).fresh;
        assert!(others.iter().all(|item| !ids.contains(&item.new.id)));
    }

    #[test]
    fn what_was_logged_by_hand_is_there_once_and_its_twin_is_new() {
        let logged = NewTransfer { id: TransferId(Uuid::from_u128(7)), ..item(2, 0).new };
        let entries = vec![logged];
        let found = plan(&practice(), items(&[0, 0]), &entries);
        assert_eq!((found.there, found.fresh.len()), (1, 1));
        let mut entries = entries;
        entries.extend(found.fresh.into_iter().map(|item| item.new));
        assert_eq!(plan(&practice(), items(&[0, 0]), &entries).there, 2);
    }

    #[test]
    fn a_row_that_was_mended_is_told_as_different_and_not_added_again() {
        let referred = |line, says, gp, reference: &str| {
            let mut item = item(line, says);
            item.row.reference = Some(reference.parse().unwrap());
            item.new.reference = item.row.reference.clone();
            (item.row.gp, item.new.minutes.gp) = (Some(gp), gp);
            item
        };
        let first = vec![referred(2, 0, 5, "77"), referred(3, 0, 5, "78"), item(4, 0)];
        let entries: Vec<NewTransfer> = plan(&practice(), first, &[]).fresh.into_iter().map(|item| item.new).collect();
        assert_eq!(entries.len(), 3);
        // One was mended, one stands as it was, one has a reference that is not there, one has none.
        let again = vec![referred(2, 0, 9, "077"), referred(3, 0, 5, "78"), referred(4, 0, 5, "79"), item(5, 1)];
        let found = plan(&practice(), again, &entries);
        assert_eq!((found.there, found.fresh.len()), (2, 2));
        assert_eq!(found.differ, [(2, entries[0].lasting())]);
        // Two letters under one reference are two items still.
        let twice = vec![referred(2, 0, 5, "77"), referred(3, 0, 9, "77")];
        let found = plan(&practice(), twice, &entries);
        assert_eq!((found.there, found.fresh.len()), (1, 1));
    }

    proptest! {
        #[test]
        fn a_file_adds_nothing_twice_and_a_longer_one_what_is_missing(
            first in proptest::collection::vec(0_u8..12, 0..12),
            more in proptest::collection::vec(0_u8..12, 0..12),
        ) {
            let added = plan(&practice(), items(&first), &[]);
            prop_assert_eq!(added.fresh.len(), first.len());
            let mut entries: Vec<NewTransfer> = added.fresh.into_iter().map(|item| item.new).collect();
            let again = plan(&practice(), items(&first), &entries);
            prop_assert_eq!((again.there, again.fresh.len()), (u64::try_from(first.len()).unwrap(), 0));
            // The same rows in another order, with others between them.
            let mut longer: Vec<u8> = more.iter().chain(first.iter().rev()).copied().collect();
            let rest = plan(&practice(), items(&longer), &entries);
            prop_assert_eq!(rest.fresh.len(), more.len());
            entries.extend(rest.fresh.into_iter().map(|item| item.new));
            longer.reverse();
            prop_assert_eq!(plan(&practice(), items(&longer), &entries).fresh.len(), 0);
            let ids: BTreeSet<TransferId> = entries.iter().map(|entry| entry.id).collect();
            prop_assert_eq!(ids.len(), entries.len());
        }
    }
}
