#!/usr/bin/env python3
"""Certificates with one fault each, and what looks like one and is none; dates are fixed.

Run without arguments: writes the files beside it. Keys are made once and then kept, and all issuers
sign with PKCS#1 1.5, so that the same files come out again. The keys guard nothing.
Needs the Python package `cryptography`, and `openssl` for signatures that it no longer makes.
"""
import datetime as dt
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID as AIA, ExtendedKeyUsageOID as EKU, NameOID

HERE = pathlib.Path(__file__).parent
SERVER, CLIENT, ANY = EKU.SERVER_AUTH, EKU.CLIENT_AUTH, EKU.ANY_EXTENDED_KEY_USAGE
OCSP = "http://ocsp.example.com"
#: What tests take for the present is 2026-11-21T00:00:00Z.
ISSUED, UNTIL = "2026-11-01", "2027-02-01"


def key(name, kind="rsa2048"):
    """The private key of a file, made if there is none."""
    path = HERE / f"{name}.key"
    if not path.exists():
        k = (rsa.generate_private_key(65537, int(kind[3:])) if kind.startswith("rsa")
             else ec.generate_private_key({"p192": ec.SECP192R1, "p256": ec.SECP256R1, "k256": ec.SECP256K1,
                                         "brainpool": ec.BrainpoolP256R1}[kind]()))
        path.write_bytes(k.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()))
    return ser.load_pem_private_key(path.read_bytes(), None)


def time(text):
    return dt.datetime.fromisoformat(text)


def usage(words):
    flags = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{flag: flag in words for flag in flags})


class Issued:
    def __init__(self, cert, k):
        self.cert, self.key = cert, k


def issue(cn, by=None, *, k=None, names=None, dates=(ISSUED, UNTIL), ca=False, eku=(SERVER,),
          ku=("digital_signature",), ocsp=None, staple=False, timestamps=False, sign="sha256", serial=None,
          length=None, more=()):
    """A certificate of `cn` signed by `by`, or by itself; `names` None for the common name."""
    k = k or key("leaf")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
    issuer, signer = (by.cert.subject, by.key) if by else (subject, k)
    b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(k.public_key())
         .serial_number(serial or 1 + sum(cn.encode()) * 7 + len(cn))
         .not_valid_before(time(dates[0])).not_valid_after(time(dates[1]))
         .add_extension(x509.SubjectKeyIdentifier.from_public_key(k.public_key()), False)
         .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False))
    if ca is not None:
        b = b.add_extension(x509.BasicConstraints(ca, length), True)
    names = ([] if ca else [cn]) if names is None else names
    if names:
        b = b.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
    ku = ("key_cert_sign", "crl_sign") if ca and ku == ("digital_signature",) else ku
    if ku:
        b = b.add_extension(usage(ku), True)
    if eku and not (ca and eku == (SERVER,)):
        b = b.add_extension(x509.ExtendedKeyUsage(list(eku)), False)
    if ocsp:
        b = b.add_extension(x509.AuthorityInformationAccess(
            [x509.AccessDescription(AIA.OCSP, x509.UniformResourceIdentifier(ocsp))]), False)
    if staple:
        b = b.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)
    for extension, critical in more:
        b = b.add_extension(extension, critical)
    if timestamps:
        # One timestamp (RFC 6962 section 3.2) of a log that does not exist, with a signature of nothing.
        stamp = bytes(1) + bytes(32) + int(time(dates[0]).timestamp() * 1000).to_bytes(8, "big") + bytes(2)
        stamp += b"\x04\x03\x00\x46" + bytes(70)
        stamps = (len(stamp) + 2).to_bytes(2, "big") + len(stamp).to_bytes(2, "big") + stamp
        b = b.add_extension(x509.UnrecognizedExtension(
            x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), b"\x04" + der_length(len(stamps)) + stamps), False)
    cert = b.sign(signer, hashes.SHA256())
    return Issued(cert if sign == "sha256" else resigned(cert, signer, sign), k)


def der_length(n):
    return bytes([n]) if n < 128 else bytes([0x81, n])


def resigned(cert, signer, digest):
    """The same with a signature that the library refuses to make: only an octet of the algorithm differs."""
    old, new = (bytes.fromhex("2a864886f70d0101" + x) for x in ("0b", {"sha1": "05", "md5": "04"}[digest]))
    with tempfile.TemporaryDirectory() as folder:
        pem = pathlib.Path(folder) / "key.pem"
        pem.write_bytes(signer.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()))
        signature = subprocess.run(["openssl", "dgst", f"-{digest}", "-sign", pem], check=True,
                                   input=cert.tbs_certificate_bytes.replace(old, new), capture_output=True).stdout
    der = cert.public_bytes(ser.Encoding.DER).replace(old, new)
    return x509.load_der_x509_certificate(der[:-len(signature)] + signature)


