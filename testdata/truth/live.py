#!/usr/bin/env python3
"""Holds tlslint against the nginx that is installed on this machine.

    live.py [BINARY] [--only GLOB] [--target TARGET] [--verbose]

BINARY is tlslint (default: the newer of target/release/tlslint and target/debug/tlslint). Every
configuration in nginx/cases is

  * given to `nginx -t`, which refuses it if and only if `tlslint check` has a fatal finding or exit code 2;
  * started, if nginx takes it, and spoken to by `openssl s_client`: for each socket, a few names on it and
    each protocol version. Compared with `tlslint show`: the sockets, whether they speak TLS, the versions
    accepted, suite, ALPN, the certificates sent and stapling. What tlslint says it cannot know is left out.

The target is made from what `nginx -V` says; --target overrides it. All of this happens in network, mount
and process namespaces of its own: ports stay as written, every address and host name leads to loopback,
nothing of the machine is touched, and nothing survives, whatever happens. That takes root, and unshare
and ip (Debian: util-linux, iproute2), nginx with its stream and mail modules, openssl.

Differences listed in nginx/expected-differences.txt for the same version of nginx (for any, if that version
was not recorded) are printed and not counted. The last line is `N passed, M failed`; the exit code is 1 if
anything failed. Nothing waits for longer than 10 s, and the whole ends after 10 minutes.
"""

import argparse
import base64
import fnmatch
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE / "nginx" / "cases"
TIMEOUT, OVERALL = 10, 600
#: what s_client calls a version, and how to ask for it and nothing else
VERSIONS = {"TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}
#: a client that takes everything
CLIENT = """openssl s_client -showcerts -status -alpn h2,http/1.1 -groups X25519:P-256:P-384:P-521:X448
    -cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0 -ciphersuites TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
    :TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256""".replace("\n    :", ":").split()


def run(argv: list, **more) -> subprocess.CompletedProcess:
    """One command, in bounded time."""
    return subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=TIMEOUT,
                          stdin=subprocess.DEVNULL, **more)


# ---- inside the namespaces

def isolate(scratch: Path, texts: list[str]) -> None:
    """Every address and every name is here; what nginx writes goes to `scratch`."""
    words = {word for text in texts for word in re.findall(r"[\w-]+(?:\.[\w-]+)+", text)}
    names = {word for word in words if not re.fullmatch(r"[\d.]+", word)}
    hosts = "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in sorted(names))
    (scratch / "hosts").write_text(hosts)
    commands = ["ip link set lo up", "ip route add local 0.0.0.0/0 dev lo", "ip -6 route add local ::/0 dev lo",
                "mount --make-rprivate /", f"mount --bind {scratch}/hosts /etc/hosts"]
    commands += [f"mount -t tmpfs tmpfs {d}" for d in ("/var/log/nginx", "/var/lib/nginx") if os.path.isdir(d)]
    for command in commands:
        done = run(command.split())
        if done.returncode and "-6" not in command:
            sys.exit(f"{command}: {done.stderr.strip()}")


def sockets() -> set[str]:
    """The TCP sockets that listen here, as host:port."""
    found = set()
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(file).read_text().splitlines()[1:] if os.path.exists(file) else ():
            local, state = line.split()[1], line.split()[3]
            host, port = local.split(":")
            raw = b"".join(bytes.fromhex(host[i:i + 8])[::-1] for i in range(0, len(host), 8))
            family = 2 if len(raw) == 4 else 10
            if state == "0A":
                found.add(show(socket.inet_ntop(family, raw), int(port, 16)))
    return found


def show(host: str, port) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def handshake(address: str, version: str, name: str) -> dict | None:
    """What a handshake ends on: None if the server speaks no TLS, {} if there was none."""
    sni = ["-servername", name] if name else ["-noservername"]
    plain = {**os.environ, "OPENSSL_CONF": "/dev/null"}
    try:
        done = run([*CLIENT, VERSIONS[version], "-connect", address, *sni], env=plain)
    except subprocess.TimeoutExpired:
        return {}
    text = done.stdout
    if "handshake has read 0 bytes" in text or re.search("wrong version number|too long", done.stderr):
        return None                                      # an answer in clear text, or none at all
    suite = re.search(r"Cipher is (\S+)", text)
    if not suite or suite[1] == "(NONE)" or "BEGIN CERTIFICATE" not in text:
        return {}
    chain = text.split("Server certificate")[0]          # -showcerts prints the chain first
    ders = [base64.b64decode(b) for b in re.findall("BEGIN CERTIFICATE-----(.*?)-----END", chain, re.S)]
    alpn = re.search(r"ALPN protocol: (\S+)", text)
    return {"suite": suite[1], "chain": [hashlib.sha256(der).hexdigest() for der in ders],
            "alpn": alpn and alpn[1], "stapled": "OCSP Response Status: successful" in text}


