//! `headroom import published-appointments`: NHS England's figures of known practices, for comparison.

use std::{fs::File, path::PathBuf};

use clap::Args;
use entity::ids::{LocalDate, OdsCode, OrgCode, RowId};
use serde::Serialize;
use uuid::Uuid;

use super::{
    super::{Failure, open, progress::Progress, say},
    ENGLAND, report, shown,
};
use crate::{
    audit::Event,
    clock::Clock,
    config::Settings,
    domain::{access::CliAuthority, organisation::Tree},
    error::AppError,
    exchange::appointments::published::{self, Published as Sums},
    live::Live,
    store::{
        appointments::{NewFigures, add_figures, add_published, knows_file},
        organisations,
    },
    writer::Writer,
};

/// Figures of one transaction.
const CHUNK: usize = 1_000;

/// Which file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Published {
    /// The practice-level CSV file of a month or more
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Published figures were taken in.
#[derive(Debug, Serialize)]
struct FiguresImported {
    import: RowId,
    sha256: String,
    practices: usize,
    appointments: u64,
}

impl Event for FiguresImported {
    const NAME: &'static str = "published-appointments.imported";
}

pub(super) async fn run(settings: Settings, args: Published) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let clock = Clock::system();
    let tree = Tree::from_facts(organisations::facts(db.unscoped()).await?);
    let practices = practices(&tree, clock.today());
    let name = shown(&args.file);
    let file = File::open(&args.file).map_err(|why| Failure::File {
        file: args.file.display().to_string(),
        why,
    })?;
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
    let writer = Writer::start(db, Live::default(), clock);
    let figures = figures(&sums, &practices);
    let taken = take(&writer, &sums.sha256, figures).await?;
    say(&format!("{} figures recorded.", report::thousands(taken)));
    Ok(())
}

fn said(name: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Said(format!("{name}: {why}\nnothing was imported"))
}

fn practices(tree: &Tree, today: LocalDate) -> Vec<OdsCode> {
    let view = tree.on(today);
    let mut practices: Vec<OdsCode> = view
        .all_practices()
        .map(|known| known.code.clone())
        .collect();
    practices.sort();
    practices
}

fn tell(name: &str, sums: &Sums) {
    let number = |n: u64| report::thousands(usize::try_from(n).unwrap_or(usize::MAX));
    say(&format!(
        "{name}: {} rows, {} of practices that are not known here",
        number(sums.rows),
        number(sums.unknown)
    ));
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

/// Writes the figures in chunks, and at last the row that makes them count.
async fn take(writer: &Writer, sha256: &str, figures: Vec<NewFigures>) -> Result<usize, Failure> {
    let authority = CliAuthority::new();
    let import = RowId(Uuid::now_v7());
    let appointments = figures.iter().map(|row| row.n).sum();
    let mut practices: Vec<&OdsCode> = figures.iter().map(|row| &row.practice).collect();
    practices.dedup();
    let practices = practices.len();
    for some in figures.chunks(CHUNK) {
        let some = some.to_vec();
        writer
            .write(&authority, move |tx| {
                Box::pin(async move { Ok(add_figures(tx.conn(), import, &some).await?) })
            })
            .await?;
    }
    let event = FiguresImported {
        import,
        sha256: sha256.to_owned(),
        practices,
        appointments,
    };
    writer
        .write(&authority, move |tx| {
            Box::pin(async move {
                let known = u64::try_from(event.practices).unwrap_or(u64::MAX);
                add_published(
                    tx.conn(),
                    import,
                    &event.sha256,
                    known,
                    event.appointments,
                    tx.now(),
                )
                .await?;
                let england: OrgCode = ENGLAND
                    .parse()
                    .map_err(|error| AppError::Fault(format!("{error}")))?;
                tx.audit(&england, &event).await?;
                Ok(())
            })
        })
        .await?;
    Ok(figures.len())
}
