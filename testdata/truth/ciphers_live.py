#!/usr/bin/env python3
"""Holds `tlslint ciphers` against the OpenSSL that is installed on this machine.

    ciphers_live.py [BINARY] [--count N] [--seed N] [--openssl COMMAND]

BINARY is tlslint (default: the newer of target/release/tlslint and target/debug/tlslint). Fresh random
cipher strings are made of keywords, suite names, separators, operators, @STRENGTH and @SECLEVEL, and of
mutations of strings from public projects; the seed is printed and by default a new one each run. Both are
asked what each string selects, and must agree on

  * the suites in their order, or the reason to refuse the string;
  * the security level that it leaves in force;
  * the word that let each suite in: OpenSSL finds the suite in that word, asked alone; likewise the word
    that threw one out;
  * the words passed over: OpenSSL does not know them, as it skips what hangs on them.

OpenSSL is asked through its library (SSL_CTX_set_cipher_list, SSL_CTX_get_ciphers), which takes thousands
of strings a second; that this is what `openssl ciphers -ciphersuites ''` prints is checked on a few. With
--openssl COMMAND, or without the library, the program is asked for everything (slow, and without levels).

Modelled are Debian's builds: other algorithms compiled in or a legacy provider that is switched on show as
differences. The first differences are printed, shrunk to the shortest string that shows them. The last line
is `N passed, M failed`; the exit code is 1 if anything failed.
"""

import argparse
import ctypes
import ctypes.util
import functools
import gzip
import json
import random
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CIPHERS = HERE / "ciphers"
#: differences that are shrunk and shown
SHOWN = 5
TLS13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]


# ---- OpenSSL

class Library:
    """The installed libssl."""

    def __init__(self) -> None:
        name = next((n for n in ("libssl.so.4", "libssl.so.3", "libssl.so.1.1") if loads(n)), None)
        name = name or ctypes.util.find_library("ssl")
        if name is None:
            raise OSError("no libssl")
        ssl = self.ssl = ctypes.CDLL(name)
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        for function, result, arguments in (
                ("OpenSSL_version", text, [number]), ("TLS_server_method", pointer, []),
                ("SSL_CTX_new", pointer, [pointer]), ("SSL_CTX_free", None, [pointer]),
                ("SSL_CTX_set_cipher_list", number, [pointer, text]),
                ("SSL_CTX_set_ciphersuites", number, [pointer, text]),
                ("SSL_CTX_get_ciphers", pointer, [pointer]),
                ("SSL_CTX_get_security_level", number, [pointer]),
                ("OPENSSL_sk_num", number, [pointer]), ("OPENSSL_sk_value", pointer, [pointer, number]),
                ("SSL_CIPHER_get_name", text, [pointer]), ("SSL_CIPHER_standard_name", text, [pointer]),
                ("ERR_get_error", ctypes.c_ulong, []), ("ERR_reason_error_string", text, [ctypes.c_ulong]),
                ("ERR_clear_error", None, [])):
            f = getattr(ssl, function)
            f.restype, f.argtypes = result, arguments
        self.version = ssl.OpenSSL_version(0).decode().split()[1]
        self.context = None
        self.renew()
        self.level = ssl.SSL_CTX_get_security_level(self.context)

    def renew(self) -> None:
        """A fresh context: levels, and what SUITEB… sets, would stay in a used one."""
        ssl = self.ssl
        ssl.SSL_CTX_free(self.context)
        self.context = ssl.SSL_CTX_new(ssl.TLS_server_method())
        ssl.SSL_CTX_set_ciphersuites(self.context, b"")
        ssl.ERR_clear_error()

    def ask(self, string: str) -> tuple:
        """Names or None, the reason or None, the level or None."""
        self.renew()
        ssl, context = self.ssl, self.context
        if not ssl.SSL_CTX_set_cipher_list(context, string.encode()):
            return None, ssl.ERR_reason_error_string(ssl.ERR_get_error()).decode(), None
        return self.listed(ssl.SSL_CIPHER_get_name), None, ssl.SSL_CTX_get_security_level(context)

    def listed(self, name) -> tuple:
        stack = self.ssl.SSL_CTX_get_ciphers(self.context)
        suites = (self.ssl.OPENSSL_sk_value(stack, n) for n in range(self.ssl.OPENSSL_sk_num(stack)))
        return tuple(name(suite).decode() for suite in suites)


def loads(name: str) -> bool:
    try:
        return bool(ctypes.CDLL(name))
    except OSError:
        return False


