//! The options of `load` in a `crt-store` (`ckch_conf_kws`).
//!
//! Read from the keyword lists in the sources of every release `vX.Y.0` from 1.8 to 3.4, and held against what
//! `haproxy -dKall` of 2.6.12, 3.0.11, 3.2.26 and 3.4.7 lists.

use super::{About, Word, value};

/// In byte order.
#[rustfmt::skip]
pub(super) static TABLE: &[Word] = &[
    value("acme").since(3, 2),
    value("alias").about(About::Certificate).since(3, 0),
    value("bits").since(3, 4),
    value("crt").about(About::Certificate).since(3, 0),
    value("curves").about(About::Groups).since(3, 4),
    value("domains").since(3, 2),
    value("generate-dummy").since(3, 4),
    value("ips").since(3, 4),
    value("issuer").about(About::Stapling).since(3, 0),
    value("jwt").since(3, 3),
    value("key").about(About::Certificate).since(3, 0),
    value("keytype").since(3, 4),
    value("ocsp").about(About::Stapling).since(3, 0),
    value("ocsp-update").about(About::Stapling).since(3, 0),
    value("sctl").about(About::Certificate).since(3, 0),
];
