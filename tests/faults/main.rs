//! A disk that is full, may only be read or fails, a file that is taken away, a server that refuses: what was acknowledged
//! is there, what could not be done is answered with 503 or 507, and the service works again within a second or has ended
//! with a plain line.
//!
//! The service is the real program, as a process of its own. Under it lies `faults.c`, which fails the calls that it is
//! told to fail. `HEADROOM_FAULTS=300` tries each of the first 300 calls instead of a sample.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what is wrong by panicking, and what it measured by printing"
)]

mod control;
mod every_call;
mod full;
mod morning;
mod naive;
mod postgres;
mod service;
mod states;
mod stopping;
