//! nginx's directives: where each may stand, with how many arguments, in which versions, and whether twice.
//!
//! [`check`] decides as nginx's own configuration reader does. The table says what nginx's source can do; a
//! build may leave modules out, and then says `unknown directive` to their names.

mod elsewhere;
mod nearest;
mod table;

pub use elsewhere::is_known_elsewhere;
pub use nearest::nearest;
pub use table::{NEWEST, OLDEST};

use std::fmt;
use std::ops::BitOr;

use super::version::NginxVersion;

/// One directive with one meaning: where contexts, arguments or the rest differ, the name has several rows.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// The name, which nginx compares byte by byte.
    pub name: &'static str,
    /// The blocks it may stand in.
    pub contexts: Contexts,
    /// How many arguments it takes.
    pub arguments: Arguments,
    /// Whether it opens a block instead of ending with `;`.
    pub block: bool,
    /// What each argument may be, where this is a fixed list.
    pub values: Values,
    /// What a second one in the same block does.
    pub repeat: Repeat,
    /// The version that brought this row; `None` if it is as old as [`OLDEST`] or older.
    pub since: Option<NginxVersion>,
    /// The first version without this row.
    pub removed: Option<NginxVersion>,
}

impl Directive {
    /// Whether this row holds in `version`.
    pub fn is_in(&self, version: NginxVersion) -> bool {
        self.since.is_none_or(|since| since <= version)
            && self.removed.is_none_or(|removed| version < removed)
    }
}

/// A set of blocks a directive can stand in; a single one is also a set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Contexts(u32);

impl Contexts {
    /// Outside of all blocks.
    pub const MAIN: Self = Self(1);
    /// `events`
    pub const EVENTS: Self = Self(1 << 1);
    /// `http`
    pub const HTTP: Self = Self(1 << 2);
    /// `server` in `http`
    pub const HTTP_SERVER: Self = Self(1 << 3);
    /// `location`
    pub const HTTP_LOCATION: Self = Self(1 << 4);
    /// `if` in `location`
    pub const HTTP_IF_LOCATION: Self = Self(1 << 5);
    /// `if` in `server`
    pub const HTTP_IF_SERVER: Self = Self(1 << 6);
    /// `limit_except`
    pub const HTTP_LIMIT_EXCEPT: Self = Self(1 << 7);
    /// `upstream` in `http`
    pub const HTTP_UPSTREAM: Self = Self(1 << 8);
    /// `stream`
    pub const STREAM: Self = Self(1 << 9);
    /// `server` in `stream`
    pub const STREAM_SERVER: Self = Self(1 << 10);
    /// `upstream` in `stream`
    pub const STREAM_UPSTREAM: Self = Self(1 << 11);
    /// `mail`
    pub const MAIL: Self = Self(1 << 12);
    /// `server` in `mail`
    pub const MAIL_SERVER: Self = Self(1 << 13);
    /// All of these.
    pub const ANY: Self = Self((1 << 14) - 1);

    /// Each single context with the words a message uses for it.
    const WORDS: [(Self, &str); 14] = [
        (Self::MAIN, "the top level"),
        (Self::EVENTS, "`events`"),
        (Self::HTTP, "`http`"),
        (Self::HTTP_SERVER, "`server` of `http`"),
        (Self::HTTP_LOCATION, "`location`"),
        (Self::HTTP_IF_LOCATION, "`if` in `location`"),
        (Self::HTTP_IF_SERVER, "`if` in `server`"),
        (Self::HTTP_LIMIT_EXCEPT, "`limit_except`"),
        (Self::HTTP_UPSTREAM, "`upstream` of `http`"),
        (Self::STREAM, "`stream`"),
        (Self::STREAM_SERVER, "`server` of `stream`"),
        (Self::STREAM_UPSTREAM, "`upstream` of `stream`"),
        (Self::MAIL, "`mail`"),
        (Self::MAIL_SERVER, "`server` of `mail`"),
    ];

