//! What HAProxy does with the words of a line before a section sees them.

use super::{Input, Reader};
use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::haproxy::syntax::condition::{Condition, Truth};
use crate::platforms::haproxy::syntax::dialect::EmptyWords;
use crate::platforms::haproxy::syntax::environment::{Environment, Value};
use crate::platforms::haproxy::syntax::error::SyntaxErrorKind as Kind;
use crate::platforms::haproxy::syntax::tree::{Modifier, ModifierKind, Statement, Word};
use crate::source::Span;
use crate::target::Target;
use memchr::memmem;

/// The words that `no` and `default` may stand before.
const NEGATED: &[&str] =
    &["option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted"];

/// The one of them that came with 2.4.
const NEGATED_SINCE_2_4: &str = "numa-cpu-mapping";

impl<'s> Reader<'s> {
    pub(super) fn statement(&mut self, input: &Input<'s, '_>, line: u32, mut words: Vec<Word<'s>>) {
        let is_empty = |word: &Word<'_>| word.value.is_empty();
        // Blanks at the end of a line make an empty word up to 3.1, which changes nothing.
        let blank_end = words.last().is_some_and(|word| is_empty(word) && word.raw.is_empty());
        let empty = words.iter().position(is_empty).filter(|at| !blank_end || at + 1 < words.len());
        if let Some(at) = empty.filter(|_| self.dialect.empty == EmptyWords::Warned) {
            self.error(words[at].span, Kind::EmptyWord, line, false, self.conditionals.arm());
        }
        let Some(first) = words.first().filter(|word| !is_empty(word)) else { return };
        let last = words.iter().rev().find(|word| !is_empty(word)).map_or(first.span, |word| word.span);
        let span = first.span.to(last);
        let dots = self.dialect.conditions && first.value.starts_with(b".");
        if dots && self.conditional(input, span, line, &words) || self.conditionals.drops() {
            return;
        }
        if dots {
            return self.message(span, line, &words);
        }
        let arm = self.conditionals.arm();
        if let Some(at) = empty.filter(|_| self.dialect.empty == EmptyWords::Refused) {
            self.error(words[at].span, Kind::EmptyWord, line, true, arm);
        }
        let mut unread = empty.map(|at| words.split_off(at)).unwrap_or_default();
        unread.retain(|word| !is_empty(word));
        words.retain(|word| !is_empty(word));
        let modifier = self.modifier(line, &mut words);
        if words.is_empty() {
            return;
        }
        self.enter(line, span, &words);
        self.environment(&words);
        self.reading.statements.push(Statement {
            words,
            modifier,
            span,
            line,
            unread,
            arm,
            begins_file: false,
        });
    }

