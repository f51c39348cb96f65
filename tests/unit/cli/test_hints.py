"""Every action has words for the API and for the command line; no command-line user reads an HTTP path."""

from __future__ import annotations

import re

import pytest

from cli.hints import IN_COMMANDS, hint_of
from shared.contracts.errors import NotFound
from shared.contracts.hints import IN_HTTP, Action, Hint
from shared.contracts.rpc import ErrorInfo


@pytest.mark.parametrize("action", Action)
def test_every_action_is_worded_for_both(action: Action) -> None:
    assert IN_HTTP[action]
    assert not re.search(r"/api|/v1|/docs|GET |POST |PUT |PATCH |Bearer|kind=", IN_COMMANDS[action])


def test_an_error_carries_its_action_over_the_bus() -> None:
    error = NotFound("There is no such model.", hint=Hint(Action.START_DOWNLOAD, "ns/a"))
    assert error.hint == "POST /api/models/download/start starts its download."
    arrived = ErrorInfo.model_validate_json(ErrorInfo.of(error).to_wire()).error()
    assert arrived.action == Hint(Action.START_DOWNLOAD, "ns/a")
    assert hint_of(ErrorInfo.of(arrived).model_dump(mode="json")) == "`sokhan pull ns/a` starts its download."


def test_other_hints_pass_as_they_are() -> None:
    assert "action" not in ErrorInfo.of(NotFound("x", hint="Check the line.")).model_dump()
    assert hint_of({"hint": "Check the line."}) == "Check the line."
    assert hint_of({"hint": "Do that.", "action": "of_a_newer_version"}) == "Do that."
    assert hint_of({}) is None
