"""Tries the client of AI providers against a mock that others wrote (npm: @copilotkit/aimock): streams,
loops of tools, refusals, broken answers, over real connections.
    aimock.py BUILD_FOLDER
Ends with 77 where npm is not there."""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "mcp"))
import node_tools  # noqa: E402

FOLDER = ROOT / "build" / "aimock"
SKIPPED = 77
TIMEOUT_S = 120


def main():
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("skipped: npm is not installed (scripts/install-deps conformance)")
        return SKIPPED
    node_tools.bring(HERE / "node", FOLDER)
    environment = {**os.environ, "NODE_PATH": str(FOLDER / "node_modules")}
    mock = subprocess.Popen(["node", str(HERE / "mock_server.cjs")], env=environment, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        url = mock.stdout.readline().strip()
        if not url.startswith("http://127.0.0.1:"):
            print("the mock did not start:", url)
            return 1
        cases = pathlib.Path(sys.argv[1]) / "tests/llm/llm_aimock"
        tried = subprocess.run([str(cases)], env={**environment, "AIMOCK_URL": url}, timeout=TIMEOUT_S,
                               check=False)
        return tried.returncode
    finally:
        mock.stdin.close()
        mock.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
