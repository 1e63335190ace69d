"""What people are told arrives at a real HTTP peer, across kill -9 and while the peer is away."""
import http.server
import json
import signal
import threading

from harness import EndToEnd, main, wait_for

SETTINGS = """
approval: owner_files
notify:
  phone: {{http: "http://127.0.0.1:{port}/notice", headers: {{X-Room: porch}}}}
notices: {{channel: phone, to: eva, digest: 2s}}
"""
LAMP = """
name: lamp
trigger: {webhook: lamp, auth: none}
actions: [{command: [test, -e, fine]}]
"""


class Peer:
    """Takes messages; answers 503 while it is not well."""

    def __init__(self):
        self.messages = []
        self.refused = 0
        self.well = True
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if peer.well:
                    peer.messages.append((self.headers["X-Room"], json.loads(body)))
                else:
                    peer.refused += 1
                self.send_response(204 if peer.well else 503)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Notices(EndToEnd):
    def setUp(self):
        super().setUp()
        self.peer = Peer()
        self.addCleanup(self.peer.close)
        self.project.write(".aifp-project/engine.yaml", SETTINGS.format(port=self.peer.port))
        self.project.write("directives/lamp.yaml", LAMP)

    def run_lamp(self, state):
        before = len(self.project.decisions("lamp"))
        self.assertEqual(self.project.hook("lamp")[0], 202)

        def ended():
            rows = self.project.decisions("lamp")
            return len(rows) > before and rows[0].get("state") == state
        wait_for(ended, "the run to end as " + state)

    def told(self, count):
        wait_for(lambda: len(self.peer.messages) >= count, f"{count} messages")
        return [message for _, message in self.peer.messages]

    def test_failure_digest_and_recovery_arrive_across_kill_9(self):
        self.project.start()
        self.run_lamp("failed")
        first = self.told(1)[0]
        self.assertEqual(self.peer.messages[0][0], "porch")
        self.assertEqual((first["title"], first["to"], first["directive"]), ("aifp", "eva", "lamp"))
        self.assertRegex(first["message"], r"^lamp failed at \d\d:\d\d(:\d\d)?: run 1: ")

        self.run_lamp("failed")
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.run_lamp("failed")
        self.assertRegex(self.told(2)[1]["message"], r"^lamp failed [23] times in a row since ")

        (self.project.root / "fine").write_text("")
        self.run_lamp("ok")
        wait_for(lambda: "works again" in self.peer.messages[-1][1]["message"], "the recovery")
        self.assertRegex(self.peer.messages[-1][1]["message"], r"after [23] failures in a row since ")

    def test_a_peer_that_is_away_is_logged_and_disturbs_no_run(self):
        self.peer.well = False
        self.project.start()
        self.run_lamp("failed")
        wait_for(lambda: self.peer.refused > 0, "the first try")
        log = self.project.root / ".aifp-project/logs/errors/current.jsonl"
        wait_for(lambda: log.exists() and "notice_not_sent" in log.read_text(), "the log")
        (self.project.root / "fine").write_text("")
        self.run_lamp("ok")

        self.project.stop(signal.SIGKILL)
        self.peer.well = True
        self.project.start()
        self.assertEqual(self.project.decisions("lamp")[0]["state"], "ok")


if __name__ == "__main__":
    main()
