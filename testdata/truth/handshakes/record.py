#!/usr/bin/env python3
"""Asks an `openssl s_server` what it makes of ClientHellos written by hand, for many settings.

    record.py OPENSSL [--root TREE] [--seed N] [--servers N] [--hellos N] > recording.jsonl

OPENSSL is the program; with `--root` it is run in that tree by chroot. Settings and ClientHellos are
drawn at random from the seed, the same for every program. Nothing of TLS is computed here: the hello is
written, the clear part of the answer is read, and what the server logs. Keys are made by the `openssl`
of this machine in a folder of their own.
"""
import argparse, json, os, random, re, shutil, socket, struct, subprocess, sys, tempfile, time

VERSIONS = {"SSLv3": 0x300, "TLSv1.0": 0x301, "TLSv1.1": 0x302, "TLSv1.2": 0x303, "TLSv1.3": 0x304}
NAMES = {number: name for name, number in VERSIONS.items()}
CONF = {"TLSv1.0": "TLSv1", "TLSv1.1": "TLSv1.1", "TLSv1.2": "TLSv1.2", "TLSv1.3": "TLSv1.3"}
HRR = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
KEYS = {
    "rsa2048": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "rsa1024": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
    "rsa3072": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
    "rsapss2048": "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048",
    "p256": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "p384": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
    "p521": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    "secp256k1": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
    "brainpoolP256r1": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1",
    "ed25519": "genpkey -algorithm ED25519",
    "ed448": "genpkey -algorithm ED448",
}
GROUPS = {"X25519": 29, "P-256": 23, "P-384": 24, "P-521": 25, "X448": 30, "secp256k1": 22,
          "brainpoolP256r1": 26, "ffdhe2048": 256, "ffdhe3072": 257, "X25519MLKEM768": 0x11ec,
          "SecP256r1MLKEM768": 0x11eb}
LISTS = [None, None, None, "P-256", "P-384:P-256", "X25519", "P-521:X25519:P-256", "X448:P-384",
         "P-256:X25519:X448"]
# Of 3.5 and later.
TUPLES = ["X25519MLKEM768:X25519/P-256:P-384", "P-256/X25519MLKEM768:X25519/P-384", "DEFAULT:-X25519",
          "P-384:DEFAULT", "DEFAULT:SecP256r1MLKEM768", "P-521/DEFAULT:SecP256r1MLKEM768/P-384",
          "SecP256r1MLKEM768:X25519MLKEM768:P-256:X25519", "X25519/P-256:-X25519:P-384/X448:X25519"]
CIPHERS = [
    "DEFAULT", "HIGH:!aNULL", "HIGH:!aNULL:!MD5", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE+AESGCM:ECDHE+CHACHA20", "ECDHE+CHACHA20:ECDHE+AESGCM:DHE+AESGCM", "kRSA", "DHE",
    "ECDHE-RSA-AES256-SHA384:AES128-SHA:DHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256",
    "ALL:!eNULL", "ALL:COMPLEMENTOFALL", "AESCCM:ARIA:CAMELLIA", "ECDHE-RSA-AES128-SHA:AES128-SHA:ECDHE-ECDSA-AES128-SHA",
    "aECDSA", "aRSA", "ECDHE-ECDSA-AES128-CCM8:ECDHE-RSA-AES128-GCM-SHA256",
]
SUITES13 = [None, None, None, None, "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256"]
SIGALGS = [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401,
           0x0501, 0x0601, 0x0303, 0x0301, 0x0201, 0x0203, 0x081a]
SERVER_SIGALGS = [None] * 8 + ["RSA+SHA256:ECDSA+SHA256", "ECDSA+SHA384:rsa_pss_rsae_sha512:RSA+SHA512",
                              "rsa_pss_pss_sha256:ed25519:ecdsa_secp384r1_sha384"]
CLIENT_SUITES = [int(s, 16) for s in """1301 1302 1303 1304 1305 c02b c02c c02f c030 cca8 cca9 c023 c024 c027 c028
    c009 c00a c013 c014 009c 009d 002f 0035 003c 003d 009e 009f 0033 0039 0067 ccaa c0ac c0ae c0a0 c09c c061 c05d
    000a 0005 c018 0034 00a6 0041 c073""".split()]


