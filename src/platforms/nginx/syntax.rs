//! The syntax of `nginx.conf`: bytes to a tree of directives, exactly as nginx cuts them.
//!
//! [`parse`] never fails. What nginx would refuse is listed in [`Tree::errors`], in nginx's own words
//! and with the line nginx would name; the tree holds what could be read around it. nginx stops at the
//! first error, a reader of a whole file should not.
//!
//! nginx runs directives while it reads them, so an unknown directive on line 3 hides a syntax error on
//! line 4 from its user. Whoever compares against a server must order errors of both kinds by line.

mod dump;
mod error;
mod lexer;
mod lua;
mod parser;
mod recover;
mod tree;
mod word;

pub use dump::split_dump;
pub use error::{SyntaxError, SyntaxErrorKind};
pub use tree::{Body, Comment, Directive, Tree, Word};

use crate::platforms::template::{self, Mask};
use crate::source::{FileId, Source, Span};
use lexer::Token;
use parser::{IsTemplate, Parser, Read};
use recover::Layout;

/// What some editors put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a file whose statements are directives.
pub fn parse(file: FileId, source: &Source) -> Tree<'_> {
    read(file, source, false)
}

/// Reads a file that is included inside a data block such as `map`: its statements are entries.
pub fn parse_entries(file: FileId, source: &Source) -> Tree<'_> {
    read(file, source, true)
}

fn read(file: FileId, source: &Source, data: bool) -> Tree<'_> {
    let bytes = &source.bytes[..];
    let known = template::is_named_so(&source.path) || template::front_matter(bytes).is_some();
    let plain = if known { Err(IsTemplate) } else { run(file, bytes, &Mask::plain(bytes), data) };
    let template = plain.is_err();
    let read = plain.or_else(|IsTemplate| run(file, bytes, &Mask::painted(bytes), data)).unwrap_or_default();
    Tree { directives: read.directives, errors: read.errors, comments: read.comments, template }
}

/// Reads once, and again with knowledge of the indentation when a `}` is missing somewhere.
fn run<'s>(file: FileId, bytes: &'s [u8], mask: &Mask<'s>, data: bool) -> Result<Read<'s>, IsTemplate> {
    let attempt = |layout| {
        let mut parser = Parser::new(file, bytes, mask, data, layout);
        if !bytes.starts_with(BYTE_ORDER_MARK) {
            return parser.run();
        }
        parser.at = BYTE_ORDER_MARK.len();
        let mark = byte_order_mark(file, mask.text());
        let mut read = parser.run()?;
        let earlier = read.errors.iter().take_while(|e| e.noticed < mark.noticed).count();
        read.errors.insert(earlier, mark);
        Ok(read)
    };
    let first = attempt(Layout::default())?;
    let Some(layout) = first.layout.second_run() else { return Ok(first) };
    let second = attempt(layout)?;
    Ok(if second.improves_on(&first) { second } else { first })
}

/// nginx takes the mark for the beginning of the first word, and objects once the statement is read.
fn byte_order_mark(file: FileId, text: &[u8]) -> SyntaxError {
    let (mut rest, mut name) = (text, None);
    let end = loop {
        let Ok((next, token)) = lexer::token(rest) else { break Token::End };
        rest = next;
        match token {
            Token::Bare(bare) => name = name.or(Some(bare)),
            Token::Comment(_) | Token::Quoted(_) => {}
            end => break end,
        }
    };
    let kind = match end {
        Token::Semicolon | Token::Open => {
            SyntaxErrorKind::ByteOrderMark(word::unescape(name.unwrap_or_default()).into_owned())
        }
        Token::Close => SyntaxErrorKind::Unexpected(b'}'),
        _ => SyntaxErrorKind::EndInStatement,
    };
    let (span, noticed) = (Span::new(file, 0..BYTE_ORDER_MARK.len()), text.len() - rest.len());
    SyntaxError::new(span, kind, noticed, error::help::BYTE_ORDER_MARK)
}
