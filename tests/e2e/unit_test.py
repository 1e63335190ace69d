"""The systemd units: systemd itself finds nothing wrong with them, and they stay locked down."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import AIFPD, main

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")
# Of 100; a unit without any of it has 92.
EXPOSURE = 20


def analyze(*arguments):
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=60)


@unittest.skipUnless(ANALYZE, "systemd-analyze is not installed")
class Unit(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aifp-unit-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def verify(self, text, name="aifpd@home.service"):
        # The program is not installed where tests run: that alone may be missing.
        for unit in FOLDER.iterdir():
            instance = self.folder / unit.name.replace("@.", "@home.")
            instance.write_text(unit.read_text().replace("/usr/bin/aifpd", AIFPD))
        (self.folder / name).write_text(text.replace("/usr/bin/aifpd", AIFPD))
        return analyze("verify", "--man=no", str(self.folder / name))

    def test_systemd_understands_every_line(self):
        for unit in UNITS + sorted(FOLDER.glob("*.socket")):
            with self.subTest(unit.name):
                found = self.verify(unit.read_text(), unit.name.replace("@.", "@home."))
                self.assertEqual((found.returncode, found.stderr), (0, ""))

    def test_a_slip_would_be_told(self):
        slipped = UNITS[0].read_text().replace("ExecStart=", "ExecStrat=")
        found = self.verify(slipped)
        self.assertIn("ExecStrat", found.stderr)

    def test_it_stays_locked_down(self):
        for unit in UNITS:
            with self.subTest(unit.name):
                judged = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", str(unit))
                self.assertEqual(judged.returncode, 0, judged.stdout)


if __name__ == "__main__":
    main()
