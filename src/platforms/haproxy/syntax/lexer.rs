//! The pieces of a line, as `parse_line` cuts them (configuration manual, section 2.2: "Quoting and escaping").
//!
//! A piece is what one construct contributes; [`super::word`] makes words of them, since where a word ends
//! depends on the values of variables.

use super::dialect::Dialect;
use super::error::SyntaxErrorKind as Kind;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while_m_n, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{cut, map, opt, recognize, success, value};
use nom::error::{ErrorKind, ParseError};
use nom::sequence::{pair, preceded, terminated};
use nom::{Err, IResult, Offset, Parser};
use std::ops::Range;

/// A construct and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub(super) kind: PieceKind<'t>,
    pub(super) range: Range<usize>,
}

/// What a line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PieceKind<'t> {
    /// Bytes that mean themselves.
    Text,
    /// A byte written as an escape.
    Byte(u8),
    /// Blanks between words.
    Blank,
    /// An opening quote.
    Open,
    /// A closing quote.
    Close,
    /// `$NAME` or `${NAME…}` inside double quotes.
    Variable(Variable<'t>),
}

/// A variable as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variable<'t> {
    /// Its name, with the dot of `.LINE` and its like.
    pub(super) name: &'t [u8],
    /// The text between `-` and `}`.
    pub(super) default: Option<&'t [u8]>,
    /// Whether `[*]` splits its value into words.
    pub(super) splits: bool,
}

/// What the lexer stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault<'t> {
    at: &'t [u8],
    /// `None` while another alternative may still fit.
    kind: Option<Kind>,
}

impl<'t> ParseError<&'t [u8]> for Fault<'t> {
    fn from_error_kind(at: &'t [u8], _: ErrorKind) -> Self {
        Fault { at, kind: None }
    }

    fn append(_: &'t [u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

type Lexed<'t, T> = IResult<&'t [u8], T, Fault<'t>>;

/// What a line ends with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Its last byte, or a carriage return that hides what follows it.
    Line,
    /// A comment that begins here.
    Comment(usize),
    /// Something that HAProxy refuses, with the place and the cause.
    Fault(usize, Kind),
}

/// Which quotes are open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Cuts a line without its line feed, which begins at `base` of the file, into pieces.
pub(super) fn pieces<'t>(line: &'t [u8], base: usize, dialect: Dialect, into: &mut Vec<Piece<'t>>) -> End {
    let (mut rest, mut quote, mut opened) = (line, Quote::None, base);
    loop {
        let at = base + line.offset(rest);
        match rest.first() {
            None | Some(b'\r') => break,
            Some(b'#') if quote == Quote::None => return End::Comment(at),
            _ => {}
        }
        let (next, kind) = match piece(quote, dialect, rest) {
            Ok(found) => found,
            Err(Err::Failure(Fault { at, kind: Some(kind) })) => {
                return End::Fault(base + line.offset(at), kind);
            }
            // Some alternative takes any byte that is left.
            Err(_) => break,
        };
        match kind {
            PieceKind::Open => {
                quote = if rest.starts_with(b"\"") { Quote::Double } else { Quote::Single };
                opened = at;
            }
            PieceKind::Close => quote = Quote::None,
            _ => {}
        }
        into.push(Piece { kind, range: at..base + line.offset(next) });
        rest = next;
    }
    match quote {
        Quote::None => End::Line,
        _ => End::Fault(opened, Kind::UnmatchedQuote),
    }
}

fn piece<'t>(quote: Quote, dialect: Dialect, input: &'t [u8]) -> Lexed<'t, PieceKind<'t>> {
    let text = |special: &'static [u8]| {
        value(PieceKind::Text, take_while1(move |b: u8| !special.contains(&b) && b != b'\r'))
    };
    match quote {
        Quote::Single => alt((text(b"'"), value(PieceKind::Close, char('\'')))).parse(input),
        Quote::Double => alt((
            text(b"\"\\$"),
            value(PieceKind::Close, char('"')),
            escape(true),
            map(variable(dialect), PieceKind::Variable),
        ))
        .parse(input),
        Quote::None => alt((
            text(b" \t\x0b\x0c\n#\"'\\"),
            // What follows a blank is looked at only after all blanks, so a carriage return among them ends
            // nothing (measured: 2.2 to 3.4).
            value(PieceKind::Blank, take_while1(is_blank)),
            value(PieceKind::Open, one_of("\"'")),
            escape(false),
        ))
        .parse(input),
    }
}

/// What `isspace` takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\x0b' | b'\x0c' | b'\r' | b'\n')
}

/// A backslash with what it changes; on its own where it changes nothing.
fn escape<'t>(in_double: bool) -> impl Parser<&'t [u8], Output = PieceKind<'t>, Error = Fault<'t>> {
    let special = if in_double { " \\#'\"$" } else { " \\#'\"" };
    let hex = move |input: &'t [u8]| -> Lexed<'t, PieceKind<'t>> {
        let digits = take_while_m_n(2, 2, |b: u8| b.is_ascii_hexdigit());
        let (rest, digits) = fails_with(Kind::BadHex, digits).parse(input)?;
        let digit = |b: u8| (b as char).to_digit(16).unwrap_or_default() as u8;
        Ok((rest, PieceKind::Byte(digits.iter().fold(0u8, |sum, b| (sum << 4) | digit(*b)))))
    };
    preceded(
        char('\\'),
        alt((
            map(one_of(special), |c| PieceKind::Byte(c as u8)),
            value(PieceKind::Byte(b'\t'), char('t')),
            value(PieceKind::Byte(b'\n'), char('n')),
            value(PieceKind::Byte(b'\r'), char('r')),
            preceded(char('x'), hex),
            success(PieceKind::Text),
        )),
    )
}

