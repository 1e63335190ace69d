"""Holds the bodies of the adapters against the providers' own schemas, with ajv.

    AIFP_LLM_SCHEMAS=FOLDER tests/llm/schemas.py build/quick/tests/llm/llm_bodies

FOLDER has openai.schema.json (of OpenAI's OpenAPI document) and anthropic.strict.schema.json (of the
types of Anthropic's SDK). ajv comes with the npm tools of tests/mcp/node_tools.py, or from NODE_PATH.
Ends with 77, which ctest counts as skipped, where the schemas or ajv are not there.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKIPPED = 77


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def main():
    folder = os.environ.get("AIFP_LLM_SCHEMAS")
    if not folder:
        skip("AIFP_LLM_SCHEMAS names no folder with the providers' schemas")
    if not (pathlib.Path(folder) / "openai.schema.json").exists():
        skip("no openai.schema.json in " + folder)
    modules = [str(ROOT / "build" / "node" / "node_modules"), os.environ.get("NODE_PATH", "")]
    environment = {**os.environ, "NODE_PATH": os.pathsep.join(modules)}
    try:
        found = subprocess.run(["node", "-e", "require('ajv')"], env=environment, capture_output=True,
                               check=False)
    except FileNotFoundError:
        skip("node is not installed")
    if found.returncode != 0:
        skip("ajv is not installed (tests/mcp/conformance.py brings it)")
    bodies = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    checked = subprocess.run(["node", str(HERE / "schemas.cjs"), folder], input=bodies, text=True,
                             env=environment, check=False)
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
