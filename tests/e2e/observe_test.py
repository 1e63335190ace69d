"""What is watched from outside: figures for Prometheus and live events of a running daemon."""
import json
import re
import signal
import socket
import subprocess

from harness import AIFP, EndToEnd, PATIENCE_S, UnixConnection, main, wait_for

LAMP = "name: lamp\nmode: parallel\ntrigger: {webhook: lamp, auth: none}\naction: {log: lamp}\n"


class Stream:
    """Events of GET /api/v1/events, over the unix socket or over TCP."""

    def __init__(self, connection, path="/api/v1/events", last=None, token=None):
        self.connection = connection
        headers = {"Last-Event-ID": last} if last else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request("GET", path, headers=headers)
        self.answer = connection.getresponse()
        self.comments = []

    def next(self, kind=None):
        """The next event, or the next of this kind: {"id", "event", "data"}; None at the end."""
        event = {}
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if not text and "data" in event and kind in (None, event["event"]):
                return {**event, "data": json.loads(event["data"])}
            if not text:
                event = {}
            elif text.startswith(":"):
                self.comments.append(text)
            else:
                name, value = text.split(": ", 1)
                event[name] = value
        return None

    def close(self):
        self.connection.close()


def scrape(text):
    """{sample: value}, after looking at every line as Prometheus does."""
    samples, types, helped = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        elif line.startswith("# TYPE "):
            types[line.split()[2]] = line.split()[3]
        else:
            match = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"]*"\})? (\S+)', line)
            assert match, line
            family = re.sub(r"_(bucket|sum|count)$", "", match[1])
            assert match[1] in types or types.get(family) == "histogram", line
            samples[match[1] + (match[2] or "")] = float(match[3])
    assert helped == set(types)
    return samples


