//! What the negotiator foretells is what real handshakes came to: replays the recordings in
//! `testdata/truth/handshakes`, and holds it against the surface that `show` prints.

#[path = "negotiator/consistency.rs"]
mod consistency;
#[path = "negotiator/draw.rs"]
mod draw;
#[path = "negotiator/golden.rs"]
mod golden;
#[path = "negotiator/handmade.rs"]
mod handmade;
#[path = "negotiator/listeners.rs"]
mod listeners;

use std::path::{Path, PathBuf};
use tlslint::clock::Timestamp;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/handshakes")
}
