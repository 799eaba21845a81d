//! Who may do what. One decision table: a new role does not compile until it is decided here, and a new permission that
//! nobody has is found by a test.
//!
//! Possession is the proof: a write takes a [`Permit`], [`CliAuthority`] or [`JobAuthority`], and a read of practice
//! rows takes the scope inside one. [`permit`] is the only maker of a `Permit`.

use entity::ids::{ClinicianId, OdsCode, OrgCode, PersonId};

mod actor;
mod authority;
mod decision;
mod key_scope;
mod permissions;
mod role;

pub use actor::Actor;
pub use authority::{Authority, By, CliAuthority, Counts, JobAuthority};
pub use decision::decide;
pub use key_scope::KeyScope;
pub use permissions::*;
pub use role::{Role, open_grants};

/// A role held in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Where: a practice, an LMC, an ICB; `england` for an administrator.
    pub organisation: OrgCode,
}

/// What is asked about, as read from a path; says nothing about who may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One clinician of one practice.
    Clinician(OdsCode, ClinicianId),
    /// One practice.
    Practice(OdsCode),
    /// One LMC's area.
    Lmc(OrgCode),
    /// What is an organisation's own, of whatever kind it is.
    Organisation(OrgCode),
    /// What releases say, of any area.
    Releases,
    /// The actor's own account.
    Account,
    /// The service as a whole.
    Service,
}

/// The kinds of targets, so that a route knows which parts of its path to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// One clinician of one practice.
    Clinician,
    /// One practice.
    Practice,
    /// One LMC's area.
    Lmc,
    /// What is an organisation's own.
    Organisation,
    /// What releases say.
    Releases,
    /// The actor's own account.
    Account,
    /// The service as a whole.
    Service,
}

/// What the decision depends on besides the actor and the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own; all may be so at once")]
pub struct Facts {
    /// The target exists (an open or closed practice, a clinician who belongs to it, an LMC).
    pub exists: bool,
    /// The asking officer's LMC represents the practice today.
    pub represented: bool,
    /// The asking officer's LMC represented the practice on the day that is asked about; today where none is.
    pub represented_then: bool,
    /// The practice consents to its LMC seeing its rows.
    pub shares_with_lmc: bool,
    /// The clinician no longer works at the practice.
    pub has_left: bool,
    /// Releases are open to everybody here.
    pub public_releases: bool,
}

/// Rows of one clinician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicianScope {
    practice: OdsCode,
    clinician: ClinicianId,
}

/// Rows of one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeScope {
    practice: OdsCode,
}

/// Rows of the practices of one LMC that share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LmcScope {
    lmc: OrgCode,
}

/// What is an organisation's own, for whoever has a role in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationScope {
    role: Role,
    organisation: OrgCode,
}

/// The release ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerScope(());

/// The actor's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountScope {
    person: Option<PersonId>,
}

/// Organisations and people; never a practice's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceScope(());

/// Every row, for jobs and commands that count or check all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EverywhereScope(());

impl ClinicianScope {
    /// Where.
    pub fn practice(&self) -> &OdsCode {
        &self.practice
    }
    /// Whose.
    pub fn clinician(&self) -> ClinicianId {
        self.clinician
    }
}

impl PracticeScope {
    /// Where.
    pub fn practice(&self) -> &OdsCode {
        &self.practice
    }
    /// One clinician of the practice: whoever may read the practice may read them.
    pub fn of(&self, clinician: ClinicianId) -> ClinicianScope {
        ClinicianScope { practice: self.practice.clone(), clinician }
    }
}

impl LmcScope {
    /// Which LMC.
    pub fn lmc(&self) -> &OrgCode {
        &self.lmc
    }
}

impl OrganisationScope {
    /// The role in it.
    pub fn role(&self) -> Role {
        self.role
    }
    /// Which organisation.
    pub fn organisation(&self) -> &OrgCode {
        &self.organisation
    }
}

impl AccountScope {
    /// The person, or nothing for a device.
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }
}

