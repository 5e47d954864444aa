//! The command line: clap's types, nothing else.

mod levels;
mod values;

pub use levels::Levels;

use crate::clock::Timestamp;
use crate::finding::Severity;
use crate::model::Platform;
use crate::profile::Choice;
use crate::rules::Rule;
use crate::target::Target;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Reads the TLS configuration of load balancers before it is deployed and says what a handshake will meet
#[derive(Debug, Parser)]
#[command(name = "tlslint", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing wrong, 1 findings at or above --fail-on, 2 an input could not be read in full \
     (bad usage, missing file, syntax error); what could be read is reported all the same";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what is wrong
    Check(Box<CheckArgs>),
    /// Print what a handshake with every listener and upstream would really meet
    Show(Box<ShowArgs>),
    /// Print what a list of cipher suites selects, and which word lets each suite in
    Ciphers(Box<CiphersArgs>),
    /// Print the page of a rule
    Explain {
        /// The rule's name
        #[arg(value_name = "RULE", value_parser = values::rule)]
        rule: &'static Rule,
    },
    /// List all rules
    Rules,
    /// Print the settings that hold for a path, and where each comes from
    Config(Box<ConfigArgs>),
}

/// `tlslint check`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CheckArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, help_heading = "Output")]
    pub format: CheckFormat,
    /// Where it is printed.
    #[command(flatten)]
    pub output: OutputArgs,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning, help_heading = "Rules")]
    pub fail_on: FailOn,
    /// The severity of single rules.
    #[command(flatten)]
    pub levels: Levels,
    /// Run this rule and no other; repeatable
    #[arg(long, value_name = "RULE", value_parser = values::rule, help_heading = "Rules")]
    pub only: Vec<&'static Rule>,
    /// Run the rules that are off by default, too
    #[arg(long, help_heading = "Rules")]
    pub pedantic: bool,
}

/// `tlslint show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = ShowFormat::Text, help_heading = "Output")]
    pub format: ShowFormat,
    /// Print which word of a list lets each suite in, and why no handshake ends on others that are listed
    #[arg(long, help_heading = "Output")]
    pub why: bool,
    /// Where it is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `tlslint ciphers`.
#[derive(Debug, Args)]
#[command(after_help = "\
The suites are those of `openssl ciphers -ciphersuites '' STRING` of the target's release, in its order: what the security \
level refuses is still among them, as it is there without `-s`; the text marks it. A list that begins with `-` goes behind `--`.

Of a configuration file, found upward from here, the target counts.

Exit codes: 0 every list is taken, 1 the library refuses one (a server does not start with it), 2 the run itself failed")]
pub struct CiphersArgs {
    /// Lists of suites, as in `ssl_ciphers`; `-` reads one a line from standard input [default: the library's own list]
    #[arg(value_name = "STRING")]
    pub strings: Vec<OsString>,
    /// Whose library reads them: `debian-12`, or `openssl=3.0.2,seclevel=2`
    #[arg(long, value_name = "NAME", value_parser = Target::parse)]
    pub target: Option<Target>,
    /// The lists are of TLS 1.3 suites, as in `ssl_conf_command Ciphersuites`
    #[arg(long)]
    pub tls13: bool,
    /// Show suites with a pre-shared key or SRP one by one, which no server here can use
    #[arg(long)]
    pub all: bool,
    /// The configuration file, for the target.
    #[command(flatten)]
    pub file: FileArgs,
    /// How the suites are printed
    #[arg(long, value_enum, default_value_t = CiphersFormat::Text, help_heading = "Output")]
    pub format: CiphersFormat,
    /// Where it is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `tlslint config`.
#[derive(Debug, Args)]
#[command(after_help = "\
The text is a configuration file itself, with paths as they are seen from here. What stands in it behind `#` is where the \
value comes from.")]
pub struct ConfigArgs {
    /// The file or directory whose settings are asked for
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// What the command line says.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// The severity of single rules.
    #[command(flatten)]
    pub levels: Levels,
    /// How they are printed
    #[arg(long, value_enum, default_value_t = ConfigFormat::Text, help_heading = "Output")]
    pub format: ConfigFormat,
    /// Where it is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What is read, and how it is understood.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name that standard input goes by
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Take every input for this kind
    #[arg(long, value_enum)]
    pub kind: Option<Kind>,
    /// How it is understood.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// The time that counts as now, to which certificates are held: `2026-11-21T12:00:00Z` [default: the clock]
    #[arg(long, value_name = "RFC3339", value_parser = values::timestamp)]
    pub now: Option<Timestamp>,
    /// How many threads to use; the output is the same with any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

/// What the configuration file can say, too; the command line wins.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// The configuration file.
    #[command(flatten)]
    pub file: FileArgs,
    /// What the configuration will run on: `debian-12`, or `nginx=1.24,openssl=3.0.2,seclevel=2`
    #[arg(long, value_name = "NAME", value_parser = Target::parse)]
    pub target: Option<Target>,
    /// The profile to hold listeners against: `intermediate`, `intermediate@5.7`, `pci-dss-4`, or `./own.toml`
    #[arg(long, value_name = "NAME", value_parser = Choice::parse)]
    pub profile: Option<Choice>,
    /// The directory below which the absolute paths of a configuration lie
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Where the absolute paths below FROM lie: `/etc/ssl=certs`; repeatable, the longest wins
    #[arg(long, value_name = "FROM=TO", value_parser = values::map)]
    pub map: Vec<(PathBuf, PathBuf)>,
}

/// Which configuration file is read.
#[derive(Debug, Default, Args)]
pub struct FileArgs {
    /// Read this configuration file [default: the nearest `tlslint.toml` or `.tlslint.toml`, found upward from each input]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
}

/// Where output goes, and how it looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,
    /// Print nothing but what was asked for: no summary, no list of what is unknown
    #[arg(short, long)]
    pub quiet: bool,
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    Text,
    /// One line each: `path:line:col: severity[rule] message`
    Concise,
    /// One JSON object
    Json,
}

/// Formats of `show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Formats of `ciphers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiphersFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Formats of `config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// A configuration file with comments
    Text,
    /// One JSON object
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR says otherwise; CLICOLOR_FORCE forces it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// nginx.conf, parts of it, and what `nginx -T` prints
    Nginx,
    /// haproxy.cfg
    Haproxy,
}

impl From<Kind> for Platform {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Nginx => Platform::Nginx,
            Kind::Haproxy => Platform::Haproxy,
        }
    }
}

/// The least severity that makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any finding
    Note,
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
}

impl From<FailOn> for Severity {
    fn from(least: FailOn) -> Self {
        match least {
            FailOn::Note => Severity::Note,
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}
