"""JSON can hold half a character; no door of the gateway lets one in."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute, APIRouter
from pydantic import BaseModel, ValidationError

import services.gateway.routes as application
from services.gateway.renders.schemas import RenderRequest
from services.gateway.training.schemas import StartTrainingRequest
from shared.contracts.mended import Mended

HALF = "\ud83d"
ROUTES = [
    route
    for router in vars(application).values()
    if isinstance(router, APIRouter)
    for route in router.routes
    if isinstance(route, APIRoute) and route.body_field is not None
]


def bodies() -> set[type[BaseModel]]:
    found = {route.body_field.field_info.annotation for route in ROUTES if route.body_field is not None}
    return {body for body in found if isinstance(body, type) and issubclass(body, BaseModel)}


def test_every_body_in_json_is_mended() -> None:
    assert len(bodies()) > 10
    assert {body for body in bodies() if not issubclass(body, Mended)} == set()


@pytest.mark.parametrize("body", sorted(bodies(), key=str), ids=str)
def test_half_a_character_in_any_field_is_mended_or_refused(body: type[BaseModel]) -> None:
    required = {field.alias or name for name, field in body.model_fields.items()}
    for name in required:
        for value in (HALF, [HALF], {HALF: HALF}):
            try:
                made = body.model_validate({"input": "سلام", "recipe": "vits", name: value})
            except ValidationError:
                continue
            assert made.model_dump_json().encode()


def test_a_text_keeps_everything_else() -> None:
    assert RenderRequest.model_validate({"input": f"سلام {HALF} دنیا 😀"}).input == "سلام \ufffd دنیا 😀"
    assert StartTrainingRequest.model_validate({"recipe": "vits", "name": "x", "config": {HALF: 1}}).config == {
        "\ufffd": 1
    }