SIGALG_NAMES = {0x0403: "ecdsa_secp256r1_sha256", 0x0503: "ecdsa_secp384r1_sha384", 0x0603: "ecdsa_secp521r1_sha512",
                0x0807: "ed25519", 0x0808: "ed448", 0x0809: "rsa_pss_pss_sha256", 0x080a: "rsa_pss_pss_sha384",
                0x080b: "rsa_pss_pss_sha512", 0x0804: "rsa_pss_rsae_sha256", 0x0805: "rsa_pss_rsae_sha384",
                0x0806: "rsa_pss_rsae_sha512", 0x0401: "rsa_pkcs1_sha256", 0x0501: "rsa_pkcs1_sha384",
                0x0601: "rsa_pkcs1_sha512"}


def draw_server(r):
    new, old = r.choice([("TLSv1.2", "TLSv1.3")] * 5 + [("TLSv1.0", "TLSv1.3")] * 3 + [
        ("TLSv1.2", "TLSv1.2"), ("TLSv1.3", "TLSv1.3"), ("TLSv1.0", "TLSv1.2"), ("TLSv1.0", "TLSv1.1"),
        ("TLSv1.1", "TLSv1.2")])
    keys = r.choice([["rsa2048"]] * 4 + [["p256"]] * 3 + [["rsa2048", "p256"]] * 4 + [["p384"], ["p521"],
        ["secp256k1"], ["brainpoolP256r1"], ["ed25519"], ["ed448"], ["rsapss2048"], ["rsa2048", "rsapss2048"],
        ["rsa2048", "ed25519"], ["p256", "ed25519"], ["rsa3072", "p384"], ["rsa1024"], ["rsapss2048", "p256"]])
    return {
        "min": new, "max": old, "ciphers": r.choice(CIPHERS), "level": r.choice([0, 0, 1, 1, 2, 2, 2, 3]),
        "ciphersuites": r.choice(SUITES13), "groups": r.choice(LISTS + (TUPLES if r.random() < .6 else [])),
        "keys": keys, "dh": r.choice([None, None, 2048]), "sigalgs": r.choice(SERVER_SIGALGS),
        "order": r.choice(["client", "client", "server", "server", "chacha"]),
        "alpn": r.choice([None, None, "h2,http/1.1", "http/1.1"]),
    }


def some(r, items, low=1, high=None):
    chosen = r.sample(items, r.randint(low, min(high or len(items), len(items))))
    return chosen


def draw_hello(r):
    top = r.choice(["TLSv1.3"] * 12 + ["TLSv1.2"] * 12 + ["TLSv1.1", "TLSv1.0"] * 2 + ["SSLv3"] * (r.random() < .3))
    versions = [v for v in VERSIONS if VERSIONS[v] <= VERSIONS[top] and v != "SSLv3"]
    versions = versions[-r.randint(1, len(versions)):] if versions else ["SSLv3"]
    if top == "TLSv1.3" and len(versions) > 2 and r.random() < .2:
        versions.pop(-2)
    groups = some(r, list(GROUPS.values()), r.choice([1, 3, 3]), 9) if r.random() < .95 else []
    # Nobody sends a share of a group that it does not list.
    share = [g for g in groups if g not in (22, 26, 256, 257)]
    shares = [g for g in share if r.random() < .35] if top == "TLSv1.3" else []
    suites = some(r, CLIENT_SUITES, r.choice([1, 8, 8]), 34)
    if r.random() < .4:
        suites.insert(0, r.choice([0x1303, 0xcca8, 0xcca9]))
        suites = list(dict.fromkeys(suites))
    if r.random() < .3:
        suites.insert(0, 0x2a2a)
    sigalgs = some(r, SIGALGS, 6, 19) if r.random() < .95 else []
    if r.random() < .08:
        sigalgs = some(r, SIGALGS, 1, 2)
    return {"versions": versions, "suites": suites, "groups": groups, "shares": shares,
            "no_key_share": top == "TLSv1.3" and r.random() < .03, "sigalgs": sigalgs if VERSIONS[top] >= 0x303 else [],
            "alpn": r.choice([[], [], ["h2", "http/1.1"], ["http/1.1"], ["http/1.1", "h2"]] + [["spdy/3"]] * (r.random() < .3)),
            "fallback": top != "TLSv1.3" and r.random() < .06}


