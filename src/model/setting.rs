//! One value of a configuration, and how it came about.

use crate::source::Span;
use std::sync::Arc;

/// What a block is called, behind one more pointer: every setting carries an origin, and a large
/// configuration has millions of them.
pub type BlockName = &'static &'static str;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Written in the block that it applies to.
    Written(Span),
    /// Written in an outer block, named here (`http`, `server`, `defaults`).
    Inherited(Span, BlockName),
    /// The default of this software and version: `nginx 1.22.1`.
    Default(Arc<str>),
    /// The socket's default server decides; its own origin is inside.
    Socket(Box<Origin>),
}

impl Origin {
    /// The place where the value is written, if it is written at all.
    pub fn span(&self) -> Option<Span> {
        match self {
            Origin::Written(span) | Origin::Inherited(span, _) => Some(*span),
            Origin::Default(_) => None,
            Origin::Socket(inner) => inner.span(),
        }
    }

    /// The same, with another software as the source of the default.
    pub fn defaulting_to(self, software: &Arc<str>) -> Self {
        match self {
            Origin::Default(_) => Origin::Default(Arc::clone(software)),
            Origin::Socket(inner) => Origin::Socket(Box::new(inner.defaulting_to(software))),
            written => written,
        }
    }

    /// Whether nobody wrote the value down.
    pub fn is_default(&self) -> bool {
        match self {
            Origin::Default(_) => true,
            Origin::Socket(inner) => inner.is_default(),
            _ => false,
        }
    }
}

/// A value, or the reason why it cannot be known offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting<T> {
    /// The server will use this.
    Known {
        /// The value.
        value: T,
        /// Where it comes from.
        origin: Origin,
    },
    /// Only the running server will know.
    Unknown {
        /// Why, in the reader's words: `path holds the variable $ssl_server_name`.
        why: Arc<str>,
        /// What makes it unknowable.
        origin: Origin,
    },
}

impl<T> Setting<T> {
    /// A value written at `span`, in the block it applies to.
    pub fn written(value: T, span: Span) -> Self {
        Setting::Known { value, origin: Origin::Written(span) }
    }

    /// The default of a version.
    pub fn default_of(value: T, software: &Arc<str>) -> Self {
        Setting::Known { value, origin: Origin::Default(Arc::clone(software)) }
    }

    /// A value that cannot be known.
    pub fn unknown(why: impl Into<Arc<str>>, span: Span) -> Self {
        Setting::Unknown { why: why.into(), origin: Origin::Written(span) }
    }

    /// The value, when it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Setting::Known { value, .. } => Some(value),
            Setting::Unknown { .. } => None,
        }
    }

    /// Why the value is not known.
    pub fn why_unknown(&self) -> Option<&str> {
        match self {
            Setting::Known { .. } => None,
            Setting::Unknown { why, .. } => Some(why),
        }
    }

    /// Where the value comes from.
    pub fn origin(&self) -> &Origin {
        match self {
            Setting::Known { origin, .. } | Setting::Unknown { origin, .. } => origin,
        }
    }

    /// The place where it is written, if anywhere.
    pub fn span(&self) -> Option<Span> {
        self.origin().span()
    }

    /// The same setting seen from an inner block.
    pub fn inherited(self, from: BlockName) -> Self {
        self.with_origin(|origin| match origin {
            Origin::Written(span) => Origin::Inherited(span, from),
            other => other,
        })
    }

    /// The same setting as another server of the socket gets it.
    pub fn from_socket(self) -> Self {
        self.with_origin(|origin| Origin::Socket(Box::new(origin)))
    }

    fn with_origin(self, change: impl FnOnce(Origin) -> Origin) -> Self {
        match self {
            Setting::Known { value, origin } => Setting::Known { value, origin: change(origin) },
            Setting::Unknown { why, origin } => Setting::Unknown { why, origin: change(origin) },
        }
    }

    /// Another value of the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        match self {
            Setting::Known { value, origin } => Setting::Known { value: change(value), origin },
            Setting::Unknown { why, origin } => Setting::Unknown { why, origin },
        }
    }
}

impl<T: PartialEq> Setting<T> {
    /// Whether the value is known to be this one.
    pub fn is(&self, value: &T) -> bool {
        self.known() == Some(value)
    }
}
