#!/usr/bin/env python3
"""Webhook figures, as ratios in one run: aifpd with 100 directives, each call with its ledger row fsynced before
the answer and its outcome recorded, against bare_loop (same HTTP code, one insert) and Debian's `webhook` (no
record at all). With a command all three answer when the program has ended (`respond: wait`; `webhook` with
include-command-output-in-response): without it `webhook` only counts on, and its programs pile up behind it.
bench/webhook.py [--seconds N] [--rounds N]"""
import argparse
import json
import shutil
import socket
import statistics
import subprocess
import time

import node_red
from common import AIFPD, BARE_LOOP, Scratch, need, stop, wrk

DIRECTIVES = 100
SCRIPT = """
local n = 0
wrk.method = "POST"
wrk.body = '{"value": 1}'
wrk.headers["Content-Type"] = "application/json"
request = function()
  n = (n + 37) %% %d
  return wrk.format(nil, "/hooks/h" .. n)
end
"""


def project(scratch, action, respond="accept"):
    lines = ["directives:"]
    for i in range(DIRECTIVES):
        lines += [f"  - name: h{i}", "    mode: parallel", "    max: 1000",
                  f"    trigger: {{webhook: h{i}, auth: none, respond: {respond}}}", f"    action: {action}"]
    scratch.write("directives/hooks.yaml", "\n".join(lines) + "\n")
    scratch.write(".aifp-project/engine.yaml", "limits: {max_concurrent_runs: 1000, max_starts_per_minute: 0}\n")
    scratch.write("hook.lua", SCRIPT % DIRECTIVES)


def measure(rounds, seconds, connections, ours, bare):
    rates = {"ours": [], "bare": []}
    for _ in range(rounds):
        rate, bad = wrk(ours[0], connections, seconds, ours[1])
        if bad:
            print(f"  {bad} answers were not 2xx")
        rates["ours"].append(rate)
        rates["bare"].append(wrk(bare[0], connections, seconds, ours[1])[0])
    ours_rate, bare_rate = statistics.median(rates["ours"]), statistics.median(rates["bare"])
    print(f"  c={connections}: aifpd {ours_rate:,.0f}/s, bare loop {bare_rate:,.0f}/s, ratio {ours_rate / bare_rate:.2f}")
    return ours_rate


def debian_webhook(scratch, command, connections, seconds):
    if not shutil.which("webhook"):
        print("  (Debian's webhook is not installed)")
        return None
    hooks = [{"id": f"h{i}", "execute-command": command, "include-command-output-in-response": True}
             for i in range(DIRECTIVES)]
    scratch.write("hooks.json", json.dumps(hooks))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = scratch.run("webhook", "-hooks", scratch.root / "hooks.json", "-ip", "127.0.0.1", "-port", port,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    rate, bad = wrk(f"http://127.0.0.1:{port}", connections, seconds, scratch.root / "hook.lua")
    stop(process)
    if bad:
        print(f"  {bad} answers of webhook were not 2xx")
    return rate


def node_red_rate(scratch, spawn, connections, seconds):
    if not node_red.is_installed():
        return None
    flows = [node_red.hook_flow(i, spawn) for i in range(DIRECTIVES)]
    process, url, _ = node_red.start(scratch, flows)
    rate, _ = wrk(url, connections, seconds, scratch.root / "hook.lua")
    stop(process)
    return rate


def compare(peer, rate, peer_rate):
    if peer_rate:
        print(f"  {peer} {peer_rate:,.0f}/s, ratio {rate / peer_rate:.2f}")


def bare(scratch, *options):
    process = scratch.run(BARE_LOOP, scratch.root / f"bare{len(scratch.processes)}.db", *options,
                          stdout=subprocess.PIPE, text=True)
    return process, "http://" + process.stdout.readline().strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    need(AIFPD, BARE_LOOP, "wrk")
    print("webhook -> in-process action (set), recorded")
    with Scratch() as scratch:
        project(scratch, "{set: {last: 1}}")
        daemon, endpoints, _ = scratch.start_daemon()
        yardstick, url = bare(scratch)
        ours = ("http://" + endpoints["hooks"], scratch.root / "hook.lua")
        rates = {connections: measure(options.rounds, options.seconds, connections, ours, (url, None))
                 for connections in (16, 64)}
        stop(daemon)
        stop(yardstick)
        compare("Node-RED, one SQLite row, 16 connections:", rates[16],
                node_red_rate(scratch, False, 16, options.seconds))
    print("webhook -> command /bin/true, answered when it has ended, recorded")
    with Scratch() as scratch:
        project(scratch, "{command: [/bin/true]}", "wait")
        daemon, endpoints, _ = scratch.start_daemon()
        yardstick, url = bare(scratch, "--spawn")
        ours = ("http://" + endpoints["hooks"], scratch.root / "hook.lua")
        rate = measure(options.rounds, options.seconds, 16, ours, (url, None))
        stop(daemon)
        stop(yardstick)
        compare("Debian webhook", rate, debian_webhook(scratch, "/bin/true", 16, options.seconds))
        compare("Node-RED exec", rate, node_red_rate(scratch, True, 16, options.seconds))


if __name__ == "__main__":
    main()
