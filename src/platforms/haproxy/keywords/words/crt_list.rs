//! The options of lines of a crt-list (`ssl_bind_kws`, since 3.2 `ssl_crtlist_kws`, and since 3.0 those of `load`).
//!
//! Read from the keyword lists in the sources of every release `vX.Y.0` from 1.8 to 3.4, and held against what
//! `haproxy -dKall` of 2.6.12, 3.0.11, 3.2.26 and 3.4.7 lists.

use super::{About, Word, flag, value};

/// In byte order.
#[rustfmt::skip]
pub(super) static TABLE: &[Word] = &[
    value("acme").since(3, 2),
    value("alias").about(About::Certificate).since(3, 0),
    flag("allow-0rtt").about(About::EarlyData),
    value("alpn").about(About::Alpn),
    value("bits").since(3, 4),
    value("ca-file").about(About::Trust),
    value("ca-verify-file").about(About::Trust).since(2, 2),
    value("ciphers").about(About::Suites),
    value("ciphersuites").about(About::Suites).since(1, 9),
    value("client-sigalgs").about(About::Signatures).since(2, 8),
    value("crl-file").about(About::Revocation),
    value("crt").about(About::Certificate).since(3, 0),
    value("curves").about(About::Groups),
    value("domains").since(3, 2),
    value("ecdhe").about(About::Groups),
    value("generate-dummy").since(3, 4),
    value("ips").since(3, 4),
    value("issuer").about(About::Stapling).since(3, 0),
    value("jwt").since(3, 3),
    value("key").about(About::Certificate).since(3, 0),
    value("keytype").since(3, 4),
    value("ktls").about(About::Offload).since(3, 3).experimental(),
    flag("no-alpn").about(About::Alpn).since(2, 8),
    flag("no-ca-names").about(About::Verify),
    value("npn").about(About::Npn),
    value("ocsp").about(About::Stapling).since(3, 0),
    value("ocsp-update").about(About::Stapling).since(2, 8),
    value("sctl").about(About::Certificate).since(3, 0),
    value("sigalgs").about(About::Signatures).since(2, 8),
    value("ssl-max-ver").about(About::Bound),
    value("ssl-min-ver").about(About::Bound),
    value("verify").about(About::Verify),
];
