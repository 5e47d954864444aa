//! Where output goes: a report once, as a whole; answers one by one.

use crate::report::printable;
use std::fs::File;
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

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
    std::fs::write(path, text).map_err(|error| at(path, &error))
}

/// Where answers go one by one, each at once, so that a program can ask and wait.
pub(super) enum Stream {
    Stdout(StdoutLock<'static>),
    File(PathBuf, File),
}

impl Stream {
    /// A file, or standard output.
    pub(super) fn open(file: Option<&Path>) -> io::Result<Self> {
        let Some(path) = file else { return Ok(Stream::Stdout(io::stdout().lock())) };
        let file = File::create(path).map_err(|error| at(path, &error))?;
        Ok(Stream::File(path.to_owned(), file))
    }

    /// Writes one answer. A reader that has seen enough is told by [`io::ErrorKind::BrokenPipe`].
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        match self {
            Stream::Stdout(out) => out.write_all(text.as_bytes()).and_then(|()| out.flush()),
            Stream::File(path, out) => out.write_all(text.as_bytes()).map_err(|error| at(path, &error)),
        }
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
