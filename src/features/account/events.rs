//! What the audit trail keeps of accounts: ids and codes, never a name, an address or a secret.

use entity::ids::{ClinicianId, DeviceId, PersonId, SessionId};
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
    /// Somebody signed in.
    SessionOpened = "session.opened" { person: PersonId, session: SessionId, kind: &'static str }
    /// Somebody gave a wrong password; the person is named where the address is known.
    SessionRefused = "session.refused" { person: Option<PersonId> }
    /// Somebody signed out everywhere.
    SessionsEnded = "session.ended" { person: PersonId }
    /// A link was used and a device enrolled.
    DeviceEnrolled = "device.enrolled" { clinician: ClinicianId, device: DeviceId, with_pin: bool }
    /// A device signed itself out.
    DeviceSignedOut = "device.signed-out" { clinician: ClinicianId, device: DeviceId }
    /// A wrong PIN was given.
    PinRefused = "device.pin-refused" { device: DeviceId }
    /// The link for the first administrator was made.
    SetupOffered = "setup.offered" { link: Uuid }
    /// The first administrator was made.
    SetupDone = "setup.done" { person: PersonId }
    /// A person set a password by a link.
    PasswordSet = "password.set" { person: PersonId }
}
