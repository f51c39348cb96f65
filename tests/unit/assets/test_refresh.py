"""The scanner's own failure is not the failure of the job that asked it to compare."""

from __future__ import annotations

import pytest

from shared.assets import refresh
from shared.contracts.errors import Internal, SokhanError, Unavailable, Validation
from tests.doubles.bus import FakeBus


@pytest.mark.parametrize("error", [Internal("A bug."), Validation("A broken document.")])
async def test_a_failed_comparison_is_not_raised(monkeypatch: pytest.MonkeyPatch, error: SokhanError) -> None:
    async def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(refresh, "call", failing)
    await refresh.AssetRefresh(FakeBus())()


async def test_a_scanner_that_starts_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Unavailable("not yet"), Unavailable("not yet"), None]

    async def later(*_: object, **__: object) -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    monkeypatch.setattr(refresh, "call", later)
    monkeypatch.setattr(refresh, "_RETRY_S", 0.01)
    await refresh.AssetRefresh(FakeBus())()
    assert answers == []