class Metrics(EndToEnd):
    def figures(self):
        status, text = self.project.admin("GET", "/metrics")
        self.assertEqual(status, 200, text)
        return scrape(text)

    def test_the_figures_follow_what_happens(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        before = self.figures()
        for _ in range(5):
            self.assertEqual(self.project.hook("lamp")[0], 202)
        wait_for(lambda: self.figures()['aifp_runs_ended_total{state="ok"}'] == 5, "the runs")
        after = self.figures()
        self.assertEqual(before["aifp_runs_started_total"], 0)
        self.assertEqual(after["aifp_runs_started_total"], 5)
        self.assertEqual(after['aifp_decisions_total{decision="started"}'], 5)
        self.assertEqual(after["aifp_run_duration_seconds_count"], 5)
        self.assertEqual(after['aifp_directives{status="active"}'], 1)
        self.assertEqual(after['aifp_http_requests_total{listener="hooks"}'], 5)
        self.assertGreater(after["aifp_store_commit_duration_seconds_count"], 0)
        self.assertGreater(after["aifp_process_resident_memory_bytes"], 1e6)
        self.assertEqual(after["aifp_ready"], 1)

    def test_the_lag_of_the_loop_is_measured(self):
        self.project.start()
        wait_for(lambda: self.figures()["aifp_loop_lag_seconds_count"] > 3, "some probes")
        self.assertGreater(self.figures()["aifp_loop_lag_max_seconds"], 0)

    def test_over_tcp_it_asks_for_the_token(self):
        self.project.start()
        self.assertEqual(self.project.admin_over_tcp("/metrics")[0], 401)
        connection = self.project.connect("admin")
        connection.request("GET", "/metrics", headers={"Authorization": "Bearer " + self.project.token()})
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Type"), "text/plain; version=0.0.4; charset=utf-8")
        scrape(answer.read().decode())
        connection.close()


class Events(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write("directives/lamp.yaml", LAMP)

    def stream(self, path="/api/v1/events", last=None):
        stream = Stream(UnixConnection(self.project.endpoints()["socket"]), path, last)
        self.addCleanup(stream.close)
        self.assertEqual(stream.answer.getheader("Content-Type"), "text/event-stream")
        return stream

    def test_a_call_is_told_as_it_happens(self):
        self.project.start()
        stream = self.stream()
        run = self.project.hook("lamp")[1]["run"]
        decided = stream.next()
        self.assertEqual((decided["event"], decided["data"]["ledger_id"]), ("decision", run))
        self.assertEqual([stream.next("run")["data"]["state"] for _ in range(2)], ["running", "ok"])

    def test_who_comes_again_misses_nothing(self):
        self.project.start()
        stream = self.stream("/api/v1/events?kinds=decision")
        first = self.project.hook("lamp")[1]["run"]
        seen = stream.next()
        self.assertEqual(seen["data"]["ledger_id"], first)
        stream.close()
        missed = [self.project.hook("lamp")[1]["run"] for _ in range(3)]
        again = self.stream("/api/v1/events?kinds=decision", seen["id"])
        live = self.project.hook("lamp")[1]["run"]
        told = [again.next() for _ in range(4)]
        self.assertEqual([event["data"]["ledger_id"] for event in told], [*missed, live])
        ids = [int(event["id"]) for event in [seen, *told]]
        self.assertEqual(ids, sorted(set(ids)))

    def test_after_a_restart_the_ledger_tells_and_then_there_is_a_gap(self):
        self.project.start()
        stream = self.stream()
        self.project.hook("lamp")
        seen = stream.next()
        stream.close()
        missed = self.project.hook("lamp")[1]["run"]
        wait_for(lambda: [row for row in self.project.decisions("lamp")
                          if (row["id"], row.get("state")) == (missed, "ok")], "its end")
        self.project.stop(signal.SIGKILL)
        self.project.start()
        again = self.stream("/api/v1/events", seen["id"])
        told = [again.next()]
        while told[-1]["event"] != "gap":
            told.append(again.next())
        gap = told.pop()
        self.assertIn(missed, [event["data"]["ledger_id"] for event in told if event["event"] == "decision"])
        self.assertIn((missed, "ok"), [(event["data"]["run"], event["data"]["state"]) for event in told
                                       if event["event"] == "run"])
        self.assertFalse([event for event in told if "id" in event])
        self.assertEqual((gap["event"], gap["data"]["after"]), ("gap", seen["id"]))
        self.assertGreater(int(gap["id"]), int(seen["id"]))

    def test_the_status_of_a_directive_is_told(self):
        self.project.start()
        stream = self.stream("/api/v1/events?directive=lamp")
        self.project.admin("POST", "/api/v1/directives/lamp/pause")
        change = stream.next("directive")["data"]
        self.assertEqual((change["previous_status"], change["status"]), ("active", "paused"))

    def test_a_stop_ends_the_stream_and_is_told(self):
        self.project.start()
        stream = self.stream("/api/v1/events?kinds=lifecycle")
        self.project.daemon.send_signal(signal.SIGTERM)
        self.assertEqual(stream.next()["data"]["event"], "engine_stopping")
        self.assertEqual(stream.next()["data"]["event"], "engine_stopped")
        self.assertIsNone(stream.next())
        self.assertEqual(self.project.daemon.wait(timeout=PATIENCE_S), 0)

    def test_it_works_over_tcp_with_the_token(self):
        self.project.start()
        stream = Stream(self.project.connect("admin"), token=self.project.token())
        self.addCleanup(stream.close)
        self.project.hook("lamp")
        self.assertEqual(stream.next()["event"], "decision")

    def test_a_client_that_does_not_read_is_cut_off(self):
        self.project.write("directives/loud.yaml",
                           "name: loud\nmode: queued\nmax: 1000\ntrigger: {event: loud}\n"
                           "action: {stop: " + 900 * "x" + ", error: true}\n")
        self.project.write("directives/crowd.yaml",
                           "name: crowd\ntrigger: manual\n"
                           "action: {repeat: [{emit: loud}], count: 1000}\n")
        self.project.start()
        slow = socket.socket(socket.AF_UNIX)
        self.addCleanup(slow.close)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(self.project.endpoints()["socket"])
        slow.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        listeners = lambda: scrape(self.project.admin("GET", "/metrics")[1])["aifp_event_listeners"]
        wait_for(lambda: listeners() == 1, "the slow client")

        def cut_off():
            self.project.admin("POST", "/api/v1/directives/crowd/run", "{}")
            return listeners() == 0
        wait_for(cut_off, "the end of the slow client")
        slow.settimeout(PATIENCE_S)
        read = b""
        while piece := slow.recv(65536):
            read += piece
            if b": cut off" in read:
                break
        self.assertIn(b": cut off: more than 1048576 bytes were not read", read)

    def test_too_many_clients_are_told_so(self):
        self.project.start()
        streams = [self.stream() for _ in range(32)]
        late = UnixConnection(self.project.endpoints()["socket"])
        self.addCleanup(late.close)
        late.request("GET", "/api/v1/events")
        self.assertEqual(late.getresponse().status, 503)
        streams[0].close()
        wait_for(lambda: scrape(self.project.admin("GET", "/metrics")[1])["aifp_event_listeners"] == 31,
                 "a free place")

    def test_what_is_asked_wrongly_is_explained(self):
        self.project.start()
        status, answer = self.project.admin("GET", "/api/v1/events?kinds=runs")
        self.assertEqual(status, 400)
        self.assertIn("decision, run, directive and lifecycle", json.dumps(answer))


class LogLines(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write(".aifp-project/secrets.yaml", "pin: zz-pin-4711\n", 0o600)
        self.project.write("directives/lamp.yaml", LAMP.replace("{log: lamp}", "{log: 'lamp {{ trigger.body.text }}'}"))
        self.project.write("directives/bell.yaml", "name: bell\ntrigger: {webhook: bell, auth: none}\n"
                           "action: {stop: broken, error: true}\n")
        self.project.start()

    def stream(self, query="", last=None):
        stream = Stream(UnixConnection(self.project.endpoints()["socket"]), "/api/v1/logs/stream" + query, last)
        self.addCleanup(stream.close)
        self.assertEqual(stream.answer.getheader("Content-Type"), "text/event-stream")
        return stream

    @staticmethod
    def said(stream):
        """The next line that the lamp's action wrote."""
        while "message" not in (line := stream.next("line"))["data"]:
            pass
        return line

    def say(self, text):
        return self.project.hook("lamp", json.dumps({"text": text}), {"Content-Type": "application/json"})[1]["run"]

    def test_lines_are_told_as_they_are_written_without_secrets(self):
        stream = self.stream("?type=execution&directive=lamp")
        self.project.hook("bell")
        self.say("zz-pin-4711")
        line = self.said(stream)["data"]
        self.assertEqual((line["directive"], line["message"]), ("lamp", "lamp ***"))

    def test_a_failure_is_told_once_and_its_level_chosen(self):
        stream = self.stream("?level=error")
        self.say("well")
        self.project.hook("bell")
        self.project.hook("bell")
        told = [stream.next("line")["data"] for _ in range(2)]
        self.assertEqual([line["directive"] for line in told], ["bell", "bell"])
        self.assertNotEqual(told[0]["run"], told[1]["run"])

    def test_who_comes_again_misses_nothing_over_a_restart(self):
        stream = self.stream("?directive=lamp")
        self.say("1")
        seen = self.said(stream)
        stream.close()
        self.say("2")
        self.project.stop()
        self.project.start()
        again = self.stream("?directive=lamp", seen["id"])
        self.say("3")
        self.assertEqual([self.said(again)["data"]["message"] for _ in range(2)], ["lamp 2", "lamp 3"])

    def test_it_begins_with_lines_that_are_there(self):
        self.say("1")
        has = lambda: [line for line in self.project.admin("GET", "/api/v1/logs?directive=lamp")[1]
                       if line.get("message") == "lamp 1"]
        wait_for(has, "the line in the file")
        told = self.stream("?directive=lamp&lines=100")
        self.assertEqual(self.said(told)["data"]["message"], "lamp 1")

    def test_what_is_asked_wrongly_is_explained(self):
        for query, hint in [("?type=runs", "execution, error or lifecycle"), ("?lines=1001", "0 to 1000"),
                            ("?last=7", "7 is no id of a line"), ("?level=loud", "debug, info, warning or error")]:
            status, answer = self.project.admin("GET", "/api/v1/logs/stream" + query)
            self.assertEqual(status, 400)
            self.assertIn(hint, answer["detail"])

    def test_aifp_logs_follows_the_daemon_and_then_its_files(self):
        follower = subprocess.Popen([AIFP, "--project", str(self.project.root), "logs", "-f", "-n", "0", "--json"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.kill)
        lines = lambda: scrape(self.project.admin("GET", "/metrics")[1])["aifp_log_followers"]
        wait_for(lambda: lines() == 1, "the follower")
        self.say("live")
        while json.loads(follower.stdout.readline()).get("message") != "lamp live":
            pass
        self.project.stop()
        while json.loads(follower.stdout.readline())["event"] != "engine_stopped":
            pass
        self.project.start()
        self.say("again")
        while json.loads(follower.stdout.readline()).get("message") != "lamp again":
            pass


class Tail(EndToEnd):
    def test_tail_prints_events_over_a_restart(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        tail = subprocess.Popen([AIFP, "--project", str(self.project.root), "tail", "--directive", "lamp", "--json"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        wait_for(lambda: scrape(self.project.admin("GET", "/metrics")[1])["aifp_event_listeners"] == 1, "tail")
        run = self.project.hook("lamp")[1]["run"]
        first = json.loads(tail.stdout.readline())
        self.assertEqual((first["event"], first["data"]["ledger_id"]), ("decision", run))
        self.project.stop(signal.SIGKILL)
        self.project.start()
        wait_for(lambda: scrape(self.project.admin("GET", "/metrics")[1])["aifp_event_listeners"] == 1, "it again")
        run = self.project.hook("lamp")[1]["run"]
        while (line := json.loads(tail.stdout.readline()))["data"].get("ledger_id") != run:
            pass
        self.assertEqual(line["event"], "decision")


class Document(EndToEnd):
    def test_the_api_describes_itself(self):
        self.project.start()
        status, document = self.project.admin("GET", "/api/v1/openapi.json")
        self.assertEqual((status, document["openapi"]), (200, "3.1.0"))
        self.assertIn("/api/v1/events", document["paths"])
        status, text = self.project.admin("GET", "/api/v1/openapi.yaml")
        self.assertEqual(status, 200)
        self.assertTrue(text.startswith("openapi: 3.1.0\n"))


if __name__ == "__main__":
    main()
