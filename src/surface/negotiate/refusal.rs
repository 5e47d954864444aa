//! How handshakes end before they succeed: who breaks off, with which alert, and what each side says of it.

use std::fmt;

/// Why and how a handshake ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What they could not agree on.
    pub step: Step,
    /// Who breaks off.
    pub by: Side,
    /// The alert that is sent.
    pub alert: Alert,
    /// What OpenSSL says on the server, as its log has it; empty where it says nothing.
    pub logged: &'static str,
}

impl Refusal {
    /// A refusal of the server.
    pub(super) fn of(step: Step, alert: Alert, logged: &'static str) -> Self {
        Refusal { step, by: Side::Server, alert, logged }
    }

    /// The error that a client shows, as far as it is known.
    pub fn seen_by(&self, program: Program) -> Option<&'static str> {
        match (self.by, program, self.alert) {
            (Side::Server, ..) => self.alert.seen_by(program),
            (Side::Client, Program::OpenSsl, Alert::ProtocolVersion) => Some("unsupported protocol"),
            (Side::Client, Program::OpenSsl, Alert::InternalError) => {
                Some("legacy sigalg disallowed or unsupported")
            }
            (Side::Client, ..) => None,
        }
    }
}

/// What could not be agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The version.
    Version,
    /// The suite.
    Suite,
    /// The group of the key exchange.
    Group,
    /// The certificate, and how it signs.
    Certificate,
    /// The application protocol.
    Alpn,
    /// The name: whoever asks for it is turned away.
    Name,
}

/// The two sides of a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Who sent the ClientHello.
    Client,
    /// Who answered it.
    Server,
}

/// The alerts that end these handshakes (RFC 8446 section 6, RFC 5246 section 7.2, RFC 7507).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the registry's words
pub enum Alert {
    HandshakeFailure,
    IllegalParameter,
    ProtocolVersion,
    InternalError,
    InappropriateFallback,
    MissingExtension,
    UnrecognizedName,
    NoApplicationProtocol,
}

/// Programs whose error texts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// OpenSSL and what is built on it: curl, Python, Node, Ruby, PHP.
    OpenSsl,
    /// Chrome, Edge and their like.
    Chrome,
    /// Firefox.
    Firefox,
    /// Java.
    Java,
    /// Go.
    Go,
}

impl Alert {
    /// Its number on the wire.
    pub fn code(self) -> u8 {
        match self {
            Alert::HandshakeFailure => 40,
            Alert::IllegalParameter => 47,
            Alert::ProtocolVersion => 70,
            Alert::InternalError => 80,
            Alert::InappropriateFallback => 86,
            Alert::MissingExtension => 109,
            Alert::UnrecognizedName => 112,
            Alert::NoApplicationProtocol => 120,
        }
    }

    /// Its name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Alert::HandshakeFailure => "handshake_failure",
            Alert::IllegalParameter => "illegal_parameter",
            Alert::ProtocolVersion => "protocol_version",
            Alert::InternalError => "internal_error",
            Alert::InappropriateFallback => "inappropriate_fallback",
            Alert::MissingExtension => "missing_extension",
            Alert::UnrecognizedName => "unrecognized_name",
            Alert::NoApplicationProtocol => "no_application_protocol",
        }
    }

    /// The error with which a program reports that it was sent, in a part that can be searched for.
    pub fn seen_by(self, program: Program) -> Option<&'static str> {
        Some(match (program, self) {
            // `SSL_R_*` of `ssl/ssl_err.c`; since 3.2 the first begins with "ssl/tls" instead of "sslv3".
            (Program::OpenSsl, Alert::HandshakeFailure) => "alert handshake failure",
            (Program::OpenSsl, Alert::IllegalParameter) => "alert illegal parameter",
            (Program::OpenSsl, Alert::ProtocolVersion) => "tlsv1 alert protocol version",
            (Program::OpenSsl, Alert::InternalError) => "tlsv1 alert internal error",
            (Program::OpenSsl, Alert::InappropriateFallback) => "tlsv1 alert inappropriate fallback",
            (Program::OpenSsl, Alert::MissingExtension) => "tlsv13 alert missing extension",
            (Program::OpenSsl, Alert::UnrecognizedName) => "tlsv1 unrecognized name",
            (Program::OpenSsl, Alert::NoApplicationProtocol) => "tlsv1 alert no application protocol",
            (Program::Chrome, Alert::HandshakeFailure | Alert::ProtocolVersion) => {
                "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"
            }
            (Program::Chrome, Alert::UnrecognizedName) => "ERR_SSL_UNRECOGNIZED_NAME_ALERT",
            (Program::Chrome, _) => return None,
            (Program::Firefox, Alert::HandshakeFailure) => "SSL_ERROR_NO_CYPHER_OVERLAP",
            (Program::Firefox, Alert::ProtocolVersion) => "SSL_ERROR_PROTOCOL_VERSION_ALERT",
            (Program::Firefox, Alert::InternalError) => "SSL_ERROR_INTERNAL_ERROR_ALERT",
            (Program::Firefox, Alert::InappropriateFallback) => "SSL_ERROR_INAPPROPRIATE_FALLBACK_ALERT",
            (Program::Firefox, Alert::UnrecognizedName) => "SSL_ERROR_UNRECOGNIZED_NAME_ALERT",
            (Program::Firefox, _) => return None,
            // "Received fatal alert: " and the registry's name.
            (Program::Java, alert) => alert.name(),
            // "remote error: tls: " and a text of `crypto/tls/alert.go`.
            (Program::Go, Alert::HandshakeFailure) => "handshake failure",
            (Program::Go, Alert::IllegalParameter) => "illegal parameter",
            (Program::Go, Alert::ProtocolVersion) => "protocol version not supported",
            (Program::Go, Alert::InternalError) => "internal error",
            (Program::Go, Alert::InappropriateFallback) => "inappropriate fallback",
            (Program::Go, Alert::MissingExtension) => "missing extension",
            (Program::Go, Alert::UnrecognizedName) => "unrecognized name",
            (Program::Go, Alert::NoApplicationProtocol) => "no application protocol",
        })
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.code())
    }
}
