//! The subcommands, one small file each, and the analysis they share.

mod analysis;

pub use analysis::{Analysis, Options};