def altered(issued):
    """The same with another bit in the signature."""
    der = bytearray(issued.cert.public_bytes(ser.Encoding.DER))
    der[-3] ^= 1
    return Issued(x509.load_der_x509_certificate(bytes(der)), issued.key)


def revocations(name, ca, dates):
    """A list of nothing that is revoked."""
    b = (x509.CertificateRevocationListBuilder().issuer_name(ca.cert.subject)
         .last_update(time(dates[0])).next_update(time(dates[1])))
    (HERE / f"{name}.pem").write_bytes(b.sign(ca.key, hashes.SHA256()).public_bytes(ser.Encoding.PEM))


def write(name, *chain):
    (HERE / f"{name}.pem").write_bytes(b"".join(c.cert.public_bytes(ser.Encoding.PEM) for c in chain))


def main():
    long = ("2020-01-01", "2040-01-01")
    root = issue("Test Root", k=key("root"), ca=True, dates=long)
    ca = issue("Test Issuer", root, k=key("issuer"), ca=True, dates=("2025-01-01", "2035-01-01"))

    # Dates. `cross-signed` has an expired certificate of an older root for the root.
    write("good", issue("shop.example.com", ca, ocsp=OCSP), ca)
    write("expired", issue("expired.example.com", ca, dates=("2026-07-01", "2026-09-29")), ca)
    write("not-yet-valid", issue("later.example.com", ca, dates=("2026-12-01", "2027-03-01")), ca)
    write("expiring", issue("soon.example.com", ca, dates=("2026-09-10", "2026-12-09")), ca)
    write("short-lived", issue("short.example.com", ca, dates=("2026-11-18", "2026-11-24T16:00:00")), ca)
    old = issue("Test Issuer 2024", root, k=key("issuer-2024"), ca=True, dates=("2024-01-01", "2026-10-01"))
    write("under-expired", issue("old.example.com", old), old)
    aging = issue("Test Issuer 2023", root, k=key("issuer-2024"), ca=True, dates=("2023-01-01", "2026-12-12"))
    write("under-expiring", issue("aging.example.com", aging), aging)
    renewed = issue("Test Issuer 2024", root, k=key("issuer-2024"), ca=True, dates=("2026-09-01", "2030-01-01"))
    write("renewed-issuer", issue("renewed.example.com", old), old, renewed)
    elder = issue("Elder Root", k=key("elder"), ca=True, dates=("2000-01-01", "2026-01-01"))
    crossed = issue("Test Root", elder, k=key("root"), ca=True, dates=("2020-01-01", "2026-01-01"))
    write("cross-signed", issue("crossed.example.com", ca), ca, crossed, root)
    write("crossed-expired", issue("crossed.example.com", ca), ca, crossed)

    # Keys and signatures.
    write("rsa1024", issue("weak.example.com", ca, k=key("rsa1024", "rsa1024")), ca)
    write("p192", issue("curve.example.com", ca, k=key("p192", "p192")), ca)
    write("k256", issue("koblitz.example.com", ca, k=key("k256", "k256")), ca)
    write("brainpool", issue("brainpool.example.com", ca, k=key("brainpool", "brainpool")), ca)
    short = issue("Test Short Issuer", root, k=key("issuer-1024", "rsa1024"), ca=True)
    write("under-rsa1024", issue("under-weak.example.com", short), short)
    write("sha1", issue("sha1.example.com", ca, sign="sha1"), ca)
    write("md5", issue("md5.example.com", ca, sign="md5"), ca)
    sha1 = issue("Test SHA-1 Issuer", root, k=key("issuer-2024"), ca=True, sign="sha1")
    write("under-sha1", issue("under-sha1.example.com", sha1), sha1)
    sha1_root = issue("Test SHA-1 Root", k=key("elder"), ca=True, dates=long, sign="sha1")
    below = issue("Test Issuer below SHA-1", sha1_root, k=key("issuer-2024"), ca=True)
    write("sha1-root", issue("sha1-root.example.com", below), below, sha1_root)

    # What a certificate is for.
    write("self-signed", issue("self.example.com"))
    write("self-signed-ca", issue("self-ca.example.com", names=["self-ca.example.com"], ca=True, ku=(), eku=()))
    write("snakeoil", issue("snakeoil", names=["localhost.example.com"], ca=False))
    write("cn-only", issue("cn.example.com", ca, names=[]), ca)
    write("client", issue("client.example.com", ca, eku=(CLIENT,)), ca)
    write("any-purpose", issue("any.example.com", ca, eku=(ANY,)), ca)
    write("no-purpose", issue("plain.example.com", ca, eku=(), ku=(), ca=None), ca)
    write("ca", issue("ca.example.com", ca, names=["ca.example.com"], ca=True), ca)
    write("key-encipherment", issue("encipher.example.com", ca, ku=("key_encipherment",)), ca)
    p256 = key("p256", "p256")
    write("key-agreement", issue("agree.example.com", ca, k=p256, ku=("key_agreement",)), ca)

    # Chains that clients refuse whatever roots they have, and what they take.
    def under(name, chain="", **what):
        what = {"k": key("issuer-2024"), "ca": True, "dates": ("2025-01-01", "2035-01-01")} | what
        by = issue(f"Test {name}", root, **what)
        return issue(f"{name.lower().replace(' ', '-')}.example.com", by), by

    def limits(permitted=None, excluded=None):
        trees = [names and [x509.DNSName(n) for n in names] for names in (permitted, excluded)]
        return [(x509.NameConstraints(*trees), True)]
    write("not-permitted", *under("Not Permitted", more=limits(["example.org"])))
    write("excluded", *under("Excluded", more=limits(None, ["example.com"])))
    write("permitted", *under("Permitted", more=limits(["example.com"], ["org"])))
    write("no-ca", *under("No CA", ca=False, names=[]))
    write("no-constraints", *under("No Constraints", ca=None, names=[], ku=("key_cert_sign",), eku=()))
    write("no-cert-sign", *under("No Cert Sign", ku=("digital_signature", "crl_sign")))
    write("client-issuer", *under("Client Issuer", eku=(CLIENT,)))
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    write("critical-issuer", *under("Critical Issuer", more=[(unknown, True)]))
    write("critical", issue("critical.example.com", ca, more=[(unknown, True)]), ca)
    write("uncritical", issue("uncritical.example.com", ca, more=[(unknown, False)]), ca)
    write("altered", altered(issue("altered.example.com", ca)), ca)
    write("altered-issuer", issue("altered-issuer.example.com", ca), altered(ca))
    _, none_below = under("None Below", length=0)
    below = issue("Test Below", none_below, k=key("issuer"), ca=True)
    write("too-many", issue("too-many.example.com", below), below, none_below)
    _, one_below = under("One Below", length=1)
    below = issue("Test Below", one_below, k=key("issuer"), ca=True)
    write("just-enough", issue("just-enough.example.com", below), below, one_below)
    # One name and key twice: OpenSSL takes the first and goes no other way, browsers find the other.
    limited = under("Twofold", more=limits(["example.org"]))
    free = under("Twofold")[1]
    write("other-way", *limited, free)
    # A certificate for a root that another root limits: who has the root itself never looks at it.
    bridge = issue("Test Root", elder, k=key("root"), ca=True, dates=long, more=limits(["example.org"]))
    write("bridged", issue("bridged.example.com", ca), ca, bridge)
    write("bridge-first", bridge, root)
    write("bridge-last", root, bridge)
    # The intermediate is certainly no root: one is above it that is none.
    write("limited-below", limited[0], limited[1], issue("Test Root", elder, k=key("root"), ca=True, dates=long))
    # A wildcard for names of which one is excluded; OpenSSL takes it.
    _, by = under("Overlapping", more=limits(None, ["internal.example.com"]))
    write("overlapping", issue("*.example.com", by), by)
    # The issuer is there, and OpenSSL sees nothing that does not begin the line.
    leaf, by = issue("indented.example.com", ca), ca.cert.public_bytes(ser.Encoding.PEM)
    write("indented", leaf)
    with (HERE / "indented.pem").open("ab") as file:
        file.write(b"  " + by)
    write("odd-names", issue("odd.example.com", ca, names=["odd.example.com.", "www.*.example.com", "even.example.com"]), ca)
    write("root", root)
    write("elder-root", elder)
    write("under-elder", issue("elder.example.com", elder))
    write("both-roots", elder, root)

    # Revocation lists.
    revocations("crl", root, ("2026-11-01", "2027-02-01"))
    revocations("crl-expired", root, ("2026-10-01", "2026-11-10"))
    revocations("crl-later", root, ("2026-12-01", "2027-02-01"))
    revocations("crl-issuer-expired", ca, ("2026-10-01", "2026-11-10"))
    lists = [(HERE / f"{name}.pem").read_bytes() for name in ("crl", "crl-issuer-expired")]
    (HERE / "crl-both.pem").write_bytes(b"".join(lists))

    # Lifetimes: `too-long` says by its timestamps that a public authority issued it.
    year = ("2026-11-01", "2027-11-01")
    write("too-long", issue("year.example.com", ca, dates=year, timestamps=True), ca)
    write("long-private", issue("private.example.com", ca, dates=year), ca)

    # Stapling.
    write("must-staple", issue("staple.example.com", ca, ocsp=OCSP, staple=True), ca)
    write("must-staple-no-responder", issue("staple2.example.com", ca, staple=True), ca)
    write("no-responder", issue("www.example.com", ca), ca)
    write("https-responder", issue("secure.example.com", ca, ocsp="https://ocsp.example.com"), ca)
    write("leaf-only", issue("alone.example.com", ca, ocsp=OCSP))
    write("issuer", ca)


if __name__ == "__main__":
    main()
