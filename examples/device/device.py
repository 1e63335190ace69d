#!/usr/bin/env python3
"""A small house on your own computer: a lamp and a thermometer that speak HTTP.

    device.py [--port PORT] [--port-file FILE] [--host ADDRESS]

    GET  /lamp          {"on": false, "level": 0}
    POST /lamp/on       body (optional): {"level": 1-100}; without it the lamp goes to full
    POST /lamp/off
    GET  /thermometer   {"celsius": 20.7, "unit": "C"}
    GET  /log           what happened, newest last: [{"at": ..., "what": ...}]

Every request is one line on standard output. With port 0 the system picks a free one; the address
that the device listens on is the first line printed and, with --port-file, written to that file.
Python's standard library is all it needs.
"""
import argparse
import collections
import datetime
import json
import math
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 4096
LOG_LENGTH = 200


class BadRequest(Exception):
    """The request cannot be understood; the text says why."""


class House:
    """The lamp, the thermometer and what happened to them. Safe for several threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._on = False
        self._level = 0
        self._log = collections.deque(maxlen=LOG_LENGTH)
        self._started = time.monotonic()

    def lamp(self):
        with self._lock:
            return {"on": self._on, "level": self._level}

    def switch_on(self, level):
        with self._lock:
            self._on, self._level = True, level
            return {"on": True, "level": level}

    def switch_off(self):
        with self._lock:
            self._on, self._level = False, 0
            return {"on": False, "level": 0}

    def thermometer(self):
        """Between 18 and 23 degrees; one slow wave in two minutes and a small one on top."""
        seconds = time.monotonic() - self._started
        wave = 2.2 * math.sin(seconds * 2 * math.pi / 120) + 0.3 * math.sin(seconds / 3)
        return {"celsius": round(20.5 + wave, 1), "unit": "C"}

    def remember(self, what):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        with self._lock:
            self._log.append({"at": now, "what": what})

    def log(self):
        with self._lock:
            return list(self._log)


def level_from(body):
    """The brightness that a body asks for, 1-100."""
    if not body:
        return 100
    try:
        wanted = json.loads(body)
    except ValueError:
        raise BadRequest('the body is not JSON; write {"level": 60}') from None
    level = wanted.get("level", 100) if isinstance(wanted, dict) else None
    if isinstance(level, str) and level.isdigit():
        level = int(level)
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 1 <= level <= 100:
        raise BadRequest('"level" must be a number from 1 to 100')
    return round(level)


def describe_lamp(lamp):
    return f"lamp ON at {lamp['level']} %" if lamp["on"] else "lamp OFF"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "house/1"
    timeout = 30

    def do_GET(self):
        house = self.server.house
        if self.path == "/lamp":
            lamp = house.lamp()
            self.answer(200, lamp, "lamp asked: " + describe_lamp(lamp))
        elif self.path == "/thermometer":
            value = house.thermometer()
            self.answer(200, value, f"thermometer read: {value['celsius']} °C")
        elif self.path == "/log":
            self.answer(200, house.log(), "")
        else:
            self.answer(404, {"error": "no such thing in this house"}, f"GET {self.path}: unknown")

    def do_POST(self):
        try:
            body = self.read_body()
            if self.path == "/lamp/on":
                lamp = self.server.house.switch_on(level_from(body))
            elif self.path == "/lamp/off":
                lamp = self.server.house.switch_off()
            else:
                self.answer(404, {"error": "no such thing in this house"},
                            f"POST {self.path}: unknown")
                return
            self.answer(200, lamp, describe_lamp(lamp))
        except BadRequest as problem:
            self.answer(400, {"error": str(problem)}, f"refused: {problem}")

    def read_body(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self.close_connection = True
            raise BadRequest("send the body with Content-Length")
        if int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            raise BadRequest(f"the body may have {MAX_BODY_BYTES} bytes")
        return self.rfile.read(int(length))

    def answer(self, status, value, what):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        if what:
            self.server.house.remember(what)
            now = datetime.datetime.now().strftime("%H:%M:%S")
            # The path came from outside: only what can be printed.
            # One write for the whole line: the engine writes to the same terminal.
            sys.stdout.write(f"{now}  [device] {what if what.isprintable() else ascii(what)}\n")
            sys.stdout.flush()

    def log_message(self, format, *args):
        """Each request has its own friendly line already."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address):
        super().__init__(address, Handler)
        self.house = House()


def write_whole(path, text):
    """The file appears with all of its text or not at all."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description="A lamp and a thermometer behind HTTP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7780, help="0: any free port")
    parser.add_argument("--port-file", help="where to write the port")
    options = parser.parse_args()
    try:
        server = Server((options.host, options.port))
    except OSError as problem:
        sys.exit(f"device: cannot listen on {options.host}:{options.port}: {problem.strerror}")
    port = server.server_address[1]
    print(f"[device] lamp and thermometer at http://{options.host}:{port}", flush=True)
    if options.port_file:
        write_whole(options.port_file, f"{port}\n")
    # shutdown() waits for serve_forever(), so it may not run in the thread that serves.
    signal.signal(signal.SIGTERM,
                  lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    server.server_close()


if __name__ == "__main__":
    main()