class Program:
    """`openssl ciphers`."""

    def __init__(self, command: str) -> None:
        self.command = command.split()
        self.version = self.run("version").stdout.split()[1]
        self.level = None

    def run(self, *argv: str) -> subprocess.CompletedProcess:
        return subprocess.run([*self.command, *argv], capture_output=True, text=True, errors="replace",
                              timeout=10, stdin=subprocess.DEVNULL)

    def ask(self, string: str) -> tuple:
        done = self.run("ciphers", "-ciphersuites", "", "--", string)
        if done.returncode == 0:
            return tuple(done.stdout.strip().split(":")), None, None
        return None, next((r for r in ("no cipher match", "invalid command") if r in done.stderr), done.stderr), None


# ---- tlslint

class Linter:
    def __init__(self, binary: Path, openssl) -> None:
        level = "" if openssl.level is None else f",seclevel={openssl.level}"
        self.argv = [str(binary), "ciphers", "--format", "json", "--target", f"openssl={openssl.version}{level}", "-"]

    def ask(self, strings: list) -> list:
        lines = "".join(f"{string}\n" for string in strings).encode()
        done = subprocess.run(self.argv, input=lines, capture_output=True, timeout=300)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(self.argv)}: {done.returncode}: {done.stderr.decode(errors='replace')}")
        return [json.loads(line) for line in done.stdout.splitlines()]


class Comparison:
    def __init__(self, openssl, linter: Linter) -> None:
        self.openssl, self.linter = openssl, linter
        self.alone = functools.lru_cache(None)(lambda word: frozenset(openssl.ask(word)[0] or ()))
        self.unknown = functools.lru_cache(None)(self._unknown)

    def difference(self, string: str, ours: dict) -> "str | None":
        """What the two do not agree upon."""
        theirs, reason, level = self.openssl.ask(string)
        if ours["string"] != string:
            return f"tlslint read {ours['string']!r}"
        if reason is not None or ours["error"] is not None:
            return None if reason == ours["error"] else f"OpenSSL: {reason or theirs}, tlslint: {ours['error']}"
        if list(theirs) != ours["ciphers"]:
            return f"OpenSSL: {' '.join(theirs)}\n  tlslint: {' '.join(ours['ciphers'])}"
        if level is not None and (ours["level"] != level or ours["seclevel"] not in (None, level)):
            return f"OpenSSL: level {level}, tlslint: {ours['level']} ({ours['seclevel']})"
        if list(ours["why"]) != ours["ciphers"]:
            return "`why` is not about the suites of the list"
        words = list(ours["why"].items()) + [(s, w[1:]) for s, w in ours["removed"].items()]
        wrong = [f"{word} does not hold {suite}" for suite, word in words
                 if word not in string or suite not in self.alone(word)]
        wrong += [f"{word} is known" for word in ours["ignored"] if not self.unknown(word)]
        return "; ".join(wrong) or None

    def _unknown(self, word: str) -> bool:
        """What hangs on an unknown word is skipped with it."""
        return self.openssl.ask(f"AES128-SHA:!{word}!AES128-SHA")[0] == ("AES128-SHA",)

    def shrink(self, string: str) -> str:
        """The shortest string that still differs, dropping items, words and letters."""
        def differs(candidate: str) -> bool:
            return self.difference(candidate, self.linter.ask([candidate])[0]) is not None

        for pieces in (r"[^:;, ]*[:;, ]?", r"[A-Za-z0-9._=]+|.", r"."):
            progress = True
            while progress:
                progress = False
                parts = re.findall(pieces, string)
                for start in range(len(parts)):
                    shorter = "".join(parts[:start] + parts[start + 1:])
                    if shorter != string and differs(shorter):
                        string, progress = shorter, True
                        break
        return string


# ---- strings

