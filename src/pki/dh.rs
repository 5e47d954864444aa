//! Diffie-Hellman parameters (`ssl_dhparam`): how large their prime is.

use super::key::bit_length;
use x509_parser::asn1_rs::{Any, FromDer, Integer};

/// The bits of the prime in a file of `DH PARAMETERS` (PKCS#3) or `X9.42 DH PARAMETERS`, both of which
/// begin with it; `None` where there are none.
pub fn prime_bits(bytes: &[u8]) -> Option<u32> {
    let blocks = ::pem::parse_many(bytes).ok()?;
    let block = blocks.iter().find(|block| matches!(block.tag(), "DH PARAMETERS" | "X9.42 DH PARAMETERS"))?;
    let (_, sequence) = Any::from_der(block.contents()).ok()?;
    let (_, prime) = Integer::from_der(sequence.data).ok()?;
    Some(bit_length(prime.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prime_is_measured() {
        // SEQUENCE { INTEGER 0xfff1, INTEGER 2 }
        let pem = b"-----BEGIN DH PARAMETERS-----\nMAgCAwD/8QIBAg==\n-----END DH PARAMETERS-----\n";
        assert_eq!(prime_bits(pem), Some(16));
        assert_eq!(prime_bits(b"nothing"), None);
    }
}
