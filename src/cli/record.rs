//! `headroom record take-in`: the whole record of a practice comes from the archive that it downloaded from another Headroom.

use std::{fs::File, path::PathBuf};

use clap::{Args, Subcommand};
use entity::ids::OdsCode;

use super::{failure::Failure, file, open, progress::Progress, spoken::say};
use crate::{
    clock::Clock,
    config::Settings,
    domain::{access::CliAuthority, calendar, record::STAYS},
    operations::{
        alone::Alone,
        take_in_record::{Came, check, take_in},
    },
    ui::number::thousands,
};

/// What to do with the record of a practice.
#[derive(Debug, Subcommand)]
pub(super) enum Do {
    /// Take in the archive of a practice that comes from another Headroom: all of it or nothing
    TakeIn(Archive),
}

/// Which archive.
#[derive(Debug, Args)]
pub(super) struct Archive {
    /// The zip that “Download everything” made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take it in only if it is the record of this practice
    #[arg(long, value_name = "CODE")]
    practice: Option<OdsCode>,
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let Do::TakeIn(Archive { file: path, practice }) = what;
    let name = file::name(&path);
    let file = File::open(&path).map_err(|why| Failure::File { file: path.display().to_string(), why })?;
    let said = |why: &dyn std::fmt::Display| Failure::Said(format!("{name}: {why}\nnothing was taken in"));
    let db = open::migrated(&settings).await?;
    let clock = Clock::system();
    let progress = Progress::start("Checking");
    let own = clock.clone();
    let checked = tokio::task::spawn_blocking(move || check(file, practice.as_ref(), &own)).await;
    let checked = checked.map_err(|why| said(&why))?.map_err(|why| said(&why))?;
    progress.says("Taking in");
    let alone = Alone::start(&db, &clock);
    let came = take_in(&alone, CliAuthority::new(), checked).await;
    progress.end();
    match came?.map_err(|why| said(&why))? {
        Came::Before { practice, at } => {
            say(&format!("{name} is the record of {practice}, taken in on {}. No change.", calendar::london_stamp(at)));
        }
        Came::In { practice, says, unasked } => {
            say(&format!("{practice}: {} rows of {} tables taken in.", thousands(says.rows), says.tables));
            say(&format!("The digest of the archive is {}.", says.archive));
            say("Not taken in:");
            for (table, why) in STAYS {
                say(&format!("  {table}: {why}"));
            }
            if unasked > 0 {
                say(&format!("  {} answer(s) to questions that the LMC did not ask here", thousands(unasked)));
            }
        }
    }
    Ok(())
}
