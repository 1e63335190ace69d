#!/usr/bin/env python3
"""The services around a small shop, behind one address, as a company finds them.

    POST /oauth/token            client credentials (form); the token ends after a minute
    GET  /shop/orders?cursor=    the shop's orders, three a page: {"orders": [...], "next": "3"}
    PATCH /shop/orders/ID        {"state": "paid"}
    PUT  /crm/customers/EMAIL    {"name"}: 201 the first time, then 200
    POST /warehouse/reserve      {"order", "items"}: 409 when there is not enough; DELETE /warehouse/reserve/ID
    POST /warehouse/rows         {"rows": [...]}: what the data pipeline delivers
    GET  /health                 whether it is there
    POST /messages               what arrives in the office's chat

All but the first and the last two want `Authorization: Bearer TOKEN`. For you and the tests:

    POST /customer/orders        {"name", "email", "total", "items"}: somebody orders; the shop calls
                                 the engine's webhook `order`, signed. "delivery" repeats a delivery
    POST /customer/payments      {"order"}: the bank calls the webhook `payment`
    POST /expire                 all tokens end now
    GET  /seen                   customers, reservations, rows

Trouble, /asked and the options: ../stand_in.py.
"""
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from stand_in import Refused, World, route, serve  # noqa: E402

TOKEN_SECONDS = 60
PAGE = 3
IN_STOCK = 10
OLD_ORDERS = [{"id": f"A{n}", "email": f"customer{n % 3}@example.org", "total": 20 + n,
               "state": "paid", "items": n % 4 + 1} for n in range(1, 9)]


class Shop(World):
    name = "shop"

    def __init__(self, engine):
        super().__init__(engine)
        self.tokens = {}
        self.orders = {one["id"]: dict(one) for one in OLD_ORDERS}
        self.customers = {}
        self.reserved = {}
        self.rows = {}
        self.issued = 0

    def admitted(self, request):
        now = time.monotonic()
        request.needs_authorization(*("Bearer " + token for token, end in self.tokens.items()
                                      if end > now))
        return request

    @route("POST", "/oauth/token")
    def log_in(self, request):
        form = request.form()
        if (form.get("grant_type") != "client_credentials"
                or form.get("client_secret") != self.engine.secret("shop_client_secret")):
            raise Refused(401, "these are not the credentials of a client")
        self.issued += 1
        token = f"token-{self.issued}"
        self.tokens[token] = time.monotonic() + TOKEN_SECONDS
        request.says = f"{form.get('client_id')} has logged in"
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    @route("POST", "/expire")
    def expire(self, _):
        self.tokens.clear()
        return {}

    @route("GET", "/shop/orders")
    def list_orders(self, request):
        start = int(self.admitted(request).query.get("cursor") or 0)
        orders = list(self.orders.values())
        page = {"orders": orders[start:start + PAGE]}
        if start + PAGE < len(orders):
            page["next"] = str(start + PAGE)
        return page

    @route("PATCH", "/shop/orders/([^/]+)")
    def change_order(self, request, name):
        if name not in self.orders:
            raise Refused(404, f"there is no order {name}")
        self.orders[name].update(self.admitted(request).json())
        request.says = f"order {name}: {self.orders[name]['state']}"
        return self.orders[name]

    @route("PUT", "/crm/customers/([^/]+)")
    def put_customer(self, request, email):
        status = 200 if email in self.customers else 201
        self.customers[email] = self.admitted(request).json()
        return status, {"email": email}

    @route("POST", "/warehouse/reserve")
    def reserve(self, request):
        wish = self.admitted(request).json()
        if sum(self.reserved.values()) + wish["items"] > IN_STOCK:
            raise Refused(409, f"{wish['items']} are not in stock")
        self.reserved[wish["order"]] = wish["items"]
        request.says = f"{wish['items']} pieces are kept for order {wish['order']}"
        return 201, wish

    @route("DELETE", "/warehouse/reserve/([^/]+)")
    def release(self, request, order):
        self.admitted(request)
        self.reserved.pop(order, None)
        request.says = f"nothing is kept for order {order} any more"
        return {"order": order}

    @route("POST", "/warehouse/rows")
    def take_rows(self, request):
        rows = self.admitted(request).json()["rows"]
        self.rows.update({row["id"]: row for row in rows})
        return 201, {"rows": len(rows)}

    @route("POST", "/customer/orders")
    def order(self, request):
        wish = request.json()
        name = wish.pop("id", f"B{len(self.orders)}")
        delivery = wish.pop("delivery", f"delivery-{name}")
        self.orders[name] = {"id": name, "state": "new", **wish}
        status, text = self.engine.post_signed_hook(
            "order", self.orders[name], self.engine.secret("order_key"), delivery)
        return {"order": name, "status": status, "answer": text}

    @route("POST", "/customer/payments")
    def pay(self, request):
        status, text = self.engine.post_hook(
            "payment", {"order": request.json()["order"]},
            {"Authorization": "Bearer " + self.engine.secret("payment_token")})
        return {"status": status, "answer": text}

    @route("GET", "/health")
    def health(self, _):
        return {"health": "fine"}

    @route("GET", "/seen")
    def seen(self, _):
        return {"orders": self.orders, "customers": self.customers, "reserved": self.reserved,
                "rows": self.rows}

    @route("POST", "/messages")
    def message(self, request):
        request.says = "chat: " + str(request.json().get("message"))
        return 201, {}


if __name__ == "__main__":
    serve(Shop, "The services around a small shop.", 7783, HERE)
