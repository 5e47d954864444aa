//! Suites whose recorded sessions a stolen key opens can be negotiated.

use super::lists::{self, Expansions};
use super::weakness::is_weak;
use super::{commands, gather};
use crate::finding::Findings;
use crate::surface::Surface;
use crate::tls::CipherSuite;

/// Reports each list of suites by which a handshake can end without forward secrecy. Suites that are weak
/// besides belong to `weak-cipher`.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    for culprit in lists::culprits(surface, is_open_later) {
        let Some(expansion) = expansions.of(&culprit.list.text) else { continue };
        let setting = commands::ciphers(surface, culprit.places[0]);
        let message = format!(
            "{}{} {} cipher suites without forward secrecy on {}",
            culprit.condition(),
            gather::servers(&culprit.places),
            gather::verb(&culprit.places, "accepts", "accept"),
            gather::sockets(&culprit.places)
        );
        let text = &culprit.list.text;
        let words = lists::words(&expansion, text, &culprit.suites);
        let finding = findings.report(culprit.places[0].server.binding.listen, message);
        let why = "whoever gets the private key can read recorded sessions (RFC 9325 section 4.1)";
        match culprit.list.span {
            Some(_) => lists::explain(finding, culprit.list, &words, |_| why.to_owned()),
            None => {
                let software = &surface.deployment(culprit.deployment).software;
                let let_in = words.first().and_then(|words| words.let_in()).unwrap_or_default();
                finding.because(format!("without `{setting}`, {software} takes `{text}`: {let_in}; {why}"));
            }
        }
        lists::remedy(&mut expansions, text, &words, &["kRSA"], |suite| is_open_later(suite).is_some())
            .offer(finding, culprit.list, setting);
    }
}

fn is_open_later(suite: &CipherSuite) -> Option<()> {
    (!suite.forward_secrecy() && !is_weak(suite)).then_some(())
}
