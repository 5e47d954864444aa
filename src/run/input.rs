//! From the flags that say what is read to an [`Analysis`].

use super::{output, profile};
use crate::analysis::{Analysis, Options};
use crate::cli::InputArgs;
use crate::clock::Timestamp;
use crate::discover::Failure;
use crate::files::{MAX_FILE, PathMap};
use crate::target::Target;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of standard input, unless `--stdin-filename` says another.
const STDIN: &str = "<stdin>";

/// Reads everything that is asked for; failures on single inputs go to standard error.
pub(super) fn analyse(args: &InputArgs) -> io::Result<Analysis> {
    let mut paths = args.paths.clone();
    let asked = paths.len();
    paths.retain(|path| path != Path::new("-"));
    let mut stdin = None;
    let mut is_empty = false;
    if paths.len() < asked {
        let bytes = read_stdin()?;
        // An editor may well have an empty buffer; a pipe from a command that failed must not pass.
        is_empty = args.stdin_filename.is_none() && bytes.trim_ascii().is_empty();
        stdin =
            Some((args.stdin_filename.clone().unwrap_or_else(|| STDIN.into()), bytes)).filter(|_| !is_empty);
    } else if args.stdin_filename.is_some() {
        return Err(io::Error::other(
            "--stdin-filename names standard input, which is read where PATH is `-`",
        ));
    }
    if asked == 0 {
        paths.push(PathBuf::from("."));
    }
    let folders = args.root.iter().chain(args.map.iter().map(|(_, to)| to));
    if let Some(missing) = folders.into_iter().find(|folder| !folder.exists()) {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{}: no such directory", missing.display()),
        ));
    }
    let profile = args.profile.as_ref().map(profile::load).transpose()?;
    let mut analysis = Analysis::of(Options {
        paths,
        profile,
        target: args.target.clone().unwrap_or_else(Target::assumed),
        paths_map: PathMap { root: args.root.clone(), maps: args.map.clone() },
        kind: args.kind.map(Into::into),
        stdin,
        now: args.now.unwrap_or_else(present),
        roots: Vec::new(),
        threads: args.threads.map(usize::from),
    });
    if is_empty {
        analysis.failures.push(Failure { path: STDIN.into(), message: "nothing came in".to_owned() });
    }
    for failure in &analysis.failures {
        output::complain(&failure.to_string());
    }
    Ok(analysis)
}

/// The machine's clock. A time before 1970 is taken for that year: whoever means it says `--now`.
fn present() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::other("standard input is larger than 64 MiB"));
    }
    Ok(bytes)
}
