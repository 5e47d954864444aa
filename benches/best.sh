# For scripts here that measure: `. best.sh`.

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
