//! The syntax of `haproxy.cfg`: bytes to statements, exactly as HAProxy cuts them (configuration manual, chapter 2).
//!
//! [`read`] never fails. What HAProxy would refuse is listed in [`Reading::errors`], with the line it would name;
//! HAProxy goes on after most errors too, and so does this after all of them.
//!
//! Which statements there are depends on the version, on the environment and on conditions. Where one of those is
//! not known, both arms of a condition are kept, and a variable stays in its word as it is written.

mod condition;
mod conditionals;
pub mod crt_list;
mod dialect;
mod environment;
mod error;
mod lexer;
mod lines;
mod reader;
mod template;
mod tree;
mod word;

pub use condition::{Condition, Truth, Unreadable};
pub use environment::{Environment, Value};
pub use error::{Directive, SyntaxError, SyntaxErrorKind};
pub use reader::{read, words_of_lines};
pub use tree::{Arm, Comment, Modifier, ModifierKind, OpenArm, Reading, Reference, Statement, Word};
