//! `headroom release make|list|show|verify|correct|corrections|take-back`.

use clap::Subcommand;
use entity::ids::RowId;
use uuid::Uuid;

use super::{failure::Failure, open, spoken::say};
use crate::{
    config::Settings,
    domain::{
        access::{self, By, CliAuthority, EverywhereScope},
        disclosure::{Area, Content, NOTES},
        written,
    },
    error::AppError,
    exchange::release_file,
    jobs,
    operations::{record_correction::RecordCorrection, take_back_correction::TakeBackCorrection},
    state::AppState,
    store::{
        self,
        corrections::Stands,
        release_files::{self, Form},
        releases::{self, Published},
    },
};

/// What to do with releases.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Do {
    /// Make the releases that are due, and no others, and their files
    Make,
    /// List the ledger
    List,
    /// Print what a release says of England, the regions and every ICB
    Show {
        /// Its number
        number: u32,
        /// Print it as JSON, as it is served
        #[arg(long)]
        json: bool,
    },
    /// Check that the ledger holds: every digest, and that each release holds the one before
    Verify,
    /// Record what was wrong in a release: the next one says it to everybody. Name no practice
    Correct {
        /// The release that was wrong
        number: u32,
        /// What was wrong and what is right, in at most 500 characters
        #[arg(long)]
        note: String,
        /// It names no practice, and holds no count that was not published: record it
        #[arg(long)]
        yes: bool,
    },
    /// List corrections: which wait, and which release said the others
    Corrections,
    /// Take a correction back that no release has said yet
    TakeBack {
        /// Its id, as `headroom release corrections` lists it
        id: Uuid,
    },
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    let authority = CliAuthority::new();
    let everywhere = authority.everywhere();
    let by = authority.within(everywhere);
    let ledger = access::ledger_of(everywhere);
    match what {
        Do::Make => make(&app).await?,
        Do::List => {
            for line in releases::lines(app.db.ledger(&ledger)).await? {
                say(&format!("{:>4}  {}  {}", line.number, line.published_on, line.sha256));
            }
        }
        Do::Show { number, json } => {
            let found = releases::by_number(app.db.ledger(&ledger), number).await?;
            let none = || Failure::Said(format!("there is no release {number}"));
            say(&shown(&found.ok_or_else(none)?, json)?);
        }
        Do::Verify => {
            verify(&releases::verify(app.db.read(&everywhere)).await?)?;
            verify_files(&release_files::verify(app.db.read(&everywhere)).await?)?;
        }
        Do::Correct { number, note, yes } if !yes => {
            let said = RecordCorrection { number, note }.said(&app, everywhere).await.map_err(plain)?;
            say("The next release would say to everybody, for good:");
            say(&said);
            say("Nothing is recorded yet. If it names no practice and holds no true count, run it again with --yes.");
        }
        Do::Correct { number, note, .. } => {
            let said = RecordCorrection { number, note }.perform(&app, &by).await.map_err(plain)?;
            say("Recorded. The next release says to everybody:");
            say(&said);
        }
        Do::Corrections => {
            for one in store::corrections::all(app.db.read(&everywhere)).await? {
                say(&format!("{}  {:<12}  {}", one.id.0, stands(one.stands), one.note));
            }
        }
        Do::TakeBack { id } => take_back(&app, &by, RowId(id)).await?,
    }
    Ok(())
}

async fn take_back(app: &AppState, by: &By<EverywhereScope>, id: RowId) -> Result<(), Failure> {
    TakeBackCorrection(id).perform(app, by).await.map_err(|error| match error {
        AppError::NotFound => Failure::Said("no correction has this id".to_owned()),
        other => other.into(),
    })?;
    say("Taken back: no release says it.");
    Ok(())
}

async fn make(app: &AppState) -> Result<(), Failure> {
    jobs::clock::look(app).await?;
    let made = jobs::releases::make_due(app).await?;
    if made.is_empty() {
        say("No release is due.");
    }
    for number in made {
        say(&format!("Release {number} is made."));
    }
    jobs::releases::keep_files(app).await?;
    Ok(())
}

/// On the command line a refused field is a sentence, not a form.
fn plain(error: AppError) -> Failure {
    match error {
        AppError::Invalid(errors) => {
            let messages: Vec<_> = errors.into_iter().map(|error| error.message).collect();
            Failure::Said(messages.join("; "))
        }
        other => other.into(),
    }
}

fn stands(stands: Stands) -> String {
    match stands {
        Stands::Waits => "waits".to_owned(),
        Stands::Published(number) => format!("release {number}"),
        Stands::TakenBack => "taken back".to_owned(),
    }
}

fn shown(found: &Published, json: bool) -> Result<String, Failure> {
    if json {
        let file = release_file::make(found, Form::Json)?;
        return Ok(String::from_utf8_lossy(&file.bytes).into_owned());
    }
    Ok(text(&found.content))
}

/// A release as text for a terminal.
fn text(content: &Content) -> String {
    let head = format!(
        "Release {}, {} (series of {}). As of the end of {}. Next release: {}. Not live.\n\
         {}{}",
        content.number,
        content.published_on.long(),
        content.frame_year(),
        content.as_of.written(),
        content.next_on.written(),
        NOTES[0],
        corrections_in(content)
    );
    let areas = content.areas.iter();
    std::iter::once(head).chain(areas.map(|area| of_area(content, area))).collect::<Vec<_>>().join("\n\n")
}

fn corrections_in(content: &Content) -> String {
    let mut text = String::new();
    for note in &content.notes {
        text.push_str("\nCorrection. ");
        text.push_str(note);
    }
    text
}

fn of_area(content: &Content, area: &Area) -> String {
    let mut lines = vec![format!(
        "{} ({} {}), {} practices",
        area.name,
        area.kind,
        area.code,
        written::thousands(area.practices.into())
    )];
    lines.extend(area.figures.iter().map(|figure| {
        let title = content.series(&figure.series).map_or(figure.series.as_str(), |series| series.title.as_str());
        format!(
            "  {title:<46} {:>28} {:>5}  likely {:>12}  least and most {:>12}",
            figure.in_words(area.practices),
            figure.share_in_words(),
            figure.likely_in_words(),
            figure.bounds_in_words()
        )
    }));
    lines.join("\n")
}

/// Says whether the ledger holds.
pub(super) fn verify((checked, broken): &(u32, Option<i32>)) -> Result<(), Failure> {
    match broken {
        None => {
            say(&format!("Releases: {checked} checked, the ledger holds."));
            Ok(())
        }
        Some(number) => Err(Failure::Said(format!("release {number} does not hold: the ledger was changed"))),
    }
}

/// Says whether the files are those that were kept.
pub(super) fn verify_files((checked, broken): &(u32, Option<String>)) -> Result<(), Failure> {
    match broken {
        None => {
            say(&format!("Files of releases: {checked} checked, all hold."));
            Ok(())
        }
        Some(name) => Err(Failure::Said(format!("the file {name} of a release does not hold: it was changed"))),
    }
}
