//! A certificate that is sent without the certificate of its issuer.

use super::issuers::{self, Gap};
use super::{prose, sent};
use crate::finding::{Findings, Severity};
use crate::pki::PassedOver;
use crate::pki::chain::Role;
use crate::surface::Surface;

/// Reports each file whose chain ends at a certificate that needs another one.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for gap in issuers::gaps(surface).iter().filter(|gap| gap.unsent.is_none()) {
        report(gap, findings);
    }
}

fn report(gap: &Gap, findings: &mut Findings) {
    let Gap { sent, index, certificate, .. } = gap;
    let issuer = &certificate.issuer;
    let message = match sent.given {
        false => format!("{} is sent without its issuer, `{issuer}`", sent.subject(*index)),
        true => format!("the issuer of {}, `{issuer}`, is not in the file", sent.subject(*index)),
    };
    let why =
        "the issuer is no root that is known here: whoever lacks its certificate finds no way to a root";
    let finding = sent.report(findings, *index, message, why);
    if sent.given {
        // What else a server sends with it is not known.
        finding.severity(if sent.file.certificates.len() > 1 { Severity::Warning } else { Severity::Note });
    }
    let instead = sent.chain.into_iter().flat_map(|chain| chain.with_role(Role::Unrelated));
    for other in instead.filter_map(|other| sent.file.certificates.get(other)).filter(|c| sent::is_ca(c)) {
        finding.also(
            sent::begin(other.span),
            match other.subject_der() == certificate.issuer_der() {
                true => "this one has the issuer's name, but not the key that signed",
                false => "this one did not issue it",
            },
        );
    }
    for (why, span) in sent.file.passed_over.iter().take(2) {
        finding.also(
            *span,
            match why {
                PassedOver::Indented => "OpenSSL does not see this one: the line must begin with the dashes",
                PassedOver::Trusted => {
                    "this one is passed over: `TRUSTED CERTIFICATE` counts only as the first of a file"
                }
            },
        );
    }
    let urls = certificate.extensions.ca_issuers.iter().take(2).map(|url| format!("`{url}`"));
    let urls = prose::list(urls);
    let file = issuers::name(sent).map_or("the file".to_owned(), |name| format!("`{name}`"));
    let source = match (gap.at_hand, urls.is_empty()) {
        (Some((path, _)), _) => format!("; it stands in `{}`", path.display()),
        (None, false) => format!("; the CA has it at {urls}"),
        (None, true) => String::new(),
    };
    // A root of one's own is nowhere but with those who trust it, and is not to be fetched.
    let own = match gap.at_hand {
        None if *index == 0 && !sent.given && urls.is_empty() => format!(
            "; or, if `{issuer}` is a root of your own that the clients know, nothing is missing: name its certificate among the files to check"
        ),
        _ => String::new(),
    };
    let mend = match sent.file.passed_over.first() {
        Some((PassedOver::Indented, _)) => Some("take the blanks out of the file"),
        Some((PassedOver::Trusted, _)) => {
            Some("write it as a plain certificate: `openssl x509 -in FILE`, without `-trustout`")
        }
        None => None,
    };
    let append = || {
        format!("append the certificate of `{issuer}` to {file}, behind those that are there{source}{own}")
    };
    finding
        .help(mend.map_or_else(append, str::to_owned))
        .symptom("\"unable to get local issuer certificate\", \"unable to verify the first certificate\", PKIX path building failed, SEC_ERROR_UNKNOWN_ISSUER; browsers that fetch or know the issuer work");
}
