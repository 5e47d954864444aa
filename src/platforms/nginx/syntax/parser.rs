//! From tokens to statements and blocks.
//!
//! Blocks are kept on a stack of our own: nginx recurses, but a tree that is handed to others must also
//! be walked and dropped by them, so its depth is bounded.

mod words;

use std::ops::Range;

use nom::Offset;

use super::error::{SyntaxError, SyntaxErrorKind as Kind, help};
use super::lexer::{self, Token};
use super::tree::{Body, Comment, Directive, Word};
use super::{lua, recover, word};
use crate::platforms::template::{self, Mask};
use crate::source::{FileId, Span};

/// More levels than this are an error of their own.
const DEEPEST: usize = 200;

/// Lua that does not end is read to the end of the file, and then once more from where it should have
/// ended. This many times, as the work grows with each.
const ENDLESS_LUA: usize = 16;

/// A template shows itself at one of its first braces.
const TAGS_LOOKED_FOR: usize = 10_000;

/// The end of the name of every directive whose block is Lua.
const LUA_BLOCK: &[u8] = b"_by_lua_block";

/// A file on its way to a tree.
pub(super) struct Parser<'s, 'm> {
    pub(super) file: FileId,
    /// The file; every slice in the tree is one of this.
    pub(super) source: &'s [u8],
    /// What is read: the file with the work of template engines painted over, byte for byte.
    pub(super) mask: &'m Mask<'s>,
    pub(super) at: usize,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) comments: Vec<Comment>,
    /// The words of the statement being read.
    pub(super) words: Vec<Word<'s>>,
    /// Which of them, not counting the first, stand first on their line.
    pub(super) line_starts: Vec<usize>,
    pub(super) stack: Vec<Frame<'s>>,
    /// Too deep nesting has been reported.
    too_deep: bool,
    tags_looked_for: usize,
    /// How many times Lua did not end.
    endless_lua: usize,
    /// What the repair of missing `}` knows and may do.
    pub(super) layout: recover::Layout,
}

/// A block that is being read; the lowest is the file itself.
pub(super) struct Frame<'s> {
    pub(super) head: Option<Head<'s>>,
    pub(super) data: bool,
    pub(super) children: Vec<Directive<'s>>,
    /// Braces opened in here that make no block of their own: nameless ones, and those too deep.
    pub(super) loose: usize,
    pub(super) column: Option<usize>,
}

/// The words before a `{`.
pub(super) struct Head<'s> {
    name: Word<'s>,
    args: Vec<Word<'s>>,
    pub(super) span: Span,
}

/// The file turned out to be a template and must be read as one.
pub(super) struct IsTemplate;

/// What a run over a file gives.
#[derive(Default)]
pub(super) struct Read<'s> {
    pub(super) directives: Vec<Directive<'s>>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) comments: Vec<Comment>,
    pub(super) layout: recover::Layout,
}

impl Read<'_> {
    /// Whether a second run, which made up for missing braces, explains the file better than the first.
    pub(super) fn improves_on(&self, first: &Read<'_>) -> bool {
        self.layout.missing == 0 && self.errors.len() < first.errors.len() + first.layout.missing
    }
}

impl<'s, 'm> Parser<'s, 'm> {
    pub(super) fn new(
        file: FileId,
        source: &'s [u8],
        mask: &'m Mask<'s>,
        data: bool,
        layout: recover::Layout,
    ) -> Self {
        let ground = Frame { head: None, data, children: Vec::new(), loose: 0, column: None };
        Parser {
            file,
            source,
            mask,
            at: 0,
            errors: Vec::new(),
            comments: Vec::new(),
            words: Vec::new(),
            line_starts: Vec::new(),
            stack: vec![ground],
            too_deep: false,
            tags_looked_for: 0,
            endless_lua: 0,
            layout,
        }
    }