class Generator:
    def __init__(self, seed: int, openssl) -> None:
        self.random = random.Random(seed)
        self.seeds = [case["s"] for case in read("projects.json.gz")["cases"] if not re.search(r"[\r\n\0]", case["s"])]
        self.keywords = sorted(read("keywords.json.gz")["keywords"])
        self.suites = list(openssl.ask("ALL:COMPLEMENTOFALL")[0])
        self.standard = TLS13
        if isinstance(openssl, Library):
            self.standard = TLS13 + list(openssl.listed(openssl.ssl.SSL_CIPHER_standard_name))

    def string(self) -> str:
        r = self.random
        if r.random() < 0.45:
            string = r.choice(self.seeds)
            for _ in range(r.choice((1, 1, 2, 3, 5))):
                string = self.mutated(string)
            return string
        start = r.choices(("", "DEFAULT", "DEFAULT:", "SUITEB128", "SUITEB192:", "SUITEB128C2:", "SUITEB128ONLY", " "),
                          (80, 6, 6, 1, 1, 1, 1, 4))[0]
        return start + "".join(self.item() + self.separator() for _ in range(r.randint(1, 9))) + self.item()

    def separator(self) -> str:
        return self.random.choices((":", " ", ",", ";", "::", ": ", ""), (80, 4, 5, 3, 2, 2, 4))[0]

    def item(self) -> str:
        r = self.random
        if r.random() < 0.08:
            return r.choice(["@STRENGTH"] * 6 + [f"@SECLEVEL={n}" for n in range(6)]
                            + ["@SECLEVEL=6", "@SECLEVEL=", "@SECLEVEL=10", "@FOO", "@", "@strength", "!@STRENGTH"])
        operator = r.choices(("", "!", "-", "+"), (48, 20, 18, 14))[0]
        return operator + "+".join(self.word() for _ in range(r.choices((1, 2, 3), (68, 24, 8))[0]))

    def word(self) -> str:
        r = self.random
        source = r.choices((self.keywords, self.suites, self.standard), (58, 34, 5))[0] if r.random() > 0.03 else None
        word = r.choice(source) if source else r.choice(("FOO", "high", "DEFAULT", "", "é", "x_y", "TLSv1.3", "AEAD"))
        return self.mutated(word) if r.random() < 0.02 else word

    def mutated(self, string: str) -> str:
        r = self.random
        at = r.randint(0, len(string))
        items = re.split(r"([:;, ])", string)
        one = r.randrange(len(items))
        return r.choice((
            lambda: string[:at] + string[at + 1:],
            lambda: string[:at] + r.choice("!+-@:;, ._=*/'\"[]|\\$\tAa0é") + string[at:],
            lambda: string[:at].swapcase()[-1:].join((string[:at][:-1], string[at:])),
            lambda: "".join(items[:one] + items[one + 1:]),
            lambda: "".join(items[:one] + [items[one], ":"] + items[one:]),
            lambda: "".join(r.sample(items, len(items))),
            lambda: string + self.separator() + self.item(),
            lambda: self.item() + self.separator() + string,
            lambda: string + ":" + r.choice(self.seeds),
        ))()


def read(file: str) -> dict:
    with gzip.open(CIPHERS / file, "rt") as f:
        return json.load(f)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary", nargs="?", type=Path)
    options.add_argument("--count", type=int, default=8000)
    options.add_argument("--seed", type=int, default=None)
    options.add_argument("--openssl", metavar="COMMAND")
    given = options.parse_args()
    built = [HERE.parents[1] / "target" / kind / "tlslint" for kind in ("release", "debug")]
    binary = given.binary or max((b for b in built if b.exists()), key=lambda b: b.stat().st_mtime, default=None)
    if binary is None:
        return sys.exit("there is no tlslint: cargo build")
    try:
        openssl = Program(given.openssl) if given.openssl else Library()
    except (OSError, AttributeError) as error:
        print(f"asking the program, as the library cannot be asked: {error}")
        openssl = Program("openssl")
        given.count = min(given.count, 2000)
    seed = random.randrange(10**9) if given.seed is None else given.seed
    print(f"OpenSSL {openssl.version}, {given.count} strings of seed {seed}", flush=True)

    generator, linter = Generator(seed, openssl), Linter(binary.resolve(), openssl)
    strings = sorted({generator.string() for _ in range(given.count)})
    comparison = Comparison(openssl, linter)
    failed, taken = [], 0
    for string, ours in zip(strings, linter.ask(strings), strict=True):
        taken += ours["error"] is None
        if comparison.difference(string, ours):
            failed.append(string)
    if isinstance(openssl, Library) and not given.openssl:
        program = Program("openssl")
        if program.version == openssl.version:
            strange = [s for s in random.Random(seed).sample(strings, min(50, len(strings)))
                       if program.ask(s)[:2] != openssl.ask(s)[:2]]
            if strange:
                print(f"the library and `openssl ciphers` differ: {strange[0]!r}")
                failed += strange
    for string in failed[:SHOWN]:
        short = comparison.shrink(string)
        print(f"{short!r}\n  {comparison.difference(short, linter.ask([short])[0])}\n  found in {string!r}")
    print(f"{taken} strings select something, {len(strings) - taken} are refused")
    print(f"{len(strings) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
