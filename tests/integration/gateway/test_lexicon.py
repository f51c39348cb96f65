"""The lexicon over HTTP."""

from __future__ import annotations

import httpx2

from tests.support.gateway_app import GatewayApp

PATH = "/api/lexicon"


def test_words_are_added_changed_and_removed(gateway: GatewayApp, client: httpx2.Client) -> None:
    added = client.post(PATH, json={"word": "مهراباد", "reading": "مهرآباد"})
    assert (added.status_code, added.json()["data"]["level"]) == (201, "installation")
    assert client.put(f"{PATH}/مهراباد", json={"reading": "مهر آباد"}).status_code == 200
    listed = client.get(PATH).json()
    assert listed["data"] == [{"word": "مهراباد", "reading": "مهر آباد", "level": "installation"}]
    assert (gateway.data / "lexicon.tsv").read_text(encoding="utf-8") == "مهراباد\tمهر آباد\n"
    again = client.post(PATH, json={"word": "مهراباد", "reading": "ب"})
    assert (again.status_code, again.json()["error"]["code"]) == (422, "VALIDATION")
    assert "Line 2 of the lexicon" in again.json()["error"]["message"]
    assert client.delete(f"{PATH}/مهراباد").status_code == 204
    assert client.delete(f"{PATH}/مهراباد").status_code == 404


def test_an_accounts_words_are_its_own(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("sara"):
        added = client.post(PATH, json={"word": "تهران", "reading": "طهران"})
        assert added.json()["data"]["level"] == "account"
        assert [entry["word"] for entry in client.get(PATH).json()["data"]] == ["تهران"]
    with gateway.as_owner("ali"):
        assert client.get(PATH).json()["data"] == []
        assert client.delete(f"{PATH}/تهران").status_code == 404
    with gateway.as_owner("sara"):
        assert client.delete(f"{PATH}/تهران", params={"level": "account"}).status_code == 204


def test_a_key_for_one_voice_changes_no_word(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("sara", voice="~sara/amir"):
        for answer in (
            client.post(PATH, json={"word": "تهران", "reading": "طهران"}),
            client.put(f"{PATH}/تهران", json={"reading": "طهران"}),
            client.delete(f"{PATH}/تهران"),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")


def test_pages(gateway: GatewayApp, client: httpx2.Client) -> None:
    with gateway.as_owner("paging"):
        for word in ("الف", "ب", "پ"):
            client.post(PATH, json={"word": word, "reading": "ت"})
        first = client.get(PATH, params={"limit": 2}).json()
        rest = client.get(PATH, params={"limit": 2, "cursor": first["next"]}).json()
        assert (len(first["data"]), len(rest["data"])) == (2, 1)
        assert rest["next"] is None
