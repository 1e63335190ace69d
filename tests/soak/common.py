"""What the reliability figures share. Each script runs alone, `--quick` for CI, prints one result line
and ends with 0 only if its promise held. AIFP_BUILD names the build (default: build/dev, else another
that is there). Standard library only."""
import argparse
import os
import pathlib
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_build():
    given = os.environ.get("AIFP_BUILD")
    for folder in ([pathlib.Path(given).resolve()] if given else [ROOT / "build" / name for name in ("dev", "release", "quick")]):
        if (folder / "daemon/aifpd").exists():
            return folder
    sys.exit("no aifpd is built: scripts/build dev aifpd aifp")


BUILD = find_build()
os.environ.setdefault("AIFPD", str(BUILD / "daemon/aifpd"))
os.environ.setdefault("AIFP", str(BUILD / "cli/aifp"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

import harness  # noqa: E402  (needs the two names above)

Project = harness.Project
wait_for = harness.wait_for


def is_sanitized():
    with open(os.environ["AIFPD"], "rb") as binary:
        return any(b"__asan_init" in piece for piece in iter(lambda: binary.read(1 << 24), b""))


def arguments(**extra):
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a small form for CI")
    for name, text in extra.items():
        parser.add_argument("--" + name, help=text)
    return parser.parse_args()


class Figure:
    """Collects what broke; the end of the block prints the result line and ends the program."""

    def __init__(self, name):
        self.name = name
        self.broken = []
        self.projects = []
        self.began = time.monotonic()
        self.result = ""

    def project(self):
        project = Project()
        self.projects.append(project)
        return project

    def check(self, holds, what):
        if not holds:
            self.broken.append(what)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and kind is not SystemExit:
            import traceback
            traceback.print_exception(kind, error, trace)
            self.broken.append(f"{kind.__name__}: {error}")
        for project in self.projects:
            if project.daemon is not None and project.daemon.poll() is None:
                code = project.stop()
                self.check(code == 0, f"aifpd ended with {code}")
            said = project.said()
            self.check("Sanitizer" not in said, "a sanitizer spoke: " + said[-2000:])
            project.remove()
        verdict = "BROKEN" if self.broken else "held"
        print(f"{self.name}: {verdict}: {self.result} ({time.monotonic() - self.began:.0f} s)"
              + "".join("\n  " + text for text in self.broken[:10]), flush=True)
        os._exit(1 if self.broken else 0)  # threads may still wait for a daemon that is gone


def resident_mb(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class LoopProbe:
    """Asks /healthz over and over from one kept connection: how long the loop let it wait at worst."""

    def __init__(self, project):
        import threading
        self.project = project
        self.worst_ms = 0.0
        self.asked = 0
        self.failed = 0
        self.over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        connection = None
        while not self.over:
            began = time.perf_counter()
            try:
                if connection is None:
                    connection = self.project.connect("admin")
                connection.request("GET", "/healthz")
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.failed += 1
                self.asked += 1
                self.worst_ms = max(self.worst_ms, (time.perf_counter() - began) * 1000)
            except Exception:
                self.failed += 1
                connection = None
            time.sleep(0.002)

    def end(self):
        self.over = True
        self.thread.join(timeout=30)
        return self
