//! `headroom import appointments`: one practice's extract or report, streamed.

use std::{collections::BTreeMap, fs::File, path::PathBuf};

use clap::Args;
use entity::ids::{LocalDate, OdsCode, RowId};
use uuid::Uuid;

use super::report;
use crate::{
    cli::{failure::Failure, file, open, progress::Progress, spoken::say},
    clock::Clock,
    config::Settings,
    db::Db,
    domain::{
        access::{By, CliAuthority, PracticeScope},
        appointment::{Matching, Overlap, SameDays, SlotOutcome, System, TypeMeaning},
        identifier,
    },
    error::AppError,
    exchange::appointments::{self, Asked, Found, OnTop, Reading, Scan, Source},
    operations::{
        activate_import::ActivateImport,
        alone::Alone,
        match_appointments::MatchAppointments,
        stage_import::{Finished, StageImport, StagedFiles},
    },
    store::{
        appointments::{erasures, matching},
        people::{self, ClinicianRow},
    },
};

/// Which files of which practice, and who is who in them.
#[derive(Debug, Args)]
pub(in crate::cli) struct Appointments {
    /// ODS code of the practice
    #[arg(long, value_name = "CODE")]
    practice: OdsCode,
    /// emis, tpp or report; told by the columns where it is not given
    #[arg(long, value_name = "SYSTEM")]
    system: Option<System>,
    /// Match a session holder of the file to a clinician by label, or to - for nobody; may be repeated
    #[arg(long = "holder", value_name = "HOLDER=CLINICIAN")]
    holders: Vec<String>,
    /// Match a slot type of the file to a kind of contact, or to - for none; may be repeated
    #[arg(long = "kind", value_name = "TYPE=KIND")]
    kinds: Vec<String>,
    /// Say what a status of the file means: attended, did-not-attend, booked, cancelled or free; may be repeated
    #[arg(long = "status", value_name = "WORD=MEANING")]
    statuses: Vec<String>,
    /// What the file is to days that were taken in before: add or replace
    #[arg(long, value_name = "ANSWER")]
    same_days: Option<SameDays>,
    /// Say what would be counted and stop there
    #[arg(long)]
    preview: bool,
    /// List every refused line
    #[arg(long)]
    all: bool,
    /// Files of one extract, in any order; each is known by its columns
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What a run has at hand.
struct Run {
    db: Db,
    alone: Alone,
    authority: CliAuthority,
    scope: PracticeScope,
    today: LocalDate,
}

pub(super) async fn run(settings: Settings, args: Appointments) -> Result<(), Failure> {
    let clock = Clock::system();
    let db = open::migrated(&settings).await?;
    let authority = CliAuthority::new();
    let run = Run {
        alone: Alone::start(&db, &clock),
        db,
        authority,
        scope: authority.everywhere().of(&args.practice),
        today: clock.today(),
    };
    let sources = appointments::unpacked(sources(&args.files)?, &settings.data).map_err(said)?;
    let found = appointments::system_of(&sources).map_err(said)?;
    let matching = run.matching(found, &args).await?;
    let asked = Asked {
        practice: args.practice.clone(),
        system: args.system,
        matching,
        today: run.today,
        on_top: OnTop::default(),
        erased: erasures(run.db.read(&run.scope)).await?,
    };
    let progress = Progress::start("Reading");
    let scanned = tokio::task::spawn_blocking(move || {
        let scan = appointments::scan(&sources, &asked);
        (sources, asked, scan)
    });
    let (sources, asked, scan) = scanned.await.map_err(|_| Failure::Said("reading was cut short".to_owned()))?;
    progress.end();
    let scan = scan.map_err(said)?;
    let (sources, asked, scan) = run.matched_by_label(sources, asked, scan).await?;
    refuse_without_columns(&scan)?;
    let unknown = unknown_words(&scan);
    let system = scan.system;
    let done = run.take(Reading { sources, scan, asked }, args.same_days).await?;
    for line in report::appointments(system, &done.summary, &done.refusals, args.all) {
        say(&line);
    }
    for line in &unknown {
        say(line);
    }
    if done.summary.is_all_refused() {
        return Err(said("every row was refused: see the lines above"));
    }
    match done.import {
        None => say("No change."),
        Some(_) if args.preview => say("Nothing counts yet: run it again without --preview."),
        Some(id) => {
            let activate = ActivateImport { import: id };
            activate.perform(&run.alone, &run.by()).await?;
            say(&format!("To undo it: headroom import take-back --practice {} {}", run.scope.practice(), id.0));
            say(&format!("{} slots changed.", report::thousands(slots(&done))));
        }
    }
    Ok(())
}

fn slots(done: &Finished) -> usize {
    usize::try_from(done.summary.changes()).unwrap_or(usize::MAX)
}

fn said(why: impl std::fmt::Display) -> Failure {
    Failure::Said(format!("{why}\nnothing was imported"))
}

fn sources(files: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    files
        .iter()
        .map(|path| {
            let file = File::open(path).map_err(|why| Failure::File { file: path.display().to_string(), why })?;
            Ok(Source { name: file::name(path), file })
        })
        .collect()
}

fn refuse_without_columns(scan: &Scan) -> Result<(), Failure> {
    if scan.missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<String> = scan.missing.iter().map(|column| column.title().to_lowercase()).collect();
    Err(said(format!(
        "the columns of this report are not known ({}): match them once on the practice's page Imports",
        missing.join(", ")
    )))
}

/// Lines about session holders that nobody matched, and statuses that nobody explained. Names of people are not printed: a file
/// of patients handed in by mistake must not reach a log.
fn unknown_words(scan: &Scan) -> Vec<String> {
    let holders = "session holders without a clinician (--holder HOLDER=CLINICIAN matches one)";
    let mut lines = unknown(&scan.holders, holders);
    lines.extend(unknown(&scan.statuses, "statuses that are not known (--status WORD=MEANING explains one)"));
    lines
}

fn unknown(names: &BTreeMap<String, Found>, what: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut hidden = 0;
    for (text, found) in names.iter().filter(|(_, found)| !found.known) {
        if identifier::patient_data(text).is_empty() {
            let hint = if found.hint.is_empty() { String::new() } else { format!(", such as {}", found.hint) };
            lines.push(format!("    {text} ({} slots{hint})", found.slots));
        } else {
            hidden += 1;
        }
    }
    if hidden > 0 {
        lines.push(format!("    {hidden} with the name of a person: match them on the page Imports"));
    }
    if !lines.is_empty() {
        lines.insert(0, format!("  {what}:"));
    }
    lines
}

/// What is to be said of days that were taken in before.
fn asks(overlap: &Overlap) -> Failure {
    let days: Vec<String> = overlap
        .by_day()
        .into_iter()
        .map(|(day, [now, replaced, added])| {
            format!("  {day}: {now} attended now, {replaced} with --same-days replace, {added} with --same-days add")
        })
        .collect();
    said(format!("these days were taken in before: say what this file is to them\n{}", days.join("\n")))
}

impl Run {
    /// What was matched before, and what this command adds to it.
    async fn matching(&self, system: System, args: &Appointments) -> Result<Matching, Failure> {
        let at = self.db.read(&self.scope);
        let clinicians = people::clinicians(at, self.today).await?;
        if clinicians.is_empty() {
            return Err(said(format!("{} has no clinicians here: add them first", args.practice)));
        }
        let known = matching(at, system).await?;
        let mut matched = known.map(|row| row.matching).unwrap_or_default();
        for pair in &args.holders {
            let (text, label) = split(pair, "--holder")?;
            let clinician = match label {
                "-" => None,
                label => Some(by_label(&clinicians, label)?.id),
            };
            matched.holders.insert(Matching::holder_id(&args.practice, system, text), clinician);
        }
        for pair in &args.kinds {
            let (text, kind) = split(pair, "--kind")?;
            let kind = match kind {
                "-" => None,
                kind => Some(kind.parse::<TypeMeaning>().map_err(said)?.code().to_owned()),
            };
            matched.types.insert(Matching::type_id(&args.practice, system, text), kind);
        }
        for pair in &args.statuses {
            let (text, outcome) = split(pair, "--status")?;
            let outcome = SlotOutcome::TAUGHT.into_iter().find(|known| known.code() == outcome);
            let outcome =
                outcome.ok_or_else(|| said("--status means attended, did-not-attend, booked, cancelled or free"))?;
            matched.statuses.insert(Matching::status_id(&args.practice, system, text), Some(outcome.code().to_owned()));
        }
        if !(args.holders.is_empty() && args.kinds.is_empty() && args.statuses.is_empty()) {
            self.remember(system, &matched).await?;
        }
        Ok(matched)
    }

