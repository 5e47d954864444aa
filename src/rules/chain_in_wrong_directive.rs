//! The missing intermediate stands in a file that is trusted, and never sent.

use super::{issuers, sent};
use crate::finding::Findings;
use crate::surface::Surface;

/// Reports each file whose chain goes on in a file of authorities.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for gap in issuers::gaps(surface) {
        let Some((file, issuer)) = gap.unsent else { continue };
        let message = format!(
            "{} is sent without its issuer `{}`, which stands in `{}`",
            gap.sent.subject(gap.index),
            sent::title(issuer),
            file.text
        );
        let why = "only what stands in this file is sent: clients find no way from it to a root";
        let finding = gap.sent.report(findings, gap.index, message, why);
        let name = issuers::name(&gap.sent).unwrap_or("the certificate's file");
        finding
            .also(file.span, "this file is for verifying others: nothing in it is ever sent to clients")
            .also(sent::begin(issuer.span), format!("the issuer: {}", sent::facts(issuer)))
            .help(format!(
                "append the certificate of `{}` to `{name}`, behind those that are there",
                issuer.subject
            ))
            .symptom("\"unable to get local issuer certificate\", \"unable to verify the first certificate\", PKIX path building failed, SEC_ERROR_UNKNOWN_ISSUER; browsers that fetch or know the issuer work");
    }
}
