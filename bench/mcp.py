#!/usr/bin/env python3
"""A tools/call round trip of an assistant: through `aifp mcp` on standard input and output to the daemon and back.
Goal: 1 ms at the median.   bench/mcp.py [--calls 2000]"""
import argparse
import json
import statistics
import subprocess
import time

from common import BUILD, Scratch, need

AIFP = BUILD / "cli/aifp"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
TOOLS = (
    ("get_directive_by_name", {"name": "lamp7"}),
    ("get_execution_stats", {"directive_id": 1}),
    ("get_active_directives", {}),
    ("validate_directive", {"text": "name: a\ntrigger: manual\naction: {log: a}\n"}),
)


class Assistant:
    def __init__(self, root):
        self.process = subprocess.Popen([AIFP, "--project", root, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.id = 0

    def time_call(self, tool, arguments):
        self.id += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.id, "method": "tools/call",
                           "params": {"name": tool, "arguments": arguments, "_meta": META}}).encode() + b"\n"
        began = time.perf_counter()
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        took = (time.perf_counter() - began) * 1000
        if b'"result"' not in answer or b'"isError"' in answer:
            raise SystemExit(f"{tool}: {answer[:300]}")
        return took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    calls = parser.parse_args().calls
    need(AIFP)
    with Scratch() as scratch:
        for number in range(20):
            scratch.write(f"directives/lamp{number}.yaml",
                          f"name: lamp{number}\ntrigger: manual\naction: {{log: lamp}}\n")
        scratch.start_daemon()
        assistant = Assistant(scratch.root)
        print(f"tools/call over stdio, 20 directives, {calls} calls each; milliseconds")
        for tool, arguments in TOOLS:
            for _ in range(50):
                assistant.time_call(tool, arguments)
            took = sorted(assistant.time_call(tool, arguments) for _ in range(calls))
            print(f"  {tool:24} median {statistics.median(took):6.3f}   p99 {took[len(took) * 99 // 100]:6.3f}")
        assistant.process.stdin.close()
        assistant.process.wait(timeout=10)


if __name__ == "__main__":
    main()