def draw_whole(r):
    """A hello that this machine's `openssl s_client` can send: TLS 1.3 hides the certificate from others."""
    sigalgs = some(r, list(SIGALG_NAMES), 3, 10)
    return {"versions": ["TLSv1.3"], "suites": [0x1302, 0x1303, 0x1301], "groups": [29], "shares": [29],
            "no_key_share": False, "sigalgs": sigalgs, "alpn": [], "fallback": False}


def ext(number, body):
    return struct.pack(">HH", number, len(body)) + body


def vector(items):
    return struct.pack(">H", 2 * len(items)) + b"".join(struct.pack(">H", i) for i in items)


SHARES = {}


def share(group):
    return SHARES[group]


def make_shares():
    from cryptography.hazmat.primitives.asymmetric import ec, x25519, x448
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    raw = lambda k: k.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    point = lambda c: ec.generate_private_key(c).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    mlkem = bytes(1152) + os.urandom(32)
    SHARES.update({29: raw(x25519.X25519PrivateKey.generate()), 30: raw(x448.X448PrivateKey.generate()),
                   23: point(ec.SECP256R1()), 24: point(ec.SECP384R1()), 25: point(ec.SECP521R1())})
    SHARES[0x11ec] = mlkem + SHARES[29]
    SHARES[0x11eb] = SHARES[23] + mlkem


def write_hello(hello):
    top = max(VERSIONS[v] for v in hello["versions"])
    body = b""
    if hello["groups"]:
        body += ext(10, vector(hello["groups"])) + ext(11, b"\x01\x00")
    if hello["sigalgs"]:
        body += ext(13, vector(hello["sigalgs"]))
    if hello["alpn"]:
        names = b"".join(bytes([len(p)]) + p.encode() for p in hello["alpn"])
        body += ext(16, struct.pack(">H", len(names)) + names)
    body += ext(23, b"") + ext(0xff01, b"\x00")
    if top == 0x304:
        versions = b"".join(struct.pack(">H", VERSIONS[v]) for v in sorted(hello["versions"], reverse=True))
        body += ext(43, bytes([len(versions)]) + versions) + ext(45, b"\x01\x01")
        if not hello["no_key_share"]:
            shares = b"".join(struct.pack(">HH", g, len(share(g))) + share(g) for g in hello["shares"])
            body += ext(51, struct.pack(">H", len(shares)) + shares)
    suites = hello["suites"] + ([0x5600] if hello["fallback"] else [])
    message = struct.pack(">H", min(top, 0x303)) + os.urandom(32)
    message += (b"\x20" + os.urandom(32)) if top == 0x304 else b"\x00"
    message += vector(suites) + b"\x01\x00" + (b"" if top == 0x300 else struct.pack(">H", len(body)) + body)
    message = b"\x01" + struct.pack(">I", len(message))[1:] + message
    return b"\x16" + struct.pack(">HH", 0x300 if top == 0x300 else 0x301, len(message)) + message


def extensions(data):
    found, at = {}, 0
    while at + 4 <= len(data):
        number, length = struct.unpack(">HH", data[at:at + 4])
        found[number] = data[at + 4:at + 4 + length]
        at += 4 + length
    return found


def read_answer(data, kinds):
    """The clear part of a server's first flight."""
    answer, handshake, at = {}, b"", 0
    while at + 5 <= len(data):
        kind, length = data[at], int.from_bytes(data[at + 3:at + 5], "big")
        record = data[at + 5:at + 5 + length]
        if len(record) < length:
            return None
        at += 5 + length
        if kind == 21 and length == 2 and record[0] == 2:
            return {"alert": record[1]}
        if kind != 22:
            break
        handshake += record
    at = 0
    while at + 4 <= len(handshake):
        kind, length = handshake[at], int.from_bytes(handshake[at + 1:at + 4], "big")
        body = handshake[at + 4:at + 4 + length]
        if len(body) < length:
            return None
        at += 4 + length
        if kind == 2:
            after = 35 + body[34]
            found = extensions(body[after + 5:])
            version = int.from_bytes(found.get(43, body[:2]), "big")
            answer.update(version=NAMES[version], suite=int.from_bytes(body[after:after + 2], "big"))
            if 16 in found:
                answer["alpn"] = found[16][3:3 + found[16][2]].decode()
            if version == 0x304:
                answer["group"] = int.from_bytes(found[51][:2], "big")
                if body[2:34] == HRR:
                    answer["retry"] = True
                return answer
        elif kind == 11:
            first = body[6:6 + int.from_bytes(body[3:6], "big")]
            answer["key"] = next((name for name, der in kinds.items() if der == first), None)
        elif kind == 12:
            key_exchange(body, answer)
        elif kind == 14:
            return answer
    return None


