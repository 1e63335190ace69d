"""What the end-to-end figures share: scratch projects, the daemon, peers, wrk. Standard library only."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("AIFP_BUILD", ROOT / "build/bench"))
AIFPD = BUILD / "daemon/aifpd"
BARE_LOOP = BUILD / "bench/bare_loop"


def need(*programs):
    missing = [str(p) for p in programs if not shutil.which(str(p))]
    if missing:
        sys.exit(f"missing: {', '.join(missing)} (scripts/install-deps bench; cmake --preset bench)")


class Scratch:
    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="aifp-bench-"))
        (self.root / "directives").mkdir()
        self.processes = []
        return self

    def __exit__(self, *ignored):
        for process in self.processes:
            stop(process)
        shutil.rmtree(self.root, ignore_errors=True)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *command, **options):
        process = subprocess.Popen([str(c) for c in command], **options)
        self.processes.append(process)
        return process

    def start_daemon(self, patience_s=120):
        """Starts aifpd; returns it, its endpoints, and the seconds until it was ready."""
        began = time.perf_counter()
        out = open(self.root / "daemon.out", "wb")
        process = self.run(AIFPD, "--project", self.root, "--admin", "127.0.0.1:0", "--hooks", "127.0.0.1:0",
                           stdout=out, stderr=subprocess.STDOUT)
        endpoints = self.root / ".aifp-project/run/endpoints.json"
        while time.perf_counter() - began < patience_s:
            try:
                found = json.loads(endpoints.read_text())
                if found["pid"] == process.pid:
                    return process, found, time.perf_counter() - began
            except (OSError, ValueError):
                pass
            if process.poll() is not None:
                sys.exit((self.root / "daemon.out").read_text())
            time.sleep(0.0005)
        sys.exit("aifpd did not become ready")


def stop(process, how=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def resident_mb(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def wrk(url, connections, seconds, script=None):
    """Requests per second, and how many answers were not 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        command += ["-s", str(script)]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return rate, int(bad.group(1)) if bad else 0
