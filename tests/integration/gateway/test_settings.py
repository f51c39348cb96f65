"""Settings that change while the platform runs, and a Hub token that nobody ever sees again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TOKEN, TestHub
from tests.support.sources import ask, code, data

TOKEN_PATH = "/api/settings/huggingface/token"
OWN = "hf_a-token-that-is-stored-nowhere-in-the-open"


@pytest.fixture(autouse=True)
def _no_token_left(strict: GatewayApp) -> Iterator[None]:
    yield
    ask(strict, "DELETE", TOKEN_PATH)


def test_the_bandwidth_cap_is_changed_and_kept(strict: GatewayApp) -> None:
    before = data(strict, "GET", "/api/settings")
    assert (before["downloadBandwidth"], before["huggingface"]) == (None, {"hasToken": False})
    assert data(strict, "POST", "/api/settings", {"downloadBandwidth": 50_000})["downloadBandwidth"] == 50_000
    assert data(strict, "POST", "/api/settings", {})["downloadBandwidth"] == 50_000
    assert data(strict, "GET", "/api/settings")["downloadBandwidth"] == 50_000
    for wrong in (0, -1, "fast", 1.5):
        assert code(ask(strict, "POST", "/api/settings", {"downloadBandwidth": wrong})) == (422, "VALIDATION")
    assert data(strict, "POST", "/api/settings", {"downloadBandwidth": None})["downloadBandwidth"] is None


def test_a_stored_token_is_checked_counted_and_never_shown(strict: GatewayApp, hub: TestHub) -> None:
    stored = ask(strict, "PUT", TOKEN_PATH, {"token": TOKEN})
    assert stored.json()["data"] == {"hasToken": True, "known": True, "name": "zahra"}
    settings = ask(strict, "GET", "/api/settings")
    assert settings.json()["data"]["huggingface"] == {"hasToken": True}
    checked = ask(strict, "PUT", "/api/settings/huggingface/validate", {})
    assert checked.json()["data"]["name"] == "zahra"
    for text in (stored.text, settings.text, checked.text, strict.log.getvalue()):
        assert TOKEN not in text
    hub.put("ns/for-zahra", {"a.txt": b"a"})
    hub.describe("ns/for-zahra", gated="manual")
    assert data(strict, "GET", "/api/sources/model/ns/for-zahra")["gated"] is True
    assert data(strict, "DELETE", TOKEN_PATH) == {"hasToken": False}
    assert code(ask(strict, "GET", "/api/sources/model/ns/for-zahra")) == (403, "GATED_REPO")


def test_a_token_that_the_hub_does_not_know_is_stored_and_said_so(strict: GatewayApp) -> None:
    assert data(strict, "PUT", TOKEN_PATH, {"token": OWN}) == {"hasToken": True, "known": False, "name": None}
    assert data(strict, "PUT", "/api/settings/huggingface/validate", {})["valid"] is False
    given = data(strict, "PUT", "/api/settings/huggingface/validate", {"token": TOKEN})
    assert given["valid"] is True, "the given one counts, not the stored one"


@pytest.mark.parametrize("token", ["", "x", "two words of it", "a" * 201, "hf_\nnewline", "hf_فارسی", None, 5])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(strict: GatewayApp, token: object) -> None:
    answer = ask(strict, "PUT", TOKEN_PATH, {"token": token})
    assert code(answer) == (422, "VALIDATION")
    if isinstance(token, str) and len(token) > 3:
        assert token not in answer.text
    assert data(strict, "GET", "/api/settings")["huggingface"] == {"hasToken": False}


def test_without_a_token_there_is_nothing_to_check(strict: GatewayApp) -> None:
    assert code(ask(strict, "PUT", "/api/settings/huggingface/validate", {})) == (404, "NOT_FOUND")


def test_the_installations_own_token_counts_for_who_gave_none(tmp_path: Path, hub: TestHub) -> None:
    with gateway_app(tmp_path, {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN}) as built:
        assert data(built, "GET", "/api/settings")["huggingface"] == {"hasToken": True}
        assert data(built, "PUT", "/api/settings/huggingface/validate", {})["name"] == "zahra"
        assert data(built, "DELETE", TOKEN_PATH) == {"hasToken": True}
