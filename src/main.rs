//! The one binary: parses its arguments and runs one command.

fn main() -> std::process::ExitCode {
    headroom::cli::run()
}
