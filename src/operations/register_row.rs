//! The one place where a row of the register is made, whoever records it and however: it keeps the edition, the contract
//! position and the guard-rail of the day it is about.

use uuid::Uuid;

use crate::{
    domain::{action::StatusChange, catalogue::Catalogue},
    store::actions::NewStatus,
};

/// A change in the words of the day it is about; nothing where the catalogue does not know the item.
pub fn new_status(catalogue: &Catalogue, change: StatusChange, recorded_by: Uuid) -> Option<NewStatus> {
    let item = catalogue.item_on(&change.item, change.effective_on)?;
    let position = item.position_on(change.effective_on);
    Some(NewStatus {
        edition: item.edition.clone(),
        position: position.kind.to_string(),
        guard_rail: position.guard_rail.clone(),
        recorded_by,
        change,
    })
}
