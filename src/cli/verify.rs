//! `headroom verify`: recounts what is stored twice and walks every chain, in one unchanging sight of the database, so that
//! it may run while the service writes.

use sea_orm::DatabaseTransaction;

use super::{failure::Failure, open, release, spoken::say};
use crate::{
    audit,
    clock::Clock,
    config::{Missing, Settings},
    db::Scoped,
    domain::{
        access::{CliAuthority, EverywhereScope},
        calendar, history,
    },
    jobs::outside,
    store,
};

/// How to check.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Verify {
    /// Note that a backup was restored: what was written outside the database before is not compared any more
    #[arg(long)]
    restored: bool,
}

pub(super) async fn run(settings: Settings, how: Verify) -> Result<(), Failure> {
    if how.restored {
        outside::restored(&settings.anchors, Clock::system().now()).map_err(|why| unusable(&settings, why))?;
    }
    let db = open::migrated(&settings).await?;
    let snapshot = db.snapshot().await?;
    let everywhere = CliAuthority::new().everywhere();
    let read = Scoped::new(&snapshot, &everywhere);
    let misspelled = spelled(read).await? + triggers(read).await?;
    if misspelled > 0 {
        // Nothing further is what it reads as.
        return Err(Failure::Said(format!("{misspelled} mismatch(es) found")));
    }
    let wrong = tallies(read).await?
        + imports(read).await?
        + chains(read).await?
        + emptied(read).await?
        + outside(&settings, read).await?
        + rows(read).await?
        + days(read).await?
        + anchors(read).await?
        + keys(&settings, read).await?
        + frames(read).await?
        + said(release::verify(&store::releases::verify(read).await?))
        + said(release::verify_files(&store::release_files::verify(read).await?));
    if wrong == 0 {
        say("Everything agrees.");
        Ok(())
    } else {
        Err(Failure::Said(format!("{wrong} mismatch(es) found")))
    }
}

type Snapshot<'a> = Scoped<'a, DatabaseTransaction, EverywhereScope>;

/// Every tally against the contacts and voids themselves.
async fn tallies(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, wrong) = store::days::recount(read).await?;
    say(&format!("Tallies of taps recounted: {checked}"));
    for one in &wrong {
        say(&format!(
            "  {} {} {} {}: stored {}, counted {}",
            one.practice, one.clinician, one.day, one.kind, one.tally, one.recount
        ));
        if one.ends_differ {
            say("    its first or last contact is another");
        }
    }
    Ok(wrong.len())
}

/// Every sum of imported appointments against the slots themselves.
async fn imports(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, wrong) = store::appointments::recount(read).await?;
    if checked > 0 {
        say(&format!("Sums of imports recounted: {checked}"));
    }
    for one in &wrong {
        say(&format!(
            "  {} {} {} {}: stored {}, counted {}",
            one.practice, one.clinician, one.day, one.what, one.sum, one.recount
        ));
    }
    Ok(wrong.len())
}

/// Every anchored day that is still kept against its rows, and every folded day against its sums.
async fn anchors(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, wrong) = store::anchors::verify(read).await?;
    say(&format!("Anchored and folded days compared: {checked}"));
    for one in &wrong {
        say(&format!("  {} {}: the rows are not those that were anchored", one.practice, one.day));
    }
    Ok(wrong.len())
}

/// The keys that are here against their fingerprints. Where there are none, this is not where the service runs.
async fn keys(settings: &Settings, read: Snapshot<'_>) -> Result<usize, Failure> {
    let mut wrong = Vec::new();
    if settings.token_key.is_file() {
        let known = store::keys::masters(read.conn).await?;
        let here = settings.keys(Missing::Refuse)?;
        let here: Vec<String> = here.all().map(|master| master.fingerprint().to_owned()).collect();
        if !store::keys::are_right(&known, &here) {
            wrong.push(open::wrong_master(settings));
        }
    }
    if let Some(key) = settings.noise_key_here()?
        && store::keys::differs(read.conn, store::keys::NOISE, &key).await?
    {
        wrong.push(open::wrong_noise(settings));
    }
    for one in &wrong {
        say(&format!("  {one}"));
    }
    Ok(wrong.len())
}