/// `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}`, and `.LINE` and its like for a name.
fn variable<'t>(dialect: Dialect) -> impl Parser<&'t [u8], Output = Variable<'t>, Error = Fault<'t>> {
    move |input: &'t [u8]| {
        let (open, _) = char('$').parse(input)?;
        let (at, brace) = opt(char('{')).parse(open)?;
        let (rest, name) = fails_with(Kind::VariableName, name(dialect)).parse(at)?;
        if brace.is_none() {
            return Ok((rest, Variable { name, default: None, splits: false }));
        }
        let star = fails_with(Kind::BadExpansion, tag(&b"[*]"[..]));
        let (rest, splits) = match rest.first() {
            Some(b'[') if dialect.splits => value(true, star).parse(rest)?,
            _ => (rest, false),
        };
        let text = preceded(char('-'), take_till(|b| b == b'}'));
        let (rest, default) = if dialect.defaults { opt(text).parse(rest)? } else { (rest, None) };
        match rest.strip_prefix(b"}") {
            Some(rest) => Ok((rest, Variable { name, default, splits })),
            None => Err(Err::Failure(Fault { at: open, kind: Some(Kind::UnmatchedBrace) })),
        }
    }
}

/// The name of a variable; of those with a dot there are three.
fn name<'t>(dialect: Dialect) -> impl Parser<&'t [u8], Output = &'t [u8], Error = Fault<'t>> {
    let more = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let plain =
        recognize(pair(take_while_m_n(1, 1, |b: u8| b.is_ascii_alphabetic() || b == b'_'), take_while(more)));
    let own = move |input: &'t [u8]| -> Lexed<'t, &'t [u8]> {
        let (rest, name) = recognize(pair(char('.'), take_while(more))).parse(input)?;
        match name {
            b".LINE" | b".FILE" | b".SECTION" if dialect.conditions => Ok((rest, name)),
            _ => Err(Err::Error(Fault { at: input, kind: None })),
        }
    };
    alt((plain, own))
}

/// Whatever goes wrong in `parser` has this cause.
fn fails_with<'t, O>(
    kind: Kind,
    mut parser: impl Parser<&'t [u8], Output = O, Error = Fault<'t>>,
) -> impl Parser<&'t [u8], Output = O, Error = Fault<'t>> {
    let named = move |input: &'t [u8]| {
        parser.parse(input).map_err(|error| error.map(|_| Fault { at: input, kind: Some(kind) }))
    };
    cut(named)
}

/// Where blanks at the start of a line end.
pub(super) fn skip_blanks(line: &[u8]) -> usize {
    let blanks = terminated(take_while(is_blank), success::<_, _, Fault<'_>>(())).parse(line);
    blanks.map_or(0, |(rest, _)| line.offset(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::haproxy::version::HaproxyVersion;

    fn cut_up(line: &str) -> (Vec<String>, End) {
        let dialect = Dialect::of(HaproxyVersion::new(3, 2, 0));
        let mut found = Vec::new();
        let end = pieces(line.as_bytes(), 0, dialect, &mut found);
        let show = |piece: Piece<'_>| match piece.kind {
            PieceKind::Text => line[piece.range].to_owned(),
            PieceKind::Byte(byte) => format!("<{byte}>"),
            PieceKind::Blank => "_".to_owned(),
            PieceKind::Open => "(".to_owned(),
            PieceKind::Close => ")".to_owned(),
            PieceKind::Variable(variable) => format!("${}", String::from_utf8_lossy(variable.name)),
        };
        (found.into_iter().map(show).collect(), end)
    }

    #[test]
    fn quotes_begin_and_end_anywhere() {
        assert_eq!(cut_up(r#"pre"mid $A"'p#t'#c"#).0, ["pre", "(", "mid ", "$A", ")", "(", "p#t", ")"]);
        assert_eq!(cut_up("a#b").1, End::Comment(1));
        assert_eq!(cut_up("a 'b").1, End::Fault(2, Kind::UnmatchedQuote));
    }

    #[test]
    fn escapes_stand_for_bytes_or_for_themselves() {
        assert_eq!(cut_up(r"a\ b\x41\q\$").0, ["a", "<32>", "b", "<65>", "\\", "q", "\\", "$"]);
        assert_eq!(cut_up(r#""\$A""#).0, ["(", "<36>", "A", ")"]);
        assert_eq!(cut_up(r"x\x4").1, End::Fault(3, Kind::BadHex));
    }

    #[test]
    fn a_carriage_return_ends_the_line_unless_blanks_stand_before_it() {
        assert_eq!(cut_up("a\rb").0, ["a"]);
        assert_eq!(cut_up("a \rb").0, ["a", "_", "b"]);
    }

    #[test]
    fn variables_have_names_and_closed_braces() {
        for (line, kind) in [
            ("\"${A:-x}\"", Kind::UnmatchedBrace),
            ("\"${A\"", Kind::UnmatchedBrace),
            ("\"$1\"", Kind::VariableName),
            ("\"${.NO}\"", Kind::VariableName),
            ("\"${A[1]}\"", Kind::BadExpansion),
        ] {
            assert!(matches!(cut_up(line).1, End::Fault(_, found) if found == kind), "{line}");
        }
        assert_eq!(cut_up("\"${A-b c}$.LINE\"").0, ["(", "$A", "$.LINE", ")"]);
    }
}