def choose(servers: list[dict], name: str) -> dict:
    """The predicted server for a name: exact, longest `*.x`, `x.*`, `~pattern`, default."""
    def rank(pattern: str) -> int:
        plain = pattern.lower().rstrip(".")
        parent = plain.lstrip("*")
        if plain in (name, "." + name):
            return 4000
        if parent.startswith(".") and name.endswith(parent):
            return 3000 + len(parent)
        if plain.endswith(".*") and name.startswith(plain[:-1]):
            return 2000 + len(plain)
        try:
            pcre = re.sub(r"\(\?<(?=\w)", "(?P<", pattern)
            return 1000 if pcre.startswith("~") and re.search(pcre[1:], name, re.I) else 0
        except re.error:
            return 0
    best, answer = 0, {"rejects_handshake": True}
    for server in servers:
        fits = max([int(server["default"]), *(rank(n) for n in server["names"] if name)])
        if fits > best:
            best, answer = fits, server
    return answer


def names_to_try(servers: list[dict]) -> list[str]:
    """No name, an unknown one, and what the servers are called; at most eight."""
    known = []
    for name in (n for server in servers for n in server["names"]):
        if name.startswith("*."):
            known.append("any" + name[1:])
        elif name.startswith("."):
            known += [name[1:], "any" + name]
        elif name.endswith(".*"):
            known.append(name[:-1] + "test")
        elif re.fullmatch(r"[\w.-]+\w", name):
            known.append(name)
    return ["", "unknown.invalid", *dict.fromkeys(known)][:8]


class Case:
    """One configuration, and what came of it."""

    def __init__(self, conf: Path, target: str, binary: str, now: str, scratch: Path):
        self.conf, self.scratch, self.results = conf, scratch, []
        self.tlslint = [binary, "{}", "--format", "json", "--no-config", "--now", now, "--target", target, conf.name]
        self.nginx = ["nginx", "-c", str(conf), "-p", f"{scratch}/", "-e", "stderr"]

    def hold(self, field: str, predicted, real, where: str = "", good: bool | None = None) -> None:
        """Compares one thing."""
        self.results.append({"case": self.conf.stem, "field": field, "where": where, "predicted": predicted,
                             "real": real, "good": predicted == real if good is None else good})

    def ask(self, what: str) -> tuple[int, dict]:
        done = run([what if x == "{}" else x for x in self.tlslint], cwd=self.conf.parent)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, {}

    def compare(self) -> None:
        code, checked = self.ask("check")
        refused = code == 2 or any(f.get("fatal") for f in checked.get("findings", ()))
        tested = run([*self.nginx, "-t"])
        why = next((line for line in tested.stderr.splitlines() if "[emerg]" in line), "")
        self.hold("fatal", "refused" if refused else "accepted", "refused" if tested.returncode else "accepted", why)
        if tested.returncode:
            return
        command = [*self.nginx, "-g", f"daemon off; pid {self.scratch}/nginx.pid;"]
        with open(self.scratch / "log", "w") as log:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                      start_new_session=True)
        try:
            self.compare_started(server)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(TIMEOUT)

    def compare_started(self, server: subprocess.Popen) -> None:
        listeners = self.ask("show")[1].get("listeners", [])
        end = time.monotonic() + TIMEOUT
        while server.poll() is None and not (self.scratch / "nginx.pid").exists() and time.monotonic() < end:
            time.sleep(0.01)
        if server.poll() is not None:
            return self.hold("starts", "runs", "exits: " + (self.scratch / "log").read_text()[-200:])
        real = sockets()
        wild = {s.rpartition(":")[2] for s in real if s.startswith(("0.0.0.0:", "[::]:"))}
        predicted = {}
        for listener in listeners:
            host, _, port = listener["address"].rpartition(":")
            host = host if re.fullmatch(r"[\d.]+|\[.*\]", host) else "127.0.0.1"    # all names lead there
            # Beside a wildcard nginx opens no other socket.
            if listener["transport"] == "tcp" and (f"{host}:{port}" in real or port not in wild):
                predicted[f"{host}:{port}"] = listener
        self.hold("listener mode", sorted(predicted), sorted(real))
        for address in sorted(real & predicted.keys()):
            listener = predicted[address]
            at = address.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:")
            if listener.get("proxy_protocol") or listener.get("mode") == "passthrough" or "mode" not in listener:
                continue
            if listener["mode"] == "plaintext":
                met = handshake(at, "TLSv1.2", "")
                self.hold("listener mode", "plaintext", "plaintext" if met is None else "tls", at)
                continue
            for name in names_to_try(listener["servers"]):
                server = choose(listener["servers"], name)
                met = {v: handshake(at, v, name) for v in VERSIONS}
                if None in met.values():
                    self.hold("listener mode", "tls", "plaintext", at)
                    break
                self.compare_name(server, met, f"{at} {name or '(no SNI)'}")

    def compare_name(self, server: dict, met: dict, where: str) -> None:
        unknown = {u.split(":")[0] for u in server.get("unknown", ())}
        rejects = server.get("rejects_handshake")
        real = [v for v, got in met.items() if got]
        if "rejects_handshake" in unknown or not real and "certificates" in unknown and not rejects:
            return                                      # the path holds a variable, say
        if rejects or not {"protocols"} & unknown:
            self.hold("protocols", [] if rejects else [v for v in server["protocols"] if v in VERSIONS], real, where)
        if rejects:
            return
        for version in real:
            got, at = met[version], f"{where} {version}"
            suites = server.get("ciphers")
            if suites is not None:
                self.hold("ciphers", suites.get(version), got["suite"], at, got["suite"] in suites.get(version, ()))
            if "alpn" not in unknown:
                offers = [x for x in server.get("alpn") or () if x in ("h2", "http/1.1")]
                self.hold("alpn", next(iter(offers), None), got["alpn"], at)
            chains = [c.get("chain_sha256") for c in server.get("certificates") or ()]
            if chains and all(chains) and "certificates" not in unknown:
                self.hold("certificates sent", chains, got["chain"], at, got["chain"] in chains)
            if server.get("stapling") is not None and "stapling" not in unknown:
                self.hold("stapled OCSP", server["stapling"], got["stapled"], at)