/// What the command says that it found wrong; the others are looked for all the same.
fn said(found: Result<(), Failure>) -> usize {
    match found {
        Ok(()) => 0,
        Err(failure) => {
            say(&format!("  {failure}"));
            1
        }
    }
}

fn unusable(settings: &Settings, why: std::io::Error) -> Failure {
    Failure::File { file: settings.anchors.display().to_string(), why }
}

/// Events whose detail was emptied by something else than retention: what they told of rows would be missed nowhere.
async fn emptied(read: Snapshot<'_>) -> Result<usize, Failure> {
    let today = calendar::london_day(Clock::system().now());
    let before = calendar::day_begins(history::first_kept(today));
    let emptied = store::anchors::emptied(read, before).await?;
    for one in &emptied {
        say(&format!("  event {} of the chain of {} ({}) has lost its detail", one.seq, one.organisation, one.event));
    }
    Ok(emptied.len())
}

/// Dates, times and answers as the product writes them: what is spelled otherwise is another text to the database, and the
/// same to whoever reads it.
async fn spelled(read: Snapshot<'_>) -> Result<usize, Failure> {
    let found = store::spelling::verify(read).await?;
    for one in &found {
        say(&format!("  {}.{}: {} value(s) are not written as they were recorded", one.table, one.column, one.rows));
    }
    Ok(found.len())
}

/// The triggers that keep history and note what is written.
async fn triggers(read: Snapshot<'_>) -> Result<usize, Failure> {
    let found = store::spelling::triggers(read).await?;
    for name in &found {
        say(&format!("  the trigger {name} is not as it was made"));
    }
    Ok(found.len())
}

/// Every line of the file outside against the chains.
async fn outside(settings: &Settings, read: Snapshot<'_>) -> Result<usize, Failure> {
    let outside = outside::read(&settings.anchors).map_err(|why| unusable(settings, why))?;
    if let Some(at) = &outside.restored {
        say(&format!("A backup was restored on {at}: what was written outside the database before is not compared."));
    }
    if !outside.is_there {
        say(&format!(
            "There is no {}: whether the end of a chain was cut, nothing outside the database can say.",
            settings.anchors.display()
        ));
    }
    let chains = outside.chains();
    let mut cut = Vec::new();
    for (organisation, heads) in &chains {
        let hashes = audit::hashes(read.conn, organisation).await?;
        let missing = heads.iter().find(|head| hashes.get(&head.seq) != Some(&head.hash));
        cut.extend(missing.copied());
    }
    say(&format!("Chains compared with {}: {}", settings.anchors.display(), chains.len()));
    for head in &cut {
        say(&format!(
            "  the chain of {} was cut or written anew: its event {} is not the one that was noted outside",
            head.organisation, head.seq
        ));
    }
    if outside.broken > 0 {
        say(&format!("  {} line(s) of it cannot be read", outside.broken));
    }
    Ok(cut.len() + usize::from(outside.broken > 0))
}

/// Every row of which the audit chain tells.
async fn rows(read: Snapshot<'_>) -> Result<usize, Failure> {
    let report = store::rows::verify(read).await?;
    say(&format!("Rows held to their events: {}", report.rows));
    if report.waiting > 0 {
        say(&format!("  {} row(s) are older than digests of rows: the next start takes theirs", report.waiting));
    }
    for fault in &report.faults {
        say(&format!("  {fault}"));
    }
    Ok(report.faults.len())
}

/// What was counted since the last anchor.
async fn days(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, wrong) = store::digests::verify(read).await?;
    say(&format!("Days not anchored yet compared: {checked}"));
    for one in &wrong {
        say(&format!(
            "  {} {}: the rows are not those that were recorded on that day ({} recorded, {} found)",
            one.practice, one.day, one.recorded, one.found
        ));
    }
    Ok(wrong.len())
}

/// The frames of releases.
async fn frames(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, broken) = store::releases::verify_frames(read).await?;
    say(&format!("Frames of releases: {checked} checked"));
    for year in &broken {
        say(&format!("  the frame of {year} is not what was frozen"));
    }
    Ok(broken.len())
}

/// Every event of every audit chain.
async fn chains(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, broken) = audit::verify(read.conn).await?;
    say(&format!("Audit events checked: {checked}"));
    for one in &broken {
        say(&format!("  the chain of {} does not hold from event {}: {one}", one.organisation, one.seq));
    }
    Ok(broken.len())
}
