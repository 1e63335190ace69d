"""Called by the engine: write_report(sales=FILE, folder=FOLDER, day="2026-11-30")."""
import collections
import csv
import os


def totals(rows):
    """(sum per product, sum of all) in cents, so that nothing is lost to rounding."""
    per_product = collections.Counter()
    for row in rows:
        per_product[row["product"]] += round(float(row["price"]) * 100) * int(row["pieces"])
    return per_product, sum(per_product.values())


def as_text(day, per_product, total):
    lines = [f"Sales up to {day}", ""]
    lines += [f"{name:<12}{cents / 100:>10.2f}" for name, cents in per_product.most_common()]
    return "\n".join([*lines, f"{'in all':<12}{total / 100:>10.2f}", ""])


def write_report(sales, folder, day):
    with open(sales, newline="", encoding="utf-8") as file:
        per_product, total = totals(csv.DictReader(file))
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"sales-{day}.txt")
    with open(path + ".part", "w", encoding="utf-8") as file:  # whoever watches sees it whole
        file.write(as_text(day, per_product, total))
    os.replace(path + ".part", path)
    return {"file": path, "total": f"{total / 100:.2f}"}