def key_exchange(body, answer):
    if body[0] == 3 and body[3] in (32, 56, 65, 97, 133):
        answer["group"] = int.from_bytes(body[1:3], "big")
        rest = body[4 + body[3]:]
    else:
        rest = body
        for _ in range(3):
            length = int.from_bytes(rest[:2], "big")
            answer.setdefault("dh", 8 * length)
            rest = rest[2 + length:]
    if answer["version"] == "TLSv1.2" and len(rest) > 4:
        answer["sigalg"] = int.from_bytes(rest[:2], "big")


class Server:
    def __init__(self, openssl, folder, root, port, setting):
        args = ["s_server", "-accept", str(port), "-min_protocol", CONF[setting["min"]], "-max_protocol",
                CONF[setting["max"]], "-cipher", f"{setting['ciphers']}:@SECLEVEL={setting['level']}",
                "-no_ticket"]
        for flag, key in zip(["", "d"], setting["keys"]):
            args += [f"-{flag}cert", f"{folder}/{key}.crt", f"-{flag}key", f"{folder}/{key}.key"]
        # With a name to listen for, as web servers have, though it is never asked for.
        args += ["-servername", "unasked.invalid", "-cert2", f"{folder}/{setting['keys'][0]}.crt",
                 "-key2", f"{folder}/{setting['keys'][0]}.key"]
        args += ["-dhparam", f"{folder}/dh2048.pem"] if setting["dh"] else ["-no_dhe"]
        for word, value in [("-ciphersuites", setting["ciphersuites"]), ("-groups", setting["groups"]),
                            ("-sigalgs", setting["sigalgs"]), ("-alpn", setting["alpn"])]:
            args += [word, value] if value else []
        if setting["order"] != "client":
            args += ["-serverpref"] + (["-prioritize_chacha"] if setting["order"] == "chacha" else [])
        command = (["chroot", root] if root else []) + [openssl] + args
        env = {"OPENSSL_CONF": "/dev/null", "PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env=env)
        self.port, self.said = port, b""
        os.set_blocking(self.process.stdout.fileno(), False)

    def read_until(self, word, seconds=5):
        end = time.time() + seconds
        while word not in self.said:
            data = self.process.stdout.read()
            if data:
                self.said += data
            elif self.process.poll() is not None or time.time() > end:
                return False
            else:
                time.sleep(.002)
        return True

    def starts(self):
        return self.read_until(b"ACCEPT")

    def ask(self, hello, kinds):
        self.said, data, answer = b"", b"", None
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
            s.sendall(write_hello(hello))
            while answer is None:
                try:
                    more = s.recv(65536)
                except OSError:
                    break
                if not more:
                    break
                data += more
                answer = read_answer(data, kinds)
        # The end of the connection is an error to the server in any case.
        self.read_until(b"ERROR\n")
        if answer is None or "alert" in answer:
            self.read_until(b":error:")
        self.read_until(b"shutting down SSL", .02)
        answer = answer or {"closed": data.hex()[:80]}
        if "alert" in answer or "closed" in answer:
            said = re.findall(r":error:[^:]*:[^:]*:[^:]*:([^:]*):", self.said.decode(errors="replace"))
            answer["log"] = said[0] if said else None
        return answer

    def ask_whole(self, hello, kinds):
        self.said = b""
        names = ":".join(SIGALG_NAMES[s] for s in hello["sigalgs"])
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-tls1_3", "-groups", "X25519",
                   "-cipher", "DEFAULT:@SECLEVEL=0", "-sigalgs", names, "-noservername"]
        said = subprocess.run(command, input=b"", capture_output=True, timeout=20,
                              env={"OPENSSL_CONF": "/dev/null", "PATH": os.environ["PATH"]})
        text = (said.stdout + said.stderr).decode(errors="replace")
        alert = re.search(r"SSL alert number (\d+)", text)
        if alert:
            self.read_until(b":error:")
            log = re.findall(r":error:[^:]*:[^:]*:[^:]*:([^:]*):", self.said.decode(errors="replace"))
            return {"alert": int(alert.group(1)), "log": log[0] if log else None}
        suite = re.search(r"Cipher is TLS_(\S+)", text).group(1)
        key = re.search(r"subject=CN = (\S+)", text).group(1)
        kind = re.search(r"Peer signature type: (\S+)", text).group(1)
        digest = re.search(r"Peer signing digest: SHA(\d+)", text)
        pss = "rsa_pss_pss_sha" if "rsapss" in key else "rsa_pss_rsae_sha"
        wanted = {"RSA-PSS": pss, "ECDSA": "sha"}.get(kind, kind.lower()) + (digest.group(1) if digest else "")
        sigalg = next(n for n, name in SIGALG_NAMES.items() if name.endswith(wanted) and
                      (kind != "ECDSA" or name.startswith("ecdsa")))
        suite = {"AES_256_GCM_SHA384": 0x1302, "CHACHA20_POLY1305_SHA256": 0x1303, "AES_128_GCM_SHA256": 0x1301}[suite]
        return {"version": "TLSv1.3", "suite": suite, "group": 29, "key": key, "sigalg": sigalg}

    def stop(self):
        self.process.kill()
        self.process.wait()


