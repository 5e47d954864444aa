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
    write_parts([text], file)
}

/// The same, of a text in parts.
pub(super) fn write_parts<T: AsRef<str>>(
    parts: impl IntoIterator<Item = T>,
    file: Option<&Path>,
) -> io::Result<()> {
    let mut out = Stream::open(file)?;
    for part in parts {
        match out.write(part.as_ref()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            done => done?,
        }
    }
    Ok(())
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
