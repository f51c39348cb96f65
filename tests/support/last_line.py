"""The last line of a run: passed, skipped and why, minutes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Mapping

import pytest


class LastLine:
    """A plugin of the process that reports; under xdist that is the controller."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._began = time.monotonic()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Outermost, so that it writes after pytest's own summary."""
        result = yield
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and not self._config.option.collectonly:
            reporter.write_line(sentence(reporter.stats, time.monotonic() - self._began))
        return result


def sentence(stats: Mapping[str, list[object]], seconds: float) -> str:
    """For example: `4812 passed, 2 skipped (2: promtool is not installed), 7.6 minutes`."""
    parts = [f"{len(stats.get('passed', []))} passed"]
    parts += [f"{len(stats[kind])} {kind}" for kind in ("failed", "error") if kind in stats]
    skipped = Counter(_reason(report) for report in stats.get("skipped", []))
    reasons = "; ".join(f"{count}: {reason}" for reason, count in skipped.most_common())
    parts.append(f"{skipped.total()} skipped" + (f" ({reasons})" if reasons else ""))
    return ", ".join([*parts, f"{seconds / 60:.1f} minutes"])


def _reason(report: object) -> str:
    place = getattr(report, "longrepr", None)
    return str(place[2] if isinstance(place, tuple) else place).removeprefix("Skipped: ")
