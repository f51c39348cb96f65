"""Adds the live events to the OpenAPI document: FastAPI finds the models of requests and answers only."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue
from pydantic.json_schema import models_json_schema

from services.gateway.events.replies import SocketMessage, SocketReply, SocketRequest
from services.gateway.events.schemas import LiveEvent

_TEMPLATE = "#/components/schemas/{model}"


def add_live_events(document: dict[str, Any]) -> None:
    """Add the components `LiveEvent`, `SocketMessage`, `SocketReply` and `SocketRequest`, and describe `/ws`.

    `x-websockets` names them by address: OpenAPI has no field for sockets, and generators ignore what begins with x-.
    """
    schemas = document["components"]["schemas"]
    for name, schema in _schemas().items():
        known = schemas.setdefault(name, schema)
        if known != schema:
            raise ValueError(f"two schemas are called {name}")
    events = {"schema": {"$ref": _TEMPLATE.format(model="LiveEvent")}}
    answer = document["paths"]["/api/events"]["get"]["responses"]["200"]
    answer["content"] = {"text/event-stream": events}
    document["x-websockets"] = {
        "/ws": {
            "summary": "Live events over WebSocket (docs/events.md)",
            "send": {"$ref": _TEMPLATE.format(model="SocketRequest")},
            "receive": {"$ref": _TEMPLATE.format(model="SocketMessage")},
        }
    }


def _schemas() -> dict[str, Any]:
    _, sent = models_json_schema(
        [(LiveEvent, "serialization"), (SocketReply, "serialization"), (SocketMessage, "serialization")],
        ref_template=_TEMPLATE,
    )
    _, received = models_json_schema([(SocketRequest, "validation")], ref_template=_TEMPLATE)
    return {name: _without_null_defaults(schema) for name, schema in (sent["$defs"] | received["$defs"]).items()}


def _without_null_defaults(schema: JsonValue) -> JsonValue:
    """As FastAPI writes its own schemas: a default of null is left out."""
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if (key, value) != ("default", None)}
        return {key: _without_null_defaults(value) for key, value in kept.items()}
    return [_without_null_defaults(each) for each in schema] if isinstance(schema, list) else schema
