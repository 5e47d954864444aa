//! What somebody wrote over whose list OpenSSL stumbles, and what was meant.

use crate::nearest::nearest;
use crate::tls::cipher_string;
use crate::tls::openssl::OpenSslVersion;
use std::ops::Range;

/// A slip that explains why a list cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// Where it is.
    pub(super) at: Range<usize>,
    /// What is wrong with it.
    pub(super) why: String,
    /// What was meant in its place.
    pub(super) meant: Option<String>,
    /// The whole list as it was meant, where one word is not the matter.
    pub(super) list: Option<String>,
}

/// The slip at the place at which a list cannot be read any further; none where nothing is known of it.
pub(super) fn find(text: &str, stuck: &Range<usize>, openssl: OpenSslVersion) -> Option<Slip> {
    let part = text.get(stuck.clone())?;
    if let Some(command) = part.strip_prefix('@') {
        return Some(self::command(stuck, command, openssl));
    }
    let sign = part.chars().next_back()?;
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
    if breaks(sign) || (sign == '\\' && text[stuck.end..].starts_with(breaks)) {
        let why = match sign {
            '\t' => "OpenSSL cannot read past a tab: words may be parted by `:`, `,`, `;` and spaces only",
            '\\' => "a backslash joins no lines here: OpenSSL gets it to read, and cannot",
            _ => {
                "OpenSSL cannot read past a line break: words may be parted by `:`, `,`, `;` and spaces only"
            }
        };
        let list = Some(on_one_line(text));
        return Some(Slip { at: stuck.clone(), why: why.to_owned(), meant: None, list });
    }
    if sign == '_' {
        let at = whole_word(text, stuck);
        let meant = cipher_string::suggest(&text[at.clone()], openssl).map(str::to_owned);
        let why = format!("OpenSSL {openssl} takes no underscore within a name");
        return Some(Slip { at, why, meant, list: None });
    }
    None
}

/// A word after `@` that is none of the two that there are.
fn command(at: &Range<usize>, command: &str, openssl: OpenSslVersion) -> Slip {
    let upper = command.to_ascii_uppercase();
    let levels = openssl.security_levels();
    let name = upper.trim_end_matches(|c: char| c.is_ascii_digit() || "=.-".contains(c));
    let meant = match nearest(name, ["STRENGTH", "SECLEVEL"]) {
        Some("SECLEVEL") if levels => match upper.chars().next_back() {
            Some(digit @ '0'..='5') if upper.matches(|c: char| c.is_ascii_digit()).count() == 1 => {
                Some(format!("@SECLEVEL={digit}"))
            }
            _ => None,
        },
        Some("STRENGTH") => Some("@STRENGTH".to_owned()),
        _ => None,
    };
    let why = match levels {
        true => "no such command: there are `@STRENGTH` and `@SECLEVEL=0` to `@SECLEVEL=5`".to_owned(),
        false => format!("OpenSSL {openssl} knows no other command than `@STRENGTH`"),
    };
    Slip { at: at.clone(), why, meant, list: None }
}

/// The word that a place is in the middle of.
fn whole_word(text: &str, place: &Range<usize>) -> Range<usize> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let before = text[..place.start].trim_end_matches(belongs).len();
    let after = text.len() - text[place.end..].trim_start_matches(belongs).len();
    before..after
}

/// A list without line breaks and tabs, in which colons part what they parted.
fn on_one_line(text: &str) -> String {
    let pieces = text.split(['\n', '\r', '\t']);
    let pieces = pieces.map(|piece| piece.trim_matches([' ', '\\', ':'])).filter(|piece| !piece.is_empty());
    pieces.collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str, part: &str) -> Option<String> {
        let start = text.find(part).unwrap_or_default();
        let slip = find(text, &(start..start + part.len()), OpenSslVersion::new(3, 0, 22))?;
        slip.meant.or(slip.list)
    }

    #[test]
    fn slips_are_understood() {
        for (text, part, wanted) in [
            ("HIGH:@STRENTH", "@STRENTH", Some("@STRENGTH")),
            ("HIGH:@strength", "@strength", Some("@STRENGTH")),
            ("HIGH:@SECLEVEL2", "@SECLEVEL2", Some("@SECLEVEL=2")),
            ("HIGH:@SECLEVEL=9", "@SECLEVEL=9", None),
            ("HIGH:ECDHE_RSA_AES128_GCM_SHA256", "_", Some("ECDHE-RSA-AES128-GCM-SHA256")),
            ("HIGH:\n  !aNULL", "\n", Some("HIGH:!aNULL")),
            ("HIGH: \\\n  !aNULL", "\\", Some("HIGH:!aNULL")),
            ("\n HIGH\n AES\n", "\n", Some("HIGH:AES")),
            ("HIGH:!!aNULL", "!", None),
        ] {
            assert_eq!(meant(text, part).as_deref(), wanted, "{text}");
        }
    }
}
