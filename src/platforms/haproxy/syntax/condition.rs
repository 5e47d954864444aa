//! Conditions: what stands behind `.if` and `.elif` (configuration manual, section 2.4).

mod answer;
mod grammar;

use crate::target::Target;
use std::ops::Range;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Only the machine it runs on knows.
    Unknown,
}

/// A condition as HAProxy sees it: the words joined with single blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// The joined text.
    pub text: Vec<u8>,
    /// The parts of it that are not known.
    pub opaque: Vec<Range<usize>>,
}

/// The condition cannot be read, and HAProxy stops over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// A condition that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expression<'t> {
    /// A number, or something that is not known.
    Constant(Truth),
    Not(Box<Expression<'t>>),
    /// All of them.
    And(Vec<Expression<'t>>),
    /// One of them.
    Or(Vec<Expression<'t>>),
    Predicate(Predicate, Vec<Argument<'t>>),
}

/// A word in parentheses behind a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument<'t> {
    value: std::borrow::Cow<'t, [u8]>,
    opaque: bool,
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Predicate {
    Defined,
    Feature,
    StrEq,
    StrNeq,
    StrStr,
    VersionAtLeast,
    VersionBefore,
    OpensslVersionAtLeast,
    OpensslVersionBefore,
    SslLibNameStartsWith,
    AwsLcApiAtLeast,
    AwsLcApiBefore,
    Enabled,
    FipsMode,
}

/// Every predicate with the number of its arguments and the branch that knows it first.
const PREDICATES: &[(&str, Predicate, usize, (u16, u16))] = &[
    ("defined", Predicate::Defined, 1, (2, 4)),
    ("feature", Predicate::Feature, 1, (2, 4)),
    ("streq", Predicate::StrEq, 2, (2, 4)),
    ("strneq", Predicate::StrNeq, 2, (2, 4)),
    ("strstr", Predicate::StrStr, 2, (2, 8)),
    ("version_atleast", Predicate::VersionAtLeast, 1, (2, 4)),
    ("version_before", Predicate::VersionBefore, 1, (2, 4)),
    ("openssl_version_atleast", Predicate::OpensslVersionAtLeast, 1, (2, 5)),
    ("openssl_version_before", Predicate::OpensslVersionBefore, 1, (2, 5)),
    ("ssllib_name_startswith", Predicate::SslLibNameStartsWith, 1, (2, 5)),
    ("awslc_api_atleast", Predicate::AwsLcApiAtLeast, 1, (3, 3)),
    ("awslc_api_before", Predicate::AwsLcApiBefore, 1, (3, 3)),
    ("enabled", Predicate::Enabled, 1, (2, 8)),
    ("fips_mode", Predicate::FipsMode, 0, (3, 5)),
];

impl Condition {
    /// Whether it holds on a target in an environment.
    ///
    /// # Errors
    /// The condition cannot be read, or one of its predicates cannot use its argument.
    pub fn answer(&self, target: &Target, defined: &dyn Fn(&[u8]) -> Truth) -> Result<Truth, Unreadable> {
        if self.text.is_empty() {
            return Ok(Truth::False);
        }
        let read = grammar::read(self, target.haproxy);
        let answer = read.and_then(|expression| answer::answer(&expression, target, defined));
        match answer {
            // What is not known may well be what would make it readable.
            Err(Unreadable) if !self.opaque.is_empty() => Ok(Truth::Unknown),
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str, target: &str) -> Option<Truth> {
        let target = Target::parse(target).unwrap_or_else(|_| Target::assumed());
        let defined = |name: &[u8]| match name {
            b"YES" => Truth::True,
            b"NO" => Truth::False,
            _ => Truth::Unknown,
        };
        let condition = Condition { text: text.as_bytes().to_vec(), opaque: Vec::new() };
        condition.answer(&target, &defined).ok()
    }

    #[test]
    fn numbers_and_connectives() {
        for (text, wanted) in [
            ("1", true),
            ("0", false),
            ("0x10", true),
            ("-1", true),
            ("00", false),
            ("!0", true),
            ("! ! 0", false),
            ("1 && 0", false),
            ("0 && 0 || 1", true),
            ("1 || 1 && 0", true),
            ("(1 || 1) && 0", false),
            ("!(1&&0)", true),
            ("  1", true),
            ("( 1 )", true),
        ] {
            let wanted = if wanted { Truth::True } else { Truth::False };
            assert_eq!(answer(text, "haproxy=3.2"), Some(wanted), "{text}");
        }
        for text in [
            "08",
            "1 &&",
            "|| 1",
            "(1",
            "1)",
            "yes",
            "1 & 1",
            "!",
            "defined (A)",
            "streq(a)",
            "streq",
            "defined(a,b)",
            "defined(a",
            "1 1",
        ] {
            assert_eq!(answer(text, "haproxy=3.2"), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_does_not_always_matter() {
        for (text, wanted) in [
            ("defined(WHO)", Truth::Unknown),
            ("!feature(QUIC)", Truth::Unknown),
            ("feature(QUIC) && 0", Truth::False),
            ("feature(QUIC) || 1", Truth::True),
            ("defined(YES) && !defined(NO)", Truth::True),
        ] {
            assert_eq!(answer(text, "haproxy=3.2"), Some(wanted), "{text}");
        }
    }

    #[test]
    fn versions_compare_as_haproxy_compares_them() {
        for (text, wanted) in [
            ("version_atleast(2.6)", true),
            ("version_atleast(2.6.12)", true),
            ("version_atleast(2.6.13)", false),
            ("version_atleast(2.6-dev3)", true),
            ("version_before(2.6.12-dev1)", false),
            ("version_before(3)", true),
            ("version_atleast(x)", true),
            ("version_atleast(2.6.12-1)", false),
            ("openssl_version_atleast(3.0.0)", true),
            ("openssl_version_atleast(3.0.2)", false),
            ("openssl_version_before(1.1.1zz)", false),
            ("openssl_version_before(3.0.22-beta1)", true),
            ("ssllib_name_startswith(OpenSSL)", true),
            ("ssllib_name_startswith(LibreSSL)", false),
        ] {
            let wanted = if wanted { Truth::True } else { Truth::False };
            assert_eq!(answer(text, "haproxy=2.6.12,openssl=3.0.22"), Some(wanted), "{text}");
        }
        assert_eq!(answer("openssl_version_atleast(3)", "haproxy=2.6.12,openssl=3.0.22"), None);
        assert_eq!(answer("openssl_version_atleast(3.0.0)", "haproxy=2.6.12"), Some(Truth::Unknown));
        assert_eq!(answer("strstr(abc,b)", "haproxy=2.6.12"), None);
        assert_eq!(answer("strstr(abc,b)", "haproxy=2.8.0"), Some(Truth::True));
    }

    #[test]
    fn arguments_are_cut_like_those_of_a_sample() {
        for (text, wanted) in [
            ("streq(a,a)", true),
            ("streq(a, a)", false),
            ("streq(\"a,b\",'a,b')", true),
            ("streq(,)", true),
            (r"streq(a\ b,'a b')", true),
            (r"streq(a\,a)", false),
            ("strneq(a,b)", true),
        ] {
            let wanted = if wanted { Truth::True } else { Truth::False };
            assert_eq!(answer(text, "haproxy=3.2"), Some(wanted), "{text}");
        }
    }

    #[test]
    fn an_opaque_part_makes_what_it_decides_unknown() {
        let target = Target::assumed();
        let ask = |text: &str, from: &str| {
            let start = text.find(from).unwrap_or(0);
            let condition = Condition {
                text: text.as_bytes().to_vec(),
                opaque: std::iter::once(start..start + from.len()).collect(),
            };
            condition.answer(&target, &|_| Truth::Unknown)
        };
        assert_eq!(ask("streq($A,1)", "$A"), Ok(Truth::Unknown));
        assert_eq!(ask("$A", "$A"), Ok(Truth::Unknown));
        assert_eq!(ask("$A && 0", "$A"), Ok(Truth::False));
        assert_eq!(ask("version_atleast($A) && 0", "$A"), Ok(Truth::False));
    }
}
