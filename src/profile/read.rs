//! A profile from the text of a TOML file.

use super::Profile;
use crate::document;

pub use crate::document::Unreadable;

/// Reads a profile; `name` is what it goes by where it does not say itself.
///
/// # Errors
/// Says where the text is no TOML, has a key or a name that is not known, or sets nothing at all.
pub fn read(text: &str, name: &str) -> Result<Profile, Unreadable> {
    let mut profile: Profile = document::read(text, "a profile")?;
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
