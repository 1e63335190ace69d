#!/usr/bin/env python3
"""Resident memory when idle and time from start to all armed, with 0, 1,000 and 10,000 unchanged directives, one
file each. Beside it Debian's `webhook` with as many hooks, and Node-RED with as many flows.   bench/idle.py"""
import json
import shutil
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request

import node_red
from common import AIFPD, Scratch, need, resident_mb, stop

ROUNDS = 5


def ours(count):
    with Scratch() as scratch:
        for i in range(count):
            scratch.write(f"directives/{i // 100}/d{i}.yaml",
                          f"name: d{i}\ndescription: Number {i}\ntrigger: {{cron: \"{i % 60} {i % 24} * * *\"}}\n"
                          f"action: {{http_request: \"POST http://127.0.0.1:9/lamp/{i}\", json: {{level: {i % 100}}}}}\n")
        stop(scratch.start_daemon()[0])  # the first start parses; the figures are those of the later ones
        times, sizes = [], []
        for _ in range(ROUNDS):
            daemon, _, seconds = scratch.start_daemon()
            times.append(seconds * 1000)
            time.sleep(1)
            sizes.append(resident_mb(daemon.pid))
            stop(daemon)
        return statistics.median(sizes), statistics.median(times)


def peer(count):
    with Scratch() as scratch:
        hooks = [{"id": f"h{i}", "execute-command": "/bin/true"} for i in range(count)]
        scratch.write("hooks.json", json.dumps(hooks))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        began = time.perf_counter()
        process = scratch.run("webhook", "-hooks", scratch.root / "hooks.json", "-ip", "127.0.0.1", "-port", str(port),
                              *([] if count else ["-verbose"]),  # without hooks it only stays if told to talk
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # It may listen before it has read its hooks: ready is who knows the last one.
        while time.perf_counter() - began < 30 and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/hooks/h{count - 1}", timeout=1):
                    break
            except urllib.error.HTTPError:
                if count == 0:
                    break
            except OSError:
                pass
            time.sleep(0.001)
        ready = (time.perf_counter() - began) * 1000
        time.sleep(1)
        return resident_mb(process.pid), ready


def node_red_peer(count):
    with Scratch() as scratch:
        process, _, seconds = node_red.start(scratch, [node_red.schedule_flow(i) for i in range(count)])
        time.sleep(1)
        return resident_mb(process.pid), seconds * 1000


def main():
    need(AIFPD)
    with_node_red = node_red.is_installed()
    print("directives   aifpd MB   start ms   Debian webhook MB   start ms   Node-RED MB   start ms")
    for count in (0, 1_000, 10_000):
        size, start = ours(count)
        line = f"{count:>10,}   {size:8.1f}   {start:8.1f}"
        if shutil.which("webhook"):
            peer_size, peer_start = peer(count)
            line += f"   {peer_size:17.1f}   {peer_start:8.1f}"
        if with_node_red:
            red_size, red_start = node_red_peer(count)
            line += f"   {red_size:11.1f}   {red_start:8.1f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
