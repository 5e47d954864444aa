//! The numbers at the end of a report.

use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// What was read, and how much is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Sockets.
    pub listeners: usize,
    /// Names that servers answer for, each once.
    pub names: usize,
    /// Hops to backends.
    pub upstreams: usize,
    /// Certificate files, each once.
    pub certificates: usize,
    /// Findings of severity error.
    pub error: usize,
    /// Findings of severity warning.
    pub warning: usize,
    /// Findings of severity note.
    pub note: usize,
    /// Findings of which somebody says that they are known.
    pub suppressed: usize,
}

impl Summary {
    /// Counts.
    pub fn of(analyses: &[Analysis], findings: &[Finding]) -> Self {
        let (mut names, mut certificates) = (BTreeSet::new(), BTreeSet::new());
        let (mut files, mut given) = (BTreeSet::new(), BTreeSet::new());
        for analysis in analyses {
            for server in analysis.listeners().flat_map(|l| &l.servers) {
                names.extend(server.server.names.iter().map(|n| n.text.as_str()).filter(|n| !n.is_empty()));
                let known = server.certificates.iter().filter_map(|c| c.written.certificate.known());
                certificates.extend(known.map(|file| &*file.text));
            }
            files.extend(analysis.files_shown());
            given.extend(analysis.surface.given.iter().map(|file| file.file));
        }
        let reported = || findings.iter().filter(|f| f.suppressed.is_none());
        let count = |severity| reported().filter(|f| f.severity == severity).count();
        Summary {
            files: files.len(),
            listeners: analyses.iter().map(|a| a.listeners().count()).sum(),
            names: names.len(),
            upstreams: analyses.iter().map(|a| a.upstreams().count()).sum(),
            certificates: certificates.len() + given.len(),
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            note: count(Severity::Note),
            suppressed: findings.len() - reported().count(),
        }
    }

    /// The severities that occur, and what is ignored, in words; `None` when there is nothing.
    pub fn severities(&self) -> Option<String> {
        let found = self.counts();
        match (self.suppressed, found) {
            (0, found) => found,
            (n, None) => Some(format!("nothing found, {n} ignored")),
            (n, Some(found)) => Some(format!("{found}, {n} ignored")),
        }
    }

    fn counts(&self) -> Option<String> {
        let counts = [(self.error, "error"), (self.warning, "warning"), (self.note, "note")];
        let words: Vec<String> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| counted(*n, word)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { files, listeners, names, upstreams, certificates, .. } = *self;
        if listeners == 0 && upstreams == 0 && certificates > 0 {
            let severities = self.severities();
            let found = severities.as_deref().unwrap_or("nothing found");
            return write!(f, "checked {} of certificates ({found})", counted(files, "file"));
        }
        write!(
            f,
            "checked {}: {}, {}, {} ({})",
            counted(files, "file"),
            counted(listeners, "listener"),
            counted(names, "name"),
            counted(upstreams, "upstream"),
            self.severities().as_deref().unwrap_or("nothing found")
        )
    }
}

/// `1 file`, `2 files`.
pub(super) fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}
