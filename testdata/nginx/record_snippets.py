#!/usr/bin/env python3
"""Records what a real nginx says about the snippets in syntax/snippets.jsonl.

    record_snippets.py NGINX [--check] [FILE]

NGINX is the binary to ask, FILE the snippets (syntax/snippets.jsonl beside this script). Every snippet
is tested with `nginx -t`; nothing is started. Without --check the answers are written into the file; with it
they are compared, differences are printed, and the exit code is 1 if there are any.

One snippet is one line of JSON:

    name      what it is about
    config    the main file: a text, or a list of texts and [text, count] pairs to repeat
    files     further files by name, for include; relative names resolve beside the main file
    modules   dynamic modules it needs: "stream", "mail", "lua"
    encoding  "latin-1" when the texts stand for bytes, UTF-8 otherwise

and, as recorded,

    verdict   "accepted" or "rejected"
    message   nginx's first error, without place
    file      where it is, relative; absent when nginx names none
    line      and its line
    cause     "accepted", "syntax", "unknown directive", "placement", "argument count", "body" (a `;` where a block
              must follow or the reverse), "duplicate", "value" or "other"
    warnings  what nginx remarked without refusing, as [message, file, line]

To add snippets append lines with a name and a config, then record. The recorded server is nginx 1.22.1 of
Debian 12 with libnginx-mod-stream, libnginx-mod-mail and libnginx-mod-http-lua.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

MODULES = "/usr/lib/nginx/modules"
OBJECTS = {
    "stream": ["ngx_stream_module.so"],
    "mail": ["ngx_mail_module.so"],
    "lua": ["ndk_http_module.so", "ngx_http_lua_module.so"],
}
ANSWERS = ["verdict", "cause", "message", "file", "line", "warnings"]

CAUSES = [
    ("syntax", r'(?s:unexpected "."$)|unexpected end of file|too long parameter|Lua code block missing'),
    ("unknown directive", r"unknown directive "),
    ("placement", r'".*" directive is not allowed here'),
    ("argument count", r"invalid number of (arguments|parameters)|wrong number of arguments"),
    ("body", r'directive ".*" (is not terminated by ";"|has no opening "\{")'),
    ("duplicate", r'.*(is duplicate|duplicate )'),
    ("value", r'(the )?invalid |".*" directive invalid number|unexpected ".*" in condition|unknown |unsupported |.*(must be|invalid value|invalid (size|time)|is invalid)'),
]


def content(snippet, text):
    """The bytes of a text or of a list of texts and repetitions."""
    pieces = [text] if isinstance(text, str) else text
    whole = "".join(p if isinstance(p, str) else p[0] * p[1] for p in pieces)
    return whole.encode(snippet.get("encoding", "utf-8"))


def ask(nginx, snippet):
    """What nginx answers, as the fields to record."""
    with tempfile.TemporaryDirectory(prefix="snippet") as directory:
        for name, text in [("nginx.conf", snippet["config"]), *snippet.get("files", {}).items()]:
            with open(os.path.join(directory, name), "wb") as file:
                file.write(content(snippet, text))
        load = "".join(
            f"load_module {MODULES}/{name};" for m in snippet.get("modules", []) for name in OBJECTS[m]
        )
        main = os.path.join(directory, "nginx.conf")
        command = [nginx, "-t", "-e", "stderr", "-p", directory, "-c", main, "-g", f"pid {directory}/pid; {load}"]
        run = subprocess.run(command, capture_output=True, timeout=30)
        return answer(run.returncode, run.stderr, directory)


def answer(code, output, directory):
    """Takes the verdict, the first error and the warnings out of what nginx wrote."""
    place = re.compile(rb"(.*) in " + re.escape(directory.encode() + b"/") + rb"([^\n]*):(\d+)", re.S)
    entries = re.split(rb"(?m)^(?=\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[|nginx: )", output)
    found = {"verdict": "accepted" if code == 0 else "rejected", "cause": "accepted" if code == 0 else "other"}
    for entry in entries:
        head = re.match(rb"(?:nginx: |\S+ \S+ )\[(emerg|error|warn)\] (?:\d+#\d+: )?(?:\*\d+ )?(.*)\Z", entry, re.S)
        if not head:
            continue
        level, message = head[1], head[2].rstrip(b"\n")
        where = place.fullmatch(message)
        file, line = (where[2].decode(), int(where[3])) if where else (None, None)
        message = (where[1] if where else message).replace(directory.encode(), b"").decode("utf-8", "replace")
        if level == b"warn":
            found.setdefault("warnings", []).append([message, file, line])
        elif code != 0 and "message" not in found:
            found["message"] = message
            if where:
                found["file"], found["line"] = file, line
            found["cause"] = next((c for c, pattern in CAUSES if re.match(pattern, message, re.S)), "other")
    return found


def main(arguments):
    check = "--check" in arguments
    arguments = [a for a in arguments if a != "--check"]
    if not arguments or arguments[0].startswith("-"):
        sys.exit(__doc__)
    nginx = arguments[0]
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "syntax", "snippets.jsonl")
    path = arguments[1] if len(arguments) > 1 else default
    with open(path, encoding="utf-8") as file:
        snippets = [json.loads(line) for line in file if line.strip()]
    differences = 0
    for snippet in snippets:
        found = ask(nginx, snippet)
        if check:
            for key in ANSWERS:
                if snippet.get(key) != found.get(key):
                    differences += 1
                    print(f"{snippet['name']}: {key} is {found.get(key)!r}, was {snippet.get(key)!r}")
        else:
            for key in ANSWERS:
                snippet.pop(key, None)
            snippet.update({key: found[key] for key in ANSWERS if key in found})
    if not check:
        with open(path, "w", encoding="utf-8") as file:
            for snippet in snippets:
                file.write(json.dumps(snippet, ensure_ascii=True) + "\n")
    print(f"{len(snippets)} snippets" + (f", {differences} differences" if check else " recorded"))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
