#!/usr/bin/env python3
"""What one webhook costs in instructions, on the loop and on the storage thread: counted by callgrind, so that it is the
same on a busy machine. Lock-step clients, as many as --connections: each round is about one commit.

bench/instructions.py [--connections 16] [--requests 8000] [--traces off] [--action '{set: {last: 1}}'] [--keep DIR]

With --keep the profiles stay in DIR, for callgrind_annotate."""
import argparse
import json
import pathlib
import re
import shutil
import socket
import subprocess
import time

from common import AIFPD, BARE_LOOP, Scratch, need, stop
from webhook import project

BODY = b'{"value": 1}'
ROLES = {"WriterThread::run": "storage thread", "BareWriter::run": "storage thread", "AsyncLog::run": "log thread"}


class Clients:
    def __init__(self, address, count):
        host, port = address.rsplit(":", 1)
        self.sockets = [socket.create_connection((host, int(port))) for _ in range(count)]
        self.sent = 0

    def round(self):
        """One request of each, then one answer for each."""
        for connection in self.sockets:
            self.sent += 1
            target = f"/hooks/h{self.sent * 37 % 100}"
            # The fields that wrk sends.
            connection.sendall(f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:7718\r\nContent-Type: application/json\r\n"
                               f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
        for connection in self.sockets:
            answer = b""
            while b"\r\n\r\n" not in answer:
                piece = connection.recv(65536)
                assert piece, "the connection was closed"
                answer += piece
            assert answer.startswith((b"HTTP/1.1 202", b"HTTP/1.1 200")), answer

    def rounds(self, requests):
        for _ in range(requests // len(self.sockets)):
            self.round()
        return requests // len(self.sockets) * len(self.sockets)


def control(pid, *options):
    subprocess.run(["callgrind_control", *options, str(pid)], check=True, capture_output=True)


def totals(folder):
    """Instructions by thread."""
    found = {}
    for file in folder.glob("callgrind.1-*"):
        text = file.read_text()
        total = int(re.search(r"^(?:totals|summary): (\d+)", text, re.M).group(1))
        role = "loop" if re.search(r"^thread: 1$", text, re.M) else next(
            (role for name, role in ROLES.items() if name in text), "other threads")
        found[role] = found.get(role, 0) + total
    return found


def under_callgrind(scratch, folder, *command, **options):
    return scratch.run("valgrind", "--tool=callgrind", "--separate-threads=yes", "--instr-atstart=no",
                       f"--callgrind-out-file={folder}/callgrind", *command, **options)


def measure(name, process, address, folder, options):
    clients = Clients(address, options.connections)
    clients.rounds(options.connections * 20)
    control(process.pid, "-i", "on")
    clients.rounds(options.connections * 20)  # directives are compiled, pools are filled
    control(process.pid, "-z")
    count = clients.rounds(options.requests)
    time.sleep(0.3)  # outcomes and log lines that are still to be written
    control(process.pid, "-d")
    time.sleep(1)
    stop(process)
    parts = ", ".join(f"{role} {total / count:,.0f}" for role, total in sorted(totals(folder).items()))
    print(f"{name}, {options.connections} connections: instructions a request: {parts}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--requests", type=int, default=8_000)
    parser.add_argument("--action", default="{set: {last: 1}}")
    parser.add_argument("--respond", default="accept")
    parser.add_argument("--traces")
    parser.add_argument("--bare", action="store_true", help="the bare loop too")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    need(AIFPD, "valgrind", "callgrind_control")
    with Scratch() as scratch:
        folder = options.keep or scratch.root / "profile"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        project(scratch, options.action, options.respond)
        if options.traces:
            with open(scratch.root / ".aifp-project/engine.yaml", "a") as settings:
                settings.write(f"traces: {options.traces}\n")
        process = under_callgrind(scratch, folder, AIFPD, "--project", scratch.root, "--admin", "127.0.0.1:0",
                                  "--hooks", "127.0.0.1:0", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        file = scratch.root / ".aifp-project/run/endpoints.json"
        while not file.exists():
            time.sleep(0.1)
            assert process.poll() is None, "aifpd ended"
        measure("aifpd", process, json.loads(file.read_text())["hooks"], folder, options)
    if options.bare:
        with Scratch() as scratch:
            process = under_callgrind(scratch, scratch.root, BARE_LOOP, scratch.root / "bare.db",
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            measure("bare loop", process, process.stdout.readline().strip(), scratch.root, options)


if __name__ == "__main__":
    main()
