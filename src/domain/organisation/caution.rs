//! Which imports are refused unless a person insists.

use entity::ids::{LocalDate, OrgCode};

use super::{
    OrganisationKind,
    statement::{ImportScope, OrganisationSource, Plan, Statement, WhyLeftOut},
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// More practices would close than ever do between two files: the file is cut short or about part of England.
    #[error("{closed} of {open} open practices would be closed, more than one in fifty: the file may be cut short")]
    Truncated {
        /// Practices that would be closed.
        closed: usize,
        /// Practices open before.
        open: usize,
    },
    /// What is gone is gone from the file's end: it was cut between two lines.
    #[error("{} the file may be cut short", at_end(*.gone, *.kind, .last, *.closes))]
    CutAtEnd {
        /// How many the file no longer has.
        gone: usize,
        /// What they are.
        kind: OrganisationKind,
        /// The last code that the file has.
        last: OrgCode,
        /// Whether they would be closed.
        closes: bool,
    },
    /// Nothing of the file can be used, because what it builds on is not known.
    #[error(
        "none of its {rows} rows can be used: the {kind} that each names is not known. Import the file that names them first, or both together"
    )]
    NothingKnown {
        /// Rows of the file.
        rows: usize,
        /// What is missing.
        kind: OrganisationKind,
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

/// "3 practices would be closed, and all of them come after A81020, the last of the file:".
fn at_end(gone: usize, kind: OrganisationKind, last: &OrgCode, closes: bool) -> String {
    let kind = match kind {
        OrganisationKind::Lmc => "LMC",
        _ => "practice",
    };
    let what = if gone == 1 { format!("1 {kind}") } else { format!("{gone} {kind}s") };
    let and = if gone == 1 { "and it comes" } else { "and all of them come" };
    if closes {
        format!("{what} would be closed, {and} after {last}, the last of the file:")
    } else {
        format!("nothing is said of {what} known before, {and} after {last}, the last of the file:")
    }
}

/// Refuses a plan that closes more than 2% of the practices open on the day (between two months of 2025 and 2026 1.2% at
/// most were closed), one whose file lacks what comes after its own last code, one of which nothing can be used, and one
/// that comes from a file older than the newest of its source; never when forced.
///
/// # Errors
/// The first of these that is so.
pub fn refuse_truncated(
    tree: &Tree,
    statements: &[Statement],
    plan: &Plan,
    effective_on: LocalDate,
    scope: ImportScope,
    caution: Caution,
) -> Result<(), ImportRefusal> {
    if caution == Caution::Forced {
        return Ok(());
    }
    if let Some(newest) = scope.newest.filter(|newest| effective_on < *newest) {
        return Err(ImportRefusal::Older { effective_on, newest });
    }
    let closed = plan.practices_closed();
    let open = opened(tree, OrganisationKind::Practice, effective_on).count();
    if closed.saturating_mul(50) > open {
        return Err(ImportRefusal::Truncated { closed, open });
    }
    if let Some(kind) = missing(statements, plan) {
        let rows = statements.len();
        return Err(ImportRefusal::NothingKnown { rows, kind });
    }
    match cut_at_end(tree, statements, effective_on, scope) {
        Some(cut) => Err(cut),
        None => Ok(()),
    }
}

/// Organisations of a kind that are open on a day.
fn opened(tree: &Tree, kind: OrganisationKind, on: LocalDate) -> impl Iterator<Item = Known<'_>> {
    tree.every().filter(move |known| {
        known.kind == kind && said(known.slot(Slot::Status), on).is_some_and(|entry| entry.value == Value::Opened)
    })
}

/// The kind of parent that no row's parent of is known, where nothing else of the file says anything.
fn missing(statements: &[Statement], plan: &Plan) -> Option<OrganisationKind> {
    if !plan.facts.is_empty() || statements.is_empty() || plan.left_out.len() < statements.len() {
        return None;
    }
    let kinds = plan.left_out.iter().map(|out| match out.why {
        WhyLeftOut::UnknownParent { kind, .. } => Some(kind),
        // Only lists of practices leave out what they do not open.
        WhyLeftOut::Unknown => Some(OrganisationKind::Practice),
        _ => None,
    });
    kinds.reduce(|one, other| one.filter(|kind| other == Some(*kind)))?
}

/// What the file before had and this one lacks, where all of it comes after this one's last code.
fn cut_at_end(tree: &Tree, statements: &[Statement], on: LocalDate, scope: ImportScope) -> Option<ImportRefusal> {
    let closes = scope.source.closes(OrganisationKind::Practice);
    let kind = match scope.source {
        OrganisationSource::Lmcs => OrganisationKind::Lmc,
        _ => OrganisationKind::Practice,
    };
    // A first file that is about a part of England has lost nothing, and JSON that is cut short is no JSON.
    if (!closes && scope.newest.is_none()) || scope.source == OrganisationSource::Ord {
        return None;
    }
    let mut stated: Vec<&OrgCode> =
        statements.iter().filter(|statement| statement.kind == kind).map(|statement| &statement.code).collect();
    stated.sort_unstable();
    let last = *stated.last()?;
    let had = |known: &Known<'_>| match scope.source {
        OrganisationSource::PracticeLists => !known.slot(Slot::ListSize).is_empty(),
        OrganisationSource::LmcMembers => !known.slot(Slot::Parent(OrganisationKind::Lmc)).is_empty(),
        OrganisationSource::PracticeMapping
        | OrganisationSource::Epraccur
        | OrganisationSource::Lmcs
        | OrganisationSource::Ord => true,
    };
    let gone: Vec<&OrgCode> = opened(tree, kind, on)
        .filter(|known| had(known) && stated.binary_search(&known.code).is_err())
        .map(|known| known.code)
        .collect();
    // A file that need not be complete may be a few corrections.
    let is_part = !closes && gone.len() > stated.len();
    if gone.is_empty() || is_part || gone.iter().any(|code| *code < last) {
        return None;
    }
    Some(ImportRefusal::CutAtEnd { gone: gone.len(), kind, last: last.clone(), closes })
}
