"""Slow clients on the listener of the admin API: each kind is cut off within the time that docs/admin-api.md
gives it, while others are answered at once. All kinds wait side by side, so this takes as long as the slowest."""
import json
import select
import socket
import time

from harness import EndToEnd, main, wait_for
from observe_test import scrape

IDLE = 200
# Seconds from docs/admin-api.md (Limits), and how much later a busy machine may be.
HEADER_S, BODY_S, WRITE_S, IDLE_S, SLACK_S = 10, 30, 30, 60, 12
# A thousand lines are more than the system's buffers take of an answer (net.ipv4.tcp_wmem: 4 MiB).
LOUD = "name: loud\ntrigger: manual\naction: {repeat: [{log: " + 3900 * "x" + "}], count: 1500}\n"


class Client:
    """A connection to the admin listener that does little, or nothing."""

    def __init__(self, project, first=b"", small=False):
        host, port = project.endpoints()["admin"].rsplit(":", 1)
        self.socket = socket.socket()
        if small:  # so that little of an answer goes into the system's buffers
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((host, int(port)))
        self.socket.sendall(first)
        self.since = time.monotonic()

    def is_cut_off(self):
        """Reads what has come; true at the end."""
        while select.select([self.socket], [], [], 0)[0]:
            try:
                if not self.socket.recv(65536):
                    return True
            except OSError:
                return True
        return False

    def drip(self, piece):
        try:
            self.socket.send(piece)
        except OSError:
            pass  # is_cut_off() tells


class SlowClients(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write("directives/loud.yaml", LOUD)
        self.project.start()
        self.project.admin("POST", "/api/v1/directives/loud/run", "{}")
        wait_for(lambda: len(self.project.admin("GET", "/api/v1/logs?directive=loud&limit=1000")[1]) == 1000,
                 "a long log")
        self.head = ("Host: localhost\r\nAuthorization: Bearer " + self.project.token() + "\r\n").encode()

    def client(self, first=b"", small=False):
        client = Client(self.project, first, small)
        self.addCleanup(client.socket.close)
        return client

    def open_connections(self):
        """Of the admin listener; asked over the socket, which is another one."""
        return scrape(self.project.admin("GET", "/metrics")[1])['aifp_http_connections{listener="admin"}']

    def answered_at_once(self):
        began = time.monotonic()
        status, answer = self.project.admin_over_tcp("/api/v1/status", self.project.token())
        self.assertEqual(status, 200, answer)
        self.assertLess(time.monotonic() - began, 2)

    def test_each_kind_is_cut_off_in_its_time_while_others_are_answered(self):
        get = b"GET /api/v1/logs?limit=1000 HTTP/1.1\r\n" + self.head + b"\r\n"
        post = b"POST /api/v1/reload HTTP/1.1\r\n" + self.head + b"Content-Length: 100\r\n\r\n"
        unread = self.client(2 * get, small=True)
        header = self.client(b"GET /api/v1/status HTTP/1.1\r\nX-Slow: ")
        body = self.client(post)
        idle = [self.client(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(IDLE)]
        began = time.monotonic()
        ended = {}
        tick = 0
        while len(ended) < 4 and time.monotonic() - began < IDLE_S + SLACK_S:
            self.answered_at_once()
            if tick % 4 == 0:  # a byte every two seconds: never silent for long
                header.drip(b"a")
                body.drip(b" ")
            now = time.monotonic() - began
            kinds = {"header": [header], "body": [body], "idle": idle}
            for kind, clients in kinds.items():
                if kind not in ended and all(client.is_cut_off() for client in clients):
                    ended[kind] = now
            # Who does not read does not see the end either: the daemon's own count tells.
            others = sum(len(clients) for kind, clients in kinds.items() if kind not in ended)
            if "unread" not in ended and self.open_connections() <= others:
                ended["unread"] = now
            tick += 1
            time.sleep(0.5)
        for kind, limit in {"header": HEADER_S, "body": BODY_S, "unread": WRITE_S, "idle": IDLE_S}.items():
            self.assertIn(kind, ended, ended)
            self.assertGreater(ended[kind], limit - 3, ended)
            self.assertLess(ended[kind], limit + SLACK_S, ended)


if __name__ == "__main__":
    main()
