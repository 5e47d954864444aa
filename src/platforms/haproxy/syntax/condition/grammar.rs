//! The grammar of conditions, as `cfgcond.c` reads them.

use super::{Argument, Condition, Expression, PREDICATES, Truth, Unreadable};
use crate::platforms::haproxy::version::HaproxyVersion;
use nom::branch::alt;
use nom::bytes::complete::{is_a, tag, take, take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{map, opt, recognize, value};
use nom::multi::{many0_count, separated_list1};
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Offset, Parser};
use std::borrow::Cow;
use std::ops::Range;

/// HAProxy goes 1024 calls deep, three for a parenthesis. Nobody means more than these.
const DEEPEST: usize = 100;

type Read<'t, T> = IResult<&'t [u8], T>;

/// Reads a condition.
pub(super) fn read(condition: &Condition, version: HaproxyVersion) -> Result<Expression<'_>, Unreadable> {
    let reader = Reader { condition, version };
    match reader.any(0, &condition.text) {
        Ok((rest, expression)) if rest.iter().all(|b| matches!(b, b' ' | b'\t')) => Ok(expression),
        _ => Err(Unreadable),
    }
}

#[derive(Clone, Copy)]
struct Reader<'t> {
    condition: &'t Condition,
    version: HaproxyVersion,
}

fn blanks(input: &[u8]) -> Read<'_, &[u8]> {
    take_while(|b| matches!(b, b' ' | b'\t')).parse(input)
}

/// A connective with the blanks around it.
fn connective<'t>(
    sign: &'static str,
) -> impl Parser<&'t [u8], Output = &'t [u8], Error = nom::error::Error<&'t [u8]>> {
    delimited(blanks, tag(sign.as_bytes()), blanks)
}

impl<'t> Reader<'t> {
    /// `… || …`
    fn any(self, depth: usize, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        let terms = separated_list1(connective("||"), |input| self.all(depth, input));
        map(terms, |terms| one_or(terms, Expression::Or)).parse(input)
    }

    /// `… && …`
    fn all(self, depth: usize, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        let terms = separated_list1(connective("&&"), |input| self.term(depth, input));
        map(terms, |terms| one_or(terms, Expression::And)).parse(input)
    }

    fn term(self, depth: usize, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        let (rest, nots) = preceded(blanks, many0_count(pair(char('!'), blanks))).parse(input)?;
        let (rest, expression) = alt((
            number,
            |input| self.parenthesis(depth, input),
            |input| self.predicate(input),
            |input| self.opaque(input),
        ))
        .parse(rest)?;
        Ok((rest, if nots % 2 == 1 { Expression::Not(Box::new(expression)) } else { expression }))
    }

    fn parenthesis(self, depth: usize, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        if depth >= DEEPEST {
            return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::TooLarge)));
        }
        let inside = |input| self.any(depth + 1, input);
        delimited(pair(char('('), blanks), inside, (blanks, char(')'), blanks)).parse(input)
    }

    /// A value that is not known, where a term should stand.
    fn opaque(self, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        let at = self.condition.text.offset(input);
        let length = self.condition.opaque.iter().find(|range| range.start == at).map_or(0, Range::len);
        if length == 0 {
            return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Alt)));
        }
        value(Expression::Constant(Truth::Unknown), take(length)).parse(input)
    }

    fn predicate(self, input: &'t [u8]) -> Read<'t, Expression<'t>> {
        let (rest, name) = take_while1(|b: u8| !matches!(b, b' ' | b'(')).parse(input)?;
        let known = PREDICATES
            .iter()
            .find(|(word, _, _, since)| word.as_bytes() == name && self.version.since(since.0, since.1));
        let Some((_, predicate, count, _)) = known else {
            return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Tag)));
        };
        let (rest, arguments) = match count {
            0 => value(Vec::new(), opt(tag(&b"()"[..]))).parse(rest)?,
            _ => self.arguments(*count, rest)?,
        };
        Ok((rest, Expression::Predicate(*predicate, arguments)))
    }

    /// `(a,b)`: exactly so many. Without parentheses there is one, which is empty (measured).
    fn arguments(self, count: usize, input: &'t [u8]) -> Read<'t, Vec<Argument<'t>>> {
        if count == 1 && !input.starts_with(b"(") {
            return Ok((input, vec![Argument { value: Cow::Borrowed(b""), opaque: false }]));
        }
        let (mut rest, _) = char('(').parse(input)?;
        let mut arguments = Vec::with_capacity(count);
        for index in 0..count {
            if index > 0 {
                (rest, _) = char(',').parse(rest)?;
            }
            let start = self.condition.text.offset(rest);
            let (next, value) = argument(rest)?;
            let end = self.condition.text.offset(next);
            let opaque = self.condition.opaque.iter().any(|range| range.start < end && start < range.end);
            arguments.push(Argument { value, opaque });
            rest = next;
        }
        let (rest, _) = char(')').parse(rest)?;
        Ok((rest, arguments))
    }
}

