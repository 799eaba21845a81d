//! A practice's record comes in from the archive that was downloaded elsewhere: all of it or nothing. A command of its own
//! may hold the write lock for longer than a request may.

use std::fs::File;

use chrono::{DateTime, Utc};
use entity::ids::{OdsCode, OrgCode};
use sea_orm::{DbErr, SqlErr};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::alone::Writes;
use crate::{
    audit::Event,
    clock::Clock,
    domain::{
        access::{By, CliAuthority, PracticeScope},
        calendar,
        organisation::Tree,
        record::{Misfit, RecordTakenIn},
    },
    error::AppError,
    exchange::record_archive::{RecordArchive, Row, WrongArchive},
    live::What,
    store::{
        anchors::{self, TAKEN_IN},
        organisations,
        record::{self, Held, Taken},
    },
    writer::Tx,
};

/// Rows that are handed on at once, and how often so many wait.
const TOGETHER: usize = 500;
const WAITING: usize = 4;
/// The table of people, which is for whoever reads the archive.
const PEOPLE: &str = "person";
/// Files of an archive that are no table.
const README: &str = "README.txt";

impl Event for RecordTakenIn {
    const NAME: &'static str = TAKEN_IN;
}

/// Why an archive is not taken in: a sentence for whoever typed the command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotTakenIn(pub String);

impl From<WrongArchive> for NotTakenIn {
    fn from(wrong: WrongArchive) -> Self {
        Self(wrong.to_string())
    }
}

/// What became of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It is in.
    In {
        /// Whose it is.
        practice: OdsCode,
        /// What its event says.
        says: RecordTakenIn,
        /// Answers to questions of the LMC that were not asked here, left out.
        unasked: u64,
    },
    /// It was taken in before.
    Before {
        /// Whose it is.
        practice: OdsCode,
        /// When.
        at: DateTime<Utc>,
    },
}

/// An archive of which everything was checked that needs no database.
#[derive(Debug)]
pub struct Checked {
    archive: RecordArchive,
    held: Held,
}

impl Checked {
    /// Whose it is.
    pub fn practice(&self) -> &OdsCode {
        &self.held.practice
    }
}

/// Holds a file to its digests, and every row of it to its table. `expected` is whose it should be, where that was said.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check(file: File, expected: Option<&OdsCode>, clock: &Clock) -> Result<Checked, NotTakenIn> {
    let mut archive = RecordArchive::open(file)?;
    let tables = tables(&archive)?;
    let Some(practice) = whose(&mut archive, &tables)? else {
        return Err(NotTakenIn("there is no row of a practice in it".to_owned()));
    };
    if let Some(expected) = expected.filter(|expected| **expected != practice) {
        return Err(NotTakenIn(format!("it is the record of {practice}, and not of {expected}")));
    }
    let held = Held { practice, now: clock.now() };
    for table in &tables {
        archive.rows(table, |_, Row(row)| record::check(table, &row, &held))?;
    }
    Ok(Checked { archive, held })
}

/// The tables of an archive, in the order of their names.
fn tables(archive: &RecordArchive) -> Result<Vec<String>, WrongArchive> {
    let mut tables = Vec::new();
    for file in archive.files() {
        let table = file.strip_suffix(".json").or_else(|| file.strip_suffix(".csv"));
        let is_known = table.is_some_and(|table| table == PEOPLE || record::owner_column(table).is_some());
        if !is_known && file != README {
            return Err(WrongArchive::file(
                file,
                "this version has no such table: perhaps a newer one made the archive",
            ));
        }
        tables.extend(file.strip_suffix(".json").filter(|table| *table != PEOPLE).map(str::to_owned));
    }
    Ok(tables)
}

/// Whose the first row is: every other one is held to it.
fn whose(archive: &mut RecordArchive, tables: &[String]) -> Result<Option<OdsCode>, WrongArchive> {
    for table in tables {
        let owner = record::owner_column(table).unwrap_or_default();
        let mut found = None;
        // Nobody reads on behind the first row.
        let read = archive.rows(table, |_, row| {
            let code = row.get(owner).and_then(serde_json::Value::as_str).and_then(|text| text.parse().ok());
            found = Some(code.ok_or_else(|| Misfit::of(owner, "it is no code of a practice")));
            Err(Misfit::row(""))
        });
        match found {
            Some(Ok(practice)) => return Ok(Some(practice)),
            Some(Err(what)) => return Err(WrongArchive { file: Some(format!("{table}.json")), row: Some(1), what }),
            None => drop(read?),
        }
    }
    Ok(None)
}

/// Takes a checked archive in, in one transaction.
///
/// # Errors
/// Where the database cannot be written; why it is not taken in is in the answer.
pub async fn take_in(
    app: &impl Writes,
    by: CliAuthority,
    checked: Checked,
) -> Result<Result<Came, NotTakenIn>, AppError> {
    let Checked { archive, held } = checked;
    let practice = held.practice.clone();
    let by = by.within(by.everywhere().of(&practice));
    let told = RecordTakenIn {
        archive: archive.digest().to_owned(),
        tables: 0,
        rows: 0,
        trail: archive.digest_of("audit_event.json").map(str::to_owned),
        folded: std::collections::BTreeMap::new(),
    };
    let (pieces, came) = channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || read(archive, &pieces));
    let own = by.clone();
    let written = app
        .writer()
        .write(&by, move |tx| Box::pin(async move { TakingIn { tx, by: &own, held, told }.run(came).await }))
        .await;
    reading.await.map_err(|error| AppError::Fault(error.to_string()))?;
    match written {
        Ok(came) => Ok(Ok(came)),
        Err(AppError::Invalid(fields)) => {
            let why = fields.into_iter().map(|field| field.message.into_owned()).collect::<Vec<_>>().join("\n");
            Ok(Err(NotTakenIn(why)))
        }
        Err(error) => Err(error),
    }
}

