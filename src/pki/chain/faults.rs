//! What keeps clients from believing a complete path (RFC 5280 §6.1).

use super::constraints::{Constrained, allows};
use super::{Chain, End, Path};
use crate::pki::Certificate;
use crate::pki::certificate::KeyUsage;

/// Why clients refuse a path. Certificates are counted as they are sent; `None` is the root that
/// completes the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Its time is over.
    Expired(Option<usize>),
    /// Its time has not come.
    NotYetValid(Option<usize>),
    /// It issues, but is no CA.
    NotACa(Option<usize>),
    /// It issues, but its key usage does not allow that.
    MayNotSign(Option<usize>),
    /// More intermediates follow it than it allows.
    PathTooLong(Option<usize>),
    /// It, or what it issues, is not for servers: by extended key usage, or its key may do nothing that a
    /// handshake needs.
    NotForServers(Option<usize>),
    /// A name of one that it issued lies outside of what it permits.
    ForbidsName(Option<usize>),
    /// A name of one that it issued lies in what it excludes.
    ExcludesName(Option<usize>),
    /// Its name constraints cannot be applied as they are written; clients differ.
    UnclearConstraints(Option<usize>),
    /// It has a critical extension that is not known here; clients that do not know it refuse it.
    UnknownCritical(Option<usize>),
    /// The curve of its key is written out in numbers, which OpenSSL takes no more since 3.0 and browsers never did.
    ExplicitCurve(Option<usize>),
    /// An extension of it cannot be read.
    Damaged(Option<usize>),
}

/// Why every client refuses what is sent, whatever roots it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// On each way there is a fault like this; of the best way it is the first.
    Fault(Fault),
    /// The signature of one that is sent was not made by its issuer's key ([`Chain::broken`]).
    Signature(usize),
}

impl Fault {
    /// Which of those sent it is a fault of; none for the root that completes the path.
    pub fn place(self) -> Option<usize> {
        use Fault::{
            Damaged, ExcludesName, Expired, ExplicitCurve, ForbidsName, MayNotSign, NotACa, NotForServers,
            NotYetValid, PathTooLong, UnclearConstraints, UnknownCritical,
        };
        match self {
            Expired(place)
            | NotYetValid(place)
            | NotACa(place)
            | MayNotSign(place)
            | PathTooLong(place)
            | NotForServers(place)
            | ForbidsName(place)
            | ExcludesName(place)
            | UnclearConstraints(place)
            | UnknownCritical(place)
            | ExplicitCurve(place)
            | Damaged(place) => place,
        }
    }
}

impl Chain {
    /// Why every client refuses what is sent, as far as that depends neither on a root nor on the time. What
    /// the leaf says of its own purpose is left out: it may be meant for something else.
    pub fn refusal(&self, sent: &[Certificate]) -> Option<Refusal> {
        if !self.searched {
            return None;
        }
        if let Some(broken) = self.broken.filter(|_| self.broken_for_all) {
            return Some(Refusal::Signature(broken));
        }
        let others = self.others.iter().chain(&self.dead_ends);
        let first = self.path.refused(sent)?;
        others.map(|path| path.refused(sent)).all(|fault| fault.is_some()).then_some(Refusal::Fault(first))
    }
}

impl Path {
    /// The first fault for which every client refuses this path.
    fn refused(&self, sent: &[Certificate]) -> Option<Fault> {
        // Of a root that is sent, clients take their own copy, and what that may do is theirs to say.
        let is_root = |place: usize| place > 0 && sent.get(place).is_some_and(|c| c.self_issued);
        self.faults(sent, 0).into_iter().find(|fault| match fault {
            Fault::Expired(_) | Fault::NotYetValid(_) | Fault::UnclearConstraints(_) | Fault::Damaged(_) => {
                false
            }
            Fault::NotForServers(place) if *place == Some(0) => false,
            // OpenSSL does not mind, or only minds, what stands in these when they are critical.
            Fault::UnknownCritical(Some(at)) if sent.get(*at).is_some_and(is_disputed) => false,
            // Who has a root of that name and key does not look at it.
            fault => fault.place().is_some_and(|at| !is_root(at) && !self.ends_at_unknown(at, sent)),
        })
    }

