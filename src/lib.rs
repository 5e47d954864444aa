//! tlslint reads the TLS configuration of load balancers before it is deployed and says, offline,
//! what a handshake will meet.
//!
//! One straight line, one type per stage:
//!
//! ```text
//! paths ─discover─▶ Source ─parse─▶ syntax tree ─lower─▶ Model ─resolve(Target)─▶ Surface ─┬─ rules ─▶ Finding ─▶ report
//!                                 (per platform)       what is written,        what a    └─ show
//!                                                      after inheritance       handshake meets
//! ```

#![forbid(unsafe_code)]

pub mod analysis;
pub mod cli;
pub mod clock;
pub mod config;
pub mod discover;
pub mod document;
pub mod files;
pub mod finding;
pub mod git;
pub mod globs;
pub mod model;
pub mod nearest;
pub mod pki;
pub mod platforms;
pub mod profile;
pub mod report;
pub mod rules;
pub mod run;
pub mod secrets;
pub mod source;
pub mod surface;
pub mod target;
mod threads;
pub mod tls;
