from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.job_kit import JobKit, job_kit


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[JobKit]:
    async with job_kit(tmp_path) as made:
        yield made
