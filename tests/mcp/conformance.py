"""Runs the official MCP conformance suite against the fixture server, on both requirement sets. Every
required scenario must run and pass; there is no list of expected failures.
    conformance.py BUILD_FOLDER"""
import pathlib
import re
import subprocess
import sys
import tempfile

import node_tools

SUITE = "@modelcontextprotocol/conformance/dist/index.js"
# How many server scenarios each frozen set requires.
REQUIRED = {"2025-11-25": 30, "2026-07-28": 37}
TIMEOUT_S = 300


def suite(*arguments):
    return subprocess.run(node_tools.command(SUITE, *arguments), capture_output=True, text=True,
                          timeout=TIMEOUT_S, env=node_tools.environment())


def required_scenarios(revision):
    """Names of the server scenarios, as the suite itself lists them."""
    text = suite("list", "--requirements", revision).stdout
    servers = text.split("Server scenarios", 1)[1].split("Client scenarios", 1)[0]
    return re.findall(r"^  - (\S+)$", servers, re.MULTILINE)


def passed_scenarios(summary):
    return {name for name, passed, failed in
            re.findall(r"^✓ (\S+): (\d+) passed, (\d+) failed", summary, re.MULTILINE)
            if int(passed) > 0 and int(failed) == 0}


def check(revision, url):
    required = required_scenarios(revision)
    with tempfile.TemporaryDirectory(prefix="aifp-conformance-") as results:
        run = suite("server", "--url", url, "--requirements", revision, "-o", results)
    passed = [name for name in required if name in passed_scenarios(run.stdout)]
    print(f"MCP conformance {revision}: {len(passed)}/{len(required)} required scenarios", flush=True)
    is_complete = len(passed) == len(required) == REQUIRED[revision] and run.returncode == 0
    if not is_complete:
        print(run.stdout[-20000:], run.stderr[-5000:])
        print("not passed:", sorted(set(required) - set(passed)), "exit", run.returncode)
    return is_complete


def main():
    node_tools.install()
    server = subprocess.Popen([str(pathlib.Path(sys.argv[1]) / "tests/mcp/mcp_fixture_server")],
                              stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://localhost:{int(server.stdout.readline())}/mcp"
        results = [check(revision, url) for revision in REQUIRED]
    finally:
        server.terminate()
        status = server.wait(timeout=30)
    if status != 0:
        print("the fixture server ended with", status)
    return 0 if all(results) and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
