//! The environment that HAProxy reads variables from (configuration manual, section 2.3).

use crate::platforms::haproxy::version::HaproxyVersion;
use std::collections::HashMap;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// It is set to this.
    Set(Vec<u8>),
    /// It is set, to something that is not known.
    Defined,
    /// It is not set.
    Unset,
    /// Nothing is known of it.
    Unknown,
}

/// What is known of HAProxy's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    known: HashMap<Vec<u8>, Value>,
    /// What holds for every other name.
    others: Value,
}

impl Default for Environment {
    fn default() -> Self {
        Environment::unknown()
    }
}

/// What HAProxy sets itself before it reads a configuration, and since when (manual, section 2.3; the versions
/// are those of the first release whose source sets it).
const OWN: &[(&str, u16, u16)] = &[
    ("HAPROXY_LOCALPEER", 1, 8),
    ("HAPROXY_STARTUP_VERSION", 2, 8),
    ("HAPROXY_HTTP_LOG_FMT", 2, 7),
    ("HAPROXY_HTTPS_LOG_FMT", 2, 7),
    ("HAPROXY_TCP_LOG_FMT", 2, 7),
    ("HAPROXY_CFGFILES", 3, 1),
    ("HAPROXY_HTTP_CLF_LOG_FMT", 3, 1),
    ("HAPROXY_TCP_CLF_LOG_FMT", 3, 1),
    ("HAPROXY_KEYLOG_FC_LOG_FMT", 3, 4),
    ("HAPROXY_KEYLOG_BC_LOG_FMT", 3, 4),
];

/// What HAProxy sets itself under circumstances, or in later releases of branches that began without.
const SOMETIMES: &[&str] = &[
    "HAPROXY_CFGFILES",
    "HAPROXY_CLI",
    "HAPROXY_MASTER_CLI",
    "HAPROXY_MWORKER",
    "HAPROXY_PROCESSES",
    "HAPROXY_STARTUP_VERSION",
];

impl Environment {
    /// Nothing is known.
    pub fn unknown() -> Self {
        Environment { known: HashMap::new(), others: Value::Unknown }
    }

    /// The environment is given in full: a name that is not among these is not set.
    pub fn of<N: Into<Vec<u8>>, V: Into<Vec<u8>>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let known =
            variables.into_iter().map(|(name, value)| (name.into(), Value::Set(value.into()))).collect();
        Environment { known, others: Value::Unset }
    }

    /// With what an HAProxy of this version sets itself.
    pub(super) fn started(mut self, version: HaproxyVersion) -> Self {
        for name in SOMETIMES {
            self.known.insert(name.as_bytes().to_vec(), Value::Unknown);
        }
        for (name, major, minor) in OWN {
            if version.since(*major, *minor) {
                self.known.insert(name.as_bytes().to_vec(), Value::Defined);
            }
        }
        if version.since(2, 8) {
            let branch = format!("{}.{}", version.major, version.minor).into_bytes();
            self.known.insert(b"HAPROXY_BRANCH".to_vec(), Value::Set(branch));
        }
        self
    }

    /// What is known of a variable.
    pub fn get(&self, name: &[u8]) -> &Value {
        self.known.get(name).unwrap_or(&self.others)
    }

    /// `setenv`.
    pub(super) fn set(&mut self, name: &[u8], value: Value) {
        self.known.insert(name.to_vec(), value);
    }

    /// `presetenv`: sets what is not set yet.
    pub(super) fn preset(&mut self, name: &[u8], value: Value) {
        match self.get(name) {
            Value::Set(_) | Value::Defined => {}
            Value::Unset => self.set(name, value),
            // Set from now on, to one or the other.
            Value::Unknown => self.set(name, Value::Defined),
        }
    }

    /// `resetenv`: only these names stay.
    pub(super) fn keep(&mut self, names: &[&[u8]]) {
        let others = std::mem::replace(&mut self.others, Value::Unset);
        for name in names {
            self.known.entry(name.to_vec()).or_insert_with(|| others.clone());
        }
        self.known.retain(|name, _| names.contains(&name.as_slice()));
    }

    /// Nothing is known any more of this name.
    pub(super) fn forget(&mut self, name: &[u8]) {
        self.set(name, Value::Unknown);
    }

    /// Nothing is known any more of any name.
    pub(super) fn forget_all(&mut self) {
        *self = Environment::unknown();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_unknown_or_not_set() {
        assert_eq!(*Environment::unknown().get(b"A"), Value::Unknown);
        let mut given = Environment::of([("A", "1")]);
        assert_eq!((given.get(b"A"), given.get(b"B")), (&Value::Set(b"1".to_vec()), &Value::Unset));
        given.preset(b"A", Value::Set(b"2".to_vec()));
        given.preset(b"B", Value::Set(b"2".to_vec()));
        assert_eq!(
            (given.get(b"A"), given.get(b"B")),
            (&Value::Set(b"1".to_vec()), &Value::Set(b"2".to_vec()))
        );
        given.keep(&[b"B"]);
        assert_eq!((given.get(b"A"), given.get(b"B")), (&Value::Unset, &Value::Set(b"2".to_vec())));
    }

    #[test]
    fn presetting_an_unknown_variable_defines_it() {
        let mut environment = Environment::unknown();
        environment.preset(b"A", Value::Set(b"1".to_vec()));
        assert_eq!(*environment.get(b"A"), Value::Defined);
        environment.keep(&[b"A", b"B"]);
        assert_eq!(*environment.get(b"A"), Value::Defined);
        assert_eq!((environment.get(b"B"), environment.get(b"C")), (&Value::Unknown, &Value::Unset));
    }
}
