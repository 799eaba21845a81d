//! `headroom import`: takes in files.

use clap::Subcommand;

use super::failure::Failure;
use crate::config::Settings;

mod appointments;
mod organisations;
mod published;
mod report;
mod take_back;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Practices, networks, ICBs, regions and LMCs, from the files of NHS England and ODS and from LMC lists
    Organisations(organisations::Organisations),
    /// One practice's appointments, from an extract of EMIS or TPP or a report of its own
    Appointments(appointments::Appointments),
    /// List the imports of a practice's appointments, or take one back: its slots stand again as they did before it
    TakeBack(take_back::TakeBack),
    /// NHS England's practice-level appointments file, for comparison
    PublishedAppointments(published::Published),
}

pub(super) async fn run(settings: Settings, what: What) -> Result<(), Failure> {
    match what {
        What::Organisations(args) => organisations::run(settings, args).await,
        What::Appointments(args) => appointments::run(settings, args).await,
        What::TakeBack(args) => take_back::run(settings, args).await,
        What::PublishedAppointments(args) => published::run(settings, args).await,
    }
}
