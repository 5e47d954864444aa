//! The answers to conditions, as far as a target and an environment give them.

use super::{Argument, Expression, Predicate, Truth, Unreadable};
use crate::target::Target;
use crate::tls::openssl::OpenSslVersion;
use memchr::memmem;

type Answer = Result<Truth, Unreadable>;

/// Whether an expression holds.
pub(super) fn answer(
    expression: &Expression<'_>,
    target: &Target,
    defined: &dyn Fn(&[u8]) -> Truth,
) -> Answer {
    match expression {
        Expression::Constant(truth) => Ok(*truth),
        Expression::Not(inner) => Ok(not(answer(inner, target, defined)?)),
        Expression::And(terms) => until(Truth::False, terms, target, defined),
        Expression::Or(terms) => until(Truth::True, terms, target, defined),
        Expression::Predicate(predicate, arguments) => ask(*predicate, arguments, target, defined),
    }
}

/// Asks from left to right until one term decides; a term after that is not looked at.
fn until(
    decisive: Truth,
    terms: &[Expression<'_>],
    target: &Target,
    defined: &dyn Fn(&[u8]) -> Truth,
) -> Answer {
    let mut found = not(decisive);
    for term in terms {
        match answer(term, target, defined) {
            Ok(truth) if truth == decisive => return Ok(decisive),
            Ok(Truth::Unknown) => found = Truth::Unknown,
            Ok(_) => {}
            // It may not come to this term.
            Err(Unreadable) if found == Truth::Unknown => return Ok(Truth::Unknown),
            Err(Unreadable) => return Err(Unreadable),
        }
    }
    Ok(found)
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
    }
}

fn is(truth: bool) -> Truth {
    if truth { Truth::True } else { Truth::False }
}

fn ask(
    predicate: Predicate,
    arguments: &[Argument<'_>],
    target: &Target,
    defined: &dyn Fn(&[u8]) -> Truth,
) -> Answer {
    if arguments.iter().any(|argument| argument.opaque) {
        return Ok(Truth::Unknown);
    }
    let argument = |index: usize| arguments.get(index).map_or(&b""[..], |argument| &argument.value);
    let (first, second) = (argument(0), argument(1));
    Ok(match predicate {
        Predicate::Defined => defined(first),
        Predicate::StrEq => is(first == second),
        Predicate::StrNeq => is(first != second),
        Predicate::StrStr => is(memmem::find(first, second).is_some()),
        Predicate::VersionAtLeast => is(at_least(first, target)),
        Predicate::VersionBefore => is(!at_least(first, target)),
        Predicate::OpensslVersionAtLeast => openssl(first, target)?,
        Predicate::OpensslVersionBefore => not(openssl(first, target)?),
        // `OpenSSL 3.0.22 …`: what comes after the name is the build's.
        Predicate::SslLibNameStartsWith => match target.is_openssl {
            true if first.len() <= b"OpenSSL ".len() => is(b"OpenSSL ".starts_with(first)),
            true if !first.starts_with(b"OpenSSL ") => Truth::False,
            _ => Truth::Unknown,
        },
        // OpenSSL has no such number, over which HAProxy stops; another library may.
        Predicate::AwsLcApiAtLeast | Predicate::AwsLcApiBefore => match target.is_openssl {
            true => return Err(Unreadable),
            false => Truth::Unknown,
        },
        Predicate::Feature | Predicate::Enabled | Predicate::FipsMode => Truth::Unknown,
    })
}

/// Whether HAProxy is of this version or a later one. A text that is no version counts as one
/// (`compare_current_version` gives a negative number).
fn at_least(text: &[u8], target: &Target) -> bool {
    let own = target.haproxy;
    let own = [own.major, own.minor, own.patch, 0, RELEASE, 0, 0].map(u32::from);
    split_version(text).is_none_or(|wanted| wanted <= own)
}

/// What stands for a release beside development (1) and release candidates (2).
const RELEASE: u16 = 3;

/// The numbers of `2.4-dev11-xyz-12`: four of the release, kind, its number, commits since.
fn split_version(text: &[u8]) -> Option<[u32; 7]> {
    let text = std::str::from_utf8(text).ok().filter(|text| !text.is_empty())?;
    let mut split = [0, 0, 0, 0, u32::from(RELEASE), 0, 0];
    let (release, tag) = text.split_once('-').map_or((text, None), |(release, tag)| (release, Some(tag)));
    let mut numbers = release.split('.');
    for (slot, number) in split.iter_mut().zip(numbers.by_ref().take(4)) {
        *slot = if number.is_empty() { 0 } else { number.parse().ok()? };
    }
    if numbers.next().is_some() {
        return None;
    }
    let Some(tag) = tag else { return Some(split) };
    let kinds = [("dev", 1), ("rc", 2), ("pre", 2)];
    let Some((number, kind)) = kinds.iter().find_map(|(word, kind)| Some((tag.strip_prefix(word)?, *kind)))
    else {
        split[6] = commits(tag);
        return Some(split);
    };
    split[4] = kind;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    split[5] = number[..digits].parse().unwrap_or(0);
    match &number[digits..] {
        "" => {}
        rest => split[6] = commits(rest.strip_prefix('-')?),
    }
    Some(split)
}

/// The number behind the last hyphen.
fn commits(tag: &str) -> u32 {
    tag.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Whether OpenSSL is of this version or a later one.
fn openssl(text: &[u8], target: &Target) -> Answer {
    let wanted = openssl_number(text).ok_or(Unreadable)?;
    if !target.is_openssl {
        return Ok(Truth::Unknown);
    }
    Ok(is(wanted <= number_of(target.openssl)))
}

/// `OPENSSL_VERSION_NUMBER`. Since 3.0 the third number stands where the letter stood before (opensslv.h), but
/// HAProxy puts it where it was: `openssl_version_atleast(3.0.2)` is false of every 3.0 (measured).
fn number_of(version: OpenSslVersion) -> u32 {
    let OpenSslVersion { major, minor, patch, letter } = version;
    match major {
        0..=2 => number([major, minor, patch, letter, 0xf].map(u32::from)),
        _ => number([major, minor, 0, patch, 0].map(u32::from)),
    }
}

fn number([major, minor, fix, patch, status]: [u32; 5]) -> u32 {
    (major & 0xf) << 28 | (minor & 0xff) << 20 | (fix & 0xff) << 12 | (patch & 0xff) << 4 | status & 0xf
}

/// The number that HAProxy makes of `1.1.1w` or `3.0.0-beta2`.
fn openssl_number(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = |text: &str| -> (u32, usize) {
        let length = text.bytes().take_while(u8::is_ascii_digit).count();
        (text[..length].parse().unwrap_or(u32::MAX), length)
    };
    let (major, length) = digits(text);
    let text = text[length..].strip_prefix('.').filter(|_| major <= 0xf)?;
    let (minor, length) = digits(text);
    let text = text[length..].strip_prefix('.').filter(|_| minor <= 0xff)?;
    let (fix, length) = digits(text);
    let rest = Some(&text[length..]).filter(|_| fix <= 0xff)?;
    let (patch, status) = match rest.strip_prefix('-') {
        None if rest.is_empty() => (0, 0xf),
        None => {
            (rest.bytes().fold(1u32, |sum, b| sum.wrapping_add(u32::from(b & !0x20).wrapping_sub(65))), 0xf)
        }
        Some(tag) => match tag.strip_prefix("beta").map(digits) {
            Some((number, _)) if number > 14 => return None,
            Some((number, _)) => (0, number),
            None => (0, 0),
        },
    };
    Some(number([major, minor, fix, patch, status]))
}
