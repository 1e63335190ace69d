"""Called by the engine: close_public(api=..., may_be_public=[...]). Standard library only."""
import json
import os
import urllib.parse
import urllib.request


def ask(api, method, path, value=None):
    body = None if value is None else json.dumps(value).encode()
    request = urllib.request.Request(api + path, data=body, method=method, headers={
        "Authorization": os.environ["CLOUD_AUTHORIZATION"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def wrong_ones(buckets, may_be_public):
    """The names of the buckets that are public and may not be."""
    return sorted(one["name"] for one in buckets
                  if one["public"] and one["name"] not in may_be_public)


def close_public(api, may_be_public):
    closed = wrong_ones(ask(api, "GET", "/v1/buckets")["buckets"], may_be_public)
    for name in closed:
        ask(api, "PUT", "/v1/buckets/" + urllib.parse.quote(name, safe=""), {"public": False})
        print(f"bucket {name} is private now")  # a line of log
    return {"closed": closed}
