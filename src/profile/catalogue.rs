//! The profiles that are compiled in.

use super::{Profile, read};
use std::sync::{Arc, LazyLock};

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*]
    };
}

/// The newest version of each first.
const FILES: [(&str, &str); 30] = files![
    "mozilla-6.0-modern"
    "mozilla-6.0-intermediate"
    "mozilla-5.8-modern"
    "mozilla-5.8-intermediate"
    "mozilla-5.8-old"
    "mozilla-5.7-modern"
    "mozilla-5.7-intermediate"
    "mozilla-5.7-old"
    "mozilla-5.6-modern"
    "mozilla-5.6-intermediate"
    "mozilla-5.6-old"
    "mozilla-5.0-modern"
    "mozilla-5.0-intermediate"
    "mozilla-5.0-old"
    "mozilla-4.0-modern"
    "mozilla-4.0-intermediate"
    "mozilla-4.0-old"
    "pci-dss-4"
    "nist-sp-800-52r2"
    "fips-140-3"
    "cnsa-1.0"
    "cnsa-2.0"
    "bsi-tr-02102-2"
    "anssi-tls"
    "ncsc-nl-2025-05"
    "crypto-policies-default"
    "crypto-policies-legacy"
    "crypto-policies-future"
    "crypto-policies-fips"
    "crypto-policies-bsi"
];

/// Every profile that is compiled in, the newest version of each first.
pub fn all() -> &'static [Arc<Profile>] {
    static PROFILES: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
        // A test reads them all.
        FILES.iter().filter_map(|(name, text)| read(text, name).ok().map(Arc::new)).collect()
    });
    &PROFILES
}

/// The profile of a name, the newest where several have it; or of a version: `intermediate@5.7`.
pub fn find(name: &str) -> Option<&'static Arc<Profile>> {
    let (name, version) = match name.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (name, None),
    };
    let goes_by =
        |profile: &Profile| profile.name == name || profile.aliases.iter().any(|alias| alias == name);
    all().iter().find(|p| goes_by(p) && version.is_none_or(|version| p.version.as_deref() == Some(version)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_file_is_a_profile_with_sources() {
        let mut names = HashSet::new();
        for (name, text) in FILES {
            let profile = read(text, name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(profile.document.is_some() && profile.url.is_some(), "{name} names no document");
            assert!(names.insert((profile.name.clone(), profile.version.clone())), "{name} stands twice");
            let sections = text.lines().filter(|line| line.starts_with('[')).count();
            let sources = text.lines().filter(|line| line.starts_with("source = ")).count();
            assert_eq!(sections, sources, "{name}: every section says where it is from");
            for alias in &profile.aliases {
                assert!(names.insert((alias.clone(), None)), "{alias} stands twice");
            }
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), FILES.len(), "a file is not compiled in");
    }

    #[test]
    fn the_newest_is_meant_unless_a_version_is_asked_for() {
        let title = |name: &str| find(name).map(|profile| profile.title.as_str());
        assert_eq!(title("intermediate"), Some("Mozilla intermediate 6.0"));
        assert_eq!(title("intermediate@5.7"), Some("Mozilla intermediate 5.7"));
        assert_eq!(title("mozilla-5.7-intermediate"), Some("Mozilla intermediate 5.7"));
        assert_eq!(title("old"), Some("Mozilla old 5.8"));
        assert_eq!(title("pci-dss-4"), Some("PCI DSS 4.0.1"));
        assert_eq!(title("intermediate@5.9"), None);
    }
}
