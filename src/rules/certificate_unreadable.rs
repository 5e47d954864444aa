//! A file that is to hold certificates holds none, or one that cannot be read.

use super::loads::{self, Load};
use crate::finding::Findings;
use crate::model::{FileRole, Refusal};
use crate::surface::Surface;

/// Reports each file of certificates, authorities or revocation lists that cannot be loaded. Authorities
/// that someone is verified by belong to the rules about verification.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let holds_certificates = |load: &Load| {
        matches!(load.role, FileRole::Certificate | FileRole::Authorities | FileRole::Revocations)
    };
    let concerns = |load: &&Load| holds_certificates(load) && !load.verifies;
    for load in loads::loads(surface).iter().filter(concerns) {
        let Some(fault) = load.fault(surface).filter(|fault| fault.refusal != Refusal::Missing) else {
            continue;
        };
        let (name, file) = (load.loader().name(), &load.file.text);
        let holds = loads::certificates(surface, load.file);
        let what = match load.role {
            FileRole::Revocations => "revocation list",
            _ => "certificate",
        };
        let error = match load.role {
            FileRole::Revocations => holds.and_then(|holds| holds.revocations_error.or(holds.error)),
            _ => holds.and_then(|holds| holds.error),
        };
        let (short, block) = error.map(|error| error.kind.plain()).unwrap_or_default();
        let wrapping = holds.and_then(|holds| holds.wrapping).filter(|_| what == "certificate");
        let message = match fault.refusal {
            Refusal::Broken { .. } => format!("`{file}`, which {name} loads, cannot be read: {short}"),
            _ => format!("`{file}`, which {name} loads, holds no {what} in PEM"),
        };
        let finding = findings.report(load.file.span, message);
        match fault.refusal {
            Refusal::Broken { .. } if holds.is_some_and(|holds| holds.is_followed_by_other()) => {
                finding
                    .because("only OpenSSL's trust settings may follow the first certificate in its block");
                finding.also_if(fault.at, format!("this block: {block}"));
                finding.help(format!("`openssl x509 -in {file} -out …` writes the first certificate without what follows it; the others of the file are then to be appended"));
            }
            Refusal::Broken { .. } => {
                finding.because("one block that cannot be read is enough, wherever it stands");
                finding.also_if(fault.at, format!("this block: {block}"));
                finding.help(format!("write the file again; to see what OpenSSL makes of it: `openssl storeutl -noout -certs {file}`"));
            }
            _ if wrapping.is_some() => {
                let (why, command) = wrapping.map(|wrapping| wrapping.remedy(file)).unwrap_or_default();
                finding.because(why).help(format!("convert it: {command}"));
            }
            _ if holds.is_some_and(|holds| holds.has_key) => {
                finding
                    .because("only a private key stands in it")
                    .help("name the certificate here, and the key with its own setting");
            }
            _ => {
                finding
                    .because(format!("no line in it begins a {what}"))
                    .help("name a file in PEM; each block begins at the very start of its line");
            }
        }
        load.refuse(surface, fault, finding);
    }
}
