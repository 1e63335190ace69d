"""examples/home against the house of examples/device: how the lamp, the heating and the gate stand."""
import json

from harness import ExampleEndToEnd, main, wait_for


class HomeExample(ExampleEndToEnd):
    example = "home"
    program = "../device/device.py"

    def call(self, hook, secret="phone_token", **body):
        token = [line.split(": ")[1] for line in
                 (self.project.root / ".aifp-project/secrets.yaml").read_text().splitlines()
                 if line.startswith(secret)][0]
        status, answer = self.project.hook(hook, json.dumps(body).encode(), {
            "Content-Type": "application/json", "Authorization": "Bearer " + token})
        self.assertEqual(status, 202, answer)

    def lamp_is(self, on):
        wait_for(lambda: self.outside.ask("GET", "/lamp")["on"] == on, f"the lamp to be {on}")

    def heating_is(self, on):
        wait_for(lambda: self.outside.ask("GET", "/heating")["on"] == on, f"the heating to be {on}")

    def happened(self, what):
        return [one for one in self.outside.ask("GET", "/log") if one["what"] == what]

    def test_everything_goes_off_when_all_have_left_over_kill_9(self):
        self.shorten("presence.yaml", ("for: 10m", "for: 3s"))
        self.start()
        self.outside.ask("POST", "/lamp/on")
        self.outside.ask("POST", "/heating/on")
        self.call("presence", presence="home")
        self.call("presence", presence="away")
        wait_for(lambda: len(self.rows("presence", "ok")) == 2, "both runs to be on the disk")
        self.kill_and_start()
        self.outside.trouble("/lamp/off", 503)
        self.lamp_is(False)
        self.heating_is(False)
        self.outside.wait_for_message("Everything is off")
        self.assertEqual(self.ended("everybody_left")["state"], "ok")
        self.assertEqual(len(self.rows("everybody_left")), 1)

    def test_somebody_who_comes_back_finds_the_light_on(self):
        self.start()
        self.outside.ask("POST", "/lamp/on")
        for presence in ("home", "away", "home"):
            self.call("presence", presence=presence)
            self.wait_for_state("presence", presence)
        row = wait_for(lambda: self.rows("everybody_left"), "its decision")[0]
        self.assertEqual((row["decision"], row["reason"]), ("skipped", "for_not_held"))
        self.assertEqual(self.happened("lamp OFF"), [])

    def test_the_hall_is_dark_after_the_last_movement_over_kill_9(self):
        self.shorten("hall.yaml", ("delay: 3m", "delay: 4s"))
        self.start()
        self.call("motion", dark=True)
        self.lamp_is(True)
        self.waiting("hall_light", "delay")
        self.call("motion", dark=True)
        wait_for(lambda: self.rows("hall_light", "replaced"), "the time to start anew")
        self.waiting("hall_light", "delay")
        self.kill_and_start()
        self.lamp_is(False)
        self.assertEqual(len(self.happened("lamp OFF")), 1)

    def test_the_heating_rests_while_a_window_is_open(self):
        self.shorten("temperature.yaml", ("every: 2s", "every: 1s"))
        self.shorten("heating.yaml", ("for: 1m", "for: 1s"))
        self.start()
        self.outside.ask("PUT", "/thermometer", {"celsius": 20.5})
        self.wait_for_state("temperature", 20.5)
        self.outside.ask("PUT", "/thermometer", {"celsius": 18})
        self.heating_is(True)
        self.call("window", window="open")
        self.heating_is(False)
        self.call("window", window="shut")
        self.heating_is(True)
        self.outside.ask("PUT", "/thermometer", {"celsius": 22})
        self.heating_is(False)

    def test_the_light_comes_twenty_minutes_before_sunset(self):
        replayed = self.project.cli("simulate", "--from", "2027-06-21T00:00:00", "--to",
                                    "2027-06-22T00:00:00", "dusk_light", "--json")
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        instants = [one["local"][:16] for one in json.loads(replayed.stdout)["instants"]]
        self.assertEqual(instants, ["2027-06-21T21:13"])  # sunset in Berlin: 21:33

    def test_the_gate_opens_after_a_yes_only(self):
        self.start()
        self.call("gate", "doorbell_token", name="Anna")
        self.outside.wait_for_message("Open the gate for Anna?")
        no = self.answer("gate", "no")
        self.assertEqual(self.ended("gate", no)["state"], "failed")
        self.assertEqual(self.happened("the gate opens"), [])
        self.call("gate", "doorbell_token", name="Anna")
        yes = self.answer("gate", "yes")
        self.assertEqual(self.ended("gate", yes)["state"], "ok")
        self.assertEqual(len(self.happened("the gate opens")), 1)

    def test_no_answer_is_a_no(self):
        self.shorten("gate.yaml", ("timeout: 2m", "timeout: 1s"))
        self.start()
        self.call("gate", "doorbell_token")
        self.outside.wait_for_message("Nobody let in")
        self.assertEqual(self.happened("the gate opens"), [])

    def test_the_bell_switches_the_light_on_and_writes_the_book(self):
        self.start()
        self.call("doorbell", "doorbell_token", name="Anna")
        self.lamp_is(True)
        book = self.project.root / "visitors.txt"
        wait_for(lambda: book.exists() and book.read_text() == "Anna\n", "the visitor's name")
        self.wait_for_state("last_visitor", "Anna")


if __name__ == "__main__":
    main()
