"""A run from a configuration, watched to its end: `python examples/start_training.py training.json [name=value …]`.

The standard library alone. `name=value` overrides an entry of `config`.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

URL = os.environ.get("SOKHAN_URL", "http://127.0.0.1:8080")
ENDED = {"completed", "failed", "cancelled"}


def call(method: str, path: str, body: object = None, key: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("SOKHAN_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    if key is not None:  # the same key again gives the same run: a repeated request starts no second one
        headers["Idempotency-Key"] = key
    content = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(URL + path, content, headers, method=method), timeout=60) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
            return data
    except HTTPError as error:
        refused = json.load(error)["error"]
        raise SystemExit(f"{refused['code']}: {refused['message']} {refused.get('hint') or ''}") from None


def main(path: str, *changes: str) -> None:
    wanted = json.loads(Path(path).read_text(encoding="utf-8"))
    for change in changes:
        name, _, value = change.partition("=")
        wanted["config"][name] = json.loads(value) if value[:1].isdigit() else value
    run = call("POST", "/api/training", wanted, key=uuid.uuid4().hex)
    print(f"run {run['id']}")
    while run["state"] not in ENDED:
        time.sleep(1)
        try:
            run = call("GET", f"/api/training/{run['id']}")
        except URLError:  # the gateway restarts; the run goes on
            continue
        losses = {name: round(value, 3) for name, value in run["metrics"].items() if "loss" in name}
        print(f"{run['state']:9} {run['progress']:5.1f} %  step {run['step']}  {losses}", flush=True)
    if run["state"] != "completed":
        raise SystemExit(f"{run['state']}: {(run['error'] or {}).get('message', '')}")
    print(f"made {run['result']['model']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
