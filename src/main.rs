//! Arguments in, exit code out.

#![forbid(unsafe_code)]

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tlslint::run::run(tlslint::cli::Cli::parse()).code())
}
