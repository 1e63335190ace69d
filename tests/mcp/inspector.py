"""Lets the MCP Inspector list and call our real tools: over standard input and output, and over HTTP,
in both eras, against a real daemon. Then over standard input and output without a daemon.
    inspector.py BUILD_FOLDER"""
import json
import os
import pathlib
import subprocess
import sys

import node_tools

BUILD = pathlib.Path(sys.argv[1]).resolve()
os.environ["AIFPD"] = str(BUILD / "daemon/aifpd")
os.environ["AIFP"] = str(BUILD / "cli/aifp")
sys.path.insert(0, str(node_tools.ROOT / "tests/e2e"))
import harness  # noqa: E402  (reads the variables above)

INSPECTOR = "@modelcontextprotocol/inspector/package.json"
ERAS = ["legacy", "modern"]
TIMEOUT_S = 60
PROPOSAL = "name: proposed\ntrigger: manual\naction: {log: proposed}\n"


def inspector():
    """The script behind `mcp-inspector`."""
    package = json.loads((node_tools.FOLDER / "node_modules" / INSPECTOR).read_text())
    script = package["bin"]["mcp-inspector"]
    return "@modelcontextprotocol/inspector/" + script.removeprefix("./")


def ask(target, era, *arguments):
    """What one run of the Inspector prints, as JSON."""
    command = node_tools.command(inspector(), "--cli", *target, "--protocol-era", era, "--format", "json",
                                 *arguments)
    run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL,
                         env=node_tools.environment())
    if run.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\nexit {run.returncode}\n{run.stdout}\n{run.stderr}")
    answer = json.loads(run.stdout)
    return answer.get("result", answer)


def call(target, era, tool, arguments):
    answer = ask(target, era, "--method", "tools/call", "--tool-name", tool, "--tool-args-json",
                 json.dumps(arguments))
    assert not answer.get("isError"), answer
    return json.loads(answer["content"][0]["text"])


def check(name, target, era):
    tools = {tool["name"] for tool in ask(target, era, "--method", "tools/list")["tools"]}
    assert {"get_directive_by_name", "get_active_directives", "explain"} <= tools, tools
    assert "set_directive_approval" not in tools, "nothing an assistant can call approves"
    found = call(target, era, "get_directive_by_name", {"name": "lamp"})
    assert found["name"] == "lamp", found
    assert [row["name"] for row in call(target, era, "get_active_directives", {})] == ["lamp"]
    uris = {resource["uri"] for resource in ask(target, era, "--method", "resources/list")["resources"]}
    assert {"app://directive/lamp", "app://schema/directive"} <= uris, uris
    prompts = ask(target, era, "--method", "prompts/list")["prompts"]
    assert len(prompts) == 3, prompts
    print(f"MCP Inspector: {name}, {era}: {len(tools)} tools, {len(uris)} resources", flush=True)


def check_proposal(target):
    proposed = call(target, "modern", "propose_directive", {"file": "proposed.yaml", "text": PROPOSAL})
    assert proposed["directives"] == ["proposed"] and proposed["approved"] is False, proposed
    shown = call(target, "modern", "get_directive_by_name", {"name": "proposed"})
    assert shown["approved"] is False, shown
    print("MCP Inspector: a proposal waits for a person", flush=True)


def main():
    node_tools.install()
    project = harness.Project()
    stdio = [os.environ["AIFP"], "--project", str(project.root), "mcp"]
    try:
        project.write("directives/lamp.yaml", "name: lamp\ntrigger: manual\naction: {log: lamp}\n")
        project.start()
        token = (project.root / ".aifp-project/run/admin.token").read_text().strip()
        http = ["--transport", "http", "--server-url", "http://" + project.endpoints()["admin"] + "/mcp", "--header",
                "Authorization: Bearer " + token]
        for era in ERAS:
            check("HTTP", http, era)
            check("stdio", stdio, era)
        check_proposal(stdio)
        assert project.stop() == 0, project.said()
        check_offline = ask(stdio, "modern", "--method", "tools/list")["tools"]
        assert {tool["name"] for tool in check_offline} >= {"get_directive_by_name", "read_logs"}
        assert call(stdio, "legacy", "get_directive_by_name", {"name": "lamp"})["name"] == "lamp"
        print("MCP Inspector: stdio without a daemon reads the project", flush=True)
    finally:
        project.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
