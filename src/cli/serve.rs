//! `headroom serve`: runs the service until it is told to stop.

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, signal};

use super::{Failure, open, say};
use crate::{
    app, config::Settings, domain::access::CliAuthority, exchange::mail::Post,
    features::account::setup, jobs, state::AppState,
};

/// How long open requests may take to finish after the signal.
const DRAIN: Duration = Duration::from_secs(10);

pub(super) async fn run(settings: Settings) -> Result<(), Failure> {
    let app = open::state(settings, false).await?;
    // Before anything is written, deleted or published.
    jobs::clock::look(&app).await?;
    if let Some(link) = setup::offer(&app, &CliAuthority::new()).await? {
        say(&format!("Set up the first administrator: {link}"));
    }
    listen(app).await
}

/// Listens until SIGINT or SIGTERM, then ends open streams and lets requests finish.
pub(super) async fn listen(app: AppState) -> Result<(), Failure> {
    let address = app.settings.listen;
    let post = app.settings.mail.as_ref().map(Post::new).transpose()?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|why| Failure::Listen { address, why })?;
    say(&format!("Headroom is ready at {}", app.settings.public_url));
    jobs::history::close_gate(&app).await?;
    tokio::spawn(jobs::clock::run(app.clone()));
    let outside = tokio::spawn(jobs::outside::run(app.clone()));
    tokio::spawn(jobs::releases::run(app.clone()));
    tokio::spawn(jobs::history::run(app.clone()));
    tokio::spawn(jobs::relay::run(app.clone()));
    tokio::spawn(jobs::reminders::run(app.clone(), post));
    let router = app::router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.stopping.clone();
    let served = axum::serve(listener, router).with_graceful_shutdown({
        let stopping = stopping.clone();
        async move {
            stop_signal().await;
            stopping.cancel();
        }
    });
    let drained = async {
        stopping.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    let done = tokio::select! {
        done = served => done.map_err(|why| Failure::Listen { address, why }),
        () = drained => Ok(()),
    };
    // It writes once more at the end.
    app.stopping.cancel();
    drop(outside.await);
    done
}

/// Waits for SIGINT or SIGTERM.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        if let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
            tokio::select! {
                _ = signal::ctrl_c() => (),
                _ = terminate.recv() => (),
            }
            return;
        }
    }
    drop(signal::ctrl_c().await);
}
