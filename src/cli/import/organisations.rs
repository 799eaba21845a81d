//! `headroom import organisations`: reads files about practices and areas and records what changed.
//!
//! All files of one command are read and compared before anything is written, then written in one transaction: an
//! import is all or nothing. A process of its own may hold the write lock for longer than a request may.

use std::path::PathBuf;

use clap::Args;
use entity::ids::LocalDate;

use super::report;
use crate::{
    cli::{failure::Failure, file, open, progress::Progress, spoken::say},
    clock::Clock,
    config::Settings,
    db::Db,
    domain::{access::CliAuthority, organisation::Caution},
    operations::{
        alone::Alone,
        import_organisations::{Done, File, WrongFile, import_organisations, is_slip, read},
    },
};

#[cfg(test)]
mod tests;

/// Which files, and how careful to be with them.
#[derive(Debug, Args)]
pub(in crate::cli) struct Organisations {
    /// Files, in any order; each is known by its content
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The day that files without a date of their own speak of, such as 2026-08-01
    #[arg(long, value_name = "DATE")]
    effective: Option<LocalDate>,
    /// Import a file that is older than the last one, that closes more than one practice in fifty, or that seems cut
    /// short
    #[arg(long)]
    force: bool,
    /// List every change and every row that was skipped
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(settings: Settings, args: Organisations) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let bytes =
            tokio::fs::read(path).await.map_err(|why| Failure::File { file: path.display().to_string(), why })?;
        files.push((file::name(path), bytes));
    }
    let caution = if args.force { Caution::Forced } else { Caution::Refuse };
    if let Some(day) = args.effective {
        plausible(day, Clock::system().today())?;
    }
    let progress = Progress::start("Reading");
    let files = read_all(&files, args.effective)?;
    progress.says("Comparing with what is known");
    let db = open::migrated(&settings).await?;
    let outcome = import(&db, &Clock::system(), files, caution).await;
    progress.end();
    let done = outcome?;
    for (file, plan) in done.files.iter().zip(&done.plans) {
        for line in report::file(file, plan, args.all) {
            say(&line);
        }
        if let Some(day) = args.effective.filter(|day| *day != file.effective_on) {
            say(&format!("  --effective {day} was not used: the file says itself that it is of {}", file.effective_on));
        }
    }
    if done.facts == 0 {
        say("No change.");
    } else {
        say(&format!("{} facts recorded.", report::thousands(done.facts)));
    }
    Ok(())
}

/// Refuses a day that can only be a slip.
fn plausible(day: LocalDate, today: LocalDate) -> Result<(), Failure> {
    if is_slip(day, today) {
        return Err(Failure::Said(format!(
            "--effective {day} is before the NHS began or more than a year ahead: write the day that the files speak of\n\
             nothing was imported"
        )));
    }
    Ok(())
}

fn read_all(files: &[(String, Vec<u8>)], effective: Option<LocalDate>) -> Result<Vec<File>, Failure> {
    read(files, effective).map_err(|wrong| {
        let no_day = "the file has no date: add the day it speaks of with --effective, such as --effective 2026-08-01";
        let mut lines: Vec<String> = wrong
            .into_iter()
            .map(|WrongFile { name, why }| format!("{name}: {}", why.as_deref().unwrap_or(no_day)))
            .collect();
        lines.push("nothing was imported".to_owned());
        Failure::Said(lines.join("\n"))
    })
}

async fn import(db: &Db, clock: &Clock, files: Vec<File>, caution: Caution) -> Result<Done, Failure> {
    let alone = Alone::start(db, clock);
    let by = CliAuthority::new();
    let done = import_organisations(&alone, &by.within(by.service()), files, caution).await?;
    done.map_err(|(name, refusal)| {
        Failure::Said(format!("{name}: {refusal}\nnothing was imported; add --force where that is right"))
    })
}
