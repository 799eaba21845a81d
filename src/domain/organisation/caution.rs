//! Which imports are refused unless a person insists.

use entity::ids::LocalDate;

use super::{
    Kind,
    statement::{Plan, Scope},
    tree::{Known, Slot, Tree, Value, said},
};

/// Whether an import that looks wrong is made all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Caution {
    /// Refuse it.
    #[default]
    Refuse,
    /// A person has looked and wants it.
    Forced,
}

/// Why an import that parsed is not made; a person may force it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More practices would close than ever do between two files: the file is cut short or about part of England.
    #[error("{closed} of {open} open practices would be closed, more than one in ten")]
    Truncated {
        /// Practices that would be closed.
        closed: usize,
        /// Practices open before.
        open: usize,
    },
    /// The file is older than one that was imported from the same source.
    #[error("the file is of {effective_on}, and one of {newest} was imported already")]
    Older {
        /// Date of the file.
        effective_on: LocalDate,
        /// Newest date imported from the source.
        newest: LocalDate,
    },
}

/// Refuses a plan that closes more than 10% of the practices open on the day, or that comes from a file older than
/// the newest of its source; never when forced.
pub fn refuse_truncated(
    tree: &Tree,
    plan: &Plan,
    effective_on: LocalDate,
    scope: Scope,
    caution: Caution,
) -> Result<(), Refusal> {
    if caution == Caution::Forced {
        return Ok(());
    }
    if let Some(newest) = scope.newest.filter(|newest| effective_on < *newest) {
        return Err(Refusal::Older {
            effective_on,
            newest,
        });
    }
    let closed = plan.practices_closed();
    let is_open = |known: &Known<'_>| {
        known.kind == Kind::Practice
            && said(known.slot(Slot::Status), effective_on)
                .is_some_and(|entry| entry.value == Value::Opened)
    };
    let open = tree.every().filter(is_open).count();
    if closed.saturating_mul(10) > open {
        return Err(Refusal::Truncated { closed, open });
    }
    Ok(())
}
