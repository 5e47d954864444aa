//! The words of a statement, and what nginx has against some of them.

use std::borrow::Cow;
use std::ops::Range;

use super::{IsTemplate, Parser};
use crate::platforms::nginx::syntax::error::{SyntaxErrorKind as Kind, help};
use crate::platforms::nginx::syntax::tree::Word;
use crate::platforms::nginx::syntax::{lexer, word};
use crate::platforms::template;

impl<'s> Parser<'s, '_> {
    pub(super) fn bare(&mut self, before: usize, range: Range<usize>) -> Result<(), IsTemplate> {
        if self.mask.may_be_template && self.mask.tag_in_word(range.clone()) {
            return Err(IsTemplate);
        }
        if self.words.is_empty() && self.mask.fills_line(range.clone()) {
            return Ok(()); // A placeholder alone stands for statements, not for the start of one.
        }
        self.check_length(range.clone(), range.start);
        self.word(before, range, None);
        Ok(())
    }

    pub(super) fn quoted(&mut self, before: usize, range: Range<usize>) -> Result<(), IsTemplate> {
        let text = self.mask.text();
        let quote = text[range.start];
        let long = self.check_length(range.clone(), range.start + 1);
        let next = match text.get(range.end) {
            Some(&next) if !lexer::is_blank(next) && !matches!(next, b';' | b'{' | b')') => next,
            _ => {
                self.word(before, range, Some(quote));
                return Ok(());
            }
        };
        if self.mask.may_be_template && template::tag_in_quotes(&text[range.clone()]) {
            return Err(IsTemplate);
        }
        let one_line = !text[range.clone()].contains(&b'\n');
        if !long {
            let (place, help) = match one_line {
                true => (range.end, help::AFTER_QUOTE),
                false => (range.start, help::QUOTE),
            };
            self.error(place..place + 1, Kind::Unexpected(next), range.end, help);
        }
        if one_line {
            self.word(before, range, Some(quote));
            self.obscure();
            if next == b'}' || next == b'#' {
                self.push_simple(None);
            }
        } else {
            // The closing quote is most likely the opening one of another word, and it is the first that
            // lacks its partner.
            self.cut_off(before, range.start);
        }
        Ok(())
    }

    pub(super) fn unclosed(&mut self, before: usize, range: Range<usize>) -> Result<(), IsTemplate> {
        let text = self.mask.text();
        if self.mask.may_be_template && template::tag_in_quotes(&text[range.clone()]) {
            return Err(IsTemplate);
        }
        let opening = range.start..range.start + 1;
        if word::outgrows_buffer(text, range.start + 1, text.len()) {
            self.error(opening, Kind::Unterminated(text[range.start]), range.start, help::QUOTE);
        } else {
            self.error(opening, Kind::EndInStatement, text.len(), help::QUOTE);
        }
        self.cut_off(before, range.start);
        Ok(())
    }

    /// Takes the rest of a line for a word whose closing quote is missing, and ends the statement there.
    fn cut_off(&mut self, before: usize, start: usize) {
        let line = self.source[start..].split(|b| *b == b'\n').next().unwrap_or_default();
        let kept = line.iter().rposition(|b| !lexer::is_blank(*b) && *b != b';').map_or(1, |i| i + 1);
        self.word(before, start..start + kept, None);
        self.obscure();
        self.at = start + line.len();
        self.push_simple(None);
    }

    /// Makes nothing of the last word: where a quote goes wrong, nobody knows what it should have been.
    fn obscure(&mut self) {
        if let Some(word) = self.words.last_mut() {
            word.opaque = true;
        }
    }

    fn check_length(&mut self, range: Range<usize>, content: usize) -> bool {
        let long = word::outgrows_buffer(self.mask.text(), content, range.end);
        if long {
            let quoted = content > range.start;
            let kind = match quoted && word::quote_out_of_sight(content, range.end) {
                true => Kind::Unterminated(self.source[range.start]),
                false => Kind::TooLong(self.first_bytes(content)),
            };
            let noticed = range.start;
            self.error(range, kind, noticed, if quoted { help::LONG_QUOTED } else { help::LONG_WORD });
        }
        long
    }

    pub(super) fn first_bytes(&self, start: usize) -> Vec<u8> {
        self.source[start..].iter().take(10).copied().collect()
    }

    fn word(&mut self, before: usize, range: Range<usize>, quoted: Option<u8>) {
        if !self.words.is_empty() && self.source[before..range.start].contains(&b'\n') {
            self.line_starts.push(self.words.len());
        }
        let raw = &self.source[range.clone()];
        let content = match quoted {
            Some(_) => raw.get(1..raw.len() - 1).unwrap_or_default(),
            None => raw.strip_prefix(b"\"").or(raw.strip_prefix(b"'")).unwrap_or(raw),
        };
        let opaque = self.mask.touches(&range) || template::has_placeholder(content, quoted.is_some());
        let value = if opaque { Cow::Borrowed(content) } else { word::unescape(content) };
        self.words.push(Word { value, span: self.span(range), raw, quoted, opaque });
    }
}
