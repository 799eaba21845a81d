//! What the audit trail keeps of letters: ids, codes and numbers, never a word of them.

use entity::ids::RowId;
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
    /// A letter was recorded as sent.
    LetterSent = "letter.sent" { letter: RowId, kind: String, level: &'static str, version: i32, how: String }
    /// A reply was recorded, or that a letter was recorded by mistake.
    LetterEvent = "letter.event" { letter: RowId, event: &'static str }
    /// A practice or an LMC wrote a version of its wording, or took its wording back.
    WordingWritten = "letter-wording.written" { kind: String, version: i32, own: bool }
}
