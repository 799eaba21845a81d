//! What the audit trail keeps of diverts: ids, codes and numbers, never a label or a text.

use entity::ids::{ClinicianId, DisplayId, DivertId, LocalDate, MessageId};
use serde::Serialize;

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
    /// A divert was started.
    DivertStarted = "divert.started" { divert: DivertId, ground: &'static str, guard_rail: String }
    /// A divert was ended.
    DivertEnded = "divert.ended" { divert: DivertId }
    /// A clinician told the practice that they are at their limit.
    LimitTold = "limit.told" { clinician: ClinicianId, day: LocalDate }
    /// The practice set when a divert is suggested.
    RuleSet = "divert-rule.set" { effective_on: LocalDate, percent: u32, clinicians: Option<u32> }
    /// The script or the list of groups got a new version.
    TextWritten = "divert-text.written" { kind: &'static str, version: i32 }
    /// A place of the directory was written down, changed or taken off the list.
    PlaceWritten = "divert-place.written" { place: String, listed: bool }
    /// A message was recorded as sent.
    MessageSent = "divert-message.sent" { message: MessageId, kind: &'static str, how: String }
    /// What became of a message was recorded.
    MessageAnswered = "divert-message.answered" { message: MessageId, answer: String }
    /// A display link was made.
    DisplayMade = "display.made" { display: DisplayId, desk: bool }
    /// A screen used a display link up.
    DisplayOpened = "display.opened" { display: DisplayId }
    /// A display was revoked.
    DisplayRevoked = "display.revoked" { display: DisplayId }
}
