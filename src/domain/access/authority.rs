//! Who stands behind a write that no person asked for, and the trait they share with permits.

use entity::ids::{OdsCode, OrgCode};
use uuid::Uuid;

use super::{
    Actor, ClinicianScope, EverywhereScope, OrganisationScope, Permission, Permit, PracticeScope, RecordContacts, Role,
    ServiceScope,
};

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

/// Who writes, and within what: taken from a permit or an authority, and from nothing else. It outlives the request.
#[derive(Debug, Clone)]
pub struct By<S> {
    scope: S,
    id: Uuid,
    name: String,
    is_person: bool,
}

impl<S> By<S> {
    /// A person signed in or a program of their organisation, not a device or a link: who may record further back.
    pub fn is_person(&self) -> bool {
        self.is_person
    }

    /// Within what.
    pub fn scope(&self) -> &S {
        &self.scope
    }
}

impl<P: Permission> From<&Permit<P>> for By<P::Scope> {
    fn from(permit: &Permit<P>) -> Self {
        Self {
            scope: permit.scope().clone(),
            id: permit.id(),
            name: permit.name(),
            is_person: matches!(permit.actor(), Actor::Person { .. } | Actor::Program { .. }),
        }
    }
}

impl<S: Send + Sync> Authority for By<S> {
    fn id(&self) -> Uuid {
        self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }
}

/// Who may hand contacts to a group, and whose.
pub trait Counts: Sync {
    /// Whose.
    fn whose(&self) -> &ClinicianScope;
}

impl Counts for Permit<RecordContacts> {
    fn whose(&self) -> &ClinicianScope {
        self.scope()
    }
}

impl Counts for By<ClinicianScope> {
    fn whose(&self) -> &ClinicianScope {
        self.scope()
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
    #[expect(clippy::new_without_default, reason = "an authority is taken on purpose, never by default")]
    pub fn new() -> Self {
        Self(())
    }
    /// Writes within a scope.
    pub fn within<S>(self, scope: S) -> By<S> {
        By { scope, id: self.id(), name: self.name(), is_person: true }
    }
    /// Every row.
    pub fn everywhere(self) -> EverywhereScope {
        EverywhereScope(())
    }
    /// What is an organisation's own.
    pub fn of_organisation(self, role: Role, organisation: OrgCode) -> OrganisationScope {
        OrganisationScope { role, organisation }
    }
    /// Organisations and people.
    pub fn service(self) -> ServiceScope {
        ServiceScope(())
    }
}

impl JobAuthority {
    /// For `jobs` only.
    #[expect(clippy::new_without_default, reason = "an authority is taken on purpose, never by default")]
    pub fn new() -> Self {
        Self(())
    }
    /// Writes within a scope.
    pub fn within<S>(self, scope: S) -> By<S> {
        By { scope, id: self.id(), name: self.name(), is_person: true }
    }
    /// Organisations and people.
    pub fn service(self) -> ServiceScope {
        ServiceScope(())
    }
    /// Every row.
    pub fn everywhere(self) -> EverywhereScope {
        EverywhereScope(())
    }
}

impl EverywhereScope {
    /// Rows of one practice: whoever may read all of them may read these.
    pub fn of(self, practice: &OdsCode) -> PracticeScope {
        PracticeScope { practice: practice.clone() }
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
