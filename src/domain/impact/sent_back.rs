use std::collections::BTreeMap;

use entity::ids::OdsCode;

use super::{LEAST_PRACTICES, TooFew};
use crate::domain::transfer::GivenBack;

/// Transferred work of the same practices before a day and from it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBack {
    /// Practices that logged on both sides.
    pub practices: u32,
    /// Before the day.
    pub before: GivenBack,
    /// From the day on.
    pub after: GivenBack,
}

/// Compares the practices that logged anything on both sides: one that only began to log would look like one to which more
/// work came.
///
/// # Errors
/// [`TooFew`] with how many there are.
pub fn sent_back(
    before: &BTreeMap<OdsCode, GivenBack>,
    after: &BTreeMap<OdsCode, GivenBack>,
) -> Result<SentBack, TooFew> {
    let mut sums = SentBack { practices: 0, before: GivenBack::default(), after: GivenBack::default() };
    for (practice, then) in before {
        if let Some(now) = after.get(practice) {
            sums.practices = sums.practices.saturating_add(1);
            sums.before.add_all(then);
            sums.after.add_all(now);
        }
    }
    if sums.practices < LEAST_PRACTICES { Err(TooFew(sums.practices)) } else { Ok(sums) }
}
