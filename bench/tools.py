#!/usr/bin/env python3
"""Helper functions over a long history: how long each takes over the admin socket, and whether the loop answers as
quickly while they are asked.   bench/tools.py [--rows 10000000] [--project DIR]

With --project the filled project stays in DIR and is used again."""
import argparse
import json
import pathlib
import shutil
import socket
import statistics
import subprocess
import threading
import time

from common import AIFPD, BUILD, Scratch, need, stop

FILL = BUILD / "bench/fill_history"
DIRECTIVES = 1_000
CALLS = 300
TOOLS = (
    ("get_execution_stats", {"directive_id": 500}),
    ("get_execution_trends", {"days": 30}),
    ("get_execution_summary", {"days": 30}),
    ("get_directive_health_summary", {}),
    ("get_error_directives", {}),
    ("get_recent_executions", {"directive_id": 500}),
    ("get_failed_executions", {}),
    ("get_failed_executions", {"directive_id": 501}),
    ("get_directive_by_id", {"directive_id": 500}),
)


class Connection:
    """One HTTP connection to the daemon's admin socket that stays open."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def ask(self, method, target, body=b""):
        head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, self.file.read(length)

    def time_call(self, name, arguments):
        began = time.perf_counter()
        status, body = self.ask("POST", f"/api/v1/tools/{name}", json.dumps(arguments).encode())
        took = (time.perf_counter() - began) * 1000
        if status != 200 or b'"error"' in body[:30]:
            raise SystemExit(f"{name}: {status} {body[:200]}")
        return took


def fill(scratch, rows):
    for i in range(DIRECTIVES):
        scratch.write(f"directives/{i // 100}/d{i}.yaml",
                      f"name: d{i}\ntrigger: {{cron: \"{i % 60} {i % 24} 1 1 *\"}}\naction: {{log: \"number {i}\"}}\n")
    scratch.write(".aifp-project/engine.yaml",
                  "timezone: UTC\nretention: {ledger_rows: 100000000, ledger_days: 365}\n")
    stop(scratch.start_daemon()[0])
    subprocess.run([FILL, scratch.root / ".aifp-project/user_directives.db", str(rows)], check=True)


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def loop_latency(path, seconds):
    """Round trips of a request that the loop answers by itself."""
    probe, times, until = Connection(path), [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        probe.ask("GET", "/healthz")
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.001)
    return times


def keep_asking(path, over):
    connection = Connection(path)
    while not over.is_set():
        for name, arguments in TOOLS[:4]:
            connection.time_call(name, arguments)


def measure(path):
    connection = Connection(path)
    print("tool                                       first ms   median ms   p99 ms   (over HTTP)")
    for name, arguments in TOOLS:
        first = connection.time_call(name, arguments)
        times = [connection.time_call(name, arguments) for _ in range(CALLS)]
        label = f"{name} {json.dumps(arguments) if arguments else ''}"
        print(f"{label:<50} {first:7.2f}   {statistics.median(times):7.2f}   {percentile(times, 0.99):7.2f}",
              flush=True)
    alone = loop_latency(path, 3)
    over = threading.Event()
    asker = threading.Thread(target=keep_asking, args=(path, over))
    asker.start()
    beside = loop_latency(path, 3)
    over.set()
    asker.join()
    for label, times in (("alone", alone), ("while the first four are asked without pause", beside)):
        print(f"a turn of the loop (/healthz), {label}: median {statistics.median(times):.2f} ms, "
              f"p99 {percentile(times, 0.99):.2f} ms")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--project", type=pathlib.Path)
    options = arguments.parse_args()
    need(AIFPD, FILL)
    with Scratch() as scratch:
        if options.project:
            shutil.rmtree(scratch.root)
            scratch.root = options.project
        if not (scratch.root / ".aifp-project/user_directives.db").exists():
            fill(scratch, options.rows)
        daemon, endpoints, _ = scratch.start_daemon()
        measure(endpoints["socket"])
        stop(daemon)
        if options.project:
            scratch.root = pathlib.Path(scratch.root / "nothing")  # the project stays


if __name__ == "__main__":
    main()
