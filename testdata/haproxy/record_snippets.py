#!/usr/bin/env python3
"""Records what real HAProxies say about the snippets in syntax/snippets.jsonl.

    record_snippets.py TREE... [--check] [--only TEXT] [--file FILE]

Each TREE is the root of an unpacked system with /usr/sbin/haproxy in it ("/" for this one); root is needed, and
`unshare`. Every snippet is tested with `haproxy -c`, and from 2.7 on also printed with `haproxy -dC -c`; nothing is
started. Without --check the answers of these versions are written into FILE (syntax/snippets.jsonl beside this
script); with it they are compared, differences are printed, and the exit code is 1 if there are any.

One snippet is one line of JSON:

    name      what it is about
    config    the file: a text, or a list of texts and [text, count] pairs to repeat
    files     more files by name, which are read after it in this order; the first is h.cfg
    beside    files that it names, such as a crt-list
    env       the environment, in full
    encoding  "latin-1" when the texts stand for bytes, UTF-8 otherwise

and, as recorded, `answers`: by version what `haproxy -c` said,

    ok        whether the configuration is valid (2 counts: nothing is wrong, but nothing listens)
    errors    its alerts with a place, as [message, file, line]
    warnings  its warnings with a place, likewise
    words     what `-dC` printed, line by line, without blanks around it

The recorded servers are those of Debian 11, 12, 13, sid and experimental.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

DEFAULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "syntax", "snippets.jsonl")


def content(snippet, text):
    """The bytes of a text or of a list of texts and repetitions."""
    pieces = [text] if isinstance(text, str) else text
    whole = "".join(p if isinstance(p, str) else p[0] * p[1] for p in pieces)
    return whole.encode(snippet.get("encoding", "utf-8"))


def run(tree, directory, arguments, env):
    """Runs haproxy in a tree, with the devices that newer versions ask for."""
    inside = "/" + os.path.relpath(directory, tree)
    script = 'mount --bind /dev "$0/dev" && tree=$0 && shift 0 && exec chroot "$tree" /usr/sbin/haproxy "$@"'
    if os.path.realpath(tree) == "/":
        script = 'exec /usr/sbin/haproxy "$@"'
    arguments = [a.replace("@", inside) for a in arguments]
    # The environment is HAProxy's; the shell needs none.
    command = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", "PATH=/usr/sbin:/usr/bin:/sbin:/bin; unset PWD OLDPWD; " + script, tree, *arguments]
    return subprocess.run(command, capture_output=True, timeout=20, env=env)


def version(tree):
    out = run(tree, tree, ["-v"], {}).stdout.decode()
    return re.search(r"version (\d+\.\d+\.\d+)", out)[1]


def ask(tree, known, snippet):
    """What haproxy answers, as the fields to record."""
    with tempfile.TemporaryDirectory(prefix="snippet", dir=os.path.join(tree, "tmp")) as directory:
        os.chmod(directory, 0o755)
        files = [("h.cfg", snippet["config"]), *snippet.get("files", {}).items()]
        for name, text in [*files, *snippet.get("beside", {}).items()]:
            with open(os.path.join(directory, name), "wb") as file:
                file.write(content(snippet, text))
        names = ["-C", "@", *(word for name, _ in files for word in ("-f", name))]
        env = snippet.get("env", {})
        got = run(tree, directory, ["-c", *names], env)
        inside = "/" + os.path.relpath(directory, tree) + "/"
        found = answer(got, inside)
        if [int(n) for n in known.split(".")[:2]] >= [2, 7]:
            dump = run(tree, directory, ["-dC", "-c", *names], env)
            text = dump.stdout.decode("latin-1").replace(inside, "")
            lines = [line.strip(" \t") for line in text.split("\n")]
            remarks = ("Configuration file ", "Warnings were found.")
            lines = [line for line in lines if line and not line.startswith(remarks)]
            half = len(lines) // 2
            # Since 3.1 files are read twice, and printed as often.
            found["words"] = lines[:half] if lines[:half] == lines[half:] else lines
        return found


def answer(got, inside):
    """Takes verdict, alerts and warnings out of what haproxy wrote."""
    found = {"ok": got.returncode in (0, 2), "errors": [], "warnings": []}
    output = got.stderr.decode("utf-8", "replace").replace(inside, "")
    for level, message in re.findall(r"(?m)^\[(ALERT|WARNING)\][^:\n]*: (?:config : )?(.*)$", output):
        place = re.match(r"[Pp]arsing \[([^:\]]*):(\d+)\] ?:? ?(.*)", message)
        if place:
            key = "errors" if level == "ALERT" else "warnings"
            found[key].append([place[3], place[1], int(place[2])])
    return found


def main(arguments):
    check, only, path, trees = False, "", DEFAULT, []
    words = iter(arguments)
    for word in words:
        if word == "--check":
            check = True
        elif word == "--only":
            only = next(words)
        elif word == "--file":
            path = next(words)
        else:
            trees.append(word)
    if not trees:
        sys.exit(__doc__)
    with open(path, encoding="utf-8") as file:
        snippets = [json.loads(line) for line in file if line.strip()]
    differences = 0
    for tree in trees:
        known = version(tree)
        for snippet in snippets:
            if only not in snippet["name"]:
                continue
            found = ask(tree, known, snippet)
            answers = snippet.setdefault("answers", {})
            if check and answers.get(known) != found:
                differences += 1
                print(f"{snippet['name']}: {known} says {found}, said {answers.get(known)}")
            elif not check:
                answers[known] = found
    if not check:
        with open(path, "w", encoding="utf-8") as file:
            for snippet in snippets:
                file.write(json.dumps(snippet, ensure_ascii=True) + "\n")
    print(f"{len(snippets)} snippets" + (f", {differences} differences" if check else " recorded"))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
