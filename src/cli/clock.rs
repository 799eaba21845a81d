//! `headroom clock show|confirm`: what time it is, and what time was seen.

use clap::Subcommand;

use super::{failure::Failure, open, spoken::say};
use crate::{
    config::Settings,
    domain::{access::CliAuthority, calendar, standing::ClockState},
    jobs,
};

/// What to do with the clock.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Do {
    /// Say what time it is, what time was seen last, and whether the clock is believed
    Show,
    /// Confirm that the clock of this computer is right, after you have looked at it
    Confirm,
}

pub(super) async fn run(settings: Settings, what: Do) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    if let Do::Confirm = what {
        let now = app.confirm_clock(&CliAuthority::new()).await?;
        say(&format!("Confirmed: it is {}.", calendar::london(now)));
        return Ok(());
    }
    jobs::clock::look(&app).await?;
    say(&format!("Now: {}", calendar::london(app.clock.now())));
    if let Some(latest) = app.clock.latest() {
        say(&format!("Latest time seen: {}", calendar::london(latest)));
    }
    say(match app.clock.standing() {
        ClockState::Right => "The clock is believed.",
        ClockState::Ahead | ClockState::Behind => {
            "The clock is doubted: nothing is deleted, published or mailed. Look at the clock; where it is right, run \
             `headroom clock confirm`."
        }
    });
    Ok(())
}
