"""The directories of examples/ are as good as they say: checked, and armed by a real daemon."""
import json
import subprocess

from harness import AIFP, EXAMPLES, EndToEnd, copy_example, main, wait_for

PROJECTS = sorted(folder.parent for folder in EXAMPLES.glob("*/directives"))


class Examples(EndToEnd):
    def test_there_are_some(self):
        self.assertTrue(PROJECTS)

    def test_check_finds_nothing(self):
        for folder in PROJECTS:
            with self.subTest(folder.name):
                copy_example(folder, self.project)
                checked = subprocess.run([AIFP, "check", str(self.project.root), "--json"], capture_output=True, text=True)
                self.assertEqual((checked.returncode, json.loads(checked.stdout)), (0, []))

    def test_the_settings_are_taken_and_every_directive_is_armed(self):
        for folder in PROJECTS:
            with self.subTest(folder.name):
                copy_example(folder, self.project)
                self.project.start()
                rows = wait_for(lambda: self.project.admin("GET", "/api/v1/directives")[1], "the directives")
                self.assertEqual({row["status"] for row in rows}, {"active"}, rows)
                self.assertEqual(self.project.admin("GET", "/api/v1/status")[1]["diagnostics"], [])
                self.assertEqual(self.project.stop(), 0)


if __name__ == "__main__":
    main()
