//! HAProxy: `haproxy.cfg`, the files that `-f` names, and crt-lists.
//!
//! [`syntax`] cuts lines into words as HAProxy does and answers the conditions among them, [`config`] joins
//! files and sorts their statements into sections with what they inherit.

pub mod config;
pub mod keywords;
pub mod section;
pub mod syntax;
pub mod version;
