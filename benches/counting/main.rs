//! What counting costs on this machine, each figure beside the limit it must keep, all of one run:
//! `cargo bench --bench counting`; with `-- writer`, `postgres`, `http`, `phone` or `slow` that part alone. Needs a C compiler for the slow disk and a PostgreSQL with pgbench for its part.
//!
//! Everything shares the machine: the clients, the service and the database. SQLite keeps `synchronous = FULL` on the
//! disk that holds this folder.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a bench prints, and stops when something is wrong"
)]

use std::{env, time::Duration};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod disk;
mod figure;
mod http;
mod load;
mod postgres;
mod server;
mod writer;

use figure::Figure;

/// How long each figure is measured.
const LENGTH: Duration = Duration::from_secs(5);

/// Each part runs in a runtime of its own: what one leaves running is not the load of the next.
fn alone<F: Future>(part: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(part)
}

fn main() {
    // The service again, in a process whose disk is slow.
    if env::var_os("HEADROOM_BENCH_SLOW").is_some() {
        let rate = alone(http::most(256, LENGTH));
        println!("{rate}");
        return;
    }
    let parts: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    figure::head();
    let fsyncs = disk::fsyncs(Duration::from_secs(2));
    Figure::told("fsyncs of this disk", fsyncs, "a second").print();
    let mut figures = Vec::new();
    if wanted("writer") {
        figures.extend(alone(writer::figures(fsyncs)));
    }
    if wanted("http") {
        figures.extend(alone(http::figures()));
    }
    if wanted("phone") {
        figures.extend(alone(http::phone_figures()));
    }
    if wanted("slow") {
        let slow = disk::with_slow_fsync();
        let what = "over HTTP, 256 connections, each fsync 2 ms slower";
        figures.push(Figure::at_least(what, slow, 7_000.0, "contacts a second"));
    }
    // Last: its server's pages go to the disk for a while after it has ended.
    if wanted("postgres") {
        figures.extend(alone(postgres::figures()));
    }
    for figure in figures {
        figure.print();
    }
}