fn one_or<'t>(
    mut terms: Vec<Expression<'t>>,
    many: fn(Vec<Expression<'t>>) -> Expression<'t>,
) -> Expression<'t> {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            many(terms)
        }
    }
}

/// What `strtol` reads with base 0: whether it is another number than 0.
fn number(input: &[u8]) -> Read<'_, Expression<'_>> {
    let digits = alt((
        preceded(alt((tag(&b"0x"[..]), tag(&b"0X"[..]))), take_while1(|b: u8| b.is_ascii_hexdigit())),
        recognize(pair(char('0'), take_while(|b| matches!(b, b'0'..=b'7')))),
        take_while1(|b: u8| b.is_ascii_digit()),
    ));
    let signed = preceded(opt(one_of("+-")), digits);
    let truth = |digits: &[u8]| match digits.iter().any(|b| *b != b'0') {
        true => Expression::Constant(Truth::True),
        false => Expression::Constant(Truth::False),
    };
    map(signed, truth).parse(input)
}

/// One argument, with quotes and escapes of its own (manual, section 2.2, "second level").
fn argument(input: &[u8]) -> Read<'_, Cow<'_, [u8]>> {
    let (mut rest, plain) =
        opt(take_while1(|b: u8| !matches!(b, b'"' | b'\'' | b'\\' | b',' | b')'))).parse(input)?;
    let mut value = Cow::Borrowed(plain.unwrap_or_default());
    let mut quote = None;
    loop {
        let (next, byte) = match (rest, quote) {
            ([], _) | ([b',' | b')', ..], None) => return Ok((rest, value)),
            ([q @ (b'"' | b'\''), next @ ..], None) => {
                quote = Some(*q);
                rest = next;
                continue;
            }
            ([q, next @ ..], Some(open)) if *q == open => {
                quote = None;
                rest = next;
                continue;
            }
            ([b'\\', ..], None | Some(b'"')) => escape(rest)?,
            _ => map(take(1usize), |b: &[u8]| b[0]).parse(rest)?,
        };
        value.to_mut().push(byte);
        rest = next;
    }
}

fn escape(input: &[u8]) -> Read<'_, u8> {
    let special = preceded(char('\\'), map(is_one(b"\\ \"'"), |b: &[u8]| b[0]));
    alt((
        special,
        value(b'\r', tag(&b"\\r"[..])),
        value(b'\n', tag(&b"\\n"[..])),
        value(b'\t', tag(&b"\\t"[..])),
        value(b'\\', char('\\')),
    ))
    .parse(input)
}

fn is_one<'t>(
    set: &'static [u8],
) -> impl Parser<&'t [u8], Output = &'t [u8], Error = nom::error::Error<&'t [u8]>> {
    move |input: &'t [u8]| {
        let (_, run) = is_a(set).parse(input)?;
        Ok((&input[1..], &run[..1]))
    }
}
