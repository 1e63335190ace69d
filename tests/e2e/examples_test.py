"""The directories of examples/ are as good as they say: checked, and armed by a real daemon."""
import json
import pathlib
import shutil
import subprocess

from harness import AIFP, EndToEnd, main, wait_for

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
PROJECTS = sorted(folder.parent for folder in EXAMPLES.glob("*/directives"))


class Examples(EndToEnd):
    def test_there_are_some(self):
        self.assertTrue(PROJECTS)

    def test_check_finds_nothing(self):
        for folder in PROJECTS:
            with self.subTest(folder.name):
                checked = subprocess.run([AIFP, "check", str(folder), "--json"], capture_output=True, text=True)
                self.assertEqual((checked.returncode, json.loads(checked.stdout)), (0, []))

    def test_the_settings_are_taken_and_every_directive_is_armed(self):
        for folder in PROJECTS:
            with self.subTest(folder.name):
                self.copy(folder)
                self.project.start()
                rows = wait_for(lambda: self.project.admin("GET", "/api/v1/directives")[1], "the directives")
                self.assertEqual({row["status"] for row in rows}, {"active"}, rows)
                self.assertEqual(self.project.admin("GET", "/api/v1/status")[1]["diagnostics"], [])
                self.assertEqual(self.project.stop(), 0)

    def copy(self, folder):
        """As the first lines of secrets.example.yaml say."""
        shutil.rmtree(self.project.root)
        shutil.copytree(folder, self.project.root)
        # Only the owner may write there, whatever mask the checkout was made with.
        subprocess.run(["chmod", "-R", "go-w", str(self.project.root)], check=True)
        example = folder / "secrets.example.yaml"
        if example.exists():
            self.project.write(".aifp-project/secrets.yaml", example.read_text(), 0o600)


if __name__ == "__main__":
    main()
