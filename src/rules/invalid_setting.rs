//! A value, a place or a number of arguments that the server refuses.

use super::loads::{self, Load};
use super::unsupported_setting::known_elsewhere;
use crate::finding::Findings;
use crate::model::{FileRole, ProblemKind, Refusal};
use crate::surface::Surface;
use crate::tls::group::is_foreign;
use std::collections::HashSet;

/// Reports each directive that the server refuses to start with.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Invalid { help } = &problem.kind else { continue };
        let finding = findings.problem(problem);
        finding.because("the server refuses to start with it");
        if let Some(help) = help {
            finding.help(help.as_str());
        }
    }
    groups(surface, findings);
    for load in loads::loads(surface) {
        // Certificates and keys have rules of their own.
        use FileRole::{DhParams, PassPhrases, Stapling, TicketKey};
        if matches!(load.role, DhParams | Stapling | PassPhrases | TicketKey) {
            loads::missing(surface, &load, findings);
            useless(surface, &load, findings);
            size(surface, &load, findings);
        }
    }
}

/// A file that is there and of no use to anyone.
fn useless(surface: &Surface, load: &Load, findings: &mut Findings) {
    let Some(fault) = load.fault(surface).filter(|fault| fault.refusal == Refusal::Empty) else { return };
    let (name, what, file) = (load.loader().name(), load.role.prose(), &load.file.text);
    let (message, help) = match load.role {
        FileRole::Stapling => (
            format!("`{file}`, which {name} staples, holds no {what}"),
            "take the response as it came, in DER, or leave the file out: the server then asks for one itself",
        ),
        _ => (format!("`{file}`, which {name} takes for a {what}, is a directory"), "name a file"),
    };
    let finding = findings.report(load.file.span, message);
    finding.help(help);
    load.refuse(surface, fault, finding);
}

/// A key for session tickets of a size that none has.
fn size(surface: &Surface, load: &Load, findings: &mut Findings) {
    let Some(fault) = load.fault(surface).filter(|fault| fault.refusal == Refusal::Size) else { return };
    let Some(size) = load.file.path.as_deref().and_then(|path| surface.store.size(path)) else { return };
    let (name, what, file) = (load.loader().name(), load.role.prose(), &load.file.text);
    let unit = if size == 1 { "byte" } else { "bytes" };
    let finding = findings.report(load.file.span, format!("the {what} `{file}` of {name} has {size} {unit}"));
    let sizes: Vec<String> = load.loader().ticket_key_sizes().iter().map(u64::to_string).collect();
    let sizes = sizes.join(" or ");
    finding
        .because(format!("it must have {sizes}, neither more nor less"))
        .help("make a new one: `openssl rand -out ticket.key 80`; as text, in Base64 or with a line break, it will not do");
    load.refuse(surface, fault, finding);
}

/// Groups that no release of the TLS library takes there: one is enough to refuse the whole list.
fn groups(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (listener, server) in surface.tls_servers() {
        let Some(word) = &server.groups_error else { continue };
        if known_elsewhere(surface, word).is_some() || !seen.insert(word.span) {
            continue;
        }
        let openssl = surface.target.openssl;
        let finding =
            findings.report(word.span, format!("OpenSSL {openssl} refuses the group `{}`", word.text));
        finding
            .because("the server does not start: one group that the library refuses is enough")
            .help(match is_foreign(&word.text) {
                true => "other libraries and providers have it: leave it out here; from OpenSSL 3.5 on there is `X25519MLKEM768`",
                false => "name groups that this library has, each once: `X25519:P-256:P-384`, or leave the setting out",
            })
            .symptom(match server.server.tls.commands.at(Some(word.span)) {
                Some(_) => "SSL_CONF_cmd() failed",
                None => "SSL_CTX_set1_curves_list() failed",
            });
        if !surface.deployment(listener.deployment).fragment {
            finding.fatal();
        }
    }
}
