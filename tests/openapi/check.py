"""Holds docs/openapi.yaml against good practice (Spectral) and against the real daemon: the end-to-end tests
that talk to the admin API run once more, through Prism, which looks at every call and every answer.
    check.py BUILD_FOLDER [TEST...]"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/mcp"))
import node_tools  # noqa: E402

DOCUMENT = ROOT / "docs/openapi.yaml"
SPECTRAL = "@stoplight/spectral-cli/dist/index.js"
PRISM = "@stoplight/prism-cli/dist/index.js"
TESTS = ["openapi_test", "admin_api_test", "faces_test", "observe_test", "state_test", "waits_test", "workflow_test"]
TIMEOUT_S = 600


def lint():
    command = node_tools.command(SPECTRAL, "lint", DOCUMENT, "--ruleset", HERE / "ruleset.yaml",
                                 "--fail-severity", "hint")
    return subprocess.run(command, env=node_tools.environment(), timeout=TIMEOUT_S).returncode == 0


def run_through_proxy(build, test, document=DOCUMENT):
    proxy = node_tools.command(PRISM, "proxy", document, "--host", "127.0.0.1")
    environment = {**node_tools.environment(), "AIFPD": str(build / "daemon/aifpd"),
                   "AIFP": str(build / "cli/aifp"), "AIFP_OPENAPI_PROXY": json.dumps(proxy)}
    name, *cases = test.split()
    command = [sys.executable, "-B", str(ROOT / "tests/e2e" / (name + ".py")), *cases]
    result = subprocess.run(command, env=environment, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL,
                            capture_output=document != DOCUMENT, text=True)
    if document != DOCUMENT:
        return "is not as docs/openapi.yaml says" in result.stderr
    print(f"{test} through the proxy: {'passed' if result.returncode == 0 else 'FAILED'}", flush=True)
    return result.returncode == 0


def finds_a_wrong_description(build):
    """The check itself: with a document that is not true it must fail."""
    right = "uptime_s: {type: integer}"
    text = DOCUMENT.read_text()
    assert right in text
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as wrong:
        wrong.write(text.replace(right, "uptime_s: {type: string}"))
        wrong.flush()
        found = run_through_proxy(build, "openapi_test Operations.test_looking", wrong.name)
    print("a wrong description is", "found" if found else "NOT FOUND", flush=True)
    return found


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    node_tools.install()
    fine = [lint()]
    fine.append(finds_a_wrong_description(build))
    fine += [run_through_proxy(build, test) for test in sys.argv[2:] or TESTS]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
