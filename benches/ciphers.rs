//! How long it takes to expand a list of suites: `cargo bench --bench ciphers`. A site has few distinct
//! lists, and each is expanded once; the goal is a few dozen microseconds.

use divan::{Bencher, black_box};
use tlslint::target::Target;
use tlslint::tls::cipher_string::expand;

fn main() {
    divan::main();
}

const MOZILLA: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
                       ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:\
                       DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";
const OLD_HANDS: &str = "EECDH+ECDSA+AESGCM:EECDH+aRSA+AESGCM:EECDH+ECDSA+SHA384:EECDH+aRSA+SHA384:EECDH+aRSA+RC4:\
                         EECDH:EDH+aRSA:!aNULL:!eNULL:!LOW:!3DES:!MD5:!EXP:!PSK:!SRP:!DSS:!RC4:@STRENGTH";

/// nginx's own list.
#[divan::bench]
fn default(bencher: Bencher) {
    expanding(bencher, "HIGH:!aNULL:!MD5");
}

/// Suites by name.
#[divan::bench]
fn names(bencher: Bencher) {
    expanding(bencher, MOZILLA);
}

/// Twenty words with operators.
#[divan::bench]
fn operators(bencher: Bencher) {
    expanding(bencher, OLD_HANDS);
}

fn expanding(bencher: Bencher, list: &str) {
    let openssl = Target::assumed().openssl;
    bencher.bench(|| expand(black_box(list), openssl));
}
