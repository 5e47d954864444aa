//! The private key of a certificate is not named, not there, or no key.

use super::loads;
use crate::finding::Findings;
use crate::model::{FileRole, ProblemKind, Refusal};
use crate::surface::Surface;

/// Reports each certificate without a key that the software could load.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::KeyMissing { setting } = &problem.kind else { continue };
        findings
            .problem(problem)
            .because("the server refuses to start: no client believes a certificate without its key")
            .help(format!(
                "name the key beside it: `{setting} …;`; certificates and keys are paired by position, and \
                 inherited apart from each other"
            ));
    }
    for load in loads::loads(surface).iter().filter(|load| load.role == FileRole::Key) {
        loads::missing(surface, load, findings);
        let Some(fault) = load.fault(surface).filter(|fault| fault.refusal != Refusal::Missing) else {
            continue;
        };
        let (name, file) = (load.loader().name(), &load.file.text);
        let message = match fault.refusal {
            Refusal::Broken { .. } => format!("the private key `{file}`, which {name} loads, cannot be read"),
            _ => format!("`{file}`, which {name} loads, holds no private key in PEM"),
        };
        let finding = findings.report(load.file.span, message);
        match fault.refusal {
            Refusal::Broken { reason, .. } => finding
                .because("no key that the library can read stands in it")
                .also_if(fault.at, format!("this block: {reason}"))
                .help("take the key from where it was made; a damaged one cannot be mended"),
            _ => finding.because("no line in it begins a private key").help(
                "name the file of the key; DER and OpenSSH's own format are not read: `openssl pkey -in … -out …`",
            ),
        };
        load.refuse(surface, fault, finding);
    }
}
