//! The command line: parse, call, map the error to an exit code.

use clap::Parser;
use std::process::ExitCode;
use trigscape::cli::{Command, complain};

fn main() -> ExitCode {
    match Command::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
