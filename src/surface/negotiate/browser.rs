//! What browsers offer, so that rules can ask what becomes of them.

use super::ClientHello;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// A browser, by the ClientHello that it sends. All of them offer HTTP/2 before HTTP/1.1.
#[derive(Debug)]
pub struct Browser {
    /// How messages call it.
    pub name: &'static str,
    suites: &'static [u16],
    groups: &'static [u16],
    shares: &'static [u16],
    signatures: &'static [u16],
}

/// The engines in use. Chromium 156 and Firefox 153 ESR as captured on 2026-11-21; Safari 26.0 as the
/// profiles of curl_cffi 0.17 (MIT) have it. GREASE (RFC 8701) is left out.
pub static BROWSERS: [Browser; 3] = [
    Browser {
        name: "Chrome",
        suites: &[
            0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
            0x009d, 0x002f, 0x0035,
        ],
        groups: &[0x11ec, 29, 23, 24],
        shares: &[0x11ec, 29],
        signatures: &[0x0904, 0x0905, 0x0906, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
    },
    Browser {
        name: "Firefox",
        suites: &[
            0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc013, 0xc014,
            0x009c, 0x009d, 0x002f, 0x0035,
        ],
        groups: &[0x11ec, 29, 23, 24, 25, 256, 257],
        shares: &[0x11ec, 29, 23],
        signatures: &[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201],
    },
    Browser {
        name: "Safari",
        suites: &[
            0x1302, 0x1303, 0x1301, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0xc00a, 0xc009, 0xc014,
            0xc013, 0x009d, 0x009c, 0x0035, 0x002f, 0xc008, 0xc012, 0x000a,
        ],
        groups: &[0x11ec, 29, 23, 24, 25],
        shares: &[0x11ec, 29],
        signatures: &[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201],
    },
];

impl Browser {
    /// Its ClientHello.
    pub fn hello(&self) -> ClientHello {
        ClientHello {
            versions: ProtocolSet::of(&[ProtocolVersion::Tls12, ProtocolVersion::Tls13]),
            suites: self.suites.to_vec(),
            groups: self.groups.to_vec(),
            shares: Some(self.shares.to_vec()),
            signatures: self.signatures.to_vec(),
            alpn: vec!["h2".to_owned(), "http/1.1".to_owned()],
            ..ClientHello::default()
        }
    }

    /// Its ClientHello where TLS 1.3 is switched off in it.
    pub fn hello_without_tls13(&self) -> ClientHello {
        let older = |id: &u16| *id >> 8 != 0x13;
        ClientHello {
            versions: ProtocolSet::of(&[ProtocolVersion::Tls12]),
            suites: self.suites.iter().copied().filter(older).collect(),
            groups: self.groups.iter().copied().filter(|id| *id != 0x11ec).collect(),
            shares: None,
            ..self.hello()
        }
    }
}
