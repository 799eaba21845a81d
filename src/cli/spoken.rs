//! What a command says to whoever typed it.

use std::process::ExitCode;

use super::failure::Failure;

/// Says why it failed.
#[expect(clippy::print_stderr, reason = "this is where a command speaks")]
pub(super) fn complain(failure: &Failure) -> ExitCode {
    eprintln!("headroom: {failure}");
    ExitCode::FAILURE
}

/// Prints a line for whoever typed the command.
#[expect(clippy::print_stdout, reason = "this is where a command speaks")]
pub(super) fn say(line: &str) {
    println!("{line}");
}
