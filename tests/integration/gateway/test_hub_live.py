"""The Hub asked live: search, a repository's card, whose a token is."""

from __future__ import annotations

from pathlib import Path

from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TOKEN, TestHub, always_size
from tests.support.sources import ask, code, data


def test_search_hits_say_whether_they_may_be_downloaded(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("sought/voice-a", {"a.txt": b"a"})
    hub.describe("sought/voice-a", license="cc-by-nc-4.0", downloads=5, likes=9, tags=["tts"])
    hub.put("sought/voice-b", {"a.txt": b"a"})
    hub.describe("sought/voice-b", downloads=50)
    data(strict, "POST", "/api/sources/catalog", {"repoId": "sought/voice-a", "kind": "tts"})
    hits = data(strict, "GET", "/api/sources/search?q=sought&sort=downloads")
    assert [hit["id"] for hit in hits] == ["sought/voice-b", "sought/voice-a"]
    assert [(hit["allowed"], hit["catalogId"]) for hit in hits] == [(False, None), (True, "sought/voice-a")]
    assert (hits[1]["license"], hits[1]["licenseClass"], hits[1]["likes"]) == ("cc-by-nc-4.0", "non-commercial", 9)
    assert [hit["id"] for hit in data(strict, "GET", "/api/sources/search?q=sought&sort=likes&limit=1")] == [
        "sought/voice-a"
    ]
    assert data(strict, "GET", "/api/sources/search?q=sought&kind=dataset") == []


def test_a_search_is_bounded(strict: GatewayApp) -> None:
    for query in ("limit=0", "limit=1000", "kind=space", "sort=alphabet"):
        assert code(ask(strict, "GET", f"/api/sources/search?q=x&{query}")) == (422, "VALIDATION")


def test_a_card_shows_files_sizes_and_what_to_beware_of(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/card", {"model.onnx": bytes(4000), "weights.pth": bytes(1000)})
    hub.describe("ns/card", license="mit", language="fa")
    card = data(strict, "GET", "/api/sources/model/ns/card")
    assert (card["size"], card["fileCount"], card["trust"]) == (
        5000 + always_size("ns/card", "mit"),
        4,
        ["pickle", "onnx"],
    )
    assert (card["license"], card["language"], card["gated"], card["allowed"]) == ("mit", ["fa"], False, False)
    assert card["commit"] == hub.commit("ns/card")
    assert card["page"] == f"{hub.url}/ns/card"
    hub.put("ns/rows", {"a.txt": b"a"}, kind="datasets")
    assert data(strict, "GET", "/api/sources/model/ns/rows?type=dataset")["repoType"] == "dataset"
    assert ask(strict, "GET", "/api/sources/model/ns/nowhere").status_code in {403, 404}
    assert code(ask(strict, "GET", "/api/sources/model/a/b/c")) == (422, "VALIDATION")


def test_the_hub_says_whose_a_token_is_and_nobody_writes_it_down(strict: GatewayApp) -> None:
    path = "/api/sources/validate-token"
    known = ask(strict, "POST", path, {"token": TOKEN})
    assert known.json()["data"] == {"valid": True, "name": "zahra", "fullname": "zahra"}
    unknown = ask(strict, "POST", path, {"token": "hf_nobodys-token"})
    assert unknown.json()["data"] == {"valid": False, "name": None, "fullname": None}
    short = ask(strict, "POST", path, {"token": "hf-"})
    assert code(short) == (422, "VALIDATION")
    for text in (known.text, unknown.text, short.text, strict.log.getvalue()):
        assert TOKEN not in text
        assert "hf_nobodys-token" not in text
        assert '"hf-"' not in text


def test_a_hub_out_of_reach_is_said_so(tmp_path: Path) -> None:
    with gateway_app(tmp_path) as built:
        for method, path, body in (
            ("GET", "/api/sources/search?q=x", None),
            ("GET", "/api/sources/model/ns/a", None),
            ("POST", "/api/sources/validate-token", {"token": TOKEN}),
            ("POST", "/api/sources/download/plan", {"modelId": "ns/a"}),
        ):
            answer = ask(built, method, path, body)
            assert code(answer) == (502, "HUB_UNREACHABLE")
            assert "HF_ENDPOINT" in answer.json()["error"]["hint"]
