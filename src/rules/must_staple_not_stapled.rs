//! A certificate that demands a stapled OCSP response, and a server that sends none.

use super::gather::{self, Place};
use super::sent;
use super::stapling::{Obstacle, obstacle, settings};
use crate::finding::Findings;
use crate::source::Span;
use crate::surface::Surface;

/// Why no response comes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Why {
    Off(Option<Span>),
    Obstacle(Obstacle, Option<Span>),
}

/// Reports each leaf with the TLS feature `status_request` that is served without a response.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface) {
        if !file.leaf().is_some_and(|leaf| leaf.extensions.must_staple) {
            continue;
        }
        let without = file.places.iter().filter_map(|place| {
            let stapling = &settings(place).stapling;
            let why = match stapling.is(&false) {
                true => Why::Off(stapling.span()),
                false => Why::Obstacle(obstacle(surface, place, file.file)?, stapling.span()),
            };
            Some((why, *place))
        });
        for (why, places) in gather::by_cause(without) {
            let words = surface.words(places[0].listener.deployment);
            let message = format!(
                "the certificate of {} demands a stapled OCSP response, and none is sent",
                gather::servers(&places)
            );
            let reason = "it says must-staple (RFC 7633): Firefox refuses it without a response";
            let finding = file.report(findings, 0, message, reason);
            let anew = "have it issued anew without must-staple";
            let can_staple = |p: &Place| p.listener.listener.http;
            match why {
                Why::Off(at) => {
                    finding.also_if(at, "stapling is switched off here");
                    match places.iter().all(can_staple) {
                        true => finding.help(format!("{anew}, or switch stapling on: `{}`", words.stapling)),
                        false => finding.help(anew),
                    }
                }
                Why::Obstacle(obstacle, at) => {
                    finding.also_if(
                        at,
                        match obstacle {
                            Obstacle::NoResponder => "switched on in vain: no OCSP responder is named",
                            Obstacle::NotHttp => {
                                "switched on in vain: the responder is not asked by plain HTTP"
                            }
                            Obstacle::NoIssuer => {
                                "switched on in vain: the issuer's certificate is not in the file"
                            }
                        },
                    );
                    match obstacle {
                        Obstacle::NoIssuer => finding.help("append the issuer's certificate to the file"),
                        _ => finding.help(anew),
                    }
                }
            };
            finding.symptom("MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING");
        }
    }
}
