//! `headroom audit verify|export`: the audit chains walked and held to what left the service, and written out for whoever
//! checks them without Headroom.

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use entity::ids::OrgCode;
use sea_orm::DatabaseTransaction;

use super::{failure::Failure, open, spoken::say};
use crate::{
    audit::{self, Head},
    clock::Clock,
    config::Settings,
    db::Scoped,
    domain::{
        access::{CliAuthority, EverywhereScope},
        calendar, history,
    },
    jobs::{anchors, outside},
    store,
};

/// What to do with the audit trail.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Do {
    /// Walk every audit chain and compare it with the anchors that left the service; exits with 1 and the first row that is
    /// wrong. --anchors names the file, or a folder of daily anchors and saved mails
    Verify,
    /// Print every event with its hashes as lines of JSON, of one organisation or of all
    Export {
        /// Code of the organisation; `england` is the service itself
        organisation: Option<OrgCode>,
    },
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let snapshot = db.snapshot().await?;
    match what {
        Do::Verify => {
            let everywhere = CliAuthority::new().everywhere();
            verify(&settings, Scoped::new(&snapshot, &everywhere)).await
        }
        Do::Export { organisation } => export(&snapshot, organisation).await,
    }
}

async fn export(conn: &DatabaseTransaction, organisation: Option<OrgCode>) -> Result<(), Failure> {
    let chains = match organisation {
        Some(one) => vec![one],
        None => audit::heads(conn).await?.into_keys().collect(),
    };
    let mut n = 0_usize;
    for chain in &chains {
        let mut after = 0;
        while let Some((lines, last)) = audit::exported(conn, chain, after).await? {
            after = last;
            n = n.saturating_add(lines.len());
            for line in &lines {
                say(line);
            }
        }
    }
    match (n, chains.as_slice()) {
        (0, [one]) => Err(Failure::Said(format!("there is no event of {one}"))),
        _ => Ok(()),
    }
}

type Snapshot<'a> = Scoped<'a, DatabaseTransaction, EverywhereScope>;

async fn verify(settings: &Settings, read: Snapshot<'_>) -> Result<(), Failure> {
    let mut wrong = chains(read).await?;
    wrong.extend(emptied(read).await?);
    let mut folders: Vec<&Path> = settings.anchored.folder.as_deref().into_iter().collect();
    // Where --anchors names a folder, the file is where it is by itself.
    let beside = settings.data.join("anchors.log");
    let file = if settings.anchors.is_dir() {
        folders.retain(|folder| *folder != settings.anchors.as_path());
        folders.push(&settings.anchors);
        &beside
    } else {
        &settings.anchors
    };
    let restored = log(file, read, &mut wrong).await?;
    for folder in folders {
        filed(read, folder, restored, &mut wrong).await?;
    }
    match wrong.first() {
        None => {
            say("Every chain holds, and is what left the service.");
            Ok(())
        }
        Some(first) => Err(Failure::Said(format!("{} mismatch(es) found, the first: {first}", wrong.len()))),
    }
}

/// Every chain from its first event to its head.
async fn chains(read: Snapshot<'_>) -> Result<Vec<String>, Failure> {
    let n = audit::heads(read.conn).await?.len();
    let (checked, broken) = audit::verify(read.conn).await?;
    say(&format!("Audit chains walked: {n}, with {checked} rows of audit_event"));
    let wrong: Vec<String> = broken.iter().map(ToString::to_string).collect();
    tell(&wrong);
    Ok(wrong)
}

/// Events whose detail was emptied by something else than retention.
async fn emptied(read: Snapshot<'_>) -> Result<Vec<String>, Failure> {
    let today = calendar::london_day(Clock::system().now());
    let found = store::anchors::emptied(read, calendar::day_begins(history::first_kept(today))).await?;
    let wrong = found
        .iter()
        .map(|one| format!("audit_event {} {} ({}) has lost its detail", one.organisation, one.seq, one.event));
    let wrong: Vec<String> = wrong.collect();
    tell(&wrong);
    Ok(wrong)
}

/// The file that a line is added to whenever a chain grew; answers when a backup was restored.
async fn log(path: &Path, read: Snapshot<'_>, wrong: &mut Vec<String>) -> Result<Option<DateTime<Utc>>, Failure> {
    let file = path.display();
    let said = outside::read(path).map_err(|why| Failure::File { file: file.to_string(), why })?;
    if !said.is_there {
        say(&format!("There is no {file}: it says nothing of the ends of the chains."));
        return Ok(None);
    }
    let found = compared(read, &said.heads, &file.to_string()).await?;
    say(&format!("Lines of {file} compared: {}", said.heads.len()));
    tell(&found);
    wrong.extend(found);
    if said.broken > 0 {
        let broken = vec![format!("{} line(s) of {file} cannot be read", said.broken)];
        tell(&broken);
        wrong.extend(broken);
    }
    Ok(said.restored.and_then(|at| at.parse().ok()))
}

/// The daily anchors of a folder.
async fn filed(
    read: Snapshot<'_>,
    folder: &Path,
    restored: Option<DateTime<Utc>>,
    wrong: &mut Vec<String>,
) -> Result<(), Failure> {
    let place = folder.display();
    let files = anchors::read_folder(folder).map_err(|why| Failure::File { file: place.to_string(), why })?;
    let (mut compared_files, mut days, mut before, mut found) = (0_usize, Vec::new(), 0_usize, Vec::new());
    for (name, anchor) in &files {
        match anchor {
            Err(why) => found.push(format!("{name} in {place}: {why}")),
            Ok(anchor) if restored.is_some_and(|restored| anchor.made <= restored) => {
                before = before.saturating_add(1);
            }
            Ok(anchor) => {
                compared_files = compared_files.saturating_add(1);
                days.push(calendar::london_day(anchor.made));
                found.extend(compared(read, &anchor.heads, name).await?);
            }
        }
    }
    let span = match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!(", of {first} to {last}"),
        _ => String::new(),
    };
    say(&format!("Daily anchors in {place} compared: {compared_files}{span}"));
    if before > 0 {
        say(&format!("  {before} of before a backup was restored are not compared"));
    }
    let is_without = |pair: &&[entity::ids::LocalDate]| {
        pair.last().zip(pair.first()).is_some_and(|(to, from)| to.days_since(*from) > 1)
    };
    for gap in days.windows(2).filter(is_without) {
        if let [from, to] = gap {
            say(&format!("  there is none between {from} and {to}"));
        }
    }
    tell(&found);
    wrong.extend(found);
    Ok(())
}

/// What an anchor says and the chains do not.
async fn compared(read: Snapshot<'_>, heads: &[Head], from: &str) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    for head in heads {
        let now = audit::hash_of(read.conn, head).await?;
        if now.as_ref() != Some(&head.hash) {
            let (organisation, seq) = (&head.organisation, head.seq);
            let how = if now.is_some() { "is another" } else { "is gone" };
            wrong.push(format!("audit_event {organisation} {seq}, of which {from} tells, {how}"));
        }
    }
    Ok(wrong)
}

fn tell(wrong: &[String]) {
    for one in wrong {
        say(&format!("  {one}"));
    }
}
