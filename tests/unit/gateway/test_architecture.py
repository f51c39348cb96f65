"""An endpoint calls the services of its own resource, and no other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

GATEWAY = Path(__file__).parents[3] / "services" / "gateway"
ENDPOINTS = sorted(
    path for path in GATEWAY.rglob("*.py") if path.parent != GATEWAY and "APIRouter" in path.read_text(encoding="utf-8")
)
_SHARED = frozenset(
    {
        "auth",
        "conditional",
        "dependencies",
        "envelope",
        "fair_use",
        "paging",
        "server_sent_events",
        "revocable",
        "sharing",
    }
)


def test_every_resource_with_routes_is_found() -> None:
    assert len({path.parent.name for path in ENDPOINTS}) > 12


@pytest.mark.parametrize("path", ENDPOINTS, ids=lambda path: path.relative_to(GATEWAY).as_posix())
def test_an_endpoint_depends_on_its_own_service_only(path: Path) -> None:
    modules = {
        node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("services.gateway.")
    }
    foreign = {module for module in modules if module.split(".")[2] not in {path.parent.name, *_SHARED}}
    # Another resource may lend the form of a request or an answer, never its service.
    assert {module for module in foreign if not module.endswith((".schemas", ".parameters"))} == set()
