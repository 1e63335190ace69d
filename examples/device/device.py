#!/usr/bin/env python3
"""A small house on your own computer: a lamp, a thermometer, a heating and a gate that speak HTTP.

    GET  /lamp          {"on": false, "level": 0}
    POST /lamp/on       body (optional): {"level": 1-100}; without it the lamp goes to full
    POST /lamp/off
    GET  /thermometer   {"celsius": 20.7, "unit": "C"}; PUT {"celsius": 18} holds it there
    GET  /heating       {"on": false}
    POST /heating/on    /heating/off
    POST /gate/open     the gate opens, and shuts itself again
    POST /messages      what arrives on the phone
    GET  /log           what happened, newest last: [{"at": ..., "what": ...}]

Trouble, /asked and the options: ../stand_in.py.
"""
import collections
import datetime
import math
import pathlib
import sys
import time

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(EXAMPLES))
from stand_in import Refused, World, route, serve  # noqa: E402

LOG_LENGTH = 200


def level_from(wanted):
    """The brightness that a body asks for, 1-100."""
    level = wanted.get("level", 100)
    if isinstance(level, str) and level.isdigit():
        level = int(level)
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 1 <= level <= 100:
        raise Refused(400, '"level" must be a number from 1 to 100')
    return round(level)


class House(World):
    name = "device"

    def __init__(self, engine):
        super().__init__(engine)
        self._lamp = {"on": False, "level": 0}
        self._heating = {"on": False}
        self._held_celsius = None
        self._log = collections.deque(maxlen=LOG_LENGTH)
        self._started = time.monotonic()

    def happened(self, request, what):
        request.says = what
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        self._log.append({"at": now, "what": what})

    def tell_lamp(self, request, prefix=""):
        lamp = self._lamp
        is_on = f"lamp ON at {lamp['level']} %" if lamp["on"] else "lamp OFF"
        self.happened(request, prefix + is_on)
        return lamp

    @route("GET", "/lamp")
    def show_lamp(self, request):
        return self.tell_lamp(request, "lamp asked: ")

    @route("POST", "/lamp/on")
    def switch_on(self, request):
        self._lamp = {"on": True, "level": level_from(request.json())}
        return self.tell_lamp(request)

    @route("POST", "/lamp/off")
    def switch_off(self, request):
        self._lamp = {"on": False, "level": 0}
        return self.tell_lamp(request)

    @route("GET", "/thermometer")
    def thermometer(self, request):
        """Between 18 and 23 degrees; one slow wave in two minutes and a small one on top."""
        celsius = self._held_celsius
        if celsius is None:
            seconds = time.monotonic() - self._started
            wave = 2.2 * math.sin(seconds * 2 * math.pi / 120) + 0.3 * math.sin(seconds / 3)
            celsius = round(20.5 + wave, 1)
        self.happened(request, f"thermometer read: {celsius} °C")
        return {"celsius": celsius, "unit": "C"}

    @route("PUT", "/thermometer")
    def hold_thermometer(self, request):
        self._held_celsius = request.json().get("celsius")
        return {"celsius": self._held_celsius, "unit": "C"}

    @route("GET", "/heating")
    def show_heating(self, _):
        return self._heating

    @route("POST", "/heating/(on|off)")
    def switch_heating(self, request, what):
        self._heating = {"on": what == "on"}
        self.happened(request, f"heating {what.upper()}")
        return self._heating

    @route("POST", "/gate/open")
    def open_gate(self, request):
        self.happened(request, "the gate opens")
        return {"gate": "open"}

    @route("POST", "/messages")
    def message(self, request):
        self.happened(request, "phone: " + str(request.json().get("message")))
        return 201, {}

    @route("GET", "/log")
    def log(self, _):
        return list(self._log)


if __name__ == "__main__":
    serve(House, "A lamp, a thermometer, a heating and a gate behind HTTP.", 7780,
          EXAMPLES / "home")
