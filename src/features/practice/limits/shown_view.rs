//! What both parts of the page of limits and rota show.

use std::collections::BTreeMap;

use entity::ids::{ClinicianId, LocalDate, OdsCode};

use crate::{domain::limit::Rules, error::FieldError, href, store::people::ClinicianRow, ui::href::Href};

/// What the page shows.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) practice: OdsCode,
    pub(super) today: LocalDate,
    pub(super) rules: Rules,
    pub(super) clinicians: Vec<ClinicianRow>,
    /// What was typed, where it was refused.
    pub(super) typed: BTreeMap<String, String>,
    pub(super) errors: Vec<FieldError>,
    /// What was saved a moment ago.
    pub(super) saved: Option<&'static str>,
}

impl Limits {
    pub(super) fn typed(&self, name: &str, otherwise: String) -> String {
        self.typed.get(name).cloned().unwrap_or(otherwise)
    }
}

pub(super) fn base(page: &Limits) -> Href {
    href!("/practices").seg(&page.practice)
}

pub(super) fn label(page: &Limits, clinician: Option<ClinicianId>) -> String {
    let Some(id) = clinician else {
        return "Everyone".to_owned();
    };
    let known = page.clinicians.iter().find(|row| row.id == id);
    known.map_or_else(|| "A former clinician".to_owned(), |row| row.label.clone())
}