    /// Reads from the current place to the end of the file.
    pub(super) fn run(mut self) -> Result<Read<'s>, IsTemplate> {
        let mask = self.mask;
        let text = mask.text();
        while let Ok((rest, token)) = lexer::token(&text[self.at..]) {
            let (before, end) = (self.at, text.offset(rest));
            self.at = end;
            match token {
                Token::Semicolon if self.words.is_empty() => {
                    self.error(end - 1..end, Kind::Unexpected(b';'), end - 1, help::EMPTY_STATEMENT);
                }
                Token::Semicolon => self.statement(end - 1),
                Token::Open => self.open(end - 1)?,
                Token::Close => self.close(end - 1),
                Token::Comment(comment) => self.comment(end - comment.len()..end),
                Token::Bare(bare) => self.bare(before, end - bare.len()..end)?,
                Token::Quoted(quoted) => self.quoted(before, end - quoted.len()..end)?,
                Token::Unclosed(unclosed) => self.unclosed(before, end - unclosed.len()..end)?,
                Token::End => break,
            }
        }
        self.end();
        let mut errors = self.errors;
        errors.sort_by_key(|e| e.kind == Kind::EndInBlock);
        let directives = self.stack.pop().map(|ground| ground.children).unwrap_or_default();
        Ok(Read { directives, errors, comments: self.comments, layout: self.layout })
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    pub(super) fn error(&mut self, range: Range<usize>, kind: Kind, noticed: usize, help: &'static str) {
        let span = self.span(range);
        self.errors.push(SyntaxError::new(span, kind, noticed, help));
    }

    fn comment(&mut self, range: Range<usize>) {
        let text = self.mask.text();
        if word::comment_outgrows_buffer(text, range.start, range.end) {
            let first = self.first_bytes(range.start);
            self.error(range.clone(), Kind::TooLong(first), range.start, help::LONG_COMMENT);
        }
        let alone = recover::column(text, range.start).is_some();
        let end = range.end - usize::from(text[range.clone()].ends_with(b"\r"));
        self.comments.push(Comment { span: self.span(range.start..end), alone });
    }

    /// Ends the statement at the `;` that stands at `at`.
    fn statement(&mut self, at: usize) {
        self.split_at_swallowed(at, recover::Ending::Semicolon);
        self.push_simple(Some(at + 1));
    }

    /// Moves the words read so far into the tree as a simple directive.
    pub(super) fn push_simple(&mut self, end: Option<usize>) {
        if let Some(head) = self.take_head(end) {
            let Head { name, args, span } = head;
            self.push(Directive { name, args, span, body: Body::Simple });
        }
    }