/// The ledger, for whoever may read everything.
pub fn ledger_of(_: EverywhereScope) -> LedgerScope {
    LedgerScope(())
}

/// Turns a target into the typed scope of a permission. Sealed: only the scopes above.
pub trait Scope: Sized + Clone + Send + Sync + 'static {
    /// What it is made from.
    const KIND: TargetKind;
    #[doc(hidden)]
    fn from_target(target: &Target, actor: &Actor) -> Option<Self>;
}

impl Scope for ClinicianScope {
    const KIND: TargetKind = TargetKind::Clinician;
    fn from_target(target: &Target, _: &Actor) -> Option<Self> {
        match target {
            Target::Clinician(practice, clinician) => Some(Self { practice: practice.clone(), clinician: *clinician }),
            _ => None,
        }
    }
}

impl Scope for PracticeScope {
    const KIND: TargetKind = TargetKind::Practice;
    fn from_target(target: &Target, _: &Actor) -> Option<Self> {
        match target {
            Target::Practice(practice) => Some(Self { practice: practice.clone() }),
            _ => None,
        }
    }
}

impl Scope for LmcScope {
    const KIND: TargetKind = TargetKind::Lmc;
    fn from_target(target: &Target, _: &Actor) -> Option<Self> {
        match target {
            Target::Lmc(lmc) => Some(Self { lmc: lmc.clone() }),
            _ => None,
        }
    }
}

impl Scope for OrganisationScope {
    const KIND: TargetKind = TargetKind::Organisation;
    fn from_target(target: &Target, actor: &Actor) -> Option<Self> {
        let Target::Organisation(organisation) = target else {
            return None;
        };
        let role = Role::ALL.into_iter().find(|role| actor.holds(*role, organisation))?;
        Some(Self { role, organisation: organisation.clone() })
    }
}

impl Scope for LedgerScope {
    const KIND: TargetKind = TargetKind::Releases;
    fn from_target(target: &Target, _: &Actor) -> Option<Self> {
        (*target == Target::Releases).then_some(Self(()))
    }
}

impl Scope for AccountScope {
    const KIND: TargetKind = TargetKind::Account;
    fn from_target(target: &Target, actor: &Actor) -> Option<Self> {
        let person = match actor {
            Actor::Person { id, .. } => Some(*id),
            Actor::Device { .. }
            | Actor::Display { .. }
            | Actor::Program { .. }
            | Actor::TapAddress { .. }
            | Actor::Stranger => None,
        };
        (*target == Target::Account).then_some(Self { person })
    }
}

impl Scope for ServiceScope {
    const KIND: TargetKind = TargetKind::Service;
    fn from_target(target: &Target, _: &Actor) -> Option<Self> {
        (*target == Target::Service).then_some(Self(()))
    }
}

/// A permission as a type, so that a function can ask for exactly the one it needs.
pub trait Permission: Clone + Send + Sync + 'static {
    /// The row of the decision table.
    const ACTION: Action;
    /// What a permit for it opens.
    type Scope: Scope;
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Sign in first.
    Stranger,
    /// The same answer as for a thing that does not exist.
    NotFound,
    /// The actor belongs here, but this is not theirs to do.
    NotYours,
}

/// Proof that the actor may do `P` within the scope.
#[derive(Debug, Clone)]
pub struct Permit<P: Permission> {
    actor: Actor,
    scope: P::Scope,
}

impl<P: Permission> Permit<P> {
    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// Within what.
    pub fn scope(&self) -> &P::Scope {
        &self.scope
    }
}

/// Asks the decision table; the only maker of a [`Permit`].
///
/// # Errors
/// [`Denied`] says whether to sign in, to see nothing there, or to be told it is somebody else's to do.
pub fn permit<P: Permission>(actor: &Actor, target: &Target, facts: Facts) -> Result<Permit<P>, Denied> {
    decide(actor, P::ACTION, target, facts)?;
    let scope = P::Scope::from_target(target, actor).ok_or(Denied::NotFound)?;
    Ok(Permit { actor: actor.clone(), scope })
}