    /// What keeps clients from believing this path at a time in seconds since 1970. The dates, usage and
    /// length of a root are not looked at where it is public: clients take those from their store.
    pub fn faults(&self, sent: &[Certificate], at: i64) -> Vec<Fault> {
        let mut all: Vec<(Option<usize>, &Certificate)> = Vec::new();
        all.extend(self.certificates.iter().filter_map(|index| Some((Some(*index), sent.get(*index)?))));
        let last = all.last().map(|(_, certificate)| certificate.fingerprint);
        if let End::Private(anchor) = &self.end
            && last != Some(anchor.certificate.fingerprint)
        {
            all.push((None, &anchor.certificate));
        }
        let mut faults = Vec::new();
        let mut intermediates = 0;
        for (depth, (place, certificate)) in all.iter().enumerate() {
            let below = all.get(..depth).unwrap_or_default();
            look(certificate, *place, depth > 0, at, &mut faults);
            if certificate.key.has_explicit_curve() && self.end != End::SelfSigned {
                faults.push(Fault::ExplicitCurve(*place));
            }
            if depth > 0 {
                let allowed = certificate.extensions.basic_constraints.and_then(|c| c.path_len);
                if allowed.is_some_and(|allowed| intermediates > allowed) {
                    faults.push(Fault::PathTooLong(*place));
                }
                intermediates += u32::from(!certificate.self_issued);
            }
            constrain(certificate, *place, below, &mut faults);
        }
        faults
    }
}

fn look(certificate: &Certificate, place: Option<usize>, issues: bool, at: i64, faults: &mut Vec<Fault>) {
    let extensions = &certificate.extensions;
    let mut when = |wrong: bool, fault: fn(Option<usize>) -> Fault| {
        if wrong {
            faults.push(fault(place));
        }
    };
    when(at > certificate.valid_until, Fault::Expired);
    when(at < certificate.valid_from, Fault::NotYetValid);
    when(extensions.unknown_critical.is_some(), Fault::UnknownCritical);
    when(extensions.damaged, Fault::Damaged);
    // What an intermediate is for limits what it issues; nobody looks at what a root says of that.
    let serves = extensions.extended_key_usage.is_none_or(|usage| usage.server_auth || usage.any);
    when(!serves && place.is_some(), Fault::NotForServers);
    let silent =
        |usage: KeyUsage| !(usage.digital_signature || usage.key_encipherment || usage.key_agreement);
    if issues {
        when(!extensions.basic_constraints.is_some_and(|constraints| constraints.ca), Fault::NotACa);
        when(extensions.key_usage.is_some_and(|usage| !usage.key_cert_sign), Fault::MayNotSign);
    } else {
        // `check_purpose_ssl_server` of OpenSSL asks for one of the three.
        when(extensions.key_usage.is_some_and(silent), Fault::NotForServers);
    }
}

fn constrain(
    certificate: &Certificate,
    place: Option<usize>,
    below: &[(Option<usize>, &Certificate)],
    faults: &mut Vec<Fault>,
) {
    let Some(constraints) = &certificate.extensions.name_constraints else { return };
    let mut unclear = false;
    for (depth, (_, other)) in below.iter().enumerate() {
        // Self-issued intermediates go free; a self-issued leaf does not (RFC 5280 §6.1.3 b, c).
        if depth > 0 && other.self_issued {
            continue;
        }
        match allows(constraints, other) {
            Constrained::Allowed => {}
            Constrained::NotPermitted => return faults.push(Fault::ForbidsName(place)),
            Constrained::Excluded => return faults.push(Fault::ExcludesName(place)),
            Constrained::Unclear | Constrained::Overlaps => unclear = true,
        }
    }
    if unclear {
        faults.push(Fault::UnclearConstraints(place));
    }
}

/// Whether the extension that is critical is one that some clients know.
fn is_disputed(certificate: &Certificate) -> bool {
    const KNOWN: [&str; 7] = [
        "2.5.29.14",          // subject key identifier
        "2.5.29.35",          // authority key identifier
        "1.3.6.1.5.5.7.1.1",  // authority information access
        "1.3.6.1.5.5.7.1.7",  // addresses (RFC 3779)
        "1.3.6.1.5.5.7.1.8",  // autonomous systems
        "1.3.6.1.5.5.7.1.14", // proxy certificates (RFC 3820)
        "2.5.29.28",          // issuing distribution point
    ];
    certificate.extensions.unknown_critical.as_deref().is_some_and(|oid| KNOWN.contains(&oid))
}
