"""The store, and BUSY, FULL, IOERR and CORRUPT at each operation on its files that its statements lead to
(tests/storage/every_operation_test.cpp): a group is whole or not there, and the store goes on."""
import json
import pathlib
import subprocess
import tempfile

from common import BUILD, Figure, arguments


def main():
    arguments()  # the quick form is the whole
    program = BUILD / "tests/storage/storage_test"
    with Figure("store faults") as figure, tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done = subprocess.run([program, "--gtest_filter=Codes/EveryOperation.*", f"--gtest_output=json:{report}"],
                              capture_output=True, text=True)
        figure.check(done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:])
        tests = [test for suite in json.loads(report.read_text())["testsuites"] for test in suite["testsuite"]]
        figure.check(len(tests) >= 6, f"only {len(tests)} tests ran")
        told = ", ".join(f"{test['name'].split('/')[-1]} {test.get('operations', '?')} places, {test.get('refused', '?')} refused"
                         for test in tests)
        figure.result = f"{told}; each group whole or not there, the next one stored"


main()
