//! `headroom import published-appointments`: NHS England's figures of known practices, for comparison.

use std::{fs::File, path::PathBuf};

use clap::Args;
use entity::ids::{LocalDate, OdsCode};

use super::report;
use crate::{
    cli::{failure::Failure, file, open, progress::Progress, spoken::say},
    clock::Clock,
    config::Settings,
    domain::{access::CliAuthority, organisation::Tree},
    exchange::appointments::published::{self, Published as Sums},
    operations::{alone::Alone, keep_published::keep_published},
    store::{
        appointments::{NewFigures, knows_file},
        organisations,
    },
};

/// Which file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Published {
    /// The practice-level CSV file of a month or more
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(settings: Settings, args: Published) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let clock = Clock::system();
    let tree = Tree::from_facts(organisations::facts(db.unscoped()).await?);
    let practices = practices(&tree, clock.today());
    let name = file::name(&args.file);
    let file = File::open(&args.file).map_err(|why| Failure::File { file: args.file.display().to_string(), why })?;
    let progress = Progress::start("Reading");
    let reading = tokio::task::spawn_blocking(move || {
        let sums = published::read(&file, &practices, |_| {});
        (sums, practices)
    });
    let (sums, practices) = reading.await.map_err(|why| said(&name, why))?;
    progress.end();
    let sums = sums.map_err(|why| said(&name, why))?;
    tell(&name, &sums);
    if !sums.wrong.is_empty() {
        return Err(said(&name, "the file has errors"));
    }
    if sums.unknown == sums.rows {
        return Err(said(
            &name,
            "none of its rows is of a practice that is known here: import the organisations first",
        ));
    }
    if knows_file(db.unscoped(), &sums.sha256).await? {
        say("No change.");
        return Ok(());
    }
    let alone = Alone::start(&db, &clock);
    let figures = figures(&sums, &practices);
    let taken = keep_published(&alone, CliAuthority::new(), &sums.sha256, figures).await?;
    say(&format!("{} figures recorded.", report::thousands(taken)));
    Ok(())
}

fn said(name: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Said(format!("{name}: {why}\nnothing was imported"))
}

fn practices(tree: &Tree, today: LocalDate) -> Vec<OdsCode> {
    let view = tree.on(today);
    let mut practices: Vec<OdsCode> = view.all_practices().map(|known| known.code.clone()).collect();
    practices.sort();
    practices
}

fn tell(name: &str, sums: &Sums) {
    let number = |n: u64| report::thousands(usize::try_from(n).unwrap_or(usize::MAX));
    say(&format!("{name}: {} rows, {} of practices that are not known here", number(sums.rows), number(sums.unknown)));
    for (line, why) in &sums.wrong {
        say(&format!("  line {line}: {why}"));
    }
}

fn figures(sums: &Sums, practices: &[OdsCode]) -> Vec<NewFigures> {
    let mut figures: Vec<NewFigures> = sums
        .sums(practices)
        .map(|(practice, month, staff, mode, status, n)| NewFigures {
            practice: practice.clone(),
            month,
            staff: staff.to_owned(),
            mode: mode.to_owned(),
            status: status.to_owned(),
            n,
        })
        .collect();
    figures.sort_by(|one, other| (&one.practice, one.month).cmp(&(&other.practice, other.month)));
    figures
}
