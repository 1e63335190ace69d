#!/usr/bin/env python3
"""A small cloud: machines, buckets, two regions that a service runs in, a bill.

    GET  /v1/instances?env=&state=        machines; POST /v1/instances/ID/start|stop
    GET  /v1/buckets                      PUT /v1/buckets/NAME {"public": false}
    POST /v1/regions/eu/deploy            {"version": "1.4"}; GET /v1/regions/eu says how it is
    GET  /v1/metrics                      {"cpu": 35}
    GET  /v1/workers                      PUT {"count": 3}
    GET  /v1/costs                        {"spent": 640, "budget": 1000}
    GET  /status                          the provider's own status page
    POST /messages                        what arrives on the phone of whoever is on call

What begins with /v1 wants the cloud's Authorization. For you and the tests:

    POST /ci/build                        {"version": "1.4"}: a build has ended, and the build server
                                          calls the engine's webhook `deploy`, signed
    GET  /console                         everything; PUT {"metrics": {"cpu": 95}} changes it

What starts is "starting" when it is looked at the first two times. A version whose name has
"broken" in it never gets healthy. Trouble, /asked and the options: ../stand_in.py.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from stand_in import Refused, World, route, serve  # noqa: E402

LOOKS_UNTIL_READY = 2


class Cloud(World):
    name = "cloud"

    def __init__(self, engine):
        super().__init__(engine)
        self.instances = {
            name: {"id": name, "env": name.split("-")[0], "state": "running", "looks": 0}
            for name in ("dev-1", "dev-2", "dev-3", "test-1", "test-2", "prod-1")}
        self.buckets = {"website": True, "invoices": False, "holiday-photos": True}
        self.regions = {name: {"version": "1.0", "state": "healthy", "looks": 0}
                        for name in ("eu", "us")}
        self.metrics = {"cpu": 35}
        self.workers = {"count": 2}
        self.costs = {"spent": 640, "budget": 1000}
        self.status = {"status": "all good"}
        self.builds = 0

    def admitted(self, request):
        request.needs_authorization(self.engine.secret("cloud_authorization"))
        return request

    def look(self, thing):
        """Starting takes a few looks."""
        if thing["state"] == "starting":
            thing["looks"] += 1
            if thing["looks"] > LOOKS_UNTIL_READY:
                broken = "broken" in thing.get("version", "")
                thing["state"] = "unhealthy" if broken else thing["then"]
        return {key: value for key, value in thing.items() if key not in ("looks", "then")}

    def begin(self, thing, then):
        thing.update(state="starting", then=then, looks=0)

    @route("GET", "/v1/instances")
    def list_instances(self, request):
        query = self.admitted(request).query
        found = [self.look(one) for one in self.instances.values()]
        return {"instances": [one for one in found
                              if query.get("env", one["env"]) == one["env"]
                              and query.get("state", one["state"]) == one["state"]]}

    @route("POST", "/v1/instances/([^/]+)/(start|stop)")
    def switch(self, request, name, what):
        self.admitted(request)
        instance = self.instances.get(name)
        if instance is None:
            raise Refused(404, f"there is no machine {name}")
        if what == "stop":
            instance["state"] = "stopped"
        elif instance["state"] == "stopped":
            self.begin(instance, "running")
        request.says = f"machine {name}: {instance['state']}"
        return self.look(instance)

    @route("GET", "/v1/buckets")
    def list_buckets(self, request):
        self.admitted(request)
        return {"buckets": [{"name": name, "public": public}
                            for name, public in self.buckets.items()]}

    @route("PUT", "/v1/buckets/([^/]+)")
    def change_bucket(self, request, name):
        self.admitted(request)
        if name not in self.buckets:
            raise Refused(404, f"there is no bucket {name}")
        self.buckets[name] = bool(request.json().get("public"))
        request.says = f"bucket {name}: {'public' if self.buckets[name] else 'private'}"
        return {"name": name, "public": self.buckets[name]}

    @route("GET", "/v1/regions/(eu|us)")
    def show_region(self, request, name):
        self.admitted(request)
        return self.look(self.regions[name])

    @route("POST", "/v1/regions/(eu|us)/deploy")
    def deploy(self, request, name):
        version = str(self.admitted(request).json().get("version", ""))
        if not version:
            raise Refused(400, 'which version? Write {"version": "1.4"}')
        self.regions[name]["version"] = version
        self.begin(self.regions[name], "healthy")
        request.says = f"region {name}: version {version} starts"
        return 202, {"version": version}

    @route("GET", "/v1/(metrics|workers|costs)")
    def show(self, request, what):
        self.admitted(request)
        return getattr(self, what)

    @route("PUT", "/v1/workers")
    def set_workers(self, request):
        self.workers["count"] = int(self.admitted(request).json()["count"])
        request.says = f"{self.workers['count']} workers"
        return self.workers

    @route("GET", "/status")
    def show_status(self, _):
        return self.status

    @route("GET", "/console")
    def console(self, _):
        return {name: getattr(self, name) for name in
                ("instances", "buckets", "regions", "metrics", "workers", "costs", "status")}

    @route("PUT", "/console")
    def change_by_console(self, request):
        for name, value in request.json().items():
            if name not in self.console(request):
                raise Refused(400, f"the console has no {name}")
            getattr(self, name).update(value)
        return self.console(request)

    @route("POST", "/ci/build")
    def build(self, request):
        self.builds += 1
        key = self.engine.secret("deploy_key")
        status, text = self.engine.post_signed_hook("deploy", request.json(), key,
                                                    f"build-{self.builds}")
        request.says = f"the build told the engine, which answered {status}"
        return {"status": status, "answer": text}

    @route("POST", "/messages")
    def message(self, request):
        request.says = "phone: " + str(request.json().get("message"))
        return 201, {}


if __name__ == "__main__":
    serve(Cloud, "A small cloud.", 7781, HERE)
