//! Inheritance: what a directive's value is in a block, given the blocks around it.
//!
//! Each of nginx's modules keeps one value a level; after the whole block is read, a level takes its
//! parent's value only where its own is unset. Arrays are taken or replaced whole.

use super::config::Statement;
use super::syntax::Word;
use crate::model::{BlockName, Origin, Setting, Spanned};
use crate::source::Span;
use std::sync::Arc;

/// The simple directives of one block, and the block around it.
pub(super) struct Level<'p> {
    /// `http`, `server`, `location`, …
    pub(super) block: BlockName,
    own: Vec<&'p Statement<'p>>,
    /// The `if` blocks, whose contents hold only sometimes.
    conditions: Vec<&'p Statement<'p>>,
    /// The blocks of Lua.
    code: Vec<&'p Statement<'p>>,
    /// Blocks of data (`map`, `geo`).
    data: Vec<&'p Statement<'p>>,
    /// The `location` blocks and `limit_except`, which inherit from this one.
    inner: Vec<&'p Statement<'p>>,
    /// An `include` that cannot be followed: what it sets is not known.
    hole: Option<Span>,
    parent: Option<&'p Level<'p>>,
    /// Text that stands in for values nobody wrote: `nginx 1.30.6`. `None` where the files are only a
    /// part of a configuration, so that what is absent may stand elsewhere.
    defaults: Option<&'p Arc<str>>,
}

/// A directive as it applies to a block.
pub(super) struct Found<'p> {
    /// Every occurrence in the block that counts.
    pub(super) statements: Vec<&'p Statement<'p>>,
    /// The outer block that holds them; `None` for the block itself.
    pub(super) from: Option<BlockName>,
}

impl<'p> Found<'p> {
    /// A value read from one of the statements.
    pub(super) fn setting<T>(&self, value: T, statement: &Statement) -> Setting<T> {
        Setting::Known { value, origin: self.origin(statement) }
    }

    /// A value that cannot be known because of one of the statements.
    pub(super) fn unknown<T>(&self, why: impl Into<Arc<str>>, statement: &Statement) -> Setting<T> {
        Setting::Unknown { why: why.into(), origin: self.origin(statement) }
    }

    fn origin(&self, statement: &Statement) -> Origin {
        match self.from {
            None => Origin::Written(statement.span()),
            Some(from) => Origin::Inherited(statement.span(), from),
        }
    }
}

impl<'p> Level<'p> {
    /// The level of a block's statements.
    pub(super) fn new(
        block: BlockName,
        statements: impl IntoIterator<Item = &'p Statement<'p>>,
        parent: Option<&'p Level<'p>>,
        defaults: Option<&'p Arc<str>>,
    ) -> Self {
        let mut level = Level {
            block,
            own: Vec::new(),
            conditions: Vec::new(),
            code: Vec::new(),
            data: Vec::new(),
            inner: Vec::new(),
            hole: None,
            parent,
            defaults,
        };
        for statement in statements {
            if statement.is_hole() {
                level.hole = Some(statement.span());
            } else if statement.is_simple() {
                level.own.push(statement);
            } else if statement.is("if") {
                level.conditions.push(statement);
            } else if statement.lua().is_some() {
                level.code.push(statement);
            } else if statement.is_data() {
                level.data.push(statement);
            } else if statement.is("location") || statement.is("limit_except") {
                level.inner.push(statement);
            }
        }
        level
    }

    /// The occurrences of a directive in this very block.
    pub(super) fn own(&self, name: &str) -> impl Iterator<Item = &'p Statement<'p>> {
        self.own.iter().filter(move |s| s.is(name)).copied()
    }

    /// Every simple directive of this very block.
    pub(super) fn statements(&self) -> impl Iterator<Item = &'p Statement<'p>> {
        self.own.iter().copied()
    }

