"""Errors over HTTP: codes, request ids, methods, and sentences of our own."""

from __future__ import annotations

import pytest

from tests.support.gateway_app import GatewayApp

FOREIGN = ("Input should", "valid dictionary", "should match", "^[A-Za-z", "Value error")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/api/sources/download/none", 404, "NOT_FOUND"),
        ("DELETE", "/api/training/none", 404, "NOT_FOUND"),
        ("PATCH", "/api/training", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/sources/downloads?limit=0", 422, "VALIDATION"),
        ("GET", "/api/sources/downloads?state=flying", 422, "VALIDATION"),
        ("GET", "/api/datasets/local/none", 404, "NOT_FOUND"),
        ("GET", "/api/events?topics=nonsense", 422, "VALIDATION"),
        ("GET", "/api/events?topics=download:none", 404, "NOT_FOUND"),
    ],
)
def test_every_error_has_its_code_and_a_request_id(
    gateway: GatewayApp, method: str, path: str, status: int, code: str
) -> None:
    with gateway.client() as client:
        answer = client.request(method, path, headers={"X-Request-Id": "mine-1"})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"] == "mine-1"


def test_a_body_with_curls_own_content_type_names_the_missing_header(gateway: GatewayApp) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with gateway.client() as client:
        for path in ("/v1/audio/speech", "/api/sources/download"):
            answer = client.post(path, content=b'{"input": "salam"}', headers=form)
            assert answer.status_code == 422
            assert "Content-Type" in answer.text
            assert "application/json" in answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/audio/speech", []),
        ("/v1/audio/speech", {"input": {}}),
        ("/api/sources/download", {"modelId": "../x"}),
        ("/api/sources/download", "text"),
        ("/api/training", {"recipe": 3, "datasets": "x"}),
        ("/api/speech", {"input": 3}),
        ("/api/sources/catalog", {"id": "a b"}),
    ],
)
def test_no_sentence_is_a_librarys(gateway: GatewayApp, path: str, body: object) -> None:
    with gateway.client() as client:
        answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert not any(words in answer.text for words in FOREIGN), answer.text


@pytest.mark.parametrize("body", [b'{"input": "' + "سلام".encode("utf-16") + b'"}', b'{"input": ' + b"9" * 5000 + b"}"])
def test_a_body_that_no_json_reader_takes_is_told_in_our_words(gateway: GatewayApp, body: bytes) -> None:
    with gateway.client() as client:
        answer = client.post("/v1/audio/speech", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "error parsing" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/audio/speech", "POST"),
        ("DELETE", "/v1/models", "GET, HEAD"),
        ("PUT", "/api/training", "GET, HEAD, POST"),
        ("POST", "/health", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_405_with_what_is_allowed(gateway: GatewayApp, method: str, path: str, allowed: str) -> None:
    with gateway.client() as client:
        answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert allowed.split(", ", maxsplit=1)[0] in answer.json()["error"]["message"]


def test_the_guards_refusal_is_in_the_dialect_of_the_path_with_a_request_id(gateway: GatewayApp) -> None:
    with gateway.client() as client:
        foreign = {"Origin": "https://evil.example"}
        openai = client.get("/v1/models", headers=foreign)
        assert openai.status_code == 403
        assert openai.json()["error"]["type"] == "permission_error"
        ours = client.get("/api/assets", headers=foreign)
        assert ours.json()["error"]["request_id"] == ours.headers["x-request-id"]
        assert ours.json()["error"]["request_id"]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"input": " "}, "input"),
        ({"speed": 9}, "speed"),
        ({"response_format": "exe"}, "response_format"),
    ],
)
def test_an_error_names_the_field_at_fault(gateway: GatewayApp, wrong: dict[str, object], param: str) -> None:
    with gateway.client() as client:
        answer = client.post("/v1/audio/speech", json={"voice": "espeak-fa", "input": "سلام", **wrong})
    assert 400 <= answer.status_code < 500
    error = answer.json()["error"]
    assert error["param"] == param, error
    assert not any(words in error["message"] for words in FOREIGN)


@pytest.mark.parametrize(
    ("method", "path", "body", "param"),
    [
        ("POST", "/api/speech", {"input": 3}, "input"),
        ("POST", "/api/lexicon", {"word": "الف", "reading": "ب", "level": "account"}, "level"),
        ("GET", "/api/sources/downloads?limit=0", None, "limit"),
        ("GET", "/api/datasets/local/none", None, None),
    ],
)
def test_an_error_of_the_api_names_the_field_too(
    gateway: GatewayApp, method: str, path: str, body: object, param: str | None
) -> None:
    with gateway.client() as client:
        error = client.request(method, path, json=body).json()["error"]
    assert error["param"] == param, error
