//! Files about practices and areas are compared with what is known, and what is new is recorded: all of them or nothing. A
//! command of its own may hold the write lock for longer than a request may.

use entity::ids::{LocalDate, OrgCode};
use serde::Serialize;

use super::alone::Alone;
use crate::{
    audit::Event,
    domain::{
        access::CliAuthority,
        organisation::{self, Caution, Dated, ImportRefusal, ImportScope, OrganisationSource, Plan, Tree},
    },
    error::AppError,
    exchange::ods::Extract,
    store::organisations,
    writer::Tx,
};

/// The chain of events that belong to no single organisation.
const ENGLAND: &str = "england";

/// A file that parsed.
#[derive(Debug)]
pub struct File {
    /// As the person wrote it.
    pub name: String,
    /// Of its bytes.
    pub sha256: String,
    /// The day it speaks of.
    pub effective_on: LocalDate,
    /// What it says.
    pub extract: Extract,
}

impl File {
    /// Who made it.
    pub fn source(&self) -> OrganisationSource {
        self.extract.kind.source()
    }
}

/// What an import did: a plan for each file, in the same order.
#[derive(Debug)]
pub struct Done {
    /// As they were given.
    pub files: Vec<File>,
    /// What each changed.
    pub plans: Vec<Plan>,
    /// So many facts in all.
    pub facts: usize,
}

/// Compares the files with the tree and writes what is new, in one transaction. A file that is refused leaves nothing behind.
///
/// # Errors
/// Where the database cannot be written.
pub async fn import_organisations(
    alone: &Alone,
    by: CliAuthority,
    files: Vec<File>,
    caution: Caution,
) -> Result<Result<Done, (String, ImportRefusal)>, AppError> {
    let planned = alone.writer.write(&by, move |tx| {
        Box::pin(async move {
            organisations::lock(tx.conn()).await?;
            let (plans, refused) = plan_all(tx, &files, caution).await?;
            // Nothing has been written yet, so a refusal leaves nothing behind.
            if refused.is_none() {
                write_all(tx, &files, &plans).await?;
            }
            Ok((files, plans, refused))
        })
    });
    let (files, plans, refused) = planned.await?;
    Ok(match refused {
        Some(refused) => Err(refused),
        None => Ok(Done { facts: plans.iter().map(|plan| plan.facts.len()).sum(), files, plans }),
    })
}

/// Plans each file on the tree as the files before it leave it. Stops at the first that is refused.
async fn plan_all(
    tx: &Tx,
    files: &[File],
    caution: Caution,
) -> Result<(Vec<Plan>, Option<(String, ImportRefusal)>), AppError> {
    let mut facts = organisations::facts(tx.conn()).await?;
    let mut tree = Tree::from_facts(facts.clone());
    let mut plans = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let before = files
            .iter()
            .take(at)
            .filter(|before| before.source() == file.source())
            .map(|before| before.effective_on)
            .max();
        let scope = ImportScope {
            source: file.source(),
            newest: organisations::newest_of(tx.conn(), file.source().code()).await?.max(before),
        };
        let plan = organisation::plan(&tree, &file.extract.statements, file.effective_on, scope);
        let statements = &file.extract.statements;
        if let Err(refusal) =
            organisation::refuse_truncated(&tree, statements, &plan, file.effective_on, scope, caution)
        {
            return Ok((plans, Some((file.name.clone(), refusal))));
        }
        if !plan.facts.is_empty() {
            facts.extend(recorded(&plan, tx));
            // The last tree is not built: nothing is compared with it.
            if at.saturating_add(1) < files.len() {
                tree = Tree::from_facts(facts.clone());
            }
        }
        plans.push(plan);
    }
    Ok((plans, None))
}

fn recorded(plan: &Plan, tx: &Tx) -> Vec<Dated> {
    plan.facts.iter().cloned().map(|fact| fact.recorded(tx.now())).collect()
}

/// Writes the files that say something new; where none does, nothing at all.
async fn write_all(tx: &Tx, files: &[File], plans: &[Plan]) -> Result<(), AppError> {
    let mut told = Vec::new();
    for (file, plan) in files.iter().zip(plans) {
        if plan.facts.is_empty() {
            continue;
        }
        let import = organisations::Import {
            source: file.source().code(),
            effective_on: file.effective_on,
            file_sha256: file.sha256.clone(),
        };
        organisations::append(tx.conn(), &import, &recorded(plan, tx), tx.now()).await?;
        told.push(ImportedFile {
            source: file.source().code(),
            effective_on: file.effective_on,
            sha256: file.sha256.clone(),
            facts: plan.facts.len(),
            practices_closed: plan.practices_closed(),
        });
    }
    if !told.is_empty() {
        let england: OrgCode = ENGLAND.parse().map_err(|error| AppError::Fault(format!("{error}")))?;
        tx.audit(&england, &Imported { files: told }).await?;
    }
    Ok(())
}

/// Organisation files were imported.
#[derive(Debug, Serialize)]
struct Imported {
    files: Vec<ImportedFile>,
}

#[derive(Debug, Serialize)]
struct ImportedFile {
    source: &'static str,
    effective_on: LocalDate,
    sha256: String,
    facts: usize,
    practices_closed: usize,
}

impl Event for Imported {
    const NAME: &'static str = "organisations.imported";
}
