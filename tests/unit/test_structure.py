"""What the import rules cannot say about the code: names that are unique, and files that are one idea."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("services", "shared", "cli") for path in (ROOT / folder).rglob("*.py"))


def test_a_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_file_is_two_ideas_long() -> None:
    assert {path.name for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) > 300} == set()


def test_bodies_of_requests_are_called_requests() -> None:
    from fastapi.routing import APIRoute, APIRouter
    from pydantic import BaseModel

    import services.gateway.routes as application

    routes = [
        route for router in vars(application).values() if isinstance(router, APIRouter) for route in router.routes
    ]
    bodies = {
        route.body_field.field_info.annotation
        for route in routes
        if isinstance(route, APIRoute) and route.body_field is not None
    }
    names = {body.__name__ for body in bodies if isinstance(body, type) and issubclass(body, BaseModel)}
    assert len(names) > 10
    assert {name for name in names if not name.endswith("Request")} == set()
