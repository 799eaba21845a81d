//! `headroom verify`: recounts what is stored twice and walks every chain, in one unchanging sight of the database, so that
//! it may run while the service writes.

use sea_orm::DatabaseTransaction;

use super::{Failure, open, release, say};
use crate::{
    audit,
    config::{Missing, Settings},
    db::Scoped,
    domain::access::{CliAuthority, EverywhereScope},
    store,
};

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let snapshot = db.snapshot().await?;
    let everywhere = CliAuthority::new().everywhere();
    let read = Scoped::new(&snapshot, &everywhere);
    let wrong = tallies(read).await?
        + imports(read).await?
        + chains(read).await?
        + anchors(read).await?
        + keys(&settings, read).await?;
    release::verify(&store::releases::verify(read).await?)?;
    release::verify_files(&store::release_files::verify(read).await?)?;
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
        say(&format!(
            "  {} {}: the rows are not those that were anchored",
            one.practice, one.day
        ));
    }
    Ok(wrong.len())
}

/// The keys that are here against their fingerprints. Where there are none, this is not where the service runs.
async fn keys(settings: &Settings, read: Snapshot<'_>) -> Result<usize, Failure> {
    let mut wrong = Vec::new();
    if settings.token_key.is_file() {
        let known = store::keys::masters(read.conn).await?;
        let here = settings.keys(Missing::Refuse)?;
        let here: Vec<String> = here
            .all()
            .map(|master| master.fingerprint().to_owned())
            .collect();
        if !store::keys::are_right(&known, &here) {
            wrong.push(open::wrong_master(settings));
        }
    }
    for (name, key) in settings.noise_keys_here()? {
        if store::keys::differs(read.conn, &name, &key).await? {
            wrong.push(open::wrong_noise(settings, &name));
        }
    }
    for one in &wrong {
        say(&format!("  {one}"));
    }
    Ok(wrong.len())
}

/// Every event of every audit chain.
async fn chains(read: Snapshot<'_>) -> Result<usize, Failure> {
    let (checked, broken) = audit::verify(read.conn).await?;
    say(&format!("Audit events checked: {checked}"));
    for one in &broken {
        say(&format!(
            "  the chain of {} does not hold from event {}",
            one.organisation, one.seq
        ));
    }
    Ok(broken.len())
}
