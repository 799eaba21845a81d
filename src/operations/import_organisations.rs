//! Files about practices and areas are compared with what is known, and what is new is recorded: all of them or nothing. A
//! command of its own may hold the write lock for longer than a request may.

use std::borrow::Cow;

use entity::ids::{LocalDate, OrgCode};
use serde::Serialize;

use super::alone::Writes;
use crate::{
    audit::Event,
    domain::{
        access::{By, ServiceScope},
        organisation::{self, Caution, Dated, ImportRefusal, ImportScope, OrganisationSource, Plan, Tree},
    },
    error::AppError,
    exchange::{
        archive::sha256,
        ods::{self, Extract, Refused},
    },
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

/// A file that cannot be taken, and why.
#[derive(Debug)]
pub struct WrongFile {
    /// As the person wrote it.
    pub name: String,
    /// The reason, with line and column where there is one; nothing where it lacks only the day that it speaks of.
    pub why: Option<String>,
}

/// Reads every file before saying what is wrong, so that all mistakes can be mended at once. The files come back in the
/// order in which they build on each other: practices, then lists, LMCs and members.
///
/// # Errors
/// Every reason why some file cannot be taken.
pub fn read(files: &[(String, Vec<u8>)], effective: Option<LocalDate>) -> Result<Vec<File>, Vec<WrongFile>> {
    let mut read = Vec::new();
    let mut wrong = Vec::new();
    for (name, bytes) in &unpacked(files, &mut wrong) {
        let mut because = |why| wrong.push(WrongFile { name: name.clone(), why });
        match ods::read(bytes) {
            Ok(extract) => match extract.effective_on.or(effective) {
                Some(effective_on) => {
                    read.push(File { name: name.clone(), sha256: sha256(bytes), effective_on, extract });
                }
                None => because(None),
            },
            Err(Refused::Malformed { errors, more }) => {
                for error in &errors {
                    because(Some(error.to_string()));
                }
                if more {
                    because(Some("and more".to_owned()));
                }
            }
            Err(unknown @ Refused::UnknownKind) => because(Some(format!("{unknown}; {}", ods::nearest(bytes)))),
        }
    }
    if wrong.is_empty() {
        let mut read = records_as_one(read);
        read.sort_by_key(|file| (file.source(), file.effective_on));
        return Ok(read);
    }
    Err(wrong)
}

/// Bytes that all archives of one import may hold together.
const MOST_UNPACKED: usize = 256 * 1024 * 1024;

/// The files as they are, archives by what is in them.
fn unpacked<'a>(files: &'a [(String, Vec<u8>)], wrong: &mut Vec<WrongFile>) -> Vec<(String, Cow<'a, [u8]>)> {
    let mut plain = Vec::new();
    let mut left = MOST_UNPACKED;
    for (name, bytes) in files {
        match ods::unpacked(bytes, &mut left) {
            Ok(None) => plain.push((name.clone(), Cow::Borrowed(bytes.as_slice()))),
            Ok(Some(inside)) => {
                plain.extend(inside.into_iter().map(|(file, bytes)| (format!("{name}, {file}"), Cow::Owned(bytes))));
            }
            Err(why) => wrong.push(WrongFile { name: name.clone(), why: Some(why.to_string()) }),
        }
    }
    plain
}

/// Records of single organisations come in many files and name each other: they are compared with what is known as one.
fn records_as_one(files: Vec<File>) -> Vec<File> {
    let is_record = |file: &File| file.source() == OrganisationSource::Ord;
    let (records, mut rest): (Vec<File>, Vec<File>) = files.into_iter().partition(is_record);
    let others = records.len().saturating_sub(1);
    let digests: String = records.iter().map(|file| file.sha256.as_str()).collect();
    let one = records.into_iter().reduce(|mut all, next| {
        all.extract.join(next.extract);
        all
    });
    rest.extend(one.map(|mut one| {
        if others > 0 {
            one.name = format!("{} and {others} more", one.name);
            one.sha256 = sha256(digests.as_bytes());
        }
        one
    }));
    rest
}

/// Whether a day can only be a slip: before the NHS began, or more than a year ahead. Facts are never taken out again.
pub fn is_slip(day: LocalDate, today: LocalDate) -> bool {
    LocalDate::new(1948, 7, 5).is_some_and(|began| day < began) || day > today.plus_days(366)
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
    app: &impl Writes,
    by: &By<ServiceScope>,
    files: Vec<File>,
    caution: Caution,
) -> Result<Result<Done, (String, ImportRefusal)>, AppError> {
    let planned = app.writer().write(by, move |tx| {
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
        let statements = &organisation::completed(&tree, file.extract.statements.clone(), file.effective_on);
        let plan = organisation::plan(&tree, statements, file.effective_on, scope);
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
