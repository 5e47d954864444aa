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

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/handshakes")
}
