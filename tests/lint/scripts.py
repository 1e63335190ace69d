"""scripts/run and scripts/check in a checkout of stand-ins: what they say when something is not as it should be."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aifp-scripts-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.checkout = self.folder / "checkout"
        for name in ("run", "check"):
            self.program("scripts/" + name, (ROOT / "scripts" / name).read_text())
        for name in ("install-deps", "build"):
            self.program("scripts/" + name, "#!/bin/sh\n")

    def program(self, name, text):
        path = self.checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run_script(self, name, *arguments, **environment):
        return subprocess.run([self.checkout / "scripts" / name, *arguments], cwd=self.folder, text=True,
                              capture_output=True, timeout=60, env={**os.environ, "AIFP_CI": "", **environment})

    def test_run_takes_a_project_relative_to_where_it_is_called(self):
        (self.checkout / "examples/home/directives").mkdir(parents=True)
        self.program("build/release/daemon/aifpd", '#!/bin/sh\necho "daemon $2"\n')
        said = self.run_script("run", AIFP_PROJECT="mine")
        self.assertIn(f"daemon {self.folder.resolve()}/mine\n", said.stdout, said.stderr)

    def test_run_ends_with_the_stand_in_for_the_outside_world(self):
        example = self.checkout / "examples/home"
        for name, text in {"secrets.example.yaml": "word: replace-me\n", "directives/a.yaml": "x: http://127.0.0.1:7780\n",
                           ".aifp-project/engine.yaml": "timezone: UTC\n"}.items():
            (example / name).parent.mkdir(parents=True, exist_ok=True)
            (example / name).write_text(text)
        self.program("examples/device/device.py", 'import sys\nsys.exit("no device today")\n')
        said = self.run_script("run")
        self.assertEqual(said.returncode, 1)
        self.assertIn("did not tell at which port it listens", said.stdout)
        copy = self.checkout / "build/run/home/directives/a.yaml"
        self.assertEqual(copy.read_text(), "x: http://127.0.0.1:7780\n")

    def test_check_counts_no_skipped_step_as_passed(self):
        self.program("scripts/lint_headers", "#!/bin/sh\nexit 77\n")
        said = self.run_script("check", "headers")
        self.assertEqual((said.returncode, said.stdout.splitlines()[-1]),
                         (0, "scripts/check: 0 of 1 steps passed; SKIPPED: headers"))
        self.assertEqual(self.run_script("check", "headers", AIFP_CI="1").returncode, 1)

    def test_check_fails_with_a_step(self):
        self.program("scripts/lint_headers", "#!/bin/sh\nexit 1\n")
        self.assertEqual(self.run_script("check", "headers").returncode, 1)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
