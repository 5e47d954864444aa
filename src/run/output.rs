//! Where a report goes: written once, as a whole.

use crate::report::printable;
use std::io::{self, Write};
use std::path::Path;

/// Tells a person what went wrong. If nobody listens, that is no reason to fail.
pub(super) fn complain(what: &str) {
    let _ = writeln!(io::stderr().lock(), "tlslint: {}", printable(what));
}

/// Shows a person what is wrong, in several lines.
pub(super) fn explain(text: &str) {
    let _ = write!(io::stderr().lock(), "{text}");
}

/// Writes to a file, or to standard output. A reader that has seen enough (`| head`) is no error.
pub(super) fn write(text: &str, file: Option<&Path>) -> io::Result<()> {
    let Some(path) = file else {
        let mut out = io::stdout().lock();
        return match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        };
    };
    std::fs::write(path, text).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}
