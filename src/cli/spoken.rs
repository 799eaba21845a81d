//! What a command says to whoever typed it.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use super::failure::Failure;

/// Whether something could not be said, and not because nobody reads on.
static IS_UNSAID: AtomicBool = AtomicBool::new(false);

/// Says why it failed.
#[expect(clippy::print_stderr, reason = "this is where a command speaks")]
pub(super) fn complain(failure: &Failure) -> ExitCode {
    eprintln!("headroom: {failure}");
    ExitCode::FAILURE
}

/// Prints a line for whoever typed the command.
pub(super) fn say(line: &str) {
    say_bytes(format!("{line}\n").as_bytes());
}

/// Prints a file byte for byte.
pub(super) fn say_bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => {}
        // Whoever reads has seen enough, as `head` has. What the command does goes on.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => {}
        Err(why) => {
            if !IS_UNSAID.swap(true, Ordering::Relaxed) {
                complain(&Failure::Said(format!("what this says could not be written: {why}")));
            }
        }
    }
}

/// Success, where all that was to be said was written or nobody wanted it.
pub(super) fn succeeded() -> ExitCode {
    if IS_UNSAID.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
