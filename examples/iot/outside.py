#!/usr/bin/env python3
"""A small farm: a gateway with sensors that report and relays that switch.

    PUT  /relays/NAME        {"on": true} switches pump, fan, heater, siren; GET /relays
    GET  /gateway            {"firmware": "2.1", "available": "2.1"}
    POST /gateway/update     {"version": "2.2"}: the gateway is at it for two looks
    POST /messages           what arrives on the farmer's phone

The relays and the update want the gateway's Authorization. For you and the tests:

    POST /sensors/NAME       {"celsius": 31, ...}: the sensor reports; the gateway calls the engine's
                             webhook `sensor` with {"sensor": NAME, ...}
    PUT  /gateway            {"available": "2.2"}: there is new firmware

Trouble, /asked and the options: ../stand_in.py.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from stand_in import Refused, World, route, serve  # noqa: E402

LOOKS_UNTIL_UPDATED = 2


class Farm(World):
    name = "farm"

    def __init__(self, engine):
        super().__init__(engine)
        self.relays = dict.fromkeys(("pump", "fan", "heater", "siren"), False)
        self.gateway = {"firmware": "2.1", "available": "2.1"}
        self.update = None  # (version, looks)

    def admitted(self, request):
        request.needs_authorization(self.engine.secret("gateway_authorization"))
        return request

    @route("GET", "/relays")
    def show_relays(self, _):
        return self.relays

    @route("PUT", "/relays/([a-z]+)")
    def switch(self, request, name):
        wish = self.admitted(request).json()
        if name not in self.relays:
            raise Refused(404, f"there is no relay {name}")
        if not isinstance(wish.get("on"), bool):
            raise Refused(400, 'write {"on": true} or {"on": false}')
        self.relays[name] = wish["on"]
        request.says = f"{name} {'ON' if wish['on'] else 'OFF'}"
        return {"name": name, "on": wish["on"]}

    @route("POST", "/sensors/([a-z_]+)")
    def report(self, request, name):
        status, text = self.engine.post_hook(
            "sensor", {"sensor": name, **request.json()},
            {"Authorization": "Bearer " + self.engine.secret("sensor_token")})
        request.says = f"sensor {name} reports {request.json()}: the engine answered {status}"
        return {"status": status, "answer": text}

    @route("GET", "/gateway")
    def show_gateway(self, _):
        if self.update:
            version, looks = self.update
            self.update = (version, looks - 1) if looks > 1 else None
            if self.update is None:
                self.gateway["firmware"] = version
        return self.gateway

    @route("PUT", "/gateway")
    def change_gateway(self, request):
        self.gateway.update(request.json())
        return self.gateway

    @route("POST", "/gateway/update")
    def begin_update(self, request):
        self.update = (self.admitted(request).json()["version"], LOOKS_UNTIL_UPDATED)
        request.says = f"the gateway takes firmware {self.update[0]}"
        return 202, {}

    @route("POST", "/messages")
    def message(self, request):
        request.says = "phone: " + str(request.json().get("message"))
        return 201, {}


if __name__ == "__main__":
    serve(Farm, "A small farm: sensors and relays.", 7784, HERE)
