"""Every action has words for the API and for the command line; no command-line user reads an HTTP path."""

from __future__ import annotations

import re

import httpx2
import pytest

from cli.client import answer_of
from cli.errors import CliError
from cli.hints import IN_COMMANDS, hint_of
from services.gateway.envelope import openai_error
from shared.contracts.errors import NotFound, Unauthenticated
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


def test_an_action_of_a_newer_version_leaves_its_words() -> None:
    read = ErrorInfo.model_validate({"code": "NOT_FOUND", "message": "x", "hint": "Do that.", "action": "of_tomorrow"})
    assert (read.action, read.error().hint) == (None, "Do that.")


def test_under_v1_the_hint_is_worded_as_a_command_too() -> None:
    error = Unauthenticated("This needs a valid token.", hint=Hint(Action.AUTHENTICATE))
    body = {"error": openai_error(error).model_dump(mode="json")}
    assert "Bearer" in body["error"]["message"]  # for clients that know OpenAI's fields only
    response = httpx2.Response(401, json=body, request=httpx2.Request("POST", "http://127.0.0.1/v1/audio/speech"))
    with pytest.raises(CliError) as caught:
        answer_of(response)
    assert (caught.value.message, caught.value.hint) == (
        "This needs a valid token.",
        "Sign in with `sokhan login`, or set SOKHAN_TOKEN to the gateway's token or an API key.",
    )
