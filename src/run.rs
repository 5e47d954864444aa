//! The subcommands, one small file each.

mod check;
mod ciphers;
mod config;
mod explain;
mod input;
mod output;
mod profile;
mod rules;
mod settings;
mod show;

use crate::cli::{Cli, Command};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing at or above the limit.
    Fine,
    /// Findings at or above the limit.
    Findings,
    /// The run itself failed, on one of its inputs at least.
    Failed,
}

impl Outcome {
    /// The exit code, part of what others rely on.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
        }
    }
}

/// Does what the command line asks for.
pub fn run(cli: Cli) -> Outcome {
    let done = match cli.command {
        Command::Check(args) => check::run(*args),
        Command::Show(args) => show::run(*args),
        Command::Ciphers(args) => ciphers::run(*args),
        Command::Explain { rule } => explain::run(rule),
        Command::Rules => rules::run(),
        Command::Config(args) => config::run(*args),
    };
    done.unwrap_or_else(|error| {
        output::complain(&error.to_string());
        Outcome::Failed
    })
}
