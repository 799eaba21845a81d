//! `headroom verify`: recounts what is stored twice and walks every chain.

use super::{Failure, open, say};
use crate::{audit, config::Settings, db::Db, domain::access::CliAuthority, store};

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let db = open::migrated(&settings).await?;
    let wrong = tallies(&db).await? + chains(&db).await?;
    if wrong == 0 {
        say("Everything agrees.");
        Ok(())
    } else {
        Err(Failure::Said(format!("{wrong} mismatch(es) found")))
    }
}

/// Every tally against the contacts and voids themselves.
async fn tallies(db: &Db) -> Result<usize, Failure> {
    let everywhere = CliAuthority::new().everywhere();
    let (checked, wrong) = store::days::recount(db.read(&everywhere)).await?;
    say(&format!("Tallies of taps recounted: {checked}"));
    for one in &wrong {
        say(&format!(
            "  {} {} {} {}: stored {}, counted {}",
            one.practice, one.clinician, one.day, one.kind, one.tally, one.recount
        ));
    }
    Ok(wrong.len())
}

/// Every event of every audit chain.
async fn chains(db: &Db) -> Result<usize, Failure> {
    let (checked, broken) = audit::verify(db.identify()).await?;
    say(&format!("Audit events checked: {checked}"));
    for one in &broken {
        say(&format!(
            "  the chain of {} does not hold from event {}",
            one.organisation, one.seq
        ));
    }
    Ok(broken.len())
}
