"""examples/cloud against its stand-in: what counts is what has happened over there."""
from harness import ExampleEndToEnd, main, wait_for


class CloudExample(ExampleEndToEnd):
    example = "cloud"

    def machines(self, env):
        return {name: one["state"] for name, one in self.cloud("instances").items()
                if name.startswith(env)}

    def cloud(self, what):
        """As the provider's own console shows it."""
        return self.outside.ask("GET", "/console")[what]

    def live(self):
        return [(one["version"], one["state"]) for one in self.cloud("regions").values()]

    def build(self, version):
        self.assertEqual(self.outside.ask("POST", "/ci/build", {"version": version})["status"], 202)

    def test_machines_are_stopped_although_the_cloud_stumbles(self):
        self.start()
        self.outside.trouble("/v1/instances/dev-2/stop", 503, times=2)
        self.outside.trouble("/v1/instances/dev-3/stop", 429, headers={"Retry-After": 1})
        run = self.run_by_hand("stop_dev_machines")
        self.assertEqual(self.ended("stop_dev_machines", run)["state"], "ok_after_retry")
        self.assertEqual(set(self.machines("dev").values()), {"stopped"})
        self.assertEqual(set(self.machines("prod").values()), {"running"})
        self.assertEqual([one["status"] for one in
                          self.outside.asked("POST", "/v1/instances/dev-2/stop")], [503, 503, 200])
        self.assertEqual(self.outside.messages(), [])

    def test_a_machine_that_refuses_does_not_keep_the_others_on(self):
        self.shorten("office_hours.yaml", ("attempts: 4, delay: 1s", "attempts: 4, delay: 100ms"))
        self.start()
        self.outside.trouble("/v1/instances/dev-1/stop", 500, times=99)
        run = self.run_by_hand("stop_dev_machines")
        self.assertEqual(self.ended("stop_dev_machines", run)["state"], "warned")
        self.assertEqual(self.machines("dev"),
                         {"dev-1": "running", "dev-2": "stopped", "dev-3": "stopped"})
        self.assertEqual(self.outside.messages(), ["1 development machines could not be stopped"])

    def test_started_machines_are_waited_for(self):
        self.shorten("office_hours.yaml", ("delay: 5s", "delay: 200ms"))
        self.start()
        self.ended("stop_dev_machines", self.run_by_hand("stop_dev_machines"))
        run = self.run_by_hand("start_dev_machines")
        self.assertEqual(self.ended("start_dev_machines", run)["state"], "ok")
        self.assertEqual(set(self.machines("dev").values()), {"running"})

    def test_a_version_that_does_not_get_healthy_is_taken_back(self):
        self.shorten("deploy.yaml", ("delay: 3s", "delay: 200ms"))
        self.start()
        self.build("1.4")
        self.outside.wait_for_message("Version 1.4 is live")
        self.build("1.5-broken")
        self.assertEqual(wait_for(lambda: self.rows("deploy", "failed"), "the deployment to fail")[0]
                         ["cause"], "webhook")
        self.assertEqual(self.live(), [("1.4", "healthy"), ("1.4", "healthy")])
        self.assertIn("Version 1.5-broken failed, going back to 1.4", self.outside.messages()[1])
        self.assertEqual(self.state("live_version"), "1.4")

    def test_a_deployment_survives_kill_9(self):
        self.start()
        self.build("1.4")
        wait_for(lambda: [one["version"] for one in self.cloud("regions").values()] == ["1.4", "1.4"],
                 "both regions to start it")
        # Killed while a call was under way, the engine would have to make it once more.
        self.waiting("deploy_region", "delay", count=2)
        self.kill_and_start()
        self.outside.wait_for_message("Version 1.4 is live")
        self.assertEqual(self.live(), [("1.4", "healthy"), ("1.4", "healthy")])
        for region in ("eu", "us"):
            self.assertEqual(len(self.outside.asked("POST", f"/v1/regions/{region}/deploy")), 1)

    def test_a_build_that_is_not_signed_deploys_nothing(self):
        self.start()
        status, _ = self.project.hook("deploy", b'{"version": "6.6"}',
                                      {"Content-Type": "application/json"})
        self.assertEqual(status, 401)
        self.assertEqual(self.live(), [("1.0", "healthy"), ("1.0", "healthy")])

    def test_load_makes_workers_but_not_to_and_fro(self):
        self.shorten("watch.yaml", ("every: 30s", "every: 1s"), ("for: 2m", "for: 1s"),
                     ("for: 10m", "for: 1s"))
        self.start()
        self.wait_for_state("cpu", 35)
        self.load(95)
        wait_for(lambda: self.cloud("workers") == {"count": 3}, "one more worker")
        self.load(70)
        self.load(96)  # has not been below 60 since
        looks = len(self.outside.asked("GET", "/v1/metrics"))
        wait_for(lambda: len(self.outside.asked("GET", "/v1/metrics")) >= looks + 3, "three looks")
        self.assertEqual(self.cloud("workers"), {"count": 3})
        self.load(15)
        wait_for(lambda: self.cloud("workers") == {"count": 2}, "one worker less")
        wait_for(lambda: len(self.rows("scale", "ok")) == 2, "two runs to be recorded")
        self.assertEqual(len(self.rows("scale")), 2)

    def load(self, cpu):
        self.outside.ask("PUT", "/console", {"metrics": {"cpu": cpu}})
        self.wait_for_state("cpu", cpu)

    def test_nothing_is_switched_off_without_a_yes(self):
        self.start()
        self.outside.ask("PUT", "/console", {"costs": {"spent": 950}})
        self.run_by_hand("cost_guard")
        self.outside.wait_for_message("950 of 1000 are spent. Stop the test machines?")
        no = self.answer("cost_guard", "no")
        self.assertEqual(self.ended("cost_guard", no)["state"], "failed")
        self.assertEqual(set(self.machines("test").values()), {"running"})
        self.run_by_hand("cost_guard")
        yes = self.answer("cost_guard", "yes")
        self.assertEqual(self.ended("cost_guard", yes)["state"], "ok")
        self.assertEqual(set(self.machines("test").values()), {"stopped"})

    def test_public_buckets_are_closed_by_the_python_function(self):
        self.shorten("buckets.yaml", ("delay: 5s", "delay: 200ms"))
        self.start()
        self.outside.trouble("/v1/buckets", 503)
        self.run_by_hand("ask_for_audit")
        self.assertEqual(self.outside.wait_for_message("not any more"),
                         "Was public and is not any more: holiday-photos")
        self.assertEqual(self.cloud("buckets"),
                         {"website": True, "invoices": False, "holiday-photos": False})
        self.assertEqual(self.ended("close_public_buckets")["state"], "ok_after_retry")

    def test_the_providers_status_is_told_when_it_changes(self):
        self.shorten("watch.yaml", ("every: 1m", "every: 1s"))
        self.start()
        wait_for(lambda: self.outside.asked("GET", "/status"), "a first look")
        self.outside.ask("PUT", "/console", {"status": {"status": "eu is slow"}})
        self.assertEqual(self.outside.wait_for_message("The cloud says"),
                         "The cloud says: eu is slow (was: all good)")


if __name__ == "__main__":
    main()
