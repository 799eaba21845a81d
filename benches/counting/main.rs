//! What counting costs on this machine, each figure beside the limit it must keep, all of one run:
//! `cargo bench --bench counting`; with `-- writer`, `postgres`, `http` or `slow` that part alone. Needs a C compiler for the slow disk and a PostgreSQL with pgbench for its part.
//!
//! Everything shares the machine: the clients, the service and the database. SQLite keeps `synchronous = FULL` on the
//! disk that holds this folder.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints, and stops when something is wrong"
)]

use std::{env, time::Duration};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod disk;
mod http;
mod load;
mod postgres;
mod writer;

/// How long each figure is measured.
const LENGTH: Duration = Duration::from_secs(5);

/// One line of the table.
struct Figure {
    what: &'static str,
    measured: String,
    limit: String,
    kept: bool,
}

impl Figure {
    fn at_least(what: &'static str, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what,
            measured: format!("{} {unit}", rounded(measured)),
            limit: format!("at least {}", rounded(limit)),
            kept: measured >= limit,
        }
    }

    fn at_most(what: &'static str, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what,
            measured: format!("{measured:.1} {unit}"),
            limit: format!("at most {limit:.1}"),
            kept: measured <= limit,
        }
    }

    fn told(what: &'static str, measured: f64, unit: &str) -> Self {
        Self {
            what,
            measured: format!("{} {unit}", rounded(measured)),
            limit: "–".to_owned(),
            kept: true,
        }
    }

    fn print(&self) {
        let kept = if self.kept { "yes" } else { "NO" };
        println!(
            "| {} | {} | {} | {kept} |",
            self.what, self.measured, self.limit
        );
    }
}

/// `21,340`; small figures keep two decimals.
fn rounded(n: f64) -> String {
    if n < 100.0 {
        return format!("{n:.2}");
    }
    let digits = format!("{n:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // The service again, in a process whose disk is slow.
    if env::var_os("HEADROOM_BENCH_SLOW").is_some() {
        let rate = runtime.block_on(http::most(256, LENGTH));
        println!("{rate}");
        return;
    }
    let parts: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    println!("| what | measured | limit | kept |");
    println!("|---|---:|---:|---|");
    let fsyncs = disk::fsyncs(Duration::from_secs(2));
    Figure::told("fsyncs of this disk", fsyncs, "a second").print();
    let mut figures = Vec::new();
    if wanted("writer") {
        figures.extend(runtime.block_on(writer::figures(fsyncs)));
    }
    if wanted("postgres") {
        figures.extend(runtime.block_on(postgres::figures()));
    }
    if wanted("http") {
        figures.extend(runtime.block_on(http::figures()));
    }
    if wanted("slow") {
        let slow = disk::with_slow_fsync();
        let what = "over HTTP, 256 connections, each fsync 2 ms slower";
        figures.push(Figure::at_least(what, slow, 7_000.0, "contacts a second"));
    }
    for figure in figures {
        figure.print();
    }
}