    /// The `if` blocks of this very block.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &'p Statement<'p>> {
        self.conditions.iter().copied()
    }

    /// The blocks of Lua in this very block.
    pub(super) fn code(&self) -> impl Iterator<Item = &'p Statement<'p>> {
        self.code.iter().copied()
    }

    /// The blocks of data in this very block.
    pub(super) fn data(&self) -> impl Iterator<Item = &'p Statement<'p>> {
        self.data.iter().copied()
    }

    /// The blocks that inherit from this one: locations and conditions.
    pub(super) fn heirs(&self) -> impl Iterator<Item = &'p Statement<'p>> {
        self.inner.iter().chain(&self.conditions).copied()
    }

    /// Whether something other than `set` in this very block may give a variable its value: code, a
    /// subrequest, an `include` that cannot be followed.
    pub(super) fn may_assign(&self, variable: &str) -> bool {
        // Code of these phases runs too late, or has no request.
        const LATE: [&str; 5] = ["init_", "header_filter_", "body_filter_", "log_", "balancer_"];
        let runs = |s: &Statement| {
            let name = s.name();
            let is_code = name.contains("_by_lua") || name.starts_with("js_access") || name == "perl_set";
            is_code && !LATE.iter().any(|phase| name.starts_with(phase))
        };
        let takes = |s: &Statement| {
            let name = s.name();
            let assigns = name.starts_with("set_") || name.ends_with("_set") || name.as_ref() == "js_var";
            assigns && s.arg().is_some_and(|word| word.text().strip_prefix('$') == Some(variable))
        };
        self.hole.is_some()
            || self.own.iter().chain(&self.code).any(|s| runs(s))
            || self.own.iter().any(|s| takes(s))
    }

    /// This level, then those around it.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Level<'p>> {
        std::iter::successors(Some(self), |level| level.parent)
    }

    /// The directive as it applies here; none where an `include` that cannot be followed may hold it,
    /// for which [`Level::default`] and [`Level::hole`] speak.
    pub(super) fn find(&self, name: &str) -> Option<Found<'p>> {
        for (distance, level) in self.chain().enumerate() {
            let statements: Vec<_> = level.own(name).collect();
            if !statements.is_empty() {
                return Some(Found { statements, from: (distance > 0).then_some(level.block) });
            }
            if level.hole.is_some() {
                break;
            }
        }
        None
    }

    /// An `include` in this very block that cannot be followed.
    pub(super) fn own_hole(&self) -> Option<Span> {
        self.hole
    }

    /// An `include` here or further out that cannot be followed.
    pub(super) fn hole(&self) -> Option<Span> {
        self.chain().find_map(|level| level.hole)
    }

    /// What nobody wrote: the default, or unknown where it may be written in a file that is not at hand.
    pub(super) fn default<T>(&self, value: T) -> Setting<T> {
        if let Some(span) = self.hole() {
            return Setting::unknown(HOLE, span);
        }
        match self.defaults {
            Some(software) => Setting::default_of(value, software),
            None => Setting::Unknown {
                why: "not set in this part of a configuration".into(),
                origin: Origin::Default("".into()),
            },
        }
    }

    /// Whether what is absent here may stand in a file that is not at hand.
    pub(super) fn is_partial(&self) -> bool {
        self.defaults.is_none() || self.hole.is_some()
    }

    /// A directive with one word, read by `read`; values that `read` refuses are unknown, as nginx
    /// would not start with them.
    pub(super) fn value<T>(
        &self,
        name: &str,
        default: T,
        read: impl FnOnce(&Word) -> Option<T>,
    ) -> Setting<T> {
        match self.optional(name, read) {
            Some(setting) => setting,
            None => self.default(default),
        }
    }

    /// Like [`Level::value`], for directives without a default.
    pub(super) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Word) -> Option<T>,
    ) -> Option<Setting<T>> {
        let found = self.find(name)?;
        let statement = found.statements.first()?;
        let word = statement.arg()?;
        if word.opaque {
            return Some(found.unknown("filled in by a template", statement));
        }
        Some(match read(word) {
            Some(value) => found.setting(value, statement),
            None => found.unknown(format!("`{}` is no value of `{name}`", word.text()), statement),
        })
    }

    /// `on` or `off`.
    pub(super) fn flag(&self, name: &str, default: bool) -> Setting<bool> {
        self.value(name, default, flag)
    }

    /// A number.
    pub(super) fn number(&self, name: &str, default: u32) -> Setting<u32> {
        self.value(name, default, |word| word.text().parse().ok())
    }
}

/// Why a value is not known where an `include` cannot be followed.
pub(super) const HOLE: &str = "may be set in a file that cannot be read here";

/// `on` and `off`, which nginx compares without case.
pub(super) fn flag(word: &Word) -> Option<bool> {
    match word.text().to_ascii_lowercase().as_str() {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A word with its place.
pub(super) fn spanned(word: &Word) -> Spanned {
    Spanned { text: word.text().into_owned(), span: word.span }
}
