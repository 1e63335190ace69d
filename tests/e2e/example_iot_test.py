"""examples/iot against its stand-in: sensors report, and what counts is how the relays stand."""
from harness import ExampleEndToEnd, main, wait_for


class IotExample(ExampleEndToEnd):
    example = "iot"

    def report(self, sensor, **values):
        answer = self.outside.ask("POST", "/sensors/" + sensor, values)
        self.assertEqual(answer["status"], 202, answer)

    def relay_is(self, name, on):
        wait_for(lambda: self.outside.ask("GET", "/relays")[name] == on, f"{name} to be {on}")

    def switched(self, name):
        return [one["body"]["on"] for one in self.outside.asked("PUT", "/relays/" + name, 200)]

    def test_the_fan_has_hysteresis_and_outlives_a_stumbling_gateway(self):
        self.start()
        self.outside.trouble("/relays/fan", 503, times=2)
        self.report("greenhouse", celsius=31)
        self.relay_is("fan", True)
        for celsius in (28, 31):  # neither below 27 nor below 26
            self.report("greenhouse", celsius=celsius)
            self.wait_for_state("greenhouse", celsius)
        self.report("greenhouse", celsius=25)
        self.relay_is("fan", False)
        self.report("greenhouse", celsius=32)
        self.relay_is("fan", True)
        self.assertEqual(self.switched("fan"), [True, False, True])

    def test_water_is_switched_off_although_the_engine_was_killed(self):
        self.start()
        self.begin_irrigation()
        self.kill_and_start()
        self.outside.trouble("/relays/pump", 503, times=2)
        self.report("soil", moisture=50)
        self.relay_is("pump", False)
        self.ended("irrigate")
        self.assertEqual(self.switched("pump"), [True, False])

    def test_time_goes_on_for_the_pump_while_the_engine_is_down(self):
        self.shorten("irrigation.yaml", ("timeout: 20m", "timeout: 2s"))
        self.start()
        self.begin_irrigation()
        self.kill_and_start()
        self.relay_is("pump", False)
        self.outside.wait_for_message("Twenty minutes of water and the soil is at 20 %")
        self.assertEqual(self.switched("pump"), [True, False])

    def test_a_kill_right_after_the_pump_went_on_leaves_it_on_for_no_longer_than_that(self):
        self.start()
        self.pump_goes_on()
        self.kill_and_start()
        self.report("soil", moisture=50)
        self.relay_is("pump", False)
        self.assertEqual(self.switched("pump")[0], True)

    def begin_irrigation(self):
        self.pump_goes_on()
        self.waiting("irrigate", "until")

    def pump_goes_on(self):
        self.report("soil", moisture=20)
        self.wait_for_state("soil", 20)
        self.run_by_hand("water_now")
        self.relay_is("pump", True)

    def test_wet_soil_gets_no_water(self):
        self.start()
        self.report("soil", moisture=80)
        self.wait_for_state("soil", 80)
        self.run_by_hand("water_now")
        row = wait_for(lambda: self.rows("irrigate"), "its decision")[0]
        self.assertEqual((row["decision"], row["reason"]), ("skipped", "condition_false"))
        self.assertEqual(self.switched("pump"), [])

    def test_a_pump_without_water_is_stopped(self):
        self.shorten("irrigation.yaml", ("within: 20s", "within: 1s"))
        self.start()
        self.begin_irrigation()
        self.relay_is("pump", False)
        self.outside.wait_for_message("the pump is switched off")

    def test_a_pump_with_water_goes_on(self):
        self.shorten("irrigation.yaml", ("within: 20s", "within: 4s"), ("timeout: 20m", "timeout: 6s"))
        self.start()
        self.begin_irrigation()
        self.report("flow", litres=12)
        self.outside.wait_for_message("Twenty minutes of water")
        self.relay_is("pump", False)
        self.assertEqual([text for text in self.outside.messages() if "switched off" in text], [])

    def test_a_sensor_that_falls_silent_is_told(self):
        self.shorten("sensors.yaml", ("ttl: 30m", "ttl: 1s"))
        self.start()
        self.report("greenhouse", celsius=20)
        self.outside.wait_for_message("has not reported")
        self.assertIsNone(self.state("greenhouse"))

    def test_a_weak_battery_is_told_once(self):
        self.start()
        for battery in (60, 15, 14):
            self.report("greenhouse", celsius=20, battery=battery)
        wait_for(lambda: len(self.rows("sensor", "ok")) == 3, "three reports")
        self.assertEqual(self.outside.wait_for_message("battery"),
                         "The greenhouse's sensor has 15 % of its battery left")
        self.assertEqual(len(self.rows("low_battery")), 1)

    def test_bytes_of_a_small_sensor_become_states(self):
        self.start()
        self.report("silo", raw="08fc1e")
        self.wait_for_state("silo.celsius", 23.0)
        self.wait_for_state("silo.battery", 30)
        self.report("silo", raw="08")
        wait_for(lambda: self.rows("sensor", "failed"), "two bytes to be refused")
        self.assertEqual(self.state("silo.battery"), 30)

    def test_who_has_no_token_reports_nothing(self):
        self.start()
        status, _ = self.project.hook("sensor", b'{"sensor": "soil", "moisture": 1}',
                                      {"Content-Type": "application/json"})
        self.assertEqual((status, self.state("soil")), (401, None))

    def test_the_open_door_is_told_until_it_is_shut(self):
        self.shorten("farm.yaml", ("for: 10m", "for: 1s"), ("timeout: 30m", "timeout: 1s"))
        self.start()
        self.report("barn_door", state="open")
        self.outside.wait_for_message("told 2 times")
        self.report("barn_door", state="shut")
        self.assertEqual(self.ended("barn_door_open")["state"], "ok")

    def test_frost_is_answered_and_the_heater_never_stays_on(self):
        self.shorten("greenhouse.yaml", ("every: 10m", "every: 1s"))
        self.start()
        self.report("greenhouse", celsius=1)
        self.relay_is("heater", True)
        self.report("greenhouse", celsius=6)
        self.relay_is("heater", False)
        self.ended("frost_heater")
        self.assertEqual(self.switched("heater"), [True, False])

    def test_firmware_is_put_in_after_a_yes(self):
        self.shorten("farm.yaml", ("every: 1h", "every: 1s"), ("delay: 10s", "delay: 200ms"))
        self.start()
        wait_for(lambda: self.outside.asked("GET", "/gateway"), "a first look")
        self.outside.ask("PUT", "/gateway", {"available": "2.2"})
        self.outside.wait_for_message("Firmware 2.2 for the gateway is there")
        self.assertEqual(self.outside.asked("POST", "/gateway/update"), [])
        self.answer("new_firmware", "yes")
        self.outside.wait_for_message("The gateway has firmware 2.2")
        self.assertEqual(self.outside.ask("GET", "/gateway")["firmware"], "2.2")

    def test_a_failure_is_counted(self):
        self.shorten("greenhouse.yaml", ("attempts: 5, delay: 1s", "attempts: 2, delay: 100ms"))
        self.start()
        self.outside.trouble("/relays/fan", 500, times=99)
        self.report("greenhouse", celsius=35)
        self.wait_for_state("failures", 1)
        self.outside.wait_for_message("The fan does not obey at 35 degrees")


if __name__ == "__main__":
    main()
