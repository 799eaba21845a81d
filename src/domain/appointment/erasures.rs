//! When clinicians had everything erased.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};
use uuid::Uuid;

use super::digest_id;
use crate::domain::calendar;

/// When each clinician of a practice had everything erased. Those who never did are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erasures(pub BTreeMap<ClinicianId, DateTime<Utc>>);

impl Erasures {
    /// Whether a day of a clinician was erased: the practice kept its sum.
    pub fn have(&self, clinician: ClinicianId, day: LocalDate) -> bool {
        self.0.get(&clinician).is_some_and(|erased| day <= calendar::london_day(*erased))
    }

    /// Two that differ have another: whoever built something on them finds out that there was one more.
    pub fn digest(&self) -> Uuid {
        let parts: Vec<String> = self.0.iter().map(|(id, erased)| format!("{id} {}", erased.to_rfc3339())).collect();
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        digest_id(&parts)
    }
}
