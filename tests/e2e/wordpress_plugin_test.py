"""contrib/wordpress/aifp-site-events.php, the file itself under PHP, with stand-ins for WordPress around it, against the
real daemon. Skipped where there is no PHP: scripts/check wordpress installs it."""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

SUPPORT = pathlib.Path(__file__).resolve().parent / "support"
sys.path.insert(0, str(SUPPORT))

from harness import PATIENCE_S, EndToEnd, main  # noqa: E402
from wordpress_site import Site  # noqa: E402

PLUGIN = SUPPORT.parents[2] / "contrib/wordpress/aifp-site-events.php"
PHP = shutil.which("php")
SECRET = "between-us"
POST = {"type": "post"}
SETTINGS = """prompts:
  site_context: wordpress
  wordpress: {url: '%s', events_secret: !secret events, poll: 0}
"""
# What the document on prompt directives lists ("Cache Invalidation Triggers"), as WordPress fires it.
EVENTS = [
    (["save_post", POST, {}, False], {"event": "post.created"}),
    (["save_post", POST, {}, True], {"event": "post.updated"}),
    (["delete_post", POST, {}], {"event": "post.deleted"}),
    (["wp_trash_post", 7, "publish"], {"event": "post.deleted"}),
    (["untrash_post", 7, "trash"], {"event": "post.updated"}),
    (["create_term", 1, 2, "category", {}], {"event": "term.created"}),
    (["edit_term", 1, 2, "category", {}], {"event": "term.edited"}),
    (["delete_term", 1, 2, "category", {}, []], {"event": "term.deleted"}),
    (["user_register", 5, {}], {"event": "user.registered"}),
    (["delete_user", 5, None, {}], {"event": "user.deleted"}),
    (["switch_theme", "Name", {}, {}], {"event": "theme.switched"}),
    (["activated_plugin", "a/a.php", False], {"event": "plugins.changed"}),
    (["update_option_blogname", "a", "b", "blogname"], {"event": "option.changed", "option": "name"}),
    (["update_option_blogdescription", "a", "b", "x"], {"event": "option.changed", "option": "description"}),
    (["update_option_siteurl", "a", "b", "siteurl"], {"event": "option.changed", "option": "url"}),
    (["update_option_timezone_string", "a", "b", "x"], {"event": "option.changed", "option": "timezone"}),
    (["update_option_WPLANG", "a", "b", "WPLANG"], {"event": "option.changed", "option": "language"}),
]


@unittest.skipUnless(PHP, "there is no PHP: scripts/check wordpress installs it")
class WordPressPlugin(EndToEnd):
    def setUp(self):
        super().setUp()
        self.site = Site()
        self.addCleanup(self.site.close)
        self.project.write(".aifp-project/engine.yaml", SETTINGS % self.site.url)
        self.project.write(".aifp-project/secrets.yaml", f"events: {SECRET}\n", 0o600)
        self.project.start()
        self.url = "http://" + self.project.endpoints()["hooks"] + "/site-context/events"

    def fire(self, *hooks, **constants):
        """One request to the site in which WordPress fires these hooks."""
        order = {"url": self.url, "secret": SECRET, "hooks": hooks, **constants}
        done = subprocess.run([PHP, str(SUPPORT / "wordpress_stand_ins.php"), str(PLUGIN)],
                              input=json.dumps({key: value for key, value in order.items() if value is not None}),
                              capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)

    def shown(self):
        return self.project.cli("site-context", "show").stdout

    def generation(self):
        return self.project.admin("GET", "/api/v1/site-context")[1]["generation"]

    def test_the_daemon_asks_the_site_anew_after_an_event(self):
        self.assertIn("First name", self.shown())
        self.site.name = "Second name"
        self.assertIn("First name", self.shown())
        sent = self.fire(["update_option_blogname", "First name", "Second name", "blogname"])["sent"]
        self.assertEqual([(one["status"], one["event"]["event"]) for one in sent], [(204, "option.changed")])
        self.assertIn("Second name", self.shown())

    def test_every_event_of_the_list_is_taken_and_makes_what_is_known_old(self):
        for hook, event in EVENTS:
            with self.subTest(hook=hook[0]):
                before = self.generation()
                sent = self.fire(hook)["sent"]
                self.assertEqual([one["status"] for one in sent], [204])
                told = dict(sent[0]["event"])
                self.assertRegex(told.pop("id"), "^[0-9a-f-]{36}$")
                self.assertEqual(told, event)
                self.assertGreater(self.generation(), before)

    def test_a_request_tells_each_event_once_and_at_its_end(self):
        told = self.fire(*[["save_post", POST, {}, True]] * 20, ["edit_term", 1, 2, "category", {}])
        self.assertEqual(told["sent_before_the_end"], 0)
        self.assertEqual([one["event"]["event"] for one in told["sent"]], ["post.updated", "term.edited"])
        self.assertEqual({one["status"] for one in told["sent"]}, {204})
        self.assertEqual({one["blocking"] for one in told["sent"]}, {False})

    def test_two_equal_events_of_one_second_are_both_taken(self):
        both = [self.fire(["switch_theme", "Name", {}, {}])["sent"][0]["status"] for _ in range(2)]
        self.assertEqual(both, [204, 204])

    def test_revisions_and_autosaves_are_not_told(self):
        told = self.fire(["save_post", {"type": "revision"}, {}, True], ["save_post", {"type": "autosave"}, {}, True])
        self.assertEqual(told["sent"], [])

    def test_a_wrong_secret_changes_nothing(self):
        self.assertIn("First name", self.shown())
        before = self.generation()
        self.assertEqual(self.fire(["switch_theme", "Name", {}, {}], secret="a guess")["sent"][0]["status"], 401)
        self.assertEqual(self.generation(), before)

    def test_without_the_constants_it_does_nothing(self):
        for missing in ("url", "secret"):
            self.assertEqual(self.fire(["switch_theme", "Name", {}, {}], **{missing: None})["sent"], [])


if __name__ == "__main__":
    main()
