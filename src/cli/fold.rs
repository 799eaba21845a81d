//! `headroom fold`: does the night's work on the past now.

use super::{failure::Failure, open, spoken::say};
use crate::{config::Settings, jobs};

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    jobs::clock::look(&app).await?;
    jobs::history::close_gate(&app).await?;
    let Some(done) = jobs::history::run_once(&app).await? else {
        return Err(Failure::Said("another node is at it; try again in ten minutes".to_owned()));
    };
    say(&format!("Practices looked at: {}", done.practices));
    say(&format!("Practices whose new rows were anchored: {}", done.anchored));
    say(&format!("Days folded: {}", done.folded));
    Ok(())
}
