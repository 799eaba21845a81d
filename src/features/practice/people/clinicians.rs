//! Clinicians of a pasted list.

use entity::ids::ClinicianId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{domain::staff::Named, operations::add_clinicians::NewClinician};

/// Ids for the lines of a pasted list: the same list sent twice makes the same ids, a line that was changed makes a new
/// one. The first half is the form's own id, so that they stay in order of time.
pub(super) fn with_ids(form: Uuid, list: Vec<Named>) -> Vec<NewClinician> {
    list.into_iter()
        .map(|named| {
            let parts = [named.group.code().as_bytes(), &[0], named.label.as_bytes()];
            NewClinician { id: ClinicianId(within(form, &parts)), named }
        })
        .collect()
}

/// The id of a part of a form: the same for the same part. Its first half is that of the form.
pub(super) fn within(form: Uuid, part: &[&[u8]]) -> Uuid {
    let mut digest = Sha256::new();
    digest.update(form.as_bytes());
    for bytes in part {
        digest.update(bytes);
    }
    let mut bytes = *form.as_bytes();
    for (byte, own) in bytes.iter_mut().skip(8).zip(digest.finalize()) {
        *byte = own;
    }
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::staff;

    #[test]
    fn the_same_list_makes_the_same_ids_and_a_changed_line_another() {
        let form = Uuid::now_v7();
        let ids = |text: &str| -> Vec<Uuid> {
            with_ids(form, staff::list(text).unwrap()).iter().map(|new| new.id.0).collect()
        };
        let first = ids("Dr A, GP partner\nDr B, locum");
        assert_eq!(first, ids("Dr A, gp-partner\n\nDr B, Locum"));
        let changed = ids("Dr A, GP partner\nDr B, nurse");
        assert_eq!(first[0], changed[0]);
        assert_ne!(first[1], changed[1]);
        assert_eq!(first[0].get_version_num(), 7);
        assert_eq!(first[0].get_variant(), uuid::Variant::RFC4122);
        assert_ne!(first, {
            let other = with_ids(Uuid::now_v7(), staff::list("Dr A, GP partner").unwrap());
            vec![other[0].id.0]
        });
    }
}
