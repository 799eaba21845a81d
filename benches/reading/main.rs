//! What reading costs on this machine, each figure beside the limit it must keep: `cargo bench --bench reading`; with
//! `-- practice`, `england`, `postgres`, `transfers` or `growth` that part alone. `HEADROOM_BENCH_CONTACTS=100` lets the last one go to a
//! hundred million contacts (about 20 GB of disk); `HEADROOM_BENCH_FOLDER=…` keeps England on SQLite there and uses it again.
//!
//! The service runs in a process of its own, so that its memory can be told; it shares the machine with the clients.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints, and stops when something is wrong"
)]
#![allow(dead_code, reason = "clients and table are shared with the bench of counting, which uses all of them")]

use std::env;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[path = "../counting/figure.rs"]
mod figure;
#[path = "../counting/load.rs"]
mod load;
#[path = "../counting/server.rs"]
mod server;

mod england;
mod house;
mod practice;
mod transfers;
mod world;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if env::var_os(house::SERVE).is_some() {
        runtime.block_on(house::serve());
        return;
    }
    let parts: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    figure::head();
    if wanted("practice") {
        runtime.block_on(practice::figures());
    }
    if wanted("england") {
        runtime.block_on(england::on_sqlite());
    }
    if wanted("postgres") {
        runtime.block_on(england::on_postgres());
    }
    if wanted("transfers") {
        runtime.block_on(transfers::figures());
    }
    if wanted("growth") {
        runtime.block_on(england::growth());
    }
}
