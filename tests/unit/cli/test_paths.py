"""An id that a user types stays one part of the address."""

from __future__ import annotations

import pytest

from cli.errors import CliError
from cli.paths import segment, segments


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("43350b0", "43350b0"),
        ("a/b", "a%2Fb"),
        ("../catalog", "..%2Fcatalog"),
        ("a?b#c", "a%3Fb%23c"),
        ("a\x1bb\n", "a%1Bb%0A"),
        ("صدا", "%D8%B5%D8%AF%D8%A7"),
        ("a\udcffb", "a%EF%BF%BDb"),
    ],
)
def test_one_segment(typed: str, part: str) -> None:
    assert segment(typed) == part


def test_an_asset_keeps_its_slash_and_nothing_else() -> None:
    assert segments("local/my voice?") == "local/my%20voice%3F"


@pytest.mark.parametrize("typed", ["", " ", ".", ".."])
def test_what_an_address_resolves_is_refused(typed: str) -> None:
    with pytest.raises(CliError):
        segment(typed)
    with pytest.raises(CliError):
        segments(f"a/{typed}")
