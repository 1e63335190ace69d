"""Called by the engine: decode(sensor="silo", raw="08fc1e") - three bytes of a small radio sensor.

Two bytes are hundredths of a degree, signed; the third is the battery in percent.
"""
import json


def values(raw):
    data = bytes.fromhex(raw)
    if len(data) != 3:
        raise ValueError(f"{raw!r} has {len(data)} bytes, not 3")
    return int.from_bytes(data[:2], "big", signed=True) / 100, data[2]


def decode(sensor, raw):
    celsius, battery = values(raw)
    # Asks the engine to set states; done when this program has ended well.
    print(json.dumps({"aifp": "set", "values": {f"{sensor}.celsius": celsius,
                                                f"{sensor}.battery": battery}}))
    return {"celsius": celsius, "battery": battery}
