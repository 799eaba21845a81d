//! `headroom catalogue import|diff|export`: editions of the menu as files.
//!
//! An edition is never changed once it is in: the same file again is said to be there, another file of its name is refused.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    failure::Failure,
    open,
    spoken::{say, say_bytes},
};
use crate::{
    clock::Clock,
    config::Settings,
    db::Db,
    domain::{
        access::CliAuthority,
        catalogue::{Catalogue, CatalogueError, built_in_files, changes},
    },
    exchange::archive::sha256,
    operations::{
        alone::Alone,
        take_edition::{Edition, built_in, editions, take_edition},
    },
    store::catalogue as store,
};

/// What to do with editions of the catalogue.
#[derive(Debug, Subcommand)]
pub(super) enum Do {
    /// Take in an edition; running services use it at once
    Import(File),
    /// Say in plain English what an edition would change, and change nothing
    Diff(File),
    /// Print the file of an edition
    Export {
        /// Its name; where it is left out, the latest edition in force today
        edition: Option<String>,
    },
}

/// An edition's file.
#[derive(Debug, Args)]
pub(super) struct File {
    /// JSON in the shape of docs/catalogue.schema.json
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    match what {
        Do::Import(File { file }) => {
            let (read, text) = read(&file).await?;
            import(&settings, read, text).await
        }
        Do::Diff(File { file }) => {
            let (read, text) = read(&file).await?;
            diff(&settings, &read, &text).await
        }
        Do::Export { edition } => export(&settings, edition.as_deref()).await,
    }
}

/// Reads and checks a file on its own; every mistake is told with its place.
async fn read(path: &PathBuf) -> Result<(Catalogue, String), Failure> {
    let name = path.display().to_string();
    let text = tokio::fs::read_to_string(path).await.map_err(|why| Failure::File { file: name.clone(), why })?;
    match Catalogue::parse(&text) {
        Ok(catalogue) => Ok((catalogue, text)),
        Err(errors) => Err(refused(&name, &errors)),
    }
}

fn refused(name: &str, errors: &[CatalogueError]) -> Failure {
    let mut said: Vec<String> = errors.iter().map(|error| format!("{name}: {error}")).collect();
    said.push("nothing was imported".to_owned());
    Failure::Said(said.join("\n"))
}

async fn import(settings: &Settings, read: Catalogue, text: String) -> Result<(), Failure> {
    let db = open::migrated(settings).await?;
    let name = read.edition.clone();
    let (items, first, place) = (read.items.len(), read.valid_from, read.jurisdiction.clone());
    let alone = Alone::start(&db, &Clock::system());
    let digest = sha256(text.as_bytes());
    let outcome = take_edition(&alone, CliAuthority::new(), read, (text, digest)).await?;
    match outcome {
        Edition::Added => {
            say(&format!("{name} is in: {items} items, in force from {}.", first.written()));
            if place != settings.jurisdiction {
                say(&format!(
                    "It is for {place} and kept; this service uses editions for {} (--jurisdiction).",
                    settings.jurisdiction
                ));
            }
            Ok(())
        }
        Edition::Known => {
            say(&format!("{name} is already there. No change."));
            Ok(())
        }
        Edition::Changed => Err(Failure::Said(format!(
            "{name} is already there with another content, and an edition never changes: give the new one a name of its \
             own\nnothing was imported"
        ))),
        Edition::Clashes(errors) => Err(refused(&name, &errors)),
    }
}

async fn diff(settings: &Settings, read: &Catalogue, text: &str) -> Result<(), Failure> {
    let db = open::migrated(settings).await?;
    let name = &read.edition;
    let known = body(&db, name).await?;
    if known.as_deref() == Some(text) {
        say(&format!("{name} is already there. It would change nothing."));
        return Ok(());
    }
    let mut others = editions(db.unscoped(), &read.jurisdiction).await?;
    let before = Catalogue::join(&read.jurisdiction, &others).map_err(|errors| refused("what is there", &errors))?;
    others.retain(|other| other.edition != *name);
    let after = read.joining(&others).map_err(|errors| refused(name, &errors))?;
    let said = changes(&before, &after);
    for line in &said {
        say(line);
    }
    if said.is_empty() {
        say("Nothing would change.");
    }
    let carried = |code| read.items.iter().any(|item| item.code == code);
    let kept = after.all_on(read.valid_from);
    let kept = kept.filter(|item| !carried(item.code.clone())).count();
    say(&format!("Not in this edition and kept as they are: {kept}"));
    if known.is_some() {
        say(&format!(
            "{name} is already there with another content: it would be refused. Give the new one a name of its own."
        ));
    }
    Ok(())
}

/// The file of an edition that is in.
async fn body(db: &Db, name: &str) -> Result<Option<String>, Failure> {
    let imported = store::edition(db.unscoped(), name).await?;
    Ok(imported.map(|imported| imported.body).or_else(|| built_in(name).map(str::to_owned)))
}

async fn export(settings: &Settings, edition: Option<&str>) -> Result<(), Failure> {
    let db = open::migrated(settings).await?;
    let editions = editions(db.unscoped(), &settings.jurisdiction).await?;
    let menu =
        Catalogue::join(&settings.jurisdiction, &editions).map_err(|errors| refused("what is there", &errors))?;
    let today = Clock::system().today();
    let name = edition.unwrap_or_else(|| menu.edition_on(today));
    if let Some(body) = body(&db, name).await? {
        say_bytes(body.as_bytes());
        return Ok(());
    }
    let imported = store::editions(db.unscoped()).await?;
    let mut known: Vec<String> = imported.into_iter().map(|known| known.edition).collect();
    let built_in = built_in_files().filter_map(|text| Catalogue::parse(text).ok());
    known.splice(0..0, built_in.map(|edition| edition.edition));
    known.dedup();
    Err(Failure::Said(format!("no edition is called {name}; there are: {}", known.join(", "))))
}
