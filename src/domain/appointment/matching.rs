//! How a practice matched its columns, session holders and slot types, so that it is asked once.
//!
//! What a file says is kept as digests only: a column of patients chosen by mistake would leave nothing to read.

use std::collections::BTreeMap;

use entity::ids::{ClinicianId, OdsCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Column, Places, SlotOutcome, System, TypeMeaning, digest_id, is_patient_column, kind_in_words, outcome_in_words,
    plain,
};
use crate::domain::contact::ContactKind;

/// Digests of what files say, and what they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// Columns of a report, by code.
    #[serde(default)]
    pub columns: BTreeMap<String, Uuid>,
    /// Session holders; those without a clinician are not counted.
    #[serde(default)]
    pub holders: BTreeMap<Uuid, Option<ClinicianId>>,
    /// Slot types with the code of a [`TypeMeaning`]; those without are no contacts.
    #[serde(default)]
    pub types: BTreeMap<Uuid, Option<String>>,
    /// Words of the practice's own for what became of a slot, with the code of an outcome; rows with those without are refused.
    #[serde(default)]
    pub statuses: BTreeMap<Uuid, Option<String>>,
}

/// What a session holder or slot type was matched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched<T> {
    /// This.
    To(T),
    /// Nothing: it is not counted.
    NotCounted,
    /// Nobody said.
    Unknown,
}

/// The digest under which a word of a file is kept.
pub(super) fn digest(practice: &OdsCode, system: System, what: &str, text: &str) -> Uuid {
    let text = text.trim().to_lowercase();
    digest_id(&[practice.as_str().as_bytes(), system.code().as_bytes(), what.as_bytes(), text.as_bytes()])
}

impl Matching {
    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The digest of a session holder.
    pub fn holder_id(practice: &OdsCode, system: System, text: &str) -> Uuid {
        digest(practice, system, "holder", text)
    }

    /// The digest of a slot type.
    pub fn type_id(practice: &OdsCode, system: System, text: &str) -> Uuid {
        digest(practice, system, "type", text)
    }

    /// The digest of a status.
    pub fn status_id(practice: &OdsCode, system: System, text: &str) -> Uuid {
        digest(practice, system, "status", text)
    }

    /// The digest of a column's name.
    pub fn column_id(practice: &OdsCode, name: &str) -> Uuid {
        digest(practice, System::Report, "column", &plain(name))
    }

    /// Whom a session holder was matched to.
    pub fn holder(&self, practice: &OdsCode, system: System, text: &str) -> Matched<ClinicianId> {
        match self.holders.get(&Self::holder_id(practice, system, text)) {
            Some(Some(clinician)) => Matched::To(*clinician),
            Some(None) => Matched::NotCounted,
            None => Matched::Unknown,
        }
    }

    /// What a slot type stands for: as matched, else as its words say.
    pub fn kind(&self, practice: &OdsCode, system: System, text: &str) -> Option<TypeMeaning> {
        if self.types.is_empty() {
            return kind_in_words(text);
        }
        match self.types.get(&Self::type_id(practice, system, text)) {
            Some(Some(code)) => Some(code.parse().unwrap_or(TypeMeaning::Contact(ContactKind::default()))),
            Some(None) => None,
            None => kind_in_words(text),
        }
    }

    /// What a status says became of a slot: in the practice's own words, else in those of the systems.
    pub fn outcome(&self, practice: &OdsCode, system: System, text: &str) -> Option<SlotOutcome> {
        let own = if self.statuses.is_empty() {
            None
        } else {
            self.statuses.get(&Self::status_id(practice, system, text)).cloned().flatten()
        };
        own.and_then(|code| code.parse().ok()).or_else(|| outcome_in_words(text))
    }

    /// Where the columns of a report stand: as matched, and those that this header lacks by their usual names.
    pub fn places(&self, practice: &OdsCode, system: System, header: &[String]) -> Places {
        let usual = Places::usual(system, header);
        if system != System::Report || self.columns.is_empty() {
            return usual;
        }
        let known: BTreeMap<Uuid, usize> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| !is_patient_column(name))
            .map(|(at, name)| (Self::column_id(practice, name), at))
            .collect();
        let matched: BTreeMap<Column, usize> =
            self.columns.iter().filter_map(|(column, name)| Some((column.parse().ok()?, *known.get(name)?))).collect();
        if matched.len() == self.columns.len() {
            return Places(matched);
        }
        let mut places = usual;
        places.0.retain(|_, at| !matched.values().any(|taken| taken == at));
        places.0.extend(matched);
        places
    }

    /// Whether a practice pointed out every column that it uses, and this header has them all.
    pub fn has_all(&self, practice: &OdsCode, header: &[String]) -> bool {
        let known: Vec<Uuid> = header.iter().map(|name| Self::column_id(practice, name)).collect();
        !self.columns.is_empty() && self.columns.values().all(|name| known.contains(name))
    }
}
