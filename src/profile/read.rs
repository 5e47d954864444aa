//! A profile from the text of a TOML file.

use super::Profile;
use crate::nearest::nearest;
use std::ops::Range;

/// Why a text is no profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub at: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Reads a profile; `name` is what it goes by where it does not say itself.
///
/// # Errors
/// Says where the text is no TOML, has a key or a name that is not known, or sets nothing at all.
pub fn read(text: &str, name: &str) -> Result<Profile, Unreadable> {
    let mut profile: Profile = toml::from_str(text).map_err(|error| {
        let (message, help) = reword(error.message());
        Unreadable { message, at: error.span().unwrap_or(0..0), help }
    })?;
    if profile.is_empty() {
        let message = "this profile says nothing that could be checked".to_owned();
        return Err(Unreadable { message, at: 0..0, help: Some(SECTIONS.to_owned()) });
    }
    if profile.name.is_empty() {
        profile.name = name.to_owned();
    }
    if profile.title.is_empty() {
        profile.title = match &profile.version {
            Some(version) => format!("{} {version}", profile.name),
            None => profile.name.clone(),
        };
    }
    Ok(profile)
}

const SECTIONS: &str = "the sections are [protocols], [suites], [tls13-suites], [groups], [dh], [certificates], [hsts] and \
     [server-preference]";

/// An unknown key in serde's words: ``unknown field `a`, expected one of `b`, `c` ``.
fn reword(message: &str) -> (String, Option<String>) {
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return (message.lines().next().unwrap_or_default().to_owned(), None);
    };
    let mut parts = rest.split('`');
    let key = parts.next().unwrap_or_default();
    let known: Vec<&str> = parts.skip(1).step_by(2).collect();
    let help = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys here are {}", known.join(", ")),
    };
    (format!("a profile has no key `{key}` here"), Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<(String, &str, Option<String>)> {
        let error = read(text, "own").err()?;
        Some((error.message, text.get(error.at).unwrap_or("?"), error.help))
    }

    fn says(
        message: &str,
        at: &'static str,
        help: Option<&str>,
    ) -> Option<(String, &'static str, Option<String>)> {
        Some((message.to_owned(), at, help.map(str::to_owned)))
    }

    #[test]
    fn a_small_profile_goes_by_the_name_of_its_file() {
        let profile = read("[hsts]\nmin-age = 300\n", "own").unwrap();
        assert_eq!((&*profile.name, &*profile.title), ("own", "own"));
        assert_eq!(profile.hsts.map(|hsts| hsts.min_age), Some(300));
    }

    #[test]
    fn errors_point_at_the_word_and_name_the_nearest() {
        assert_eq!(
            refusal("[protocols]\nalow = []\n"),
            says("a profile has no key `alow` here", "alow", Some("did you mean `allow`?"))
        );
        assert_eq!(
            refusal("[tls13_suites]\nallow = []\n"),
            says(
                "a profile has no key `tls13_suites` here",
                "tls13_suites",
                Some("did you mean `tls13-suites`?")
            )
        );
        assert_eq!(
            refusal("[protocols]\nallow = [\"TLSv1.2\", \"TLSv1.4\"]\n"),
            says(
                "`TLSv1.4` is not the name of a protocol version; did you mean `TLSv1.0`?",
                "\"TLSv1.4\"",
                None
            )
        );
        assert_eq!(
            refusal("[suites]\nallow = [\"ECDHE-RSA-AES128-GCM-SHA25\"]\n"),
            says(
                "`ECDHE-RSA-AES128-GCM-SHA25` is not the name of a cipher suite; did you mean \
                 `ECDHE-RSA-AES128-GCM-SHA256`?",
                "\"ECDHE-RSA-AES128-GCM-SHA25\"",
                None
            )
        );
        assert_eq!(
            refusal("[suites]\nopenssl = \"!!\"\n"),
            says("OpenSSL refuses this list of suites", "\"!!\"", None)
        );
        assert_eq!(refusal("[dh]\nmin-bits = \"many\"\n").map(|(_, at, _)| at), Some("\"many\""));
        assert_eq!(refusal("[dh\n").map(|(message, ..)| message.lines().count()), Some(1));
        assert_eq!(
            refusal("name = \"x\"\n").map(|(message, ..)| message),
            Some("this profile says nothing that could be checked".to_owned())
        );
    }
}
