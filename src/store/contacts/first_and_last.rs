//! What a tally of contacts remembers beside its number: when the first one took place, and which was the last. So the
//! clinician's page asks for neither among all contacts of the practice's day.

use chrono::{DateTime, Utc};
use entity::ids::ContactId;

/// The first and the last contact of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct FirstAndLast {
    pub(in crate::store) first_at: DateTime<Utc>,
    pub(in crate::store) last_at: DateTime<Utc>,
    pub(in crate::store) last: ContactId,
}

impl FirstAndLast {
    pub(in crate::store) fn of(at: DateTime<Utc>, id: ContactId) -> Self {
        Self { first_at: at, last_at: at, last: id }
    }

    pub(in crate::store) fn join(self, other: Self) -> Self {
        let (last_at, last) = std::cmp::max((self.last_at, self.last), (other.last_at, other.last));
        Self { first_at: std::cmp::min(self.first_at, other.first_at), last_at, last }
    }

    pub(in crate::store) fn add(known: &mut Option<Self>, other: Self) {
        *known = Some(known.map_or(other, |known| known.join(other)));
    }
}

/// What a group adds to one tally.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Delta {
    pub(super) n: i64,
    /// Of the contacts that count.
    pub(super) ends: Option<FirstAndLast>,
}
