//! How the parts of suites are called in tables.

use super::{Authentication, CipherSuite, Encryption, KeyExchange, Mac};

impl KeyExchange {
    /// Its customary name.
    pub fn name(self) -> &'static str {
        use KeyExchange::*;
        match self {
            Null => "NULL",
            Rsa => "RSA",
            Dhe => "DHE",
            Ecdhe => "ECDHE",
            Psk => "PSK",
            RsaPsk => "RSA-PSK",
            DhePsk => "DHE-PSK",
            EcdhePsk => "ECDHE-PSK",
            Srp => "SRP",
            Gost => "GOST",
            Krb5 => "KRB5",
            EccPwd => "ECCPWD",
            DhDss | DhRsa => "DH",
            EcdhEcdsa | EcdhRsa => "ECDH",
            Any => "any",
        }
    }
}

impl Authentication {
    /// Its customary name.
    pub fn name(self) -> &'static str {
        use Authentication::*;
        match self {
            Null => "none",
            Rsa => "RSA",
            Dss => "DSS",
            Ecdsa => "ECDSA",
            Psk => "PSK",
            Srp => "SRP",
            Gost => "GOST",
            Krb5 => "KRB5",
            EccPwd => "ECCPWD",
            Dh => "DH",
            Ecdh => "ECDH",
            Any => "any",
        }
    }
}

impl Encryption {
    /// Its customary name.
    pub fn name(self) -> &'static str {
        use Encryption::*;
        match self {
            Null => "none",
            Rc4 => "RC4",
            Rc2 => "RC2-CBC",
            Des => "DES-CBC",
            TripleDes => "3DES-CBC",
            Idea => "IDEA-CBC",
            Seed => "SEED-CBC",
            Aes128Cbc => "AES-128-CBC",
            Aes256Cbc => "AES-256-CBC",
            Aes128Gcm => "AES-128-GCM",
            Aes256Gcm => "AES-256-GCM",
            Aes128Ccm => "AES-128-CCM",
            Aes256Ccm => "AES-256-CCM",
            Aes128Ccm8 => "AES-128-CCM8",
            Aes256Ccm8 => "AES-256-CCM8",
            Camellia128Cbc => "CAMELLIA-128-CBC",
            Camellia256Cbc => "CAMELLIA-256-CBC",
            Camellia128Gcm => "CAMELLIA-128-GCM",
            Camellia256Gcm => "CAMELLIA-256-GCM",
            Aria128Cbc => "ARIA-128-CBC",
            Aria256Cbc => "ARIA-256-CBC",
            Aria128Gcm => "ARIA-128-GCM",
            Aria256Gcm => "ARIA-256-GCM",
            Chacha20Poly1305 => "CHACHA20-POLY1305",
            Gost28147 => "GOST28147",
            KuznyechikCtr => "KUZNYECHIK-CTR",
            KuznyechikMgm => "KUZNYECHIK-MGM",
            MagmaCtr => "MAGMA-CTR",
            MagmaMgm => "MAGMA-MGM",
            Sm4Gcm => "SM4-GCM",
            Sm4Ccm => "SM4-CCM",
            Aegis256 => "AEGIS-256",
            Aegis128L => "AEGIS-128L",
        }
    }
}

impl Mac {
    /// Its customary name.
    pub fn name(self) -> &'static str {
        match self {
            Mac::Null => "none",
            Mac::Md5 => "MD5",
            Mac::Sha1 => "SHA1",
            Mac::Sha256 => "SHA256",
            Mac::Sha384 => "SHA384",
            Mac::Gost => "GOST",
            Mac::Aead => "AEAD",
        }
    }
}

impl CipherSuite {
    /// How its records are protected: `AES-128-GCM`, `AES-128-CBC SHA1`.
    pub fn protection(&self) -> String {
        match self.aead() {
            true => self.enc.name().to_owned(),
            false => format!("{} {}", self.enc.name(), self.mac.name()),
        }
    }
}
