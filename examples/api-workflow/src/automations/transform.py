"""Called by the engine. Pure functions: from what the shop says to what the warehouse wants."""
import csv


def to_row(order):
    return {"id": str(order["id"]), "customer": order["email"].strip().lower(),
            "cents": round(float(order["total"]) * 100), "pieces": int(order["items"])}


def to_rows(orders):
    return {"rows": [to_row(order) for order in orders]}


def rows_of_file(path):
    """A table with the columns id, email, total and items."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        try:
            to_row(row)
        except (KeyError, ValueError, AttributeError, TypeError) as problem:
            raise ValueError(f"{path}, line {number}: {problem!r}") from None
    return to_rows(rows)
