//! A directive, parameter, command or group that the stated version does not know.

use crate::finding::{Applicability, Findings};
use crate::model::{ProblemKind, Spanned};
use crate::surface::Surface;
use crate::tls::group::{self, NamedGroup};
use std::collections::HashSet;

/// Reports each word that the stated version refuses to start with.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Unsupported { help } = &problem.kind else { continue };
        let finding = findings.problem(problem).because("this version refuses to start with it");
        if let Some(help) = help {
            finding.help(help.as_str());
        }
    }
    if surface.target.is_stated() {
        groups(surface, findings);
    }
}

/// Groups that another release of the TLS library would take.
fn groups(surface: &Surface, findings: &mut Findings) {
    let openssl = surface.target.openssl;
    let mut seen = HashSet::new();
    for (listener, server) in surface.tls_servers() {
        let Some(word) = &server.groups_error else { continue };
        let Some(group) = known_elsewhere(surface, word).filter(|_| seen.insert(word.span)) else { continue };
        let name = &word.text;
        let message = match name.starts_with(['?', '*', '-']) {
            true => format!("OpenSSL {openssl} does not know the sign before the group in `{name}`"),
            false => format!("OpenSSL {openssl} does not know the group `{name}`"),
        };
        let finding = findings
            .report(word.span, message)
            .because("the server does not start: one group that the library does not know is enough")
            .symptom(match server.server.tls.commands.at(Some(word.span)) {
                Some(_) => "SSL_CONF_cmd() failed",
                None => "SSL_CTX_set1_curves_list() failed",
            });
        match group.in_openssl(openssl) {
            _ if name.starts_with(['?', '*', '-']) => {
                finding.help("leave it out: `?` works from OpenSSL 3.3 on, `*` and `-` from 3.5 on")
            }
            true => finding.help(format!("this release calls it `{group}`")).replace(
                Applicability::Safe,
                word.span,
                group.name,
            ),
            false => finding.help(format!("leave it out: {group} is in {}", group.releases())),
        };
        finding.fatal = !surface.deployment(listener.deployment).fragment;
    }
}

/// The group that another release would take a refused word for.
pub(super) fn known_elsewhere(surface: &Surface, word: &Spanned) -> Option<&'static NamedGroup> {
    let alone = group::parse_list(&word.text, surface.target.openssl);
    group::of_element(&word.text).filter(|_| alone.is_err())
}
