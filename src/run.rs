//! The subcommands, one small file each, and the analysis they share.

mod analysis;
mod deployments;

pub use analysis::{Analysis, Options};
