//! `headroom send`: sends appointment files to the practice of a key, once or as they come into a folder. Columns about patients
//! stay here: nothing but the columns that are read leaves.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use self::{folder::Folder, ledger::Ledger, service::Service, watch::Watch};
use super::{failure::Failure, serve};

mod delivery;
mod folder;
mod ledger;
mod parcel;
mod service;
mod watch;

/// What to send, and where to.
#[derive(Debug, Args)]
pub(super) struct Sending {
    /// Files of one extract or report: CSV, TSV, Excel or zip
    #[arg(value_name = "FILE", required_unless_present = "watch", conflicts_with = "watch")]
    files: Vec<PathBuf>,
    /// Send what comes into this folder, each content once; a share of the network is fine
    #[arg(long, value_name = "FOLDER")]
    watch: Option<PathBuf>,
    /// Send what is in the folder now and end, for scheduled tasks
    #[arg(long, requires = "watch")]
    once: bool,
    /// Address of Headroom, such as `https://headroom.example`
    #[arg(long, env = "HEADROOM_TO", value_name = "URL")]
    to: String,
    /// File with the practice's key, `hr_…`, which no other user of the computer should be able to read
    #[arg(long, env = "HEADROOM_KEY_FILE", value_name = "FILE")]
    key_file: PathBuf,
    /// Seconds between looks at the folder
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600), requires = "watch")]
    every: u64,
    /// File in which is kept what was sent [default: sent.json in the folder]
    #[arg(long, value_name = "FILE", requires = "watch")]
    state: Option<PathBuf>,
}

pub(super) async fn run(send: Sending) -> Result<(), Failure> {
    let service = Service::new(&send.to, send.key_file)?;
    let work = async {
        match send.watch {
            None => delivery::files(&service, &send.files).await,
            Some(folder) => {
                let state = send.state.unwrap_or_else(|| folder.join(ledger::NAME));
                let (ledger, every) = (Ledger::open(&state)?, Duration::from_secs(send.every));
                let mut watch = Watch::new(service, Folder::new(folder, &state, every), ledger, every);
                if send.once { watch.once().await } else { watch.on().await }
            }
        }
    };
    // Whatever is on its way is dropped: sent again, it changes nothing.
    tokio::select! {
        done = work => done,
        () = serve::stop_signal() => Ok(()),
    }
}