def inside(binary: str, target: str, now: str, only: str) -> None:
    """All cases; prints one JSON object for each comparison."""
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {OVERALL} s"))
    signal.alarm(OVERALL)
    confs = [c for c in sorted(CASES.glob("*.conf")) if fnmatch.fnmatch(c.stem, only)]
    with tempfile.TemporaryDirectory() as scratch:
        isolate(Path(scratch), [f.read_text("utf-8", "replace") for f in CASES.rglob("*.conf")])
        for conf in confs:
            case = Case(conf, target, binary, now, Path(scratch))
            try:
                case.compare()
            except (KeyError, TypeError, OSError, subprocess.TimeoutExpired) as e:
                case.hold("answers", "an answer", f"{type(e).__name__}: {e}"[:300])
            for result in case.results:
                print(json.dumps(result), flush=True)


# ---- outside

def installed_target() -> tuple[str, str]:
    """(target, nginx version) of what is installed."""
    about = run(["nginx", "-V"]).stderr
    nginx = re.search(r"nginx/([\d.]+)", about)[1]
    openssl = re.findall(r"(?:built|running) with OpenSSL (\d\S*?)\s", about)[-1]
    old = tuple(map(int, re.findall(r"\d+", openssl)[:2])) < (3, 2)
    level = 1 if old and not os.path.exists("/etc/debian_version") else 2      # Debian and Ubuntu raise it
    target = f"nginx={nginx},openssl={openssl},seclevel={level}"
    system = Path("/etc/ssl/openssl.cnf")
    minimum = re.search(r"(?m)^\s*MinProtocol\s*=\s*(\S+)", system.read_text() if system.exists() else "")
    return target + (f",min-protocol={minimum[1]}" if minimum else ""), nginx


def known_differences(nginx: str) -> set[tuple[str, str]]:
    """(case, field) of what is known to differ."""
    versions = {}
    for file in (HERE / "nginx" / "recorded").glob("*.jsonl"):
        match = re.search(r'"version":"([^"]+)"', file.read_text())
        versions[file.stem] = match and match[1]
    trees = {tree for tree, version in versions.items() if version == nginx} or set(versions)
    known = set()
    for line in (HERE / "nginx" / "expected-differences.txt").read_text().splitlines():
        case, its, field = (line.partition(": ")[0].split(" ", 2) + ["", ""])[:3]
        if case != "#" and trees & set(its.split(",")):
            known.add((case, field))
    return known


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("binary", nargs="?")
    ap.add_argument("--only", default="*", metavar="GLOB")
    ap.add_argument("--target")
    ap.add_argument("--verbose", action="store_true", help="print what agrees, too")
    a = ap.parse_args()
    built = [p for p in (HERE.parents[1] / "target" / k / "tlslint" for k in ("release", "debug")) if p.exists()]
    binary = os.path.abspath(a.binary or max(built, key=lambda p: p.stat().st_mtime, default="tlslint"))
    if not os.access(binary, os.X_OK):
        ap.error(f"{binary} cannot be run")
    target, nginx = installed_target()
    target = a.target or target
    print(f"{binary} against nginx {nginx}, as {target}")
    now = json.loads((CASES / "pki" / "manifest.json").read_text())["now"]
    known = known_differences(nginx)
    command = ["unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child",
               sys.executable, __file__, "--inside", binary, target, now, a.only]
    counts, cases = {True: 0, False: 0}, set()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            r = json.loads(line)
            cases.add(r["case"])
            is_known = not r["good"] and (r["case"], r["field"]) in known
            counts[r["good"]] += not is_known
            if a.verbose or not r["good"]:
                word = "ok" if r["good"] else "known" if is_known else "FAIL"
                print("{word:5} {case} {field}: predicted {predicted}, really {real} ({where})".format(word=word, **r))
    if process.returncode or not cases:
        print(f"the run inside the namespaces failed: {process.returncode}")
        counts[False] += 1
    print(f"{counts[True]} passed, {counts[False]} failed ({len(cases)} configurations)")
    return int(counts[False] > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        sys.exit(main())