    fn take_head(&mut self, end: Option<usize>) -> Option<Head<'s>> {
        self.line_starts.clear();
        let last = self.words.last()?.span;
        let mut words = self.words.drain(..);
        let name = words.next()?;
        let args = words.collect();
        let span = end.map_or(name.span.to(last), |end| self.span(name.span.start as usize..end));
        self.indented(&name);
        Some(Head { name, args, span })
    }

    fn push(&mut self, directive: Directive<'s>) {
        if let Some(frame) = self.stack.last_mut() {
            frame.children.push(directive);
        }
    }

    fn open(&mut self, at: usize) -> Result<(), IsTemplate> {
        let lua = self.words.first().is_some_and(|name| name.value.ends_with(LUA_BLOCK));
        if self.mask.may_be_template && !lua && self.tags_looked_for < TAGS_LOOKED_FOR {
            self.tags_looked_for += 1;
            if template::tag_at(self.source, at) {
                return Err(IsTemplate);
            }
        }
        self.split_at_swallowed(at, recover::Ending::Open);
        let Some(head) = self.take_head(Some(at + 1)) else {
            self.error(at..at + 1, Kind::Unexpected(b'{'), at, help::NAMELESS_BLOCK);
            self.loosen();
            return Ok(());
        };
        let inside_data = self.stack.last().is_some_and(|frame| frame.data);
        if inside_data {
            self.error(at..at + 1, Kind::Unexpected(b'{'), at, help::BLOCK_IN_DATA);
        } else if head.name.value.ends_with(LUA_BLOCK) {
            self.lua(head);
            return Ok(());
        }
        if self.stack.len() > DEEPEST {
            if !std::mem::replace(&mut self.too_deep, true) {
                let span = head.span;
                self.errors.push(SyntaxError::new(span, Kind::TooDeep, at, help::DEEP));
            }
            self.loosen();
            return Ok(());
        }
        let data = inside_data || is_data_block(&head.name.value);
        let column = recover::column(self.mask.text(), head.span.start as usize);
        self.stack.push(Frame { head: Some(head), data, children: Vec::new(), loose: 0, column });
        Ok(())
    }

    fn loosen(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.loose += 1;
        }
    }

    fn lua(&mut self, head: Head<'s>) {
        let (start, text) = (self.at, self.mask.text());
        let end = lua::end(&text[start..]);
        if let lua::End::Brace(end) = end {
            let (end, close) = self
                .earlier_end_of_lua(head.span, start..start + end)
                .unwrap_or((start + end, start + end + 1));
            self.push_lua(head, start..end, close);
            return;
        }
        match end {
            lua::End::Bracket(at, bracket) => {
                let at = start + at;
                self.error(at..at + 2, Kind::LuaBracket(bracket), at, help::LUA_BRACKET);
            }
            lua::End::Missing(brace) => {
                let noticed = brace.map_or(start, |b| start + b);
                self.errors.push(SyntaxError::new(head.span, Kind::EndInLua, noticed, help::LUA));
            }
            lua::End::Brace(_) => {}
        }
        self.endless_lua += 1;
        let (end, close) = match self.endless_lua > ENDLESS_LUA {
            true => (text.len(), text.len()),
            false => recover::end_of_lua(text, head.span, start),
        };
        self.push_lua(head, start..end, close);
    }

    fn push_lua(&mut self, head: Head<'s>, text: Range<usize>, close: usize) {
        self.at = close;
        let Head { name, args, span } = head;
        let close = self.span(text.end..close);
        let body = Body::Lua { text: self.span(text), close };
        self.push(Directive { name, args, span, body });
    }

    fn close(&mut self, at: usize) {
        if let Some(last) = self.words.last() {
            let end = last.span.end as usize;
            self.split_at_swallowed(at, recover::Ending::Close);
            self.error(end - 1..end, Kind::Unexpected(b'}'), at, help::SEMICOLON);
            self.push_simple(None);
        }
        self.closing_brace(at);
        match self.stack.last_mut() {
            Some(frame) if frame.loose > 0 => frame.loose -= 1,
            Some(frame) if frame.head.is_some() => self.pop(at..at + 1),
            _ => self.error(at..at + 1, Kind::Unexpected(b'}'), at, help::STRAY_BRACE),
        }
    }

    /// Ends the innermost block at `close`.
    pub(super) fn pop(&mut self, close: Range<usize>) {
        let Some(Frame { head: Some(head), data, mut children, .. }) = self.stack.pop() else { return };
        children.shrink_to_fit();
        let Head { name, args, span } = head;
        let close = self.span(close);
        let body = if data { Body::Data { children, close } } else { Body::Block { children, close } };
        self.push(Directive { name, args, span, body });
    }

    fn end(&mut self) {
        let end = self.source.len();
        let mut reported = self.errors.iter().any(|e| e.kind == Kind::EndInStatement);
        if let Some(last) = self.words.last() {
            let last = last.span.end as usize;
            self.split_at_swallowed(end, recover::Ending::File);
            self.error(last - 1..last, Kind::EndInStatement, end, help::SEMICOLON);
            self.push_simple(None);
            reported = true;
        }
        while self.stack.len() > 1 || self.stack.iter().any(|frame| frame.loose > 0) {
            let Some(frame) = self.stack.last_mut() else { break };
            let place = frame.head.as_ref().map_or(end..end, |head| head.span.range());
            frame.loose = 0;
            self.layout.missing += 1;
            if !std::mem::replace(&mut reported, true) && !self.layout.repaired() {
                self.error(place, Kind::EndInBlock, end, help::BRACE);
            }
            if self.stack.len() > 1 {
                self.pop(end..end);
            }
        }
    }
}

/// Blocks whose statements are entries: nginx hands them to the module instead of looking them up.
fn is_data_block(name: &[u8]) -> bool {
    matches!(name, b"types" | b"map" | b"geo" | b"split_clients" | b"charset_map" | b"num_map")
}
