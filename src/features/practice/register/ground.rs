//! What the rows of a spreadsheet are held against: the register as it stands.

use std::{collections::BTreeMap, sync::Arc};

use entity::ids::{ItemCode, LocalDate, OdsCode, SubjectId};

use super::read::Register;
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus},
        action::StatusRow,
    },
    operations::record_status::Facts,
};

/// Which item and subject.
type Key = (ItemCode, Option<SubjectId>);

/// What rows are held against.
pub(super) struct Ground<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) register: &'a Register,
    pub(super) today: LocalDate,
    pub(super) by: By<PracticeScope>,
    pub(super) facts: Facts,
    /// Subjects by item and name in small letters.
    pub(super) names: BTreeMap<(ItemCode, String), SubjectId>,
    pub(super) histories: BTreeMap<Key, Vec<StatusRow>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(permit: &'a Permit<RecordStatus>, register: &'a Register, today: LocalDate) -> Self {
        let mut histories: BTreeMap<Key, Vec<StatusRow>> = BTreeMap::new();
        for row in register.rows() {
            let key = (row.change.item.clone(), row.change.subject);
            histories.entry(key).or_default().push(row.clone());
        }
        let names = register.subjects().iter();
        Self {
            practice: permit.scope().practice(),
            register,
            today,
            by: By::from(permit),
            facts: Facts { catalogue: Arc::clone(&register.catalogue), today },
            names: names
                .filter(|(id, _)| !register.told().contains(id))
                .map(|(id, (item, name))| ((item.clone(), name.to_lowercase()), *id))
                .collect(),
            histories,
        }
    }
}