    /// `.if` and what belongs to it; false for another word.
    fn conditional(&mut self, input: &Input<'s, '_>, span: Span, line: u32, words: &[Word<'s>]) -> bool {
        let (target, environment) = (self.target, &self.environment);
        let answer = || ask(input, words, target, environment);
        let result = match &*words[0].value {
            b".if" => self.conditionals.begin(span, answer),
            b".elif" => self.conditionals.otherwise_if(span, answer),
            b".else" => self.conditionals.otherwise(span),
            b".endif" => self.conditionals.end(),
            _ => return false,
        };
        self.refused(span, line, result);
        let alone = matches!(&*words[0].value, b".else" | b".endif");
        if let Some(word) = words.get(1).filter(|word| alone && !word.value.is_empty()) {
            self.error(word.span, Kind::UnexpectedArgument, line, true, self.conditionals.arm());
        }
        true
    }

    /// `.notice` and its like.
    fn message(&mut self, span: Span, line: u32, words: &[Word<'s>]) {
        let arm = self.conditionals.arm();
        let second = words.get(2).filter(|word| !word.value.is_empty());
        let kind = match &*words[0].value {
            b".alert" | b".warning" | b".notice" | b".diag" if second.is_some() => Kind::UnexpectedArgument,
            b".alert" => Kind::Alert,
            b".warning" => Kind::Warning,
            b".notice" | b".diag" => return,
            _ => Kind::UnknownDirective,
        };
        self.error(span, kind, line, kind != Kind::Warning, arm);
    }

    fn modifier(&mut self, line: u32, words: &mut Vec<Word<'s>>) -> Option<Modifier> {
        let first = words.first()?;
        let (kind, span) = match () {
            () if first.is("no") => (ModifierKind::No, first.span),
            () if first.is("default") => (ModifierKind::Default, first.span),
            () => return None,
        };
        words.remove(0);
        let recent = self.target.haproxy.since(2, 4);
        let takes = |word: &Word<'_>| {
            word.opaque || NEGATED.iter().any(|name| word.is(name)) || recent && word.is(NEGATED_SINCE_2_4)
        };
        if !words.first().is_some_and(takes) {
            self.error(span, Kind::Negation, line, true, self.conditionals.arm());
        }
        Some(Modifier { kind, span })
    }

    /// A section begins, or one should have begun.
    fn enter(&mut self, line: u32, span: Span, words: &[Word<'s>]) {
        let Some(first) = words.first() else { return };
        let kind = SectionKind::parse(&first.value).filter(|_| !first.opaque);
        match kind {
            Some(kind) => {
                self.section.kind = Some(kind);
                if kind.exists_in(self.target.haproxy) {
                    let name = words.get(1).unwrap_or(first);
                    self.section.name = Some(name.value.to_vec());
                }
            }
            None if self.section.kind.is_none() && !self.section.missed && !first.opaque => {
                self.section.missed = true;
                self.error(span, Kind::OutOfSection, line, true, self.conditionals.arm());
            }
            None => {}
        }
    }

    /// `setenv` and its like in `global`: for the lines that follow.
    fn environment(&mut self, words: &[Word<'s>]) {
        if self.section.kind != Some(SectionKind::Global) {
            return;
        }
        let Some((first, args)) = words.split_first() else { return };
        if !["setenv", "presetenv", "unsetenv", "resetenv"].iter().any(|name| first.is(name)) {
            return;
        }
        self.sets_variables = true;
        let certain = self.conditionals.arm().is_none();
        let value = |word: &Word<'_>| match word.opaque {
            true => Value::Defined,
            false => Value::Set(word.value.to_vec()),
        };
        let environment = &mut self.environment;
        match (&*first.value, args) {
            (b"setenv" | b"presetenv", [name, _]) if name.opaque => environment.forget_all(),
            (b"setenv" | b"presetenv", [name, _]) if !certain => environment.forget(&name.value),
            (b"setenv", [name, text]) => environment.set(&name.value, value(text)),
            (b"presetenv", [name, text]) => environment.preset(&name.value, value(text)),
            (b"unsetenv" | b"resetenv", names) if names.iter().any(|name| name.opaque) => {
                environment.forget_all();
            }
            (b"unsetenv", names) => {
                let state = if certain { Value::Unset } else { Value::Unknown };
                names.iter().for_each(|name| environment.set(&name.value, state.clone()));
            }
            (b"resetenv", _) if !certain => environment.forget_all(),
            (b"resetenv", names) => {
                environment.keep(&names.iter().map(|name| &*name.value).collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

/// What the words behind `.if` come to.
fn ask(
    input: &Input<'_, '_>,
    words: &[Word<'_>],
    target: &Target,
    environment: &Environment,
) -> Result<Truth, Kind> {
    let defined = |name: &[u8]| match environment.get(name) {
        Value::Set(_) | Value::Defined => Truth::True,
        Value::Unset => Truth::False,
        Value::Unknown => Truth::Unknown,
    };
    joined(input, words).answer(target, &defined).map_err(|_| Kind::BadCondition)
}

/// The words behind `.if`, with a blank between each two.
fn joined(input: &Input<'_, '_>, words: &[Word<'_>]) -> Condition {
    let mut condition = Condition::default();
    for (index, word) in words.iter().skip(1).enumerate() {
        if index > 0 {
            condition.text.push(b' ');
        }
        let start = condition.text.len();
        condition.text.extend_from_slice(&word.value);
        let unknown = word.variables.iter().filter(|reference| !reference.known);
        let mut at = 0;
        let mut found = false;
        for reference in unknown {
            let written = input.source.slice(reference.span);
            if let Some(offset) = memmem::find(&word.value[at..], written) {
                at += offset + written.len();
                condition.opaque.push(start + at - written.len()..start + at);
                found = true;
            }
        }
        if word.opaque && !found {
            condition.opaque.push(start..start + word.value.len());
        }
    }
    condition
}
