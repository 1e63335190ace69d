"""The work of scripts/lint_tidy: which files, the cache, the runs."""
import hashlib
import json
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NOT_LINTED = ("tests/", "build/")
# Only preprocessing: what the compiler would write, warn about or instrument does not matter.
DROPPED = ("-o", "-MF", "-MT", "-MQ")
ALONE = ("-c", "-MD", "-MMD")


def preprocessing(command):
    words, kept, skip = shlex.split(command), [], False
    if Path(words[0]).name == "ccache":
        words = words[1:]
    for word in words:
        if skip:
            skip = False
        elif word in DROPPED:
            skip = True
        elif word not in ALONE:
            kept.append(word)
    return kept + ["-E", "-P"]


def key_of(entry, fixed):
    """Names what clang-tidy would read; equal keys give equal findings. None if it fails."""
    ran = subprocess.run(preprocessing(entry["command"]), cwd=entry["directory"],
                         capture_output=True, check=False)
    if ran.returncode != 0:
        return None
    # The text too: a comment may hold a NOLINT.
    own = Path(entry["file"]).read_bytes()
    return hashlib.sha256(b"\0".join([fixed, entry["command"].encode(), own, ran.stdout])
                          ).hexdigest()


class Linter:
    def __init__(self, root, build, tool):
        self.root = root
        self.build = build
        self.tool = tool
        version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout
        rooms = re.findall(r"^(\w+):", (root / "docs/rooms.txt").read_text(), re.MULTILINE)
        # Headers of other libraries are not ours to mend.
        self.headers = rf"/({'|'.join(rooms)})/[^/]*\.hpp$"
        self.fixed = version + (root / ".clang-tidy").read_bytes() + self.headers.encode()

    def entries(self, prefixes):
        chosen = {}
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            path = Path(entry["directory"], entry["file"]).resolve()
            if not path.is_relative_to(self.root):
                continue
            name = str(path.relative_to(self.root))
            if not name.startswith(NOT_LINTED) and name.startswith(prefixes):
                chosen.setdefault(name, {**entry, "file": str(path)})
        return chosen

    def lint(self, item):
        """(name, passed, from the cache, seconds, output)"""
        name, entry = item
        started = time.monotonic()
        key = key_of(entry, self.fixed)
        passed_before = self.build / "lint_tidy" / (key or "none")
        if key and passed_before.exists():
            return name, True, True, time.monotonic() - started, ""
        ran = subprocess.run([self.tool, "--quiet", "-p", str(self.build),
                              f"--header-filter={self.headers}",
                              "--extra-arg=-Wno-unknown-warning-option", entry["file"]],
                             cwd=self.root, capture_output=True, text=True, check=False)
        if ran.returncode == 0 and key:
            passed_before.touch()
        output = ran.stdout if ran.stdout.strip() else ran.stderr
        return name, ran.returncode == 0, False, time.monotonic() - started, output


def main():
    build, tool, jobs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    prefixes = tuple(sys.argv[4:]) or ("",)
    linter = Linter(Path(__file__).resolve().parent.parent, build, tool)
    entries = linter.entries(prefixes)
    if not entries:
        sys.exit(f"no source of ours in {build}/compile_commands.json begins with {prefixes}")
    failed = cached = 0
    with ThreadPoolExecutor(jobs) as pool:
        for name, passed, is_cached, seconds, output in pool.map(linter.lint, entries.items()):
            cached += is_cached
            failed += not passed
            if not is_cached:
                print(f"{'ok  ' if passed else 'FAIL'} {seconds:6.1f} s  {name}", flush=True)
            if not passed:
                print(output)
    print(f"{len(entries)} files, {cached} unchanged, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
