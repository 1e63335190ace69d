"""examples/api-workflow against its stand-in: orders, pages and tables, and what the services then have."""
from harness import ExampleEndToEnd, main, wait_for

ORDER = {"id": "B1", "name": "Ada", "email": "ada@example.org", "total": 120, "items": 4}


class ApiWorkflowExample(ExampleEndToEnd):
    example = "api-workflow"

    def seen(self, what):
        return self.outside.ask("GET", "/seen")[what]

    def order(self, **more):
        return self.outside.ask("POST", "/customer/orders", {**ORDER, **more})

    def order_is(self, state, name="B1"):
        wait_for(lambda: self.seen("orders")[name]["state"] == state, f"order {name} to be {state}")

    def test_an_order_waits_for_its_money_over_kill_9(self):
        self.start()
        self.assertEqual(self.order()["status"], 202)
        self.waiting("order", "trigger")
        self.assertEqual((self.seen("reserved"), self.seen("customers")),
                         ({"B1": 4}, {"ada@example.org": {"name": "Ada"}}))
        self.kill_and_start()
        self.order(id="B2")
        wait_for(lambda: len(self.waiting_orders()) == 2, "both to wait")
        self.outside.ask("POST", "/customer/payments", {"order": "B2"})
        self.order_is("paid", "B2")
        self.assertEqual(len(self.waiting_orders()), 1)
        self.outside.ask("POST", "/customer/payments", {"order": "B1"})
        self.assertEqual(self.outside.wait_for_message("B1"), "Order B1 is paid and can be packed")
        self.assertEqual(self.seen("orders")["B1"]["state"], "paid")
        self.assertEqual(len(self.outside.asked("POST", "/warehouse/reserve")), 2)

    def waiting_orders(self):
        return [one for one in self.project.admin("GET", "/api/v1/runs")[1]
                if one["directive"] == "order" and one["at"][0]["doing"] == "trigger"]

    def test_the_same_delivery_counts_once(self):
        self.start()
        self.order(delivery="d1")
        self.waiting("order", "trigger")
        self.assertNotEqual(self.order(delivery="d1")["status"], 202)
        self.assertEqual(len(self.outside.asked("POST", "/warehouse/reserve")), 1)

    def test_an_order_that_nobody_pays_is_called_off(self):
        self.shorten("orders.yaml", ("timeout: 3d", "timeout: 1s"))
        self.start()
        self.order()
        self.order_is("called_off")
        self.assertEqual(self.seen("reserved"), {})
        self.outside.wait_for_message("Order B1 is off")

    def test_what_was_reserved_is_freed_when_the_crm_is_down(self):
        self.shorten("orders.yaml", ("attempts: 3, delay: 1s", "attempts: 3, delay: 100ms"))
        self.start()
        self.outside.trouble("/crm", 503, times=99)
        self.order()
        self.order_is("called_off")
        self.assertEqual(len(self.outside.asked("PUT", "/crm/customers/ada@example.org")), 3)
        self.assertEqual(len(self.outside.asked("POST", "/warehouse/reserve", 201)), 1)
        self.assertEqual(self.seen("reserved"), {})
        self.assertIn("503", self.outside.wait_for_message("Order B1 is off"))

    def test_a_large_order_needs_a_yes(self):
        self.start()
        self.order(total=2500)
        self.outside.wait_for_message("Order B1 of Ada is worth 2500. Deliver?")
        self.assertEqual(self.seen("reserved"), {})
        self.answer("order", "yes")
        wait_for(lambda: self.seen("reserved") == {"B1": 4}, "the pieces to be kept")
        self.order(id="B2", total=1000)
        self.answer("order", "no")
        self.order_is("called_off", "B2")
        self.assertEqual(self.seen("reserved"), {"B1": 4})

    def test_all_pages_come_although_the_shop_is_busy(self):
        self.start()
        self.outside.trouble("/shop/orders", 429, method="GET", headers={"Retry-After": 1})
        run = self.run_by_hand("sync_orders")
        self.assertEqual(self.ended("sync_orders", run)["state"], "ok_after_retry")
        self.assertEqual(sorted(self.seen("rows")), [f"A{n}" for n in range(1, 9)])
        self.assertEqual(self.seen("rows")["A3"],
                         {"id": "A3", "customer": "customer0@example.org", "cents": 2300, "pieces": 4})
        self.assertEqual(self.state("sync.pages"), 3)

    def test_a_token_that_ends_on_the_way_is_no_alarm(self):
        self.start()
        self.outside.trouble("/warehouse/rows", 401)
        run = self.run_by_hand("sync_orders")
        self.assertEqual(self.ended("sync_orders", run)["state"], "failed")
        self.assertEqual((self.seen("rows"), self.outside.messages()), ({}, []))
        again = self.run_by_hand("sync_orders")
        self.assertEqual(self.ended("sync_orders", again)["state"], "ok")
        self.assertEqual(len(self.outside.asked("POST", "/oauth/token", 200)), 2)

    def test_tables_are_taken_in_or_put_aside(self):
        self.shorten("pipeline.yaml", ("settle: 1s", "settle: 100ms"))
        self.start()
        self.project.write("inbox/good.csv", "id,email,total,items\nC1,Eva@example.org,9.90,2\n")
        self.project.write("inbox/bad.csv", "id,email,total,items\nC2,eva@example.org,cheap,2\n")
        wait_for(lambda: self.put_away("done") == ["good.csv"], "the good table to be done")
        wait_for(lambda: self.put_away("failed") == ["bad.csv"], "the bad table to be put aside")
        self.assertEqual(self.seen("rows"), {"C1": {"id": "C1", "customer": "eva@example.org",
                                                    "cents": 990, "pieces": 2}})
        self.assertIn("line 2", self.outside.wait_for_message("bad.csv was not taken in"))

    def put_away(self, folder):
        return [path.name.split("-", 1)[1] for path in (self.project.root / folder).glob("*.csv")]


if __name__ == "__main__":
    main()
