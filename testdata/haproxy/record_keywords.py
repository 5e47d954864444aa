#!/usr/bin/env python3
"""Records what real HAProxies say about the single lines in keywords/snippets.txt, and about versions of TLS.

    record_keywords.py TREE... [--check]

Each TREE is the root of an unpacked system with /usr/sbin/haproxy in it ("/" for this one); root is needed, and
`unshare`. Every line is put into its section by itself and given to `haproxy -c`; nothing is started, nothing is
fetched. What these versions say replaces what keywords/answers.json says of them; with --check it is compared, and
the exit code is 1 if anything differs.

A line of snippets.txt is `SECTION | LINE`. A line of versions.txt is `BIND | DEFAULTS | WORDS` or
`SERVER | DEFAULTS | WORDS`: the words of a line about versions of TLS, after those of `ssl-default-…-options`.

answers.json holds by line and then by text, `[LEVEL, MESSAGE]` each, which versions say so: what is printed
about that line, without the place. Before 2.4 unknown words are followed by all known ones, which are left out.

The recorded servers are those of Debian 11, 12, 13, sid and experimental.
"""

import json
import os
import re
import sys
import tempfile

from record_snippets import run, version

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keywords")
ANSWERS = os.path.join(HERE, "answers.json")


def lines(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [line for line in file.read().splitlines() if line and not line.startswith("#")]


def config(snippet):
    """The file, and whether what matters is printed about the whole and not about the second line."""
    kind, *rest = [part.strip() for part in snippet.split("|")]
    if kind not in ("BIND", "SERVER"):
        return f"{kind}\n    {rest[0]}\n", False
    side = kind.lower()
    defaults, words = rest
    text = f"global\n    ssl-default-{side}-options {defaults}\n" if defaults else ""
    if kind == "BIND":
        # Without a certificate, which `strict-sni` turns into a warning.
        return text + f"frontend f\n    mode http\n    timeout client 1s\n    bind :1 ssl strict-sni {words}\n", True
    text += "backend b\n    mode http\n    timeout connect 1s\n    timeout server 1s\n"
    return text + f"    server s 127.0.0.1:1 ssl verify none {words}\n", True


def says(output, whole):
    """The alerts and warnings, each as `[LEVEL, MESSAGE]`."""
    found = []
    for level, message in re.findall(r"(?m)^\[(ALERT|WARNING)\][^:\n]*: (?:config : )?(.*)$", output):
        if whole:
            if re.search(r"version|no-sslv3|ssl-m", message):
                found.append([level, re.sub(r" ?(at )?\[h\.cfg:\d+\]( : )?", "", message)])
            continue
        place = re.match(r"(?:[Pp]arsing )?\[h\.cfg:2\] ?: ?(.*)", message)
        # The second alert about a `default-server` has no place.
        nowhere = re.match(r"(unknown keyword .*Hint.*|'[^']*' option is not accepted in .*)", message)
        if place or nowhere:
            text = (place or nowhere)[1]
            text = re.sub(r"^(?:parsing )?\[h\.cfg:2\] : ", "", text)
            found.append([level, text.removesuffix(" Registered keywords :")])
    return found


def ask(tree, snippet):
    with tempfile.TemporaryDirectory(prefix="keyword", dir=os.path.join(tree, "tmp")) as directory:
        os.chmod(directory, 0o755)
        text, whole = config(snippet)
        with open(os.path.join(directory, "h.cfg"), "w", encoding="utf-8") as file:
            file.write(text)
        got = run(tree, directory, ["-c", "-f", "@/h.cfg"], {})
        inside = "/" + os.path.relpath(directory, tree) + "/"
        output = (got.stdout + got.stderr).decode("utf-8", "replace").replace(inside, "")
        return says(output, whole)


def main(arguments):
    check = "--check" in arguments
    trees = [word for word in arguments if word != "--check"]
    if not trees:
        sys.exit(__doc__)
    recorded = {}
    if os.path.exists(ANSWERS):
        with open(ANSWERS, encoding="utf-8") as file:
            recorded = json.load(file)
    by_version = {}
    for snippet, texts in recorded.items():
        for text, versions in texts:
            for known in versions:
                by_version.setdefault(known, {})[snippet] = text
    snippets = lines("snippets.txt") + lines("versions.txt")
    differences = 0
    for tree in trees:
        known = version(tree)
        found = {snippet: ask(tree, snippet) for snippet in snippets}
        before = by_version.get(known, {})
        if check:
            for snippet in snippets:
                if before.get(snippet) != found[snippet]:
                    differences += 1
                    print(f"{snippet}\n  {known} says {found[snippet]}\n  said {before.get(snippet)}")
        by_version[known] = found
    if not check:
        answers = {}
        for snippet in snippets:
            texts = []
            for known, found in sorted(by_version.items(), key=lambda item: [int(n) for n in item[0].split(".")]):
                if snippet not in found:
                    continue
                same = [entry for entry in texts if entry[0] == found[snippet]]
                same[0][1].append(known) if same else texts.append([found[snippet], [known]])
            answers[snippet] = texts
        with open(ANSWERS, "w", encoding="utf-8") as file:
            rows = (f"{json.dumps(snippet)}: {json.dumps(texts)}" for snippet, texts in answers.items())
            file.write("{\n" + ",\n".join(rows) + "\n}\n")
    print(f"{len(snippets)} lines" + (f", {differences} differences" if check else " recorded"))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
