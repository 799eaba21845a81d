//! What the audit trail keeps of people: ids and codes, never a label, a name or an address.

use entity::ids::{ClinicianId, DeviceId, GrantId, LocalDate, OrgCode, PersonId};
use serde::Serialize;
use uuid::Uuid;

use crate::audit::Event;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $code:literal { $($field:ident: $kind:ty),* $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize)]
        pub(super) struct $name { $(pub(super) $field: $kind,)* }

        impl Event for $name {
            const NAME: &'static str = $code;
        }
    )+};
}

events! {
    /// A clinician was added.
    ClinicianAdded = "clinician.added" { clinician: ClinicianId, staff_group: &'static str }
    /// The first day a clinician is no longer there was set or taken back.
    ClinicianLeft = "clinician.left" { clinician: ClinicianId, left_on: Option<LocalDate> }
    /// An enrolment link was made; it ended earlier ones.
    LinkMade = "enrolment-link.made" { clinician: ClinicianId, link: Uuid }
    /// A device was revoked.
    DeviceRevoked = "device.revoked" { clinician: ClinicianId, device: DeviceId }
    /// A person was added.
    PersonAdded = "person.added" { person: PersonId, with_password: bool }
    /// A role was given.
    RoleGiven = "role.given" {
        person: PersonId,
        grant: GrantId,
        role: &'static str,
        organisation: OrgCode,
        declared_conflict: bool,
    }
    /// A role was taken away.
    RoleRevoked = "role.revoked" { person: PersonId, grant: GrantId }
    /// An account was disabled, and signed out everywhere.
    PersonDisabled = "person.disabled" { person: PersonId }
    /// An account was enabled again.
    PersonEnabled = "person.enabled" { person: PersonId }
    /// A link to set a password was made; it ended earlier ones.
    PasswordLinkMade = "password-link.made" { person: PersonId, link: Uuid }
}
