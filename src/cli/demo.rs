//! `headroom demo`: an invented county on a database of its own, served at once.

use std::{path::PathBuf, time::Instant};

use clap::Args;
use rand::RngExt;
use tokio::net::TcpListener;

use self::county::County;
use super::{failure::Failure, open, serve, spoken::say};
use crate::{
    config::{Options, Settings},
    domain::disclosure::Period,
    jobs,
    state::AppState,
    store::{organisations, people},
    ui::number,
};

mod county;
mod days;
mod history;
mod morning;
mod names;
mod network;
mod register;
mod returned;
mod seed;
mod simulator;
mod story;
#[cfg(test)]
mod tests;
mod together;
mod transfers;
mod tree;

/// How the demo runs.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Let nothing happen by itself: for pictures and tests
    #[arg(long, alias = "quiet-simulator")]
    no_simulator: bool,
    /// Write the county and stop, without serving it
    #[arg(long, requires = "data")]
    seed_only: bool,
}

/// Where nothing says where to keep the data, a folder that is removed at the end.
pub(super) fn temporary_folder(options: &mut Options) -> Option<PathBuf> {
    let chosen = options.data.is_some() || options.database_url.is_some() || options.config.is_some();
    if chosen {
        return None;
    }
    let name = format!("headroom-demo-{:08x}", rand::rng().random::<u32>());
    let folder = std::env::temp_dir().join(name);
    options.data = Some(folder.clone());
    Some(folder)
}

pub(super) async fn run(mut settings: Settings, how: Demo, temporary: Option<PathBuf>) -> Result<(), Failure> {
    // An interrupt while the county is written ends the demo too; once it is served, the server drains as always.
    let listener = if how.seed_only { None } else { Some(serve::bind(&mut settings).await?) };
    let ready = tokio::select! {
        ready = prepare(settings) => ready.map(Some),
        () = serve::stop_signal() => Ok(None),
    };
    let done = match ready {
        Ok(Some((app, county))) => match listener {
            Some(listener) => serve_county(app, county, &how, listener).await,
            None => Ok(()),
        },
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    // Before its folder goes.
    open::close().await;
    if let Some(folder) = temporary
        && let Err(why) = tokio::fs::remove_dir_all(&folder).await
        && why.kind() != std::io::ErrorKind::NotFound
    {
        return Err(Failure::File { file: folder.display().to_string(), why });
    }
    done
}

async fn prepare(settings: Settings) -> Result<(AppState, County), Failure> {
    let app = open::state(settings, true).await?;
    let county = County::invent().map_err(|error| Failure::Said(format!("the demo's codes: {error}")))?;
    if !is_there(&app).await? {
        write_county(&app, &county).await?;
    }
    jobs::clock::look(&app).await?;
    // A demo of last week has a clock that jumped.
    if !app.clock.is_doubted() {
        make_releases(&app).await?;
    }
    jobs::outside::write(&app).await?;
    Ok((app, county))
}

async fn serve_county(app: AppState, county: County, how: &Demo, listener: TcpListener) -> Result<(), Failure> {
    let simulator = (!how.no_simulator).then(|| tokio::spawn(simulator::run(app.clone(), county)));
    say("DEMO: invented practices, invented figures. Stop it with Ctrl+C.");
    say(&format!(
        "Sign in with one click on the front page, or as manager@, lmc@, icb@ or admin@demo.invalid with {}",
        seed::PASSWORD
    ));
    let served = serve::listen(app.clone(), listener).await;
    app.stopping.cancel();
    if let Some(simulator) = simulator {
        // It ends by itself now; a panic in it is no reason to fail.
        drop(simulator.await);
    }
    served
}

/// Whether the database holds a whole demo already. One that holds anything else is left alone.
async fn is_there(app: &AppState) -> Result<bool, Failure> {
    let [(email, ..), ..] = seed::PEOPLE;
    let db = app.db.unscoped();
    if people::person_by_email(db, email).await?.is_some() {
        return Ok(true);
    }
    if people::anyone(db).await? || organisations::version(db).await?.is_some() {
        return Err(Failure::Said(
            "this database holds something that is not a whole demo; give the demo an empty folder with --data"
                .to_owned(),
        ));
    }
    Ok(false)
}

async fn write_county(app: &AppState, county: &County) -> Result<(), Failure> {
    let begun = Instant::now();
    let written = seed::seed(app, county).await?;
    let n = |n: usize| number::thousands(u64::try_from(n).unwrap_or(u64::MAX));
    say(&format!(
        "Invented {} practices, {} clinicians, {} day sheets, {} contacts and {} records in {:.1} s",
        n(written.practices),
        n(written.clinicians),
        n(written.sheets),
        n(written.contacts),
        n(written.statuses),
        begun.elapsed().as_secs_f32()
    ));
    Ok(())
}

/// So many releases make a line over time.
const RELEASES: usize = 6;

/// Makes the last periods that are due, as if the service had begun with them.
async fn make_releases(app: &AppState) -> Result<(), Failure> {
    let due = Period::due_by(app.clock.surely());
    let last = due.get(due.len().saturating_sub(RELEASES)..);
    jobs::releases::make(app, last.unwrap_or_default()).await?;
    Ok(())
}
