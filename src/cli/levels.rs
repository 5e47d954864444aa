//! `--deny`, `--warn` and `--allow`: clippy's words, and as there the last one given counts. clap's
//! derive keeps no order among different flags, so these three are read by hand.

use super::values;
use crate::config::Level;
use crate::finding::Severity;
use crate::rules::Rule;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// The severity of single rules, in the order given.
#[derive(Debug, Clone, Default)]
pub struct Levels(Vec<(&'static Rule, Level)>);

impl Levels {
    /// What is wanted, in the order given: the last counts.
    pub fn given(&self) -> &[(&'static Rule, Level)] {
        &self.0
    }
}

const FLAGS: [(&str, Level, &str); 3] = [
    ("deny", Level::Report(Severity::Error), "Report this rule as an error; repeatable"),
    ("warn", Level::Report(Severity::Warning), "Report this rule as a warning; repeatable"),
    ("allow", Level::Allow, "Do not report this rule; repeatable"),
];

impl Args for Levels {
    fn augment_args(command: Command) -> Command {
        command.args(FLAGS.map(|(name, _, help)| {
            Arg::new(name)
                .long(name)
                .value_name("RULE")
                .action(ArgAction::Append)
                .value_parser(values::rule)
                .help(help)
                .help_heading("Rules")
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Levels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given: Vec<(usize, &'static Rule, Level)> = Vec::new();
        for (name, level, _) in FLAGS {
            let places = matches.indices_of(name).into_iter().flatten();
            let rules = matches.get_many::<&'static Rule>(name).into_iter().flatten();
            given.extend(places.zip(rules).map(|(place, rule)| (place, *rule, level)));
        }
        given.sort_by_key(|(place, ..)| *place);
        Ok(Levels(given.into_iter().map(|(_, rule, level)| (rule, level)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
