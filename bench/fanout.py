#!/usr/bin/env python3
"""One state changes and 1,000 directives listen: how long until every decision is recorded. The PUT is answered when
the change and the decisions behind it are committed; beside it the same PUT of a state to which nobody listens.   bench/fanout.py"""
import http.client
import json
import socket
import sqlite3
import time

from common import AIFPD, Scratch, need, stop

LISTENERS = 1_000
ROUNDS = 20


class Admin(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def put(self, name, value):
        began = time.perf_counter()
        self.request("PUT", "/api/v1/state/" + name, json.dumps({"value": value}))
        answer = self.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        return (time.perf_counter() - began) * 1000


def run():
    with Scratch() as scratch:
        lines = ["directives:"]
        # The condition is false, so that what is measured are decisions, not the runs behind them.
        lines += [f"  - {{name: d{i}, trigger: {{state: door}}, conditions: [\"state.door == 'never'\"], action: {{log: x}}}}"
                  for i in range(LISTENERS)]
        scratch.write("directives/d.yaml", "\n".join(lines) + "\n")
        scratch.write(".aifp-project/engine.yaml", "limits: {max_file_size: 4 MiB}\n")
        daemon, endpoints, _ = scratch.start_daemon()
        admin = Admin(endpoints["socket"])
        alone = sorted(admin.put("lamp", i) for i in range(ROUNDS))
        admin.put("door", -1)  # compiles every directive
        time.sleep(1)
        heard = []
        for i in range(ROUNDS):
            heard.append(admin.put("door", i))
            time.sleep(0.2)
        heard.sort()
        stop(daemon)
        database = sqlite3.connect(f"file:{scratch.root}/.aifp-project/user_directives.db?mode=ro", uri=True)
        rows = database.execute("SELECT count(*) FROM ledger").fetchone()[0]
        assert rows == LISTENERS * (ROUNDS + 1), rows
        print(f"{LISTENERS:,} listeners: decided and recorded in p50 {heard[ROUNDS // 2]:.1f} ms, "
              f"max {heard[-1]:.1f} ms; nobody listens: p50 {alone[ROUNDS // 2]:.1f} ms", flush=True)


if __name__ == "__main__":
    need(AIFPD)
    run()
