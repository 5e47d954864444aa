#!/bin/bash
# Wall time and peak memory of `tlslint check` on 1,001 files with 3,000 servers in 37,000 lines, beside
# `nginx -t` and crossplane (PyPI) where they are installed, how long it takes to start up, and how long a
# list of suites takes beside OpenSSL's own library and program. Prints only; best of several runs. Goals: 0.15 s, 50 MiB, start-up 5 ms.
set -uo pipefail
cd "$(dirname "$0")/.."
. benches/best.sh

cargo build --release --quiet || exit 0
tlslint=$PWD/target/release/tlslint
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
TLSLINT_TREE=$tree cargo bench --quiet --bench throughput || exit 0
echo "tree: $(find "$tree" -name '*.conf' | wc -l) files, $(cat "$tree"/nginx.conf "$tree"/sites/*.conf | wc -l) lines," \
     "$(cat "$tree"/sites/*.conf | grep -c '^server') servers"
mkdir "$tree/small"
printf 'events {}\nhttp { server { listen 443 ssl; } }\n' > "$tree/small/nginx.conf"

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

read -r ours memory < <(best 10 "$tlslint" check --format concise "$tree")
echo "tlslint check: $ours s, $memory MiB (goals: 0.15 s, 50 MiB)"
read -r shown memory < <(best 5 "$tlslint" show --format json "$tree")
echo "tlslint show: $shown s, $memory MiB"
read -r start _ < <(best 50 "$tlslint" check --format concise "$tree/small")
echo "tlslint check on a tiny file: $start s (goal: 0.005 s)"
if command -v nginx > /dev/null; then
    read -r theirs memory < <(best 3 nginx -t -q -c "$tree/nginx.conf" -g "pid $tree/nginx.pid;")
    echo "nginx -t: $theirs s, $memory MiB ($(ratio "$theirs" "$ours") times tlslint's time)"
fi
if command -v crossplane > /dev/null; then
    read -r theirs memory < <(best 3 crossplane parse "$tree/nginx.conf")
    echo "crossplane parse: $theirs s, $memory MiB ($(ratio "$theirs" "$ours") times tlslint's time)"
fi
python3 - "$tlslint" <<'PY'
import subprocess, sys, time
sys.path.insert(0, "testdata/truth")
import ciphers_live
lists = [case["s"] for case in ciphers_live.read("projects.json.gz")["cases"] if "\n" not in case["s"]]

def best(runs, work, count):
    """Microseconds for each list."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) / count * 1e6

text = "\n".join(lists * 10).encode()
command = [sys.argv[1], "ciphers", "--format", "json", "-"]
ours = best(5, lambda: subprocess.run(command, input=text, stdout=subprocess.DEVNULL), 10 * len(lists))
print(f"tlslint ciphers: {ours:.0f} µs a list, reading and printing included")
try:
    library = ciphers_live.Library()
    theirs = best(3, lambda: [library.ask(s) for s in lists], len(lists))
    print(f"SSL_CTX_set_cipher_list {library.version}: {theirs:.0f} µs with a new context ({theirs / ours:.1f} times)")
    program = ciphers_live.Program("openssl")
    theirs = best(1, lambda: [program.ask(s) for s in lists[:100]], 100)
    print(f"openssl ciphers: {theirs:.0f} µs ({theirs / ours:.0f} times)")
except (OSError, AttributeError) as error:
    print(f"OpenSSL cannot be asked: {error}")
PY
exit 0
