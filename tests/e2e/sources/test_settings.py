"""A stored Hub token is nowhere in clear text: not in the data, not on the bus, not in a log."""

from __future__ import annotations

from pathlib import Path

from tests.support.platform import platform
from tests.support.sources import data

TOKEN_PATH = "/api/settings/huggingface/token"
OWN = "hf_a-token-that-is-stored-nowhere-in-the-open"


def test_a_hub_out_of_reach_does_not_keep_a_token_from_being_stored(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",)) as built:
        assert data(built, "PUT", TOKEN_PATH, {"token": OWN}) == {"hasToken": True, "known": None, "name": None}
        assert data(built, "GET", "/api/settings")["huggingface"] == {"hasToken": True}
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and OWN.encode() in path.read_bytes()]
    assert kept == [], "encrypted at rest, and on no bus"
