#!/usr/bin/env python3
"""Make `chains/`: certificate files in right and wrong order, sound and defective, with fixed dates.

    make_chains.py

Needs the openssl command (3.0 or later) and nothing else. Keys are made anew and thrown away at each run,
so the files differ from run to run; what they say does not. `chains/truth.json` records what
`openssl verify` and `openssl x509 -checkhost` make of each file: that is what the tests compare with.
"""
import json
import os
import re
import subprocess
import tempfile

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chains")
AT = 1795219200  # 2026-11-21T00:00:00Z
GOOD = ("20261001000000Z", "20270401000000Z")
LONG = ("20240101000000Z", "20340101000000Z")
CA = "basicConstraints=critical,CA:TRUE%s\nkeyUsage=critical,keyCertSign,cRLSign\n"
LEAF = "basicConstraints=critical,CA:FALSE\n"
SERVER = "extendedKeyUsage=serverAuth\n"
KEY_IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
KEYS = {
    "rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa1024": ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
    "p256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["ED25519"],
}
# The directory in which keys and single certificates live while this runs.
WORK = tempfile.TemporaryDirectory()
CONFIG = """[ca]
default_ca = this
[this]
database = {w}/index.txt
new_certs_dir = {w}
rand_serial = yes
unique_subject = no
policy = any
default_md = sha256
[any]
organizationName = optional
commonName = optional
[req]
distinguished_name = none
[none]
"""


def work(name):
    return os.path.join(WORK.name, name)


def openssl(*words, ok=True):
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    if ok and done.returncode:
        raise SystemExit(f"openssl {' '.join(words)}\n{done.stderr}")
    return done


def make(name, subject, extensions, issuer=None, key="rsa", dates=GOOD, md="sha256", same_key=None, more=()):
    """Issue `name`; without an issuer it signs itself. `same_key` takes another certificate's key."""
    if same_key:
        os.link(work(same_key + ".key"), work(name + ".key"))
    else:
        openssl("genpkey", "-algorithm", *KEYS[key], "-out", work(name + ".key"))
    openssl("req", "-new", "-config", work("ca.cnf"), "-key", work(name + ".key"), "-subj", subject,
            "-out", work(name + ".csr"), "-utf8")
    with open(work(name + ".ext"), "w") as f:
        f.write(extensions)
    signer = issuer or name
    words = ["ca", "-batch", "-notext", "-config", work("ca.cnf"), "-in", work(name + ".csr"), "-startdate",
             dates[0], "-enddate", dates[1], "-md", md, "-extfile", work(name + ".ext"), "-keyfile",
             work(signer + ".key"), "-out", work(name + ".pem"), "-utf8", *more]
    words += ["-cert", work(issuer + ".pem")] if issuer else ["-selfsign"]
    openssl(*words)


def cn(name):
    return f"/CN={name}"


def leaf(name, san, issuer="int", extra=SERVER, base=LEAF, **kw):
    alternative = f"subjectAltName={san}\n" if san else ""
    subject = kw.pop("subject", cn(f"{name}.example.com"))
    make(name, subject, base + extra + alternative + KEY_IDS, issuer, key=kw.pop("key", "p256"), **kw)


