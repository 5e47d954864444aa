//! A private key that others than its owner can read.

use super::loads::{self, Load};
use crate::finding::Findings;
use crate::model::FileRole;
use crate::pki::Exposure;
use crate::source::Span;
use crate::surface::Surface;
use std::collections::HashSet;
use std::path::Path;

/// Reports each file with an unencrypted key that its group or everybody can read, or that Git tracks.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let loads = loads::loads(surface);
    // A file may hold certificate and key: it is then told of where it is named for its key.
    let (keys, others): (Vec<&Load>, Vec<&Load>) = loads.iter().partition(|load| load.role == FileRole::Key);
    for load in keys.into_iter().chain(others) {
        let Some(path) = load.file.path.as_deref().filter(|path| !is_example(path)) else { continue };
        let (Some(exposure), Some(held)) = (surface.store.exposure(path), held(surface, load)) else {
            continue;
        };
        if seen.insert(path) {
            report(load, exposure, held, findings);
        }
    }
}

/// An unencrypted key: the line that begins it, and what it is.
struct Key {
    span: Span,
    what: String,
}

fn held(surface: &Surface, load: &Load) -> Option<Key> {
    if load.role == FileRole::Key {
        let key = loads::private_key(surface, load.file)?.key()?;
        return Some(Key { span: key.span, what: format!("an unencrypted key, {}", key.key.label) });
    }
    let span = loads::certificates(surface, load.file)?.clear_key?;
    Some(Key { span, what: "an unencrypted key, which does not belong here".to_owned() })
}

fn report(load: &Load, exposure: &Exposure, key: Key, findings: &mut Findings) {
    let file = &load.file.text;
    let is_named = load.role == FileRole::Key;
    let what = match is_named {
        true => format!("the private key `{file}`"),
        false if load.role == FileRole::Certificate => format!("the private key in `{file}`"),
        false => format!("the private key in the {} `{file}`", load.role.prose()),
    };
    // What a key is good for that belongs to none of the servers is not known.
    let harm = match is_named {
        true => format!("whoever reads it can pose as {}", load.loader().name()),
        false => "nothing reads it there but those who should not".to_owned(),
    };
    let message = match exposure {
        Exposure::Tracked(_) => format!("{what} is tracked by Git"),
        Exposure::Mode { .. } if exposure.is_for_everybody() => {
            format!("everybody on the machine can read {what}")
        }
        Exposure::Mode { .. } => format!("its group can read {what}"),
    };
    let (why, help) = match exposure {
        Exposure::Tracked(below) => (
            match is_named {
                true => format!("whoever has a copy of the repository can pose as {}", load.loader().name()),
                false => "whoever has a copy of the repository has it, too".to_owned(),
            },
            format!(
                "replace key and certificate, since the history keeps this one; then `git rm --cached {}`, and keep keys where secrets are kept",
                below.display()
            ),
        ),
        Exposure::Mode { mode } => (
            format!("its mode is {mode:04o}; {harm}"),
            match is_named {
                true => format!("let its owner alone read it: `chmod 600 {file}`; where many had the chance to read it, replace key and certificate"),
                false => "take the key out of this file; where many had the chance to read it, replace it and its certificate".to_owned(),
            },
        ),
    };
    findings.report(load.file.span, message).because(why).also(key.span, key.what).help(help);
}

/// Whether a key is there to be tried out: those of this tool's own tests.
fn is_example(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "testdata")
}
