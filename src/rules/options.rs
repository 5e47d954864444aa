//! The numbers of rules that the configuration file may change.

/// A number of a rule's.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// The rule.
    pub rule: &'static str,
    /// Its key in `[rules.<rule>]`.
    pub key: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// What it is where nothing is said.
    pub default: u32,
    /// The least that makes sense.
    pub least: u32,
    /// The most that makes sense.
    pub most: u32,
}

/// How long before its end a certificate is reported.
pub static EXPIRING_DAYS: RuleOption = RuleOption {
    rule: "certificate-expiring",
    key: "days",
    about: "Days before the end from which on a certificate is reported; of a life below 90 days, its last third at most.",
    default: 30,
    least: 1,
    most: 3650,
};

/// All of them.
pub static OPTIONS: [&RuleOption; 1] = [&EXPIRING_DAYS];

/// The numbers that were changed.
#[derive(Debug, Clone, Default)]
pub struct RuleOptions(Vec<(&'static RuleOption, u32)>);

impl RuleOptions {
    /// Changes a number.
    pub fn set(&mut self, option: &'static RuleOption, value: u32) {
        self.0.push((option, value));
    }

    /// What a number is.
    pub fn get(&self, option: &RuleOption) -> u32 {
        self.0.iter().rev().find(|(set, _)| *set == option).map_or(option.default, |(_, value)| *value)
    }
}
