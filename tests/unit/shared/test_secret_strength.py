from __future__ import annotations

import secrets

import pytest

from shared.secret_strength import is_strong


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short",
        "a" * 200,
        "ab" * 100,
        "1234567890" * 3,
        "password-password",
        "0f1e2d3c4b5a69788796a5b4c3d2e1",
        "0123456789abcdef",
    ],
)
def test_a_guessable_token_is_refused(weak: str) -> None:
    assert not is_strong(weak)


def test_a_generated_token_is_accepted() -> None:
    for _ in range(200):
        assert is_strong(secrets.token_hex(16))
        assert is_strong(secrets.token_urlsafe(16))
