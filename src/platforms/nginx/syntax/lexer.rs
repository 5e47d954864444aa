//! The tokens of nginx, as `ngx_conf_file.c` cuts them: bytes, without any notion of an encoding.
//!
//! Every function takes the rest of the file and gives back a part of it, so that an address difference
//! tells where a token stands.

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till, take_while, take_while1};
use nom::character::complete::one_of;
use nom::combinator::{eof, map, not, opt, recognize, rest, value};
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Parser};

/// What can stand where a token starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `;`
    Semicolon,
    /// `{`
    Open,
    /// `}`
    Close,
    /// From `#` to before the line feed.
    Comment(&'t [u8]),
    /// A word without quotes around it.
    Bare(&'t [u8]),
    /// A word with its quotes.
    Quoted(&'t [u8]),
    /// An opening quote that is never closed, and all that follows.
    Unclosed(&'t [u8]),
    /// The end of the file.
    End,
}

type Lexed<'t, T = &'t [u8]> = IResult<&'t [u8], T>;

/// The next token; blanks before it are skipped. Some alternative takes any input, so this does not fail.
pub(super) fn token(input: &[u8]) -> Lexed<'_, Token<'_>> {
    preceded(
        take_while(is_blank),
        alt((
            map(bare, Token::Bare),
            value(Token::Semicolon, tag(";")),
            map(alt((quoted(b'"'), quoted(b'\''))), Token::Quoted),
            value(Token::Close, tag("}")),
            value(Token::Open, tag("{")),
            map(recognize(pair(tag("#"), take_till(|b| b == b'\n'))), Token::Comment),
            value(Token::End, eof),
            map(rest, Token::Unclosed),
        )),
    )
    .parse(input)
}

/// The four bytes that separate words; form feed, vertical tab and NUL are bytes of words.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A word ends at a blank, `;` or `{`. Quotes, `#` and `}` are special only where a token starts.
fn bare(input: &[u8]) -> Lexed<'_> {
    let ordinary = |b: u8| !is_blank(b) && !matches!(b, b';' | b'{' | b'\\' | b'$');
    let first = preceded(not(one_of(" \t\r\n;{}#\"'")), take(1usize));
    let start = alt((escape, variable, first));
    recognize(pair(start, many0_count(alt((take_while1(ordinary), escape, variable))))).parse(input)
}

/// A quoted word ends at its quote, on whatever line that is.
fn quoted<'t>(quote: u8) -> impl Parser<&'t [u8], Output = &'t [u8], Error = nom::error::Error<&'t [u8]>> {
    let mark = move |input: &'t [u8]| match input.split_first() {
        Some((first, rest)) if *first == quote => Ok((rest, &input[..1])),
        _ => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Char))),
    };
    let ordinary = take_while1(move |b: u8| b != quote && b != b'\\');
    recognize(delimited(mark, many0_count(alt((ordinary, escape))), mark))
}

/// A backslash keeps the next byte, whatever it is, from meaning anything.
fn escape(input: &[u8]) -> Lexed<'_> {
    recognize(pair(tag("\\"), opt(take(1usize)))).parse(input)
}

/// Braces right after a dollar belong to the word; that is all the lexer knows of `${name}`.
fn variable(input: &[u8]) -> Lexed<'_> {
    recognize(pair(tag("$"), take_while(|b| b == b'{'))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<Token<'_>> {
        let mut tokens = Vec::new();
        while let Ok((rest, token)) = token(input) {
            if token == Token::End {
                break;
            }
            tokens.push(token);
            input = rest;
        }
        tokens
    }

    #[test]
    fn braces_and_hashes_inside_words_belong_to_them() {
        assert_eq!(all(b"a}b#c ${x}y;"), [Token::Bare(b"a}b#c"), Token::Bare(b"${x}y"), Token::Semicolon]);
        assert_eq!(all(b"a\\${x}"), [Token::Bare(b"a\\$"), Token::Open, Token::Bare(b"x}")]);
        assert_eq!(all(b"$${{x}} "), [Token::Bare(b"$${{x}}")]);
    }

    #[test]
    fn quotes_count_only_where_a_token_starts() {
        assert_eq!(all(b"a\"b 'c\"\\'d'"), [Token::Bare(b"a\"b"), Token::Quoted(b"'c\"\\'d'")]);
        assert_eq!(all(b"x 'y;\n"), [Token::Bare(b"x"), Token::Unclosed(b"'y;\n")]);
    }

    #[test]
    fn a_backslash_may_be_the_last_byte() {
        assert_eq!(all(b"\\"), [Token::Bare(b"\\")]);
        assert_eq!(all(b"'\\"), [Token::Unclosed(b"'\\")]);
    }
}
