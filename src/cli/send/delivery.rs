//! One delivery: files are cut, what may leave is sent, and what became of it is put into a sentence.

use std::{path::PathBuf, time::Duration};

use super::{
    ledger::Outcome,
    parcel::{self, Cut, Snapshot},
    service::{Answer, Service, Trouble},
};
use crate::cli::{failure::Failure, spoken::say};

/// How often files that are named are tried, and a folder that is looked at once.
pub(super) const TRIES: u32 = 6;
/// The first wait after something that passes, and the longest.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Sends files that were named, as one extract or report.
pub(super) async fn files(service: &Service, files: &[PathBuf]) -> Result<(), Failure> {
    let mut snapshots = Vec::new();
    for file in files {
        let read = Snapshot::of(file.clone()).await;
        snapshots.push(read.map_err(|why| Failure::File { file: file.display().to_string(), why })?);
    }
    let names: Vec<String> = snapshots.iter().map(|snapshot| snapshot.name.clone()).collect();
    let names = names.join(", ");
    for again in 0..TRIES {
        match deliver(service, &snapshots).await {
            Ok(Told { outcome, says }) => {
                say(&format!("{names}: {says}"));
                let is_fine = matches!(outcome, Outcome::Sent | Outcome::NoChange);
                return if is_fine { Ok(()) } else { Err(Failure::Said("nothing was taken in".to_owned())) };
            }
            Err(Trouble::Later { why, after, .. }) => {
                tracing::warn!("not sent yet: {why}");
                tokio::time::sleep(wait(again, after)).await;
            }
            Err(Trouble::Stop(why)) => return Err(Failure::Said(why)),
        }
    }
    Err(Failure::Said(format!("{names}: not sent after {TRIES} tries")))
}

/// How long to wait after something that passes: longer each time, or as long as the service says.
pub(super) fn wait(again: u32, after: Option<Duration>) -> Duration {
    let own = FIRST_WAIT.saturating_mul(1_u32.checked_shl(again).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
    // So that the practices of a county do not all come back in the same second.
    let more = rand::random_range(0..=own.as_millis() / 5);
    let own = own.saturating_add(Duration::from_millis(u64::try_from(more).unwrap_or(0)));
    after.map_or(own, |after| after.max(own))
}

/// What became of files, and what is said of it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) outcome: Outcome,
    pub(super) says: String,
}

impl Told {
    fn new(outcome: Outcome, says: impl Into<String>) -> Self {
        Self { outcome, says: says.into() }
    }
}

/// Cuts files and sends what may leave.
///
/// # Errors
/// [`Trouble`] where that is not a matter of the files.
pub(super) async fn deliver(service: &Service, snapshots: &[Snapshot]) -> Result<Told, Trouble> {
    let practice = service.practice().await?;
    let page = service.page(&practice.code);
    let cut = match parcel::cut(snapshots, &practice).await.map_err(|why| Trouble::here(&why))? {
        Ok(cut) => cut,
        Err(stays) if stays.is_for_a_person() => {
            return Ok(Told::new(
                Outcome::Asks,
                format!("nothing was sent, because {stays}. Choose the file once at {page} and say so there"),
            ));
        }
        Err(stays) => return Ok(Told::new(Outcome::Refused, format!("nothing was sent, because {stays}"))),
    };
    let Cut { body, bytes, boundary } = cut;
    Ok(match service.send(&practice.code, (body, bytes, &boundary)).await? {
        Answer::Staged { import, found } => {
            Told::new(Outcome::Sent, format!("sent; {found}. Look at it and confirm it: {page}/{import}"))
        }
        Answer::NoChange => Told::new(Outcome::NoChange, "sent; nothing in it is new"),
        Answer::Asks(what) => Told::new(
            Outcome::Asks,
            format!("nothing was taken in: {what}. Choose the file at {page} and say so there"),
        ),
        Answer::Refused(why) => Told::new(Outcome::Refused, format!("refused: {why}")),
    })
}
