//! The configuration languages: one folder each.

pub mod nginx;
