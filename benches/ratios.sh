#!/bin/bash
# Wall time and peak memory of `tlslint check` on 1,001 files with 3,000 servers in 37,000 lines, beside
# `nginx -t` and crossplane (PyPI) where they are installed, and how long it takes to start up. Prints
# only; best of several runs. Goals: 0.15 s, 50 MiB, start-up 5 ms.
set -uo pipefail
cd "$(dirname "$0")/.."

cargo build --release --quiet || exit 0
tlslint=$PWD/target/release/tlslint
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
TLSLINT_TREE=$tree cargo bench --quiet --bench throughput || exit 0
echo "tree: $(find "$tree" -name '*.conf' | wc -l) files, $(cat "$tree"/nginx.conf "$tree"/sites/*.conf | wc -l) lines," \
     "$(cat "$tree"/sites/*.conf | grep -c '^server') servers"
mkdir "$tree/small"
printf 'events {}\nhttp { server { listen 443 ssl; } }\n' > "$tree/small/nginx.conf"

# best RUNS COMMAND...: the shortest wall time in seconds, and the peak memory in MiB.
best() {
    python3 - "$@" <<'PY'
import os, subprocess, sys, time
runs, command, best, peak = int(sys.argv[1]), sys.argv[2:], float("inf"), 0
for _ in range(runs):
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    best, peak = min(best, time.perf_counter() - start), max(peak, usage.ru_maxrss)
print(f"{best:.4f} {peak / 1024:.1f}")
PY
}

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
exit 0
