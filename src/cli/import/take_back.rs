//! `headroom import take-back`: lists the imports of a practice's appointments, or takes one back.

use clap::Args;
use entity::ids::{OdsCode, RowId};
use uuid::Uuid;

use crate::{
    cli::{failure::Failure, open, spoken::say},
    clock::Clock,
    config::Settings,
    domain::{access::CliAuthority, appointment::SlotOutcome, calendar},
    error::AppError,
    operations::{Written, alone::Alone, take_back_import::TakeBackImport},
    store::appointments::{self, ImportRow},
    ui::number,
};

/// Imports that are listed.
const MOST: u64 = 20;

/// Which import of which practice.
#[derive(Debug, Args)]
pub(in crate::cli) struct TakeBack {
    /// ODS code of the practice
    #[arg(long, value_name = "CODE")]
    practice: OdsCode,
    /// Id of the import; without one the newest are listed
    #[arg(value_name = "IMPORT")]
    import: Option<Uuid>,
}

pub(super) async fn run(settings: Settings, args: TakeBack) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let authority = CliAuthority::new();
    let scope = authority.everywhere().of(&args.practice);
    let Some(import) = args.import.map(RowId) else {
        let imports = appointments::imports(db.read(&scope), MOST).await?;
        if imports.is_empty() {
            say(&format!("Nothing was taken in for {} yet.", args.practice));
        }
        imports.iter().map(line).for_each(|line| say(&line));
        return Ok(());
    };
    let alone = Alone::start(&db, &Clock::system());
    let done = TakeBackImport { import }.perform(&alone, &authority.within(scope)).await;
    let done = done.map_err(|error| match error {
        AppError::NotFound => {
            said(&format!("no import of this id counts at {}; without an id they are listed", args.practice))
        }
        AppError::Conflict(why) => said(why),
        other => other.into(),
    })?;
    say(match done {
        Written::New => "Taken back: its slots are as they were before it. To count it again, take the file in again.",
        Written::Repeat => "It was taken back before.",
    });
    Ok(())
}

fn said(why: &str) -> Failure {
    Failure::Said(format!("{why}\nnothing was changed"))
}

fn line(import: &ImportRow) -> String {
    let stands = if import.taken_back_by.is_some() {
        "taken back"
    } else if import.summary.takes_back.is_some() {
        "takes another back"
    } else if import.counts_since.is_some() {
        "counts"
    } else {
        "does not count"
    };
    let attended = import.summary.of(SlotOutcome::Attended);
    format!(
        "{}  {}  {:<7} {:>9} attended  {stands}",
        import.id.0,
        calendar::london_day(import.recorded_at),
        import.system,
        number::thousands(attended)
    )
}
