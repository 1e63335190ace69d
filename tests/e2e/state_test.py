"""States and the triggers on them, over a kill -9: the real daemon, files, and a real HTTP server."""
import http.server
import json
import signal
import threading
import time

from harness import EndToEnd, UnixConnection, main, wait_for


class Meter(http.server.BaseHTTPRequestHandler):
    power = 1

    def do_GET(self):
        body = json.dumps({"power": Meter.power, "asked": time.time()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class States(EndToEnd):
    def started(self, name):
        return [row for row in self.project.decisions(name) if row["decision"] == "started"]

    def put(self, name, value, **more):
        status, answer = self.project.admin(
            "PUT", "/api/v1/state/" + name, json.dumps({"value": value, **more}))
        self.assertEqual(status, 200, answer)
        return answer

    def test_for_survives_a_kill_and_fires_once(self):
        self.project.write("directives/door.yaml",
                           "name: door\ntrigger: {state: door, to: open, for: 3s}\n"
                           "action: {command: [sh, -c, 'echo ran >> ran.txt']}\n")
        self.project.start()
        self.put("door", "open")
        self.project.stop(signal.SIGKILL)
        self.project.start()

        wait_for(lambda: self.started("door"), "the door's run")
        wait_for(lambda: (self.project.root / "ran.txt").exists(), "its trace")
        time.sleep(1)

        self.assertEqual(len(self.project.decisions("door")), 1)
        self.assertEqual((self.project.root / "ran.txt").read_text(), "ran\n")

    def test_file_trigger_sees_a_rename_on_saving_as_one_change(self):
        (self.project.root / "inbox").mkdir()
        self.project.write("inbox/a.csv", "1")
        self.project.write("directives/inbox.yaml",
                           "name: inbox\nmode: queued\n"
                           "trigger: {file: 'inbox/*.csv', events: [create, modify, delete]}\n"
                           "action: {set: {seen: '{{ trigger.change }} {{ trigger.name }}'}}\n")
        self.project.start()

        fresh = self.project.write("inbox/.a.tmp", "2")
        fresh.rename(self.project.root / "inbox/a.csv")
        wait_for(lambda: len(self.started("inbox")) == 1, "the change")
        self.assertEqual(self.seen(), "modify a.csv")
        self.project.write("inbox/b.csv", "1")
        wait_for(lambda: len(self.started("inbox")) == 2, "the new file")
        (self.project.root / "inbox/b.csv").unlink()
        wait_for(lambda: len(self.started("inbox")) == 3, "the deletion")
        wait_for(lambda: self.seen() == "delete b.csv", "its name")

    def seen(self):
        return self.project.admin("GET", "/api/v1/state/seen")[1].get("value")

    def test_poll_fires_when_the_value_changes(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Meter)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.project.write("directives/meter.yaml",
                           f"name: meter\ntrigger: {{poll: 'http://127.0.0.1:{server.server_port}/', "
                           "every: 1s, value: output.body.power}\n"
                           "action: {set: {power: '{{ trigger.to }}'}}\n")
        self.project.start()
        time.sleep(2.5)
        self.assertEqual(self.started("meter"), [])

        Meter.power = 2
        wait_for(lambda: self.started("meter"), "the change")
        wait_for(lambda: self.project.admin("GET", "/api/v1/state/power")[0] == 200, "its value")
        self.assertEqual(self.project.admin("GET", "/api/v1/state/power")[1]["value"], 2)

    def test_people_see_and_set_states(self):
        self.project.start()
        self.assertEqual(self.project.cli("state", "set", "n", "1").returncode, 0)
        counted = self.project.cli("state", "set", "n", "2", "--increment")
        self.assertIn("n = 3", counted.stdout)
        self.assertEqual(self.project.cli("state", "set", "n", "9", "--if-is", "1").returncode, 1)
        self.assertIn("n = 3", self.project.cli("state", "get", "n").stdout)
        self.assertIn("host.load_1", self.project.cli("state", "get").stdout)
        self.assertEqual(self.project.cli("state", "unset", "n").returncode, 0)
        self.assertEqual(self.project.admin("GET", "/api/v1/state/n")[0], 404)

    def test_a_watcher_hears_of_changes(self):
        self.project.start()
        connection = UnixConnection(self.project.endpoints()["socket"])
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/watch/state?name=door")
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Type"), "text/event-stream")
        self.put("lamp", 1)
        self.put("door", "open", attributes={"battery": 80})

        line = b""
        while not line.startswith(b"data: "):
            line = answer.readline()

        change = json.loads(line[len(b"data: "):])
        self.assertEqual((change["name"], change["from"], change["to"]), ("door", None, "open"))
        self.assertEqual(change["attributes"], {"battery": 80})

    def test_a_time_to_live_ends_while_the_daemon_is_down(self):
        self.project.start()
        self.put("door", "open", ttl="1s")
        self.project.stop(signal.SIGKILL)
        time.sleep(1.2)
        self.project.start()
        wait_for(lambda: self.project.admin("GET", "/api/v1/state/door")[0] == 404, "its end")


if __name__ == "__main__":
    main()
