//! What cannot be known of a server, and what can be said all the same.

use super::{HeldKey, Outcome, Phase, ServerSide};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// What is known of a server, or what is not and why.
pub type Fact<T> = Result<T, Missing>;

/// Something that cannot be known offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What it is.
    pub what: What,
    /// Why it is not known, in the reader's words.
    pub why: String,
}

/// What is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Which versions are switched on.
    Versions,
    /// The security levels.
    Level,
    /// Whose order rules in the first phase.
    FirstPreference,
    /// Whose order rules then.
    Preference,
    /// The key of the certificate at this place.
    Key(usize),
    /// Whether there are parameters for DHE.
    DhParams,
    /// Whether everyone is turned away.
    Rejects,
    /// Anything that does not come down to a few possibilities.
    Open,
}

impl Missing {
    /// Something that is missing.
    pub fn new(what: What, why: impl Into<String>) -> Self {
        Missing { what, why: why.into() }
    }
}

/// Tries every possibility, and says what they have in common.
pub(super) fn settle(
    server: &ServerSide,
    missing: &Missing,
    negotiate: impl FnMut(&ServerSide) -> Outcome,
) -> Outcome {
    in_common(possibilities(server, missing.what).iter().map(negotiate), &missing.why)
}

/// What some outcomes have in common: all but certificate and signature, or it is unknown for this reason.
pub(super) fn in_common(mut outcomes: impl Iterator<Item = Outcome>, why: &str) -> Outcome {
    let unknown = || Outcome::Unknown { why: why.to_owned() };
    let Some(mut common) = outcomes.next() else { return unknown() };
    for outcome in outcomes {
        common = match both(common, outcome) {
            Some(unknown @ Outcome::Unknown { .. }) => return unknown,
            Some(common) => common,
            None => return unknown(),
        };
    }
    common
}

/// What two outcomes have in common: certificate and signature may differ, all else may not.
fn both(one: Outcome, other: Outcome) -> Option<Outcome> {
    match (one, other) {
        (Outcome::Agreed(mut one), Outcome::Agreed(other)) => {
            if one.certificate != other.certificate {
                one.certificate = None;
            }
            if one.signature != other.signature {
                one.signature = None;
            }
            let certificate = one.certificate;
            let signature = one.signature;
            (one == super::Agreed { certificate, signature, ..other }).then_some(Outcome::Agreed(one))
        }
        (unknown @ Outcome::Unknown { .. }, _) | (_, unknown @ Outcome::Unknown { .. }) => Some(unknown),
        (one, other) => (one == other).then_some(one),
    }
}

/// The servers that it may turn out to be.
fn possibilities(server: &ServerSide, what: What) -> Vec<ServerSide> {
    let with = |change: &dyn Fn(&mut ServerSide)| {
        let mut possible = server.clone();
        change(&mut possible);
        possible
    };
    let either = |set: fn(&mut ServerSide, bool)| [false, true].map(|on| with(&|s| set(s, on))).to_vec();
    match what {
        What::Versions => every_set(server.openssl.protocols())
            .map(|versions| with(&|s| s.versions = Ok(versions)))
            .collect(),
        What::Level => (0..=crate::tls::security_level::HIGHEST)
            .map(|level| with(&|s| [&mut s.first, &mut s.then].into_iter().for_each(|p| fill(p, level))))
            .collect(),
        What::FirstPreference => either(|s, on| s.first.server_preference = Ok(on)),
        What::Preference => either(|s, on| s.then.server_preference = Ok(on)),
        What::Rejects => either(|s, on| s.rejects = Ok(on)),
        What::DhParams => either(|s, on| s.dh_params = Ok(on)),
        What::Key(index) => usual_keys(server)
            .into_iter()
            .map(|key| {
                with(&|s| {
                    s.certificates.iter_mut().filter(|c| c.index == index).for_each(|c| c.key = Ok(key))
                })
            })
            .collect(),
        What::Open => Vec::new(),
    }
}

fn fill(phase: &mut Phase, level: u8) {
    if phase.level.is_err() {
        phase.level = Ok(level);
    }
}

/// Every set of these versions but the empty one.
fn every_set(of: ProtocolSet) -> impl Iterator<Item = ProtocolSet> {
    let all: Vec<ProtocolVersion> = of.iter().collect();
    let sets = 1_u32..(1 << all.len());
    sets.map(move |set| {
        all.iter().enumerate().filter(|(i, _)| set & (1 << i) != 0).map(|(_, v)| *v).collect()
    })
}

/// The keys that public authorities certify, for certificates that are not at hand: RSA, P-256 and P-384
/// (Mozilla Root Store Policy, section 5.1). An RSA key is long enough for the level, or nothing starts.
fn usual_keys(server: &ServerSide) -> [HeldKey; 3] {
    let level = server.then.level.clone().unwrap_or_default();
    let bits = crate::tls::security_level::rsa_min_bits(level).max(2048);
    [HeldKey::rsa(bits), HeldKey::ecdsa("P-256"), HeldKey::ecdsa("P-384")]
}
