"""Holds docs/openapi.yaml against good practice (Spectral) and against the real daemon: the end-to-end tests
that talk to the admin API run once more, through Prism, which looks at every call and every answer.
    check.py BUILD_FOLDER [TEST...]"""
import json
import os
import pathlib
import subprocess
import sys

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


def run_through_proxy(build, test):
    proxy = node_tools.command(PRISM, "proxy", DOCUMENT, "--host", "127.0.0.1")
    environment = {**node_tools.environment(), "AIFPD": str(build / "daemon/aifpd"),
                   "AIFP": str(build / "cli/aifp"), "AIFP_OPENAPI_PROXY": json.dumps(proxy)}
    command = [sys.executable, "-B", str(ROOT / "tests/e2e" / (test + ".py"))]
    result = subprocess.run(command, env=environment, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
    print(f"{test} through the proxy: {'passed' if result.returncode == 0 else 'FAILED'}", flush=True)
    return result.returncode == 0


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    node_tools.install()
    fine = [lint()]
    fine += [run_through_proxy(build, test) for test in sys.argv[2:] or TESTS]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