/// Rows of one table that are written together.
struct Piece {
    table: &'static str,
    /// Of the first and the last in the file.
    rows: (u64, u64),
    all: Vec<Vec<(String, serde_json::Value)>>,
}

/// Reads what is taken in, table by table. Whoever writes and goes away ends it.
fn read(mut archive: RecordArchive, pieces: &Sender<Result<Piece, WrongArchive>>) {
    for table in record::TAKEN {
        if let Err(wrong) = read_table(&mut archive, table, pieces) {
            // Nobody may hear it: then the writing failed first.
            drop(pieces.blocking_send(Err(wrong)));
            return;
        }
    }
}

fn read_table(
    archive: &mut RecordArchive,
    table: &'static str,
    pieces: &Sender<Result<Piece, WrongArchive>>,
) -> Result<(), WrongArchive> {
    let gone = || Misfit::row("nobody writes it any more");
    let send = |piece: Piece| pieces.blocking_send(Ok(piece)).map_err(|_| gone());
    let (mut all, mut first, mut later) = (Vec::new(), 1, Vec::new());
    let last = archive.rows(table, |n, Row(row)| {
        let waits = row.iter().any(|(name, cell)| record::waits(table, name) && !cell.is_null());
        if waits {
            later.push(row);
        } else {
            all.push(row);
        }
        if all.len() < TOGETHER {
            return Ok(());
        }
        let rows = (std::mem::replace(&mut first, n.saturating_add(1)), n);
        send(Piece { table, rows, all: std::mem::take(&mut all) })
    })?;
    let wrong = |what| WrongArchive { file: Some(format!("{table}.json")), row: None, what };
    if !all.is_empty() {
        send(Piece { table, rows: (first, last), all }).map_err(wrong)?;
    }
    // A correction was recorded after what it corrects.
    let recorded = |row: &Vec<(String, serde_json::Value)>| {
        let cell = row.iter().find(|(name, _)| name == "recorded_at");
        cell.and_then(|(_, cell)| cell.as_str()).map(str::to_owned)
    };
    later.sort_by_cached_key(recorded);
    while !later.is_empty() {
        let rest = later.split_off(later.len().min(TOGETHER));
        send(Piece { table, rows: (1, last), all: std::mem::replace(&mut later, rest) }).map_err(wrong)?;
    }
    Ok(())
}

/// An archive on its way into the database.
struct TakingIn<'a> {
    tx: &'a Tx,
    by: &'a By<PracticeScope>,
    held: Held,
    told: RecordTakenIn,
}

impl TakingIn<'_> {
    async fn run(mut self, mut came: Receiver<Result<Piece, WrongArchive>>) -> Result<Came, AppError> {
        let practice = self.held.practice.clone();
        let chain = OrgCode::from(&practice);
        // Whoever adds a clinician meanwhile waits: everything else of a practice needs one.
        self.tx.tell_under(&chain).await?;
        let at = self.tx.read(self.by.scope());
        let tree = Tree::from_facts(organisations::facts(self.tx.conn()).await?);
        if tree.on(calendar::london_day(self.held.now)).practice(&practice).is_none() {
            return Err(refused(format!(
                "the practice {practice} is not known here: take in the files of NHS England first"
            )));
        }
        if let Some((at, archive)) = anchors::taken_in(at).await?
            && archive == self.told.archive
        {
            return Ok(Came::Before { practice, at });
        }
        if let Some(table) = record::table_with_rows(at).await? {
            return Err(refused(format!(
                "{practice} has rows of its own here, the first of them in {table}: a record comes only to a practice \
                 where nothing was recorded"
            )));
        }
        let (mut taken, mut last) = (Taken::default(), "");
        while let Some(piece) = came.recv().await {
            let piece = piece.map_err(|wrong| refused(wrong.to_string()))?;
            let put = record::put(at, piece.table, &piece.all, (&self.held, &mut taken)).await;
            put.map_err(|error| not_put(&piece, error))?;
            if last != piece.table {
                last = piece.table;
                self.told.tables = self.told.tables.saturating_add(1);
            }
        }
        let unasked = taken.unasked;
        self.told.rows = taken.rows;
        self.told.folded = record::close(at, taken).await?.map_err(|table| {
            refused(format!("{table}.json: its sums are not those of the rows: make the archive again"))
        })?;
        self.tx.audit(&chain, &self.told).await?;
        for what in [What::People, What::Contacts, What::Register, What::Divert] {
            self.tx.changed(&practice, what);
        }
        Ok(Came::In { practice, says: self.told, unasked })
    }
}

/// What is told of an archive; everything is undone then.
fn refused(why: String) -> AppError {
    AppError::field("archive", why)
}

/// Rows that the database does not take.
fn not_put(piece: &Piece, error: DbErr) -> AppError {
    let why = match (error.sql_err(), &error) {
        (Some(SqlErr::ForeignKeyConstraintViolation(_)), _) => {
            "one of them belongs to a row that is not in the archive: make it again".to_owned()
        }
        (Some(SqlErr::UniqueConstraintViolation(_)), _) => "two of them are the same".to_owned(),
        (_, DbErr::Type(why)) => why.clone(),
        _ => match AppError::from(error) {
            AppError::Fault(why) => format!("the database does not take them: {why}"),
            AppError::Malformed(why) => why.into_owned(),
            other => return other,
        },
    };
    let (first, last) = piece.rows;
    refused(format!("{}.json, rows {first} to {last}: {why}", piece.table))
}
