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
        let family = family(name);
        let near = match family.is_empty() {
            true => nearest(name, names.iter().copied().chain(aliases)).into_iter().collect(),
            false => family,
        };
        let near: Vec<String> = near.into_iter().map(|near| format!("`{near}`")).collect();
        let near = match near.as_slice() {
            [] => String::new(),
            [only] => format!("did you mean {only}? "),
            [start @ .., last] => format!("did you mean {} or {last}? ", start.join(", ")),
        };
        UnknownProfile(format!(
            "there is no profile of this name{} {near}There are {}, some of them in versions (`intermediate@5.7`), \
             or the path of a file of your own (`./own.toml`)",
            if near.is_empty() { "." } else { ";" },
            names.join(", ")
        ))
    }
}

/// The profiles of whoever is named: those that begin with the name or whose titles do (`mozilla`, `nist`),
/// then those that hold it (`crypto-policies-bsi`).
fn family(name: &str) -> Vec<&'static str> {
    let name = name.to_ascii_lowercase();
    if name.len() < 3 {
        return Vec::new();
    }
    let begins = |text: &str| text.to_ascii_lowercase().starts_with(&name);
    let holds = |text: &str| text.to_ascii_lowercase().contains(&name);
    let mut family: Vec<&'static str> = Vec::new();
    let first = all().iter().filter(|p| begins(&p.name) || begins(&p.title));
    for profile in first.chain(all().iter().filter(|p| holds(&p.name) || holds(&p.title))) {
        if !family.contains(&profile.name.as_str()) {
            family.push(&profile.name);
        }
    }
    family
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
            refusal("p").contains("There are modern, intermediate, old, pci-dss-4, "),
            "{}",
            refusal("p")
        );
        for (family, wanted) in [
            ("pci", "`pci-dss-4`?"),
            ("NIST", "`nist-sp-800-52r2`?"),
            ("bsi", "`bsi-tr-02102-2` or `crypto-policies-bsi`?"),
            ("mozilla", "`modern`, `intermediate` or `old`?"),
        ] {
            let wanted = format!("did you mean {wanted} ");
            assert!(refusal(family).contains(&wanted), "{}", refusal(family));
        }
        assert_eq!(
            refusal("old@6.0"),
            "`old` is to be had as `old@5.8`, `old@5.7`, `old@5.6`, `old@5.0`, `old@4.0`"
        );
        assert!(matches!(Choice::parse("own.toml"), Ok(Choice::File(_))));
        assert!(matches!(Choice::parse("profiles/own"), Ok(Choice::File(_))));
    }
}
