//! Keeps private keys out of everything that is shown: excerpts, messages, memory.

use std::ops::Range;

/// Ends the line that begins a key in PEM.
const BEGUN: &[u8] = b"PRIVATE KEY-----";
/// Begins the line that ends it.
const END: &[u8] = b"-----END";
/// No label of a key is longer, with `-----END ` before it.
const LABEL: usize = 48;
/// What stands in the place of a key.
const MASK: u8 = b'*';

/// Whether a private key may stand in these bytes.
pub fn may_hold_key(bytes: &[u8]) -> bool {
    find(bytes, BEGUN).is_some()
}

/// What stands between the first and the last line of each private key in PEM, sound or not; to the end
/// of the bytes where there is no last line.
pub fn key_bodies(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut bodies = Vec::new();
    let mut at = 0;
    while let Some(begun) = bytes.get(at..).and_then(|rest| find(rest, BEGUN)) {
        let start = at + begun + BEGUN.len();
        let rest = bytes.get(start..).unwrap_or_default();
        let end = start + find(rest, END).unwrap_or(rest.len());
        bodies.push(start..end);
        // The label behind it ends like that of the first line.
        let label = bytes.get(end..bytes.len().min(end + LABEL)).unwrap_or_default();
        at = end + find(label, BEGUN).map_or(1, |n| n + BEGUN.len());
    }
    bodies
}

/// Puts something else in the place of keys, and leaves all lines where they are.
pub fn mask(bytes: &mut [u8], bodies: &[Range<usize>]) {
    for body in bodies {
        let body = bytes.get_mut(body.clone()).unwrap_or_default();
        body.iter_mut().filter(|b| !matches!(**b, b'\n' | b'\r')).for_each(|b| *b = MASK);
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|b| b == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let bodies = key_bodies(&bytes);
        mask(&mut bytes, &bodies);
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn only_what_lies_between_the_lines_is_masked() {
        let pem =
            |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        let text = pem("CERTIFICATE", "AAAA") + &pem("EC PRIVATE KEY", "BBBB\nCC") + &pem("PRIVATE KEY", "D");
        let shown =
            pem("CERTIFICATE", "AAAA") + &pem("EC PRIVATE KEY", "****\n**") + &pem("PRIVATE KEY", "*");
        assert_eq!(masked(&text), shown);
        assert_eq!(masked("x \"data:-----BEGIN PRIVATE KEY-----A"), "x \"data:-----BEGIN PRIVATE KEY-----*");
        assert_eq!(
            masked("-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY----- B"),
            "-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY----- B"
        );
    }
}
