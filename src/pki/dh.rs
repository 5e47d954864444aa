//! Diffie-Hellman parameters (`ssl_dhparam`): how large their prime is.

use super::key::bit_length;
use super::pem;
use crate::tls::openssl::OpenSslVersion;
use x509_parser::asn1_rs::{Any, FromDer, Integer};

/// The bits of the prime in a file of `DH PARAMETERS` (PKCS#3); `None` where there are none.
pub fn prime_bits(bytes: &[u8], openssl: OpenSslVersion) -> Option<u32> {
    let blocks = pem::blocks(bytes, openssl).blocks;
    let block = blocks.iter().find(|block| block.label == "DH PARAMETERS")?;
    let (_, sequence) = Any::from_der(&block.der).ok()?;
    let (_, prime) = Integer::from_der(sequence.data).ok()?;
    Some(bit_length(prime.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prime_is_measured() {
        // openssl dhparam -dsaparam is not needed: a short, valid DER with a 16-bit prime will do.
        let pem = b"-----BEGIN DH PARAMETERS-----\nMAgCAwD/8QIBAg==\n-----END DH PARAMETERS-----\n";
        assert_eq!(prime_bits(pem, OpenSslVersion::new(3, 0, 0)), Some(16));
        assert_eq!(prime_bits(b"nothing", OpenSslVersion::new(3, 0, 0)), None);
    }
}
