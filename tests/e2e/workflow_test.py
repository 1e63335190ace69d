"""The workflow routes with the real daemon: generated code that reaches a device, earlier versions, dependencies."""
import http.server
import json
import sqlite3
import subprocess
import sys
import threading

from harness import EndToEnd, main, wait_for

LAMP = """
name: lamp
trigger: manual
action:
  http_request: POST http://127.0.0.1:PORT/on
  json: {level: 70}
"""


class Device(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"ok": true}')

    def log_message(self, *_):
        pass


class Workflow(EndToEnd):
    def setUp(self):
        super().setUp()
        self.device = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Device)
        self.device.heard = []
        self.addCleanup(self.device.server_close)
        self.addCleanup(self.device.shutdown)
        threading.Thread(target=self.device.serve_forever, daemon=True).start()
        self.project.write("directives/lamp.yaml", LAMP.replace("PORT", str(self.device.server_port)))

    def generate(self):
        status, answer = self.project.admin("POST", "/api/v1/directives/lamp/generate")
        self.assertEqual((status, answer["test_status"]), (200, "passing"), answer)
        return answer

    def test_a_generated_http_request_reaches_the_device(self):
        self.project.start()
        written = self.generate()
        line = json.dumps({"with": {}, "trigger": {"kind": "manual"}, "directive": "lamp", "run": 1})
        ran = subprocess.run([sys.executable, "-B", str(self.project.root / written["implementation_file"])],
                             input=line + "\n", capture_output=True, text=True, timeout=30)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        (path, body), = self.device.heard
        self.assertEqual((path, json.loads(body)), ("/on", {"level": 70}))

    def test_a_device_that_is_gone_is_a_failure_and_no_exception(self):
        self.project.start()
        written = self.generate()
        self.device.shutdown()
        self.device.server_close()
        ran = subprocess.run([sys.executable, "-B", str(self.project.root / written["implementation_file"])],
                             input='{"with": {}, "trigger": {}, "directive": "lamp", "run": 1}\n',
                             capture_output=True, text=True, timeout=30)
        self.assertNotEqual(ran.returncode, 0)
        self.assertNotIn("Traceback", ran.stderr)

    def test_a_rollback_brings_the_version_before_back(self):
        self.project.start()
        first = self.generate()
        path = self.project.root / first["implementation_file"]
        before = path.read_text()
        self.project.write("directives/lamp.yaml",
                           LAMP.replace("PORT", str(self.device.server_port)).replace("70", "20"))
        level = lambda: self.project.admin("GET", "/api/v1/directives/lamp")[1]["configuration_json"]["actions"][0]["json"]
        wait_for(lambda: level() == {"level": 20}, "the edit")
        self.generate()
        self.assertFalse(path.read_text() == before)
        status, answer = self.project.admin("POST", "/api/v1/directives/lamp/rollback")
        self.assertEqual((status, answer["sha256"]), (200, first["sha256"]), answer)
        self.assertTrue(path.read_text() == before)
        status, answer = self.project.admin("POST", "/api/v1/directives/lamp/rollback", '{"to": "ffff"}')
        self.assertEqual(status, 404, answer)

    def test_dependencies_are_listed_and_not_installed_without_a_yes(self):
        self.project.write("src/a.sh", "certainly-not-there --now\n")
        self.project.write("directives/needs.yaml",
                           "name: needs\ntrigger: manual\nactions: [{run: src/a.sh}, {command: [certainly-not-there]}]\n")
        self.project.start()
        status, answer = self.project.admin("GET", "/api/v1/dependencies?directive=needs")
        self.assertEqual(status, 200, answer)
        missing = [one for one in answer["dependencies"] if one["name"] == "certainly-not-there"]
        self.assertTrue(missing, answer)
        self.assertFalse(missing[0]["is_installed"])
        status, asked = self.project.admin("POST", f"/api/v1/dependencies/{missing[0]['id']}/install")
        self.assertNotEqual(asked.get("success"), True, asked)
        self.assertEqual(self.project.admin("POST", "/api/v1/dependencies/none/install")[0], 400)
        self.assertEqual(self.project.admin("GET", "/api/v1/dependencies?directive=nobody")[0], 404)

    def test_a_locked_project_database_is_told_and_the_code_is_written(self):
        path = self.project.root / ".aifp-project/project.db"
        path.parent.mkdir(exist_ok=True)
        other = sqlite3.connect(path, isolation_level=None)
        other.executescript("CREATE TABLE project (user_directives_status TEXT);"
                            "CREATE TABLE files (id INTEGER PRIMARY KEY, name, path, language);"
                            "CREATE TABLE functions (id INTEGER PRIMARY KEY, name, file_id, purpose, parameters, returns);")
        self.project.start()
        other.execute("BEGIN IMMEDIATE")
        self.addCleanup(other.close)
        written = self.generate()
        self.assertTrue((self.project.root / written["implementation_file"]).exists())
        self.assertIn("lock", json.dumps(written))


if __name__ == "__main__":
    main()