    const fn bits(self) -> u32 {
        self.0
    }

    const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether the two sets share a context.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The contexts of the set, outermost first, in words for a message.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Self::WORDS.into_iter().filter(move |(context, _)| self.meets(*context)).map(|(_, words)| words)
    }
}

impl BitOr for Contexts {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Contexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.words()).finish()
    }
}

/// How many arguments a directive takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// The counts whose bit is set: bit 0 for none, bit 7 for seven.
    Counts(u8),
    /// So many or more.
    AtLeast(u8),
}

impl Arguments {
    /// Whether `count` arguments are right.
    pub fn allow(self, count: usize) -> bool {
        match self {
            Self::Counts(mask) => count < 8 && mask & (1 << count) != 0,
            Self::AtLeast(least) => count >= usize::from(least),
        }
    }
}

impl fmt::Display for Arguments {
    /// `1`, `1 or 2`, `1, 2 or 3`, `1 or more`: to be followed by "arguments".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AtLeast(least) => write!(f, "{least} or more"),
            Self::Counts(mask) => {
                let mut counts = (0..8).filter(|count| mask & (1 << count) != 0).peekable();
                let mut first = true;
                while let Some(count) = counts.next() {
                    let before = match (first, counts.peek()) {
                        (true, _) => "",
                        (false, Some(_)) => ", ",
                        (false, None) => " or ",
                    };
                    write!(f, "{before}{count}")?;
                    first = false;
                }
                Ok(())
            }
        }
    }
}

/// What the arguments may be. nginx compares these without regard to ASCII case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Not a fixed list, or not one this table keeps (it does for TLS).
    Any,
    /// `on` or `off`.
    OnOff,
    /// Each argument is one of these.
    OneOf(&'static [&'static str]),
}

impl Values {
    /// Whether `argument` can be one of the values.
    pub fn allow(self, argument: &str) -> bool {
        let listed = |values: &[&str]| values.iter().any(|value| value.eq_ignore_ascii_case(argument));
        match self {
            Self::Any => true,
            Self::OnOff => listed(&["on", "off"]),
            Self::OneOf(values) => listed(values),
        }
    }
}

/// What a second occurrence in the same block does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// nginx does not start: `"ssl_ciphers" directive is duplicate`.
    Error,
    /// Both count, though nginx may refuse a second one that says the same (`listen` of one address).
    Adds,
    /// The last one counts.
    Overwrites,
    /// Not looked into: claim nothing.
    Unknown,
}

/// Why nginx does not take a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No version has the name.
    Unknown,
    /// The name came with a later version: unknown before.
    NotYet(NginxVersion),
    /// The name went with this version: unknown since.
    RemovedIn(NginxVersion),
    /// Right name, wrong block. If a later version allows it there, which one.
    NotAllowedHere(Option<NginxVersion>),
    /// It is written with a block and takes none.
    NotTerminatedBySemicolon,
    /// It opens a block and is written without.
    NoOpeningBrace,
    /// So many arguments are too few or too many: the right counts.
    ArgumentCount(Arguments),
}

impl Refusal {
    /// The words nginx itself prints about `name`.
    pub fn message(self, name: &str) -> String {
        match self {
            Self::Unknown | Self::NotYet(_) | Self::RemovedIn(_) => format!("unknown directive \"{name}\""),
            Self::NotAllowedHere(_) => format!("\"{name}\" directive is not allowed here"),
            Self::NotTerminatedBySemicolon => format!("directive \"{name}\" is not terminated by \";\""),
            Self::NoOpeningBrace => format!("directive \"{name}\" has no opening \"{{\""),
            Self::ArgumentCount(_) => format!("invalid number of arguments in \"{name}\" directive"),
        }
    }
}

