//! Commands, one file each. The only place, with `jobs`, that makes an authority of its own.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::{failure::Failure, spoken::complain};
use crate::config::{Options, Settings};

mod audit;
mod catalogue;
mod clock;
mod demo;
mod failure;
mod file;
mod fold;
mod import;
mod keys;
mod migrate;
mod open;
mod openapi;
mod organisations;
mod progress;
mod record;
mod release;
mod send;
mod serve;
mod shown;
mod spoken;
mod user;
mod verify;

/// How much safe capacity is left today.
#[derive(Debug, Parser)]
#[command(name = "headroom", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve,
    /// Bring the database up to this version
    Migrate,
    /// Print the OpenAPI document of the API
    Openapi,
    /// Make, list and check releases
    #[command(subcommand)]
    Release(release::Do),
    /// Take in, compare and print editions of the menu of actions
    #[command(subcommand)]
    Catalogue(catalogue::Do),
    /// Look up practices, networks, ICBs, regions and LMCs with their codes
    #[command(subcommand)]
    Organisations(organisations::Do),
    /// Say whether the clock is believed, or confirm it
    #[command(subcommand)]
    Clock(clock::Do),
    /// Add people who sign in
    #[command(subcommand)]
    User(user::User),
    /// List and revoke the keys of programs
    #[command(subcommand)]
    Keys(keys::Do),
    /// Check the audit chains and the anchors that left the service, or print them
    #[command(subcommand)]
    Audit(audit::Do),
    /// Take in the whole record of a practice from another Headroom
    #[command(subcommand)]
    Record(record::Do),
    /// Anchor what was counted, and fold days older than 13 weeks, as every night
    Fold,
    /// Recount what is stored twice and check every chain; exits with 1 on a mismatch
    Verify(verify::Verify),
    /// Serve an invented county, to try the product
    Demo(demo::Demo),
    /// Take in files
    #[command(subcommand)]
    Import(import::What),
    /// Send appointment files to the practice of a key, once or as they come into a folder
    Send(send::Sending),
}

impl Command {
    /// Whether it makes a database where there is none. Every other command would only make an empty one in the wrong
    /// folder, with keys of its own. The OpenAPI document needs none.
    fn may_make_a_database(&self) -> bool {
        match self {
            // The last two need none.
            Self::Serve | Self::Demo(_) | Self::Migrate | Self::Import(_) | Self::Openapi | Self::Send(_) => true,
            Self::Release(_)
            | Self::Catalogue(_)
            | Self::Organisations(_)
            | Self::Clock(_)
            | Self::User(_)
            | Self::Keys(_)
            | Self::Audit(_)
            | Self::Record(_)
            | Self::Fold
            | Self::Verify(_) => false,
        }
    }
}

/// The command line as clap knows it: each command's help shows what it uses.
pub fn command() -> clap::Command {
    shown::only_what_is_used(Cli::command())
}

/// Runs one command and says what went wrong, if anything did.
pub fn run() -> ExitCode {
    let mut cli = match Cli::from_arg_matches(&command().get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let temporary = match &cli.command {
        Command::Demo(_) => demo::temporary_folder(&mut cli.options),
        _ => None,
    };
    let settings = match Settings::resolve(cli.options) {
        Ok(settings) => settings,
        Err(bad) => return complain(&bad.into()),
    };
    open::log(&settings);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return complain(&Failure::Said(format!("cannot start: {why}"))),
    };
    if !cli.command.may_make_a_database() && !settings.has_database() {
        return complain(&open::no_database(&settings));
    }
    let done = runtime.block_on(async {
        let done = match cli.command {
            Command::Serve => serve::run(settings).await,
            Command::Migrate => migrate::run(settings).await,
            Command::Openapi => openapi::run(),
            Command::Release(what) => release::run(settings, what).await,
            Command::Catalogue(what) => catalogue::run(settings, what).await,
            Command::Organisations(what) => organisations::run(settings, what).await,
            Command::Clock(what) => clock::run(settings, what).await,
            Command::User(user) => user::run(settings, user).await,
            Command::Keys(what) => keys::run(settings, what).await,
            Command::Audit(what) => audit::run(settings, what).await,
            Command::Record(what) => record::run(settings, what).await,
            Command::Fold => fold::run(settings).await,
            Command::Verify(how) => verify::run(settings, how).await,
            Command::Demo(how) => demo::run(settings, how, temporary).await,
            Command::Import(what) => import::run(settings, what).await,
            Command::Send(what) => send::run(what).await,
        };
        open::close().await;
        done
    });
    match done {
        Ok(()) => spoken::succeeded(),
        Err(failure) => complain(&failure),
    }
}