    /// Holders who are called what a clinician is called here need no matching by hand.
    async fn matched_by_label(
        &self,
        sources: Vec<Source>,
        mut asked: Asked,
        mut scan: Scan,
    ) -> Result<(Vec<Source>, Asked, Scan), Failure> {
        let clinicians = people::clinicians(self.db.read(&self.scope), self.today).await?;
        let before = asked.matching.holders.len();
        for (text, found) in scan.holders.iter_mut().filter(|(_, found)| !found.known) {
            if let Ok(clinician) = by_label(&clinicians, text) {
                let id = Matching::holder_id(&asked.practice, scan.system, text);
                asked.matching.holders.insert(id, Some(clinician.id));
                found.known = true;
            }
        }
        if asked.matching.holders.len() > before {
            self.remember(scan.system, &asked.matching).await?;
        }
        Ok((sources, asked, scan))
    }

    async fn remember(&self, system: System, matching: &Matching) -> Result<(), Failure> {
        let remembered = MatchAppointments { id: RowId(Uuid::now_v7()), system, matching: matching.clone() };
        remembered.perform(&self.alone, &self.by()).await?;
        Ok(())
    }

    /// Stages everything, with a bar that moves.
    async fn take(&self, reading: Reading, same_days: Option<SameDays>) -> Result<Finished, Failure> {
        let progress = Progress::steps(usize::try_from(reading.scan.bytes).unwrap_or(0), "Importing");
        let mut before = 0;
        let stage = StageImport { reading, same_days };
        let by = self.by();
        let done = stage.perform(&self.alone, &by, |bytes| {
            progress.done(usize::try_from(bytes.saturating_sub(before)).unwrap_or(0));
            before = bytes;
        });
        let done = done.await;
        progress.end();
        let done = done.map_err(|error| match error {
            // What is wrong with the files, in words.
            AppError::Fault(why) => said(why),
            other => other.into(),
        })?;
        match done {
            StagedFiles::Finished(done) => Ok(*done),
            StagedFiles::Asks(overlap) => Err(asks(&overlap)),
        }
    }

    fn by(&self) -> By<PracticeScope> {
        self.authority.within(self.scope.clone())
    }
}

fn split<'a>(pair: &'a str, flag: &str) -> Result<(&'a str, &'a str), Failure> {
    pair.rsplit_once('=').ok_or_else(|| said(format!("{flag} takes two words with = between them")))
}

fn by_label<'a>(clinicians: &'a [ClinicianRow], label: &str) -> Result<&'a ClinicianRow, Failure> {
    let label = label.trim().to_lowercase();
    clinicians
        .iter()
        .find(|row| row.label.to_lowercase() == label || row.id.to_string() == label)
        .ok_or_else(|| said("a clinician is not known by this label; labels are on the page People"))
}
