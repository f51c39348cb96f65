"""Generates docs/openapi.json from the routes; with `--check` it fails if the file is stale."""

from __future__ import annotations

import json
import sys

from services.gateway.routes import create_app
from shared.bus import Bus, BusSettings
from shared.config import Settings
from shared.contracts.generated import write_or_check
from shared.service import Health
from shared.service.runtime import new_id
from shared.service.store import ConnectingStore
from shared.telemetry import Metrics


def render() -> str:
    """The OpenAPI document as JSON text. It needs no service, no store and no bus, and reads no environment."""
    metrics = Metrics("gateway")
    bus = Bus(BusSettings(url="", name="openapi"), metrics)
    health = Health("gateway", ConnectingStore(""), bus)
    app = create_app(Settings.model_construct(), (), health, metrics, new_id)
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    raise SystemExit(write_or_check(sys.argv[1:], render))
