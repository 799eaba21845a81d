//! Who stands behind a write: a permit, or one of the two authorities that no request can have.

use uuid::Uuid;

use super::{EverywhereScope, Permission, Permit};

/// Whoever stands behind a write: its id goes into the row, its text into the audit event.
pub trait Authority: Send + Sync {
    /// The id written beside the row.
    fn id(&self) -> Uuid;
    /// The actor as the audit trail names it.
    fn name(&self) -> String;
}

impl<P: Permission> Authority for Permit<P> {
    fn id(&self) -> Uuid {
        self.actor.id()
    }
    fn name(&self) -> String {
        self.actor.to_string()
    }
}

/// A command typed by whoever holds the machine. Made in `cli` alone; the architecture test looks.
#[derive(Debug, Clone, Copy)]
pub struct CliAuthority(());

/// Scheduled work. Made in `jobs` alone; the architecture test looks.
#[derive(Debug, Clone, Copy)]
pub struct JobAuthority(());

impl CliAuthority {
    /// For `cli` only.
    #[expect(
        clippy::new_without_default,
        reason = "an authority is taken on purpose, never by default"
    )]
    pub fn new() -> Self {
        Self(())
    }
    /// Every row.
    pub fn everywhere(self) -> EverywhereScope {
        EverywhereScope(())
    }
}

impl JobAuthority {
    /// For `jobs` only.
    #[expect(
        clippy::new_without_default,
        reason = "an authority is taken on purpose, never by default"
    )]
    pub fn new() -> Self {
        Self(())
    }
    /// Every row.
    pub fn everywhere(self) -> EverywhereScope {
        EverywhereScope(())
    }
}

impl Authority for CliAuthority {
    fn id(&self) -> Uuid {
        Uuid::nil()
    }
    fn name(&self) -> String {
        "command line".to_owned()
    }
}

impl Authority for JobAuthority {
    fn id(&self) -> Uuid {
        Uuid::nil()
    }
    fn name(&self) -> String {
        "scheduled job".to_owned()
    }
}
