//! Holds the node's clock to the latest time this installation has seen, and keeps that.
//!
//! A clock that jumped is not told from a service that did not run for days: both are doubted until an administrator
//! confirms what time it is.

use std::time::Duration;

use crate::{
    domain::{access::JobAuthority, calendar, standing::ClockState},
    error::AppError,
    operations::note_time::note_time,
    state::{AppState, DOUBTED},
    store::clock,
};

/// How often the time is noted.
const LOOK: Duration = Duration::from_mins(1);

/// Notes the time until the server stops.
pub async fn run(app: AppState) {
    let mut told = ClockState::Right;
    loop {
        match look(&app).await {
            Ok(standing) => {
                if standing != told {
                    tell(&app, standing);
                }
                told = standing;
            }
            Err(error) => tracing::warn!(%error, "the time could not be noted"),
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn tell(app: &AppState, standing: ClockState) {
    let now = app.clock.now().to_rfc3339();
    let latest = app.clock.latest().map(|at| at.to_rfc3339());
    match standing {
        ClockState::Right => tracing::info!(%now, "the clock is believed again"),
        ClockState::Ahead | ClockState::Behind => tracing::error!(%now, latest, "{DOUBTED}"),
    }
}

/// Learns what was seen, and notes the time where the clock is believed. On a first start there is nothing to hold it to.
///
/// # Errors
/// Where the database cannot be used.
pub async fn look(app: &AppState) -> Result<ClockState, AppError> {
    if !app.learn_clock().await? {
        if let Some(newest) = clock::newest_event(app.db.unscoped()).await? {
            // Commands were run before anything was served.
            app.clock.learn(newest, newest);
        } else {
            tracing::info!(
                now = %calendar::london(app.clock.now()),
                "the first start: the clock of this computer is taken as it is"
            );
        }
    }
    let standing = app.clock.standing();
    if standing == ClockState::Right {
        let (now, stamped) = (app.clock.now(), app.clock.stamped());
        note_time(app, JobAuthority::new(), (now, stamped)).await?;
        app.clock.learn(now, stamped);
    }
    Ok(standing)
}