def make_keys(folder):
    run = lambda line: subprocess.run(["openssl"] + line.split(), check=True, capture_output=True, cwd=folder)
    kinds = {}
    for name, how in KEYS.items():
        run(f"{how} -out {name}.key")
        run(f"req -x509 -new -key {name}.key -out {name}.crt -days 3000 -subj /CN={name}")
        kinds[name] = subprocess.run(["openssl", "x509", "-in", f"{folder}/{name}.crt", "-outform", "DER"],
                                     check=True, capture_output=True).stdout
    run("genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh2048.pem")
    return kinds


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("openssl")
    arguments.add_argument("--root", default="")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--servers", type=int, default=60)
    arguments.add_argument("--hellos", type=int, default=25)
    arguments.add_argument("--port", type=int, default=26443)
    arguments.add_argument("--cases", help="a file of cases instead of random ones")
    given = arguments.parse_args()
    make_shares()
    outside = tempfile.mkdtemp(dir=(given.root or "") + "/tmp")
    try:
        kinds = make_keys(outside)
        record(given, outside[len(given.root.rstrip("/")):], kinds)
    finally:
        shutil.rmtree(outside)


def record(given, folder, kinds):
    command = (["chroot", given.root] if given.root else []) + [given.openssl, "version"]
    version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[1]
    print(json.dumps({"openssl": version}))
    r = random.Random(given.seed)
    drawn = []
    for _ in range(given.servers):
        setting = draw_server(r)
        whole = len(setting["keys"]) > 1 and setting["max"] == "TLSv1.3" or r.random() < .1
        hellos = [draw_hello(r) for _ in range(given.hellos)]
        drawn.append((setting, hellos + [draw_whole(r) | {"whole": True} for _ in range(4 * whole)]))
    if given.cases:
        drawn = [(c["server"], c["hellos"]) for c in json.load(open(given.cases))]
    for number, (setting, hellos) in enumerate(drawn):
        server = Server(given.openssl, folder, given.root, given.port + number % 50, setting)
        try:
            if not server.starts():
                continue  # Not everything is known to every release.
            rows = []
            for hello in hellos:
                if server.process.poll() is not None:
                    break  # It gives up where it has nothing to offer at all.
                try:
                    ask = server.ask_whole if hello.get("whole") else server.ask
                    rows.append(dict(hello, answer=ask(hello, kinds)))
                except ConnectionRefusedError:
                    break
            print(json.dumps({"server": setting, "hellos": rows}), flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
