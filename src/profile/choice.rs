//! Which profile is asked for: `--profile NAME[@VERSION]`, or a file of the user's own.

use super::Profile;
use super::catalogue::{all, find};
use crate::nearest::nearest;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A profile that is asked for.
#[derive(Debug, Clone)]
pub enum Choice {
    /// One that is compiled in.
    Known(Arc<Profile>),
    /// One to be read from a file.
    File(PathBuf),
}

impl Choice {
    /// Reads a name; what has a `/` in it or ends in `.toml` is a file.
    ///
    /// # Errors
    /// Names the nearest profile, and all of them, where there is none of this name.
    pub fn parse(text: &str) -> Result<Self, UnknownProfile> {
        if text.contains(['/', std::path::MAIN_SEPARATOR]) || text.ends_with(".toml") {
            return Ok(Choice::File(text.into()));
        }
        find(text).map(|profile| Choice::Known(profile.clone())).ok_or_else(|| UnknownProfile::of(text))
    }
}

/// There is no profile of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownProfile(String);

impl UnknownProfile {
    fn of(text: &str) -> Self {
        let name = text.split('@').next().unwrap_or_default();
        let versions: Vec<&str> =
            all().iter().filter(|p| p.name == name).filter_map(|p| p.version.as_deref()).collect();
        if !versions.is_empty() {
            return UnknownProfile(format!("`{name}` is to be had as {}", list(name, &versions)));
        }
        let aliases = all().iter().flat_map(|p| p.aliases.iter().map(String::as_str));
        let mut names: Vec<&str> = Vec::new();
        for profile in all() {
            if !names.contains(&profile.name.as_str()) {
                names.push(&profile.name);
            }
        }
        let near = nearest(name, names.iter().copied().chain(aliases));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        UnknownProfile(format!(
            "there is no profile of this name; {near}There are {}, some of them in versions (`intermediate@5.7`), \
             or the path of a file of your own (`./own.toml`)",
            names.join(", ")
        ))
    }
}

fn list(name: &str, versions: &[&str]) -> String {
    versions.iter().map(|version| format!("`{name}@{version}`")).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownProfile {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest_and_a_wrong_version_with_those_there_are() {
        let refusal =
            |text: &str| Choice::parse(text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            refusal("intermediat").contains("did you mean `intermediate`?"),
            "{}",
            refusal("intermediat")
        );
        assert!(
            refusal("pci").contains("There are modern, intermediate, old, pci-dss-4, "),
            "{}",
            refusal("pci")
        );
        assert_eq!(
            refusal("old@6.0"),
            "`old` is to be had as `old@5.8`, `old@5.7`, `old@5.6`, `old@5.0`, `old@4.0`"
        );
        assert!(matches!(Choice::parse("own.toml"), Ok(Choice::File(_))));
        assert!(matches!(Choice::parse("profiles/own"), Ok(Choice::File(_))));
    }
}
