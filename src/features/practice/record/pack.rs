//! The archive: tables read a piece at a time, and written to the disk away from requests.

use std::{fmt::Write, fs::File, io};

use serde_json::{Map, Value as Json};
use tokio::sync::mpsc::{Sender, channel};

use crate::{
    db::Scoped,
    domain::{access::PracticeScope, calendar, record::STAYS},
    error::AppError,
    exchange::{long_archive::LongArchive, plain_csv},
    state::AppState,
    store::record::{self, Table},
    web::download,
};

/// Rows of all tables of one archive.
const MOST_ROWS: u64 = 10_000_000;
/// Pieces that wait to be written.
const WAITING: usize = 4;
/// The table of people, which has rows of none alone.
const PEOPLE: &str = "person";
const PEOPLE_COLUMNS: [&str; 3] = ["id", "name", "email"];

/// An archive, and what is in it.
pub(super) struct Packed {
    pub(super) file: File,
    pub(super) digest: String,
    pub(super) tables: usize,
    pub(super) rows: u64,
}

/// What is written next.
enum Part {
    File(&'static str, Vec<u8>),
    Table(&'static str, Vec<u8>),
    Rows(Vec<u8>, Vec<String>),
    EndTable,
}

/// Reads and writes everything. Whoever goes away ends both.
pub(super) async fn pack(app: &AppState, scope: &PracticeScope, name: &str) -> Result<Packed, AppError> {
    let new = || tempfile::tempfile_in(&app.settings.data).or_else(|_| tempfile::tempfile());
    let (file, beside) =
        (new().map_err(|error| download::disk(&error))?, new().map_err(|error| download::disk(&error))?);
    let (parts, mut came) = channel::<Part>(WAITING);
    let written = tokio::task::spawn_blocking(move || -> io::Result<(File, String)> {
        let mut archive = LongArchive::new(file, beside);
        while let Some(part) = came.blocking_recv() {
            match part {
                Part::File(name, bytes) => archive.file(name, &bytes)?,
                Part::Table(name, head) => archive.table(name, &head)?,
                Part::Rows(csv, objects) => archive.rows(&csv, &objects)?,
                Part::EndTable => archive.end_table()?,
            }
        }
        archive.finish()
    });
    let rows = read(app, scope, name, &parts).await;
    drop(parts);
    let written = written.await.map_err(|error| AppError::Fault(error.to_string()))?;
    // What the disk says is why nobody took the next piece.
    let (file, digest) = written.map_err(|error| download::disk(&error))?;
    Ok(Packed { file, digest, tables: record::PRACTICE.len().saturating_add(1), rows: rows? })
}

async fn read(app: &AppState, scope: &PracticeScope, name: &str, parts: &Sender<Part>) -> Result<u64, AppError> {
    // People count while this is read, and sums must be those of the rows beside them.
    let snapshot = app.db.snapshot().await?;
    let at = Scoped::new(&snapshot, scope);
    let made = calendar::london_stamp(app.clock.now());
    put(parts, Part::File("README.txt", readme(&format!("{name} ({})", scope.practice()), &made).into_bytes())).await?;
    let mut all = 0_u64;
    for table in record::PRACTICE {
        let columns: Vec<&str> = table.columns().into_iter().map(|(name, _)| name).collect();
        put(parts, Part::Table(table.name, head(&columns))).await?;
        let mut after = None;
        loop {
            let piece = record::of_practice(at, table.name, after).await?;
            all = all.saturating_add(u64::try_from(piece.rows.len()).unwrap_or(u64::MAX));
            if all > MOST_ROWS {
                return Err(AppError::Conflict(
                    "this is more than one archive holds: ask whoever looks after Headroom",
                ));
            }
            put(parts, rows(&columns, &piece.rows)).await?;
            after = piece.next;
            if after.is_none() {
                break;
            }
        }
        put(parts, Part::EndTable).await?;
    }
    let people = record::people(at).await?;
    let people: Vec<Vec<Json>> =
        people.into_iter().map(|person| person.into_iter().map(Json::from).collect()).collect();
    put(parts, Part::Table(PEOPLE, head(&PEOPLE_COLUMNS))).await?;
    put(parts, rows(&PEOPLE_COLUMNS, &people)).await?;
    put(parts, Part::EndTable).await?;
    Ok(all.saturating_add(u64::try_from(people.len()).unwrap_or(u64::MAX)))
}

async fn put(parts: &Sender<Part>, part: Part) -> Result<(), AppError> {
    parts.send(part).await.map_err(|_| AppError::Fault("the archive could not be written".to_owned()))
}

fn head(columns: &[&str]) -> Vec<u8> {
    plain_csv::lines([columns.iter().map(|name| (*name).to_owned()).collect()])
}

fn rows(columns: &[&str], rows: &[Vec<Json>]) -> Part {
    let text = |cell: &Json| match cell {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let csv = plain_csv::lines(rows.iter().map(|row| row.iter().map(text).collect()));
    let objects = rows.iter().map(|row| {
        let pairs = columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell.clone()));
        Json::Object(pairs.collect::<Map<String, Json>>()).to_string()
    });
    Part::Rows(csv, objects.collect())
}

fn readme(whose: &str, made: &str) -> String {
    let mut text = format!(
        "Everything that Headroom keeps of {whose}, made {made}.\n\n\
         Each table is here twice, with the same rows: as CSV (UTF-8, commas; an apostrophe stands before text that a\n\
         spreadsheet would take for a formula) and as JSON, an array of objects. Days are of London, instants with their\n\
         offset. What was recorded while this was made is in none of them. SHA256SUMS.txt has\n\
         the digest of every file; the digest of that list is kept among what happened at the practice.\n\n\
         Left out: passwords, PINs, keys and links, of which only digests are kept, and what the product keeps for itself:\n"
    );
    for (table, why) in record::working() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {table}: {why}");
    }
    text.push_str(
        "\nWhoever looks after another Headroom takes this file in with `headroom record take-in`: every row as it is here, but\n\
         for these tables:\n",
    );
    for (table, why) in STAYS {
        let _ = writeln!(text, "  {table}: {why}");
    }
    for table in record::PRACTICE {
        let _ = described(&mut text, table);
    }
    let _ = writeln!(text, "\n{PEOPLE}\n  Those who hold a role in the practice or held one.\n");
    for (name, says) in PEOPLE_COLUMNS.iter().zip(["UUIDv7.", "Name.", "Email address."]) {
        let _ = writeln!(text, "    {name}: {says}");
    }
    text
}

fn described(text: &mut String, table: &Table) -> std::fmt::Result {
    writeln!(text, "\n{}\n  {}\n", table.name, table.says())?;
    for (name, says) in table.columns() {
        writeln!(text, "    {name}: {says}")?;
    }
    Ok(())
}
