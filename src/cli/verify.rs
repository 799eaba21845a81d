//! `headroom verify`: recounts what is stored twice and walks every chain, in one unchanging sight of the database, so that
//! it may run while the service writes.

use sea_orm::DatabaseTransaction;

use super::{Failure, open, release, say};
use crate::{
    audit,
    config::Settings,
    db::Scoped,
    domain::access::{CliAuthority, EverywhereScope},
    store,
};

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let snapshot = db.snapshot().await?;
    let everywhere = CliAuthority::new().everywhere();
    let read = Scoped::new(&snapshot, &everywhere);
    let wrong =
        tallies(read).await? + imports(read).await? + chains(read).await? + anchors(read).await?;
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
