//! Names without any edge: what nearly all are, and about which no two clients differ.

use super::Identity;

/// Whether one who says this of itself is good for a host; `None` where a name has an edge, and clients have
/// to be asked.
pub(super) fn matches(identity: &Identity<'_>, host: &str) -> Option<bool> {
    if identity.dns.is_empty() || !is_plain(host) {
        return None;
    }
    let parent = host.split_once('.').map(|(_, parent)| parent);
    let mut matches = false;
    for pattern in identity.dns {
        let (name, host) = match pattern.strip_prefix("*.") {
            Some(rest) => (rest, parent),
            None => (*pattern, Some(host)),
        };
        if !is_plain(name) {
            return None;
        }
        matches |= host == Some(name);
    }
    Some(matches)
}

/// Whether a name is made of two or more labels of small letters, digits and inner hyphens, none of them
/// encoded, and is no address.
fn is_plain(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label = |label: &str| {
        (1..64).contains(&label.len())
            && label.bytes().all(is_letter)
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.starts_with("xn--")
    };
    let numeric = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && name.contains('.') && !numeric && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::super::{Match, ask_clients};
    use super::*;

    #[test]
    fn clients_agree_where_they_are_not_asked() {
        let labels = ["a", "b-c", "*", "w*", "xn--bcher-kva", "-a", "A", "7", "a_b", ""];
        let mut names: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        for ending in ["a", "com", "a.com", "b-c.com", "7", "xn--a.com", "com."] {
            names.extend(labels.iter().map(|label| format!("{label}.{ending}")));
        }
        let mut told = 0;
        for pattern in &names {
            for host in &names {
                for dns in [&[pattern.as_str()][..], &[pattern.as_str(), "other.example"][..]] {
                    let identity = Identity { dns, addresses: &[], common_name: Some("a.com") };
                    let Some(verdict) = matches(&identity, host) else { continue };
                    let asked = ask_clients(&identity, host);
                    let expected = if verdict { Match::Match } else { Match::NoMatch };
                    assert_eq!(asked, expected, "{dns:?} for {host:?}");
                    told += 1;
                }
            }
        }
        assert!(told > 300, "{told}");
    }
}