def certificates():
    w = WORK.name
    with open(work("ca.cnf"), "w") as f:
        f.write(CONFIG.format(w=w))
    open(work("index.txt"), "w").close()
    ids = "subjectKeyIdentifier=hash\n"
    ca = lambda length="": CA % length + KEY_IDS
    make("root", "/O=Chain Test/CN=Root One", CA % "" + ids, dates=LONG)
    make("root2", "/O=Chain Test/CN=Root Two", CA % "" + ids, key="p384", dates=LONG)
    make("root-ed", "/O=Chain Test/CN=Root Ed25519", CA % "" + ids, key="ed25519", dates=LONG, md="default")
    make("root-p521", "/O=Chain Test/CN=Root P-521", CA % "" + ids, key="p521", dates=LONG, md="sha512")
    make("int", "/O=Chain Test/CN=Intermediate", ca(",pathlen:0"), "root", dates=LONG)
    # Another key under the same name, as after a new start of the CA.
    make("int-namesake", "/O=Chain Test/CN=Intermediate", ca(",pathlen:0"), "root", dates=LONG)
    make("upper", "/O=Chain Test/CN=Upper", ca(",pathlen:1"), "root", key="p256", dates=LONG)
    make("lower", "/O=Chain Test/CN=Lower", ca(",pathlen:0"), "upper", key="p384", dates=LONG)
    make("too-low", "/O=Chain Test/CN=Too Low", ca(), "lower", key="p256", dates=LONG)
    make("int2", "/O=Chain Test/CN=Intermediate Two", ca(",pathlen:0"), "root2", key="p256", dates=LONG, md="sha384")
    make("cross", "/O=Chain Test/CN=Root Two", ca(), "root", same_key="root2", dates=LONG)
    make("int-expired", "/O=Chain Test/CN=Old Intermediate", ca(), "root", dates=("20200101000000Z", "20250101000000Z"))
    make("int-client", "/O=Chain Test/CN=Client Intermediate", ca() + "extendedKeyUsage=clientAuth\n", "root", dates=LONG)
    make("int-limited", "/O=Chain Test/CN=Limited Intermediate",
         ca() + "nameConstraints=critical,permitted;DNS:example.com\n", "root", dates=LONG)
    make("not-a-ca", "/O=Chain Test/CN=Not A CA", LEAF + KEY_IDS, "root", dates=LONG)

    aia = ("authorityInfoAccess=OCSP;URI:http://ocsp.example.com/,caIssuers;URI:http://ca.example.com/int.cer\n")
    leaf("good", "DNS:good.example.com,DNS:example.com", extra=SERVER + aia)
    leaf("rsa", "DNS:rsa.example.com", key="rsa")
    leaf("ed", "DNS:ed.example.com", key="ed25519")
    leaf("pss", "DNS:pss.example.com", more=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"))
    leaf("pss-unusual", "DNS:pss.example.com", more=("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"))
    leaf("deep", "DNS:deep.example.com", "lower", md="sha384")
    leaf("too-deep", "DNS:deep.example.com", "too-low")
    leaf("two", "DNS:two.example.com", "int2")
    leaf("direct", "DNS:direct.example.com", "root")
    leaf("under-ed", "DNS:under-ed.example.com", "root-ed", md="default")
    leaf("under-p521", "DNS:under-p521.example.com", "root-p521", md="sha512")
    leaf("expired", "DNS:expired.example.com", dates=("20250101000000Z", "20260101000000Z"))
    leaf("not-yet", "DNS:not-yet.example.com", dates=("20280101000000Z", "20280401000000Z"))
    leaf("under-expired", "DNS:under-expired.example.com", "int-expired")
    leaf("client-only", "DNS:client-only.example.com", extra="extendedKeyUsage=clientAuth\n")
    leaf("under-client", "DNS:under-client.example.com", "int-client")
    leaf("no-eku", "DNS:no-eku.example.com", extra="")
    leaf("inside", "DNS:inside.example.com", "int-limited")
    leaf("outside", "DNS:outside.example.net", "int-limited")
    leaf("under-leaf", "DNS:under-leaf.example.com", "not-a-ca")
    leaf("ca-leaf", "DNS:ca-leaf.example.com", "root", base=CA % "")
    leaf("cn-only", "")
    leaf("sha1", "DNS:sha1.example.com", md="sha1")
    leaf("rsa1024", "DNS:rsa1024.example.com", key="rsa1024")
    leaf("wildcard", "DNS:*.wild.example.com,DNS:wild.example.com")
    leaf("ip", "IP:192.0.2.7,IP:2001:db8::7,DNS:ip.example.com")
    leaf("ip-as-dns", "DNS:192.0.2.7")
    leaf("idn", "DNS:xn--bcher-kva.example,DNS:*.xn--bcher-kva.example", subject=cn("xn--bcher-kva.example"))
    leaf("must-staple", "DNS:must-staple.example.com", extra=SERVER + "tlsfeature=status_request\n" + aia)
    leaf("no-ids", "DNS:no-ids.example.com")
    leaf("self-signed", "DNS:self-signed.example.com", issuer=None)
    leaf("no-subject", "DNS:no-subject.example.com", subject="/")
    # What the limited CA allows and the rest of the world does not know.
    make("no-key-ids", cn("no-key-ids.example.com"),
         LEAF + SERVER + "subjectAltName=DNS:no-key-ids.example.com\nsubjectKeyIdentifier=none\nauthorityKeyIdentifier=none\n",
         "int", key="p256")


# File: certificates in it, in this order.
FILES = {
    "good": "good int", "rsa": "rsa int", "ed25519": "ed int", "pss": "pss int", "pss-unusual": "pss-unusual int",
    "missing-intermediate": "good", "missing-lower": "deep upper", "missing-upper": "deep lower",
    "two-intermediates": "deep lower upper", "out-of-order": "deep upper lower", "leaf-last": "int good",
    "leaf-in-the-middle": "lower deep upper", "too-deep": "too-deep too-low lower upper",
    "root-included": "good int root", "root-before-intermediate": "good root int", "root-only": "good root",
    "duplicate-leaf": "good good int", "duplicate-intermediate": "good int int",
    "wrong-intermediate": "good int2", "unrelated": "good int int2", "unrelated-leaf": "good rsa int",
    "namesake": "good int-namesake", "namesake-first": "good int-namesake int",
    "direct": "direct", "direct-with-root": "direct root",
    "other-root": "two int2", "other-root-included": "two int2 root2", "cross-signed": "two int2 cross",
    "cross-signed-and-root": "two int2 cross root", "both-roots": "two int2 root2 cross",
    "under-ed25519": "under-ed", "under-p521": "under-p521", "under-p521-with-root": "under-p521 root-p521",
    "expired": "expired int", "not-yet-valid": "not-yet int", "expired-intermediate": "under-expired int-expired",
    "client-only": "client-only int", "client-only-intermediate": "under-client int-client", "no-eku": "no-eku int",
    "inside-constraints": "inside int-limited", "outside-constraints": "outside int-limited",
    "issued-by-leaf": "under-leaf not-a-ca", "ca-leaf": "ca-leaf", "cn-only": "cn-only int", "sha1": "sha1 int",
    "rsa1024": "rsa1024 int", "wildcard": "wildcard int", "ip": "ip int", "ip-as-dns": "ip-as-dns int",
    "idn": "idn int", "must-staple": "must-staple int", "self-signed": "self-signed",
    "self-signed-with-others": "self-signed int", "no-subject": "no-subject int", "no-key-ids": "no-key-ids int",
}
ROOTS = ["root", "root2", "root-ed", "root-p521"]
HOSTS = {
    "good": "good.example.com example.com www.example.com GOOD.EXAMPLE.COM a.good.example.com",
    "wildcard": "wild.example.com a.wild.example.com a.b.wild.example.com _a.wild.example.com",
    "ip": "192.0.2.7 192.0.2.8 2001:db8::7 2001:DB8:0::7 ip.example.com", "ip-as-dns": "192.0.2.7",
    "idn": "xn--bcher-kva.example www.xn--bcher-kva.example bucher.example",
    "cn-only": "cn-only.example.com", "no-subject": "no-subject.example.com example.com",
    "self-signed": "self-signed.example.com",
}


def verify(file, members, root, *more):
    """The error code and its depth as `openssl verify` prints them; 0 where all is well."""
    done = openssl("verify", "-no-CAfile", "-no-CApath", "-no-CAstore", "-CAfile", work(root + ".pem"), "-untrusted",
                   os.path.join(OUT, file), "-attime", str(AT), "-purpose", "sslserver", *more,
                   work(members[0] + ".pem"), ok=False)
    errors = re.findall(r"error (\d+) at (\d+) depth lookup: (.*)", done.stdout + done.stderr)
    if bool(errors) == (done.returncode == 0):
        raise SystemExit(f"{file}: {done.stdout}{done.stderr}")
    return {"error": int(errors[0][0]), "text": errors[0][2], "depth": int(errors[0][1])} if errors else {"error": 0}


def checks_host(name, host):
    flag = "-checkip" if re.fullmatch(r"[0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:]*", host) else "-checkhost"
    return "NOT" not in openssl("x509", "-in", work(name + ".pem"), "-noout", flag, host).stdout


def main():
    certificates()
    os.makedirs(OUT, exist_ok=True)
    for old in os.listdir(OUT):
        os.remove(os.path.join(OUT, old))
    truth = {"openssl": openssl("version").stdout.strip(), "at": AT, "files": {}}
    for root in ROOTS:
        with open(work(root + ".pem")) as source, open(os.path.join(OUT, root + ".root.pem"), "w") as f:
            f.write(source.read())
    for name, members in FILES.items():
        members = members.split()
        with open(os.path.join(OUT, name + ".pem"), "w") as f:
            f.write("".join(open(work(m + ".pem")).read() for m in members))
        case = {"certificates": members, "verify": {}}
        for root in ROOTS:
            case["verify"][root] = verify(name + ".pem", members, root)
        case["level2"] = verify(name + ".pem", members, "root", "-auth_level", "2")
        if members[0] in HOSTS and members[0] == name:
            case["hosts"] = {host: checks_host(name, host) for host in HOSTS[name].split()}
        truth["files"][name] = case
    with open(os.path.join(OUT, "truth.json"), "w") as f:
        json.dump(truth, f, indent=1)
        f.write("\n")
    print(f"{len(FILES)} files")


if __name__ == "__main__":
    main()
