//! Finding the end of a `*_by_lua_block`: lua-nginx-module counts braces outside strings and comments.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{none_of, one_of};
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded};
use nom::{IResult, Input, Offset, Parser};

/// The size of nginx's buffer.
const BUFFER: usize = 4096;

/// Where Lua ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Before this byte, which is the closing brace.
    Brace(usize),
    /// Nowhere; the last `{` that was seen, if any.
    Missing(Option<usize>),
    /// A long bracket opens here and lacks this counterpart.
    Bracket(usize, Vec<u8>),
}

/// The end of the Lua code at the start of `text`.
///
/// The module wants every long bracket to lie within one filling of nginx's buffer. What is longer than
/// that cannot; whether a shorter one does depends on where the file's 4096-byte steps fall, and is not
/// predicted.
pub(super) fn end(text: &[u8]) -> End {
    let (mut rest, mut level, mut last_open) = (text, 0usize, None);
    // A quote without a partner on its line is an ordinary byte, and so is every later one of its kind
    // there: asking each of them again would take quadratic time.
    let mut lonely_until = [0usize; 2];
    while let Some(byte) = rest.first() {
        let at = text.offset(rest);
        let mut after = &rest[1..];
        match byte {
            b'{' => {
                level += 1;
                last_open = Some(at);
            }
            b'}' if level == 0 => return End::Brace(at),
            b'}' => level -= 1,
            b'"' | b'\'' => {
                let lonely = &mut lonely_until[usize::from(*byte == b'"')];
                if at >= *lonely {
                    match string(rest) {
                        Ok((next, _)) => after = next,
                        Err(_) => *lonely = at + rest.iter().take_while(|b| **b != b'\n').count(),
                    }
                }
            }
            b'-' | b'[' => {
                if let Ok((next, open)) = long_bracket(rest) {
                    let close: Vec<u8> = open.iter().map(|b| if *b == b'[' { b']' } else { *b }).collect();
                    match find(&next[..next.len().min(BUFFER)], &close) {
                        Some(found) => after = &next[found + close.len()..],
                        None => return End::Bracket(at, close),
                    }
                } else if let Ok((next, _)) = line_comment(rest) {
                    after = next;
                }
            }
            _ => after = after.take_from(after.iter().take_while(|b| !b"{}\"'-[".contains(b)).count()),
        }
        rest = after;
    }
    End::Missing(last_open)
}

/// The opening `[[` or `[=[`, with `--` before it when it is a comment; the bracket alone is returned.
fn long_bracket(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let bracket = recognize((tag("["), take_while(|b| b == b'='), tag("[")));
    preceded(opt(tag("--")), bracket).parse(input)
}

/// A quoted string; neither it nor its escapes go over the end of the line.
fn string(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (rest, quote) = recognize(one_of("\"'")).parse(input)?;
    let plain = take_while1(|b: u8| b != quote[0] && b != b'\\' && b != b'\n');
    let escape = recognize(pair(tag("\\"), none_of("\n")));
    recognize(pair(many0_count(alt((plain, escape))), tag(quote))).parse(rest)
}

/// `--` to the end of the line.
fn line_comment(input: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize(pair(tag("--"), take_till(|b| b == b'\n'))).parse(input)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        for text in [
            "x = '}' }",
            "-- don't }\n}",
            "--[[ }\n ]] }",
            "[==[ } ]] ]==] }",
            "t = { { } } }",
            "\"\\\"}\" }",
        ] {
            assert_eq!(end(text.as_bytes()), End::Brace(text.len() - 1), "{text}");
        }
        assert_eq!(end(b"{ }"), End::Missing(Some(0)));
        assert_eq!(end(b" --[=[ ]]"), End::Bracket(1, b"]=]".to_vec()));
    }

    #[test]
    fn strings_end_with_their_line() {
        assert_eq!(end(b"x = \"a\n}\""), End::Brace(7));
        assert_eq!(end(b"x = \"a\\\n}\""), End::Brace(8));
        assert_eq!(end(b"don't }"), End::Brace(6));
    }
}
