"""Dependency injection: the composition root provides instances, `Depends(provided(Class))` returns them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

T = TypeVar("T")


def provide(app: Starlette, *instances: object) -> None:
    """Make these instances available to the app's endpoints, one for each class."""
    app.state.provided = {type(instance): instance for instance in instances}


def provided(class_: type[T]) -> Callable[[HTTPConnection], T]:
    """A dependency that returns the provided instance of a class. Raises `KeyError` if there is none: a wiring bug."""

    def find(connection: HTTPConnection) -> T:
        return cast("T", connection.app.state.provided[class_])

    return find
