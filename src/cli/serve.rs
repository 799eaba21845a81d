//! `headroom serve`: runs the service until it is told to stop.

use std::{sync::Arc, time::Duration};

use tokio::{net::TcpListener, signal};

use super::{failure::Failure, open, spoken::say};
use crate::{
    app,
    config::Settings,
    domain::access::CliAuthority,
    exchange::mail::Post,
    jobs,
    operations::{
        keep_address,
        offer_setup::{self, MAKE_ADMINISTRATOR, OfferSetup},
    },
    state::AppState,
    store::address,
    web::{
        listen::{self, Limits},
        secrets,
    },
};

/// How long open requests may take to finish after the signal; closing the database has a second more.
const DRAIN: Duration = Duration::from_secs(9);

/// How long the last line outside the database may take: a disk that hangs must not keep the process from ending.
const LAST_LINE: Duration = Duration::from_secs(1);

pub(super) async fn run(mut settings: Settings) -> Result<(), Failure> {
    // First: where something else listens there, nothing is made, changed or printed.
    let listener = bind(&mut settings).await?;
    if settings.is_secure() && settings.proxies.is_empty() {
        tracing::warn!(
            "the service is reached over https, so a proxy stands in front, and no proxy is named: name it with \
             --trusted-proxies, or everybody behind it shares one count of wrong passwords"
        );
    }
    let app = open::state(settings, false).await?;
    // Before anything is written, deleted or published.
    jobs::clock::look(&app).await?;
    offer_setup(&app).await?;
    listen(app, listener).await
}

/// While there is no administrator: prints a link for the first one.
async fn offer_setup(app: &AppState) -> Result<(), Failure> {
    let authority = CliAuthority::new();
    let by = authority.within(authority.service());
    let secret = secrets::fresh();
    let link = OfferSetup { secret_hash: secrets::hash(&secret) };
    if link.perform(app, &by).await? {
        say(&format!("Set up the first administrator: {}", offer_setup::address(app, &secret)));
        say(&format!("The link works until there is one. Without it: {MAKE_ADMINISTRATOR}"));
    }
    Ok(())
}

/// Takes the port, and with it the address that links have where nobody said another.
pub(super) async fn bind(settings: &mut Settings) -> Result<TcpListener, Failure> {
    let address = settings.listen;
    let failed = |why| Failure::Listen { address, why };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    settings.listens_at(listener.local_addr().map_err(failed)?);
    Ok(listener)
}

/// Keeps the address, for links that commands print.
async fn keep_address(app: &AppState) -> Result<(), Failure> {
    let served = address::served(app.db.unscoped()).await?;
    let now = app.settings.public_url.clone();
    if served.as_deref() == Some(now.as_str()) {
        return Ok(());
    }
    keep_address::keep_address(app, CliAuthority::new(), now).await?;
    Ok(())
}

/// Serves until SIGINT or SIGTERM, then ends open streams and lets requests finish.
pub(super) async fn listen(app: AppState, listener: TcpListener) -> Result<(), Failure> {
    let limits = Limits::within(listen::raise_open_files());
    app.streams.at_most(limits.streams());
    let post = app.settings.mail.as_ref().map(Post::new).transpose()?;
    keep_address(&app).await?;
    say(&format!("Headroom is ready at {}", app.settings.public_url));
    jobs::history::close_gate(&app).await?;
    tokio::spawn(jobs::clock::run(app.clone()));
    let outside = tokio::spawn(jobs::outside::run(app.clone()));
    tokio::spawn(jobs::releases::run(app.clone()));
    tokio::spawn(jobs::history::run(app.clone()));
    tokio::spawn(jobs::change_listener::run(app.clone()));
    tokio::spawn(jobs::tries::run(app.clone()));
    tokio::spawn(jobs::webhooks::run(app.clone()));
    tokio::spawn(jobs::push::run(app.clone()));
    tokio::spawn(jobs::account_mail::run(app.clone(), post.clone()));
    tokio::spawn(jobs::anchors::run(app.clone(), post.clone()));
    tokio::spawn(jobs::reminders::run(app.clone(), post));
    let stopping = app.stopping.clone();
    tokio::spawn({
        let stopping = stopping.clone();
        async move {
            stop_signal().await;
            stopping.cancel();
        }
    });
    let proxies = app.settings.proxies.clone();
    let trusts: listen::Trusts = Arc::new(move |address| proxies.trusts(address));
    let served = listen::serve(listener, app::router(&app), limits, trusts, stopping.clone());
    let drained = async {
        stopping.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    let done = tokio::select! {
        () = served => Ok(()),
        () = drained => Ok(()),
        why = app.db.end() => Err(Failure::Said(why)),
    };
    // It writes once more at the end, where the database still answers.
    app.stopping.cancel();
    drop(tokio::time::timeout(LAST_LINE, outside).await);
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