/// All rows of `name`, oldest first; empty if nginx never had it.
pub fn lookup(name: &str) -> &'static [Directive] {
    let from = table::TABLE.partition_point(|row| row.name < name);
    let rows = table::TABLE.get(from..).unwrap_or_default();
    let count = rows.iter().take_while(|row| row.name == name).count();
    rows.get(..count).unwrap_or_default()
}

/// Which of a name's rows holds in `context` (a single one); in the newest version if `version` is not known.
pub fn find(
    rows: &'static [Directive],
    context: Contexts,
    version: Option<NginxVersion>,
) -> Option<&'static Directive> {
    let mut rows = rows.iter().filter(|row| row.contexts.meets(context));
    match version {
        Some(version) => rows.find(|row| row.is_in(version)),
        None => rows.next_back(),
    }
}

/// Whether nginx takes the directive `name` with so many arguments, written with or without a block, in `context`
/// (a single one), in the order nginx itself looks at these.
///
/// Without a version, only what every version refuses is refused. Names of other modules and forks
/// ([`is_known_elsewhere`]) that nginx does not have itself are taken. Not for the bodies of blocks that are data
/// (`map`, `types`) or another module's (`acme_issuer`).
pub fn check(
    name: &str,
    context: Contexts,
    argument_count: usize,
    is_block: bool,
    version: Option<NginxVersion>,
) -> Result<(), Refusal> {
    check_rows(lookup(name), name, context, (argument_count, is_block), version)
}

/// [`check`], with the rows of the name at hand.
pub fn check_rows(
    rows: &[Directive],
    name: &str,
    context: Contexts,
    (argument_count, is_block): (usize, bool),
    version: Option<NginxVersion>,
) -> Result<(), Refusal> {
    let holds = |row: &&Directive| version.is_none_or(|version| row.is_in(version));
    if !rows.iter().any(|row| holds(&row)) {
        return if is_known_elsewhere(name) { Ok(()) } else { Err(absent(rows, version)) };
    }
    let mut verdict = Err(not_here(rows, context, version));
    for row in rows.iter().filter(holds).filter(|row| row.contexts.meets(context)) {
        verdict = row.check(argument_count, is_block);
        if verdict.is_ok() {
            break;
        }
    }
    verdict
}

impl Directive {
    /// Once the name and the context are right: first the end, then the count.
    fn check(&self, argument_count: usize, is_block: bool) -> Result<(), Refusal> {
        match (self.block, is_block) {
            (false, true) => Err(Refusal::NotTerminatedBySemicolon),
            (true, false) => Err(Refusal::NoOpeningBrace),
            _ if self.arguments.allow(argument_count) => Ok(()),
            _ => Err(Refusal::ArgumentCount(self.arguments)),
        }
    }
}

/// Why a name none of whose rows hold in `version` is not there.
fn absent(rows: &[Directive], version: Option<NginxVersion>) -> Refusal {
    let Some(version) = version else { return Refusal::Unknown };
    let coming = rows.iter().filter_map(|row| row.since).filter(|since| *since > version).min();
    let gone = rows.iter().filter_map(|row| row.removed).filter(|removed| *removed <= version).max();
    match (coming, gone) {
        (Some(since), _) => Refusal::NotYet(since),
        (None, Some(removed)) => Refusal::RemovedIn(removed),
        (None, None) => Refusal::Unknown,
    }
}

/// A known name in the wrong block, or in a block that is right only later.
fn not_here(rows: &[Directive], context: Contexts, version: Option<NginxVersion>) -> Refusal {
    let here = rows.iter().filter(|row| row.contexts.meets(context));
    let later =
        here.filter_map(|row| row.since).filter(|since| version.is_some_and(|version| *since > version));
    Refusal::NotAllowedHere(later.min())
}

/// Whether two words differ by at most one slip of the keyboard.
pub fn within_one_edit(a: &str, b: &str) -> bool {
    nearest::edits(a.as_bytes(), b.as_bytes()) <= 1
}

#[cfg(test)]
mod tests;
