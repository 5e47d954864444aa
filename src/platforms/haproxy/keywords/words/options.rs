//! The words of `ssl-default-bind-options` and `ssl-default-server-options`
//! (source: `ssl_parse_default_bind_options`, `ssl_parse_default_server_options`, 1.8 to 3.4).

use super::{About, Word, flag, value};

/// In byte order.
#[rustfmt::skip]
pub(super) static BIND: &[Word] = &[
    flag("force-sslv3").about(About::Force),
    flag("force-tlsv10").about(About::Force),
    flag("force-tlsv11").about(About::Force),
    flag("force-tlsv12").about(About::Force),
    flag("force-tlsv13").about(About::Force),
    flag("no-sslv3").about(About::Without),
    flag("no-strict-sni").about(About::StrictSni).since(3, 2),
    flag("no-tls-tickets").about(About::Tickets),
    flag("no-tlsv10").about(About::Without),
    flag("no-tlsv11").about(About::Without),
    flag("no-tlsv12").about(About::Without),
    flag("no-tlsv13").about(About::Without),
    flag("prefer-client-ciphers").about(About::Preference),
    value("ssl-max-ver").about(About::Bound).missing("missing the ssl/tls version"),
    value("ssl-min-ver").about(About::Bound).missing("missing the ssl/tls version"),
    flag("strict-sni").about(About::StrictSni).since(3, 2),
    flag("tls-tickets").about(About::Tickets).since(3, 2),
];

/// In byte order.
#[rustfmt::skip]
pub(super) static SERVER: &[Word] = &[
    flag("force-sslv3").about(About::Force),
    flag("force-tlsv10").about(About::Force),
    flag("force-tlsv11").about(About::Force),
    flag("force-tlsv12").about(About::Force),
    flag("force-tlsv13").about(About::Force),
    flag("no-renegotiate").about(About::Renegotiation).since(3, 3),
    flag("no-sslv3").about(About::Without),
    flag("no-tls-tickets").about(About::Tickets),
    flag("no-tlsv10").about(About::Without),
    flag("no-tlsv11").about(About::Without),
    flag("no-tlsv12").about(About::Without),
    flag("no-tlsv13").about(About::Without),
    flag("renegotiate").about(About::Renegotiation).since(3, 3),
    value("ssl-max-ver").about(About::Bound).missing("missing the ssl/tls version"),
    value("ssl-min-ver").about(About::Bound).missing("missing the ssl/tls version"),
];
