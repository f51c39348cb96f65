"""Distributes groups of tests over the workers of xdist, in the order of the collection.

xdist's own `loadgroup` appends the group to the test's id, which pytest 9.2 no longer takes (xdist 3.8: every test is
then a group of its own). Here the workers write the groups to a file that the controller reads.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.support.groups import group, rank

_FILE = "groups_file"


class Grouping:
    """A plugin of every process: the workers report the groups, the controller hands them out."""

    def __init__(self, config: pytest.Config) -> None:
        given = getattr(config, "workerinput", {}).get(_FILE)
        self._file = Path(given) if given else Path(tempfile.mkdtemp(prefix="groups")) / "groups.json"
        self._is_worker = given is not None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[_FILE] = str(self._file)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> GroupScheduler | None:
        return GroupScheduler(config, log, self._file) if config.getvalue("dist") == "loadgroup" else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=rank)
        if self._is_worker:
            own = self._file.with_suffix(f".{os.getpid()}")
            own.write_text(json.dumps({item.nodeid: group(item) for item in items}))
            own.replace(self._file)

    def pytest_unconfigure(self) -> None:
        if not self._is_worker:
            self._file.unlink(missing_ok=True)
            self._file.parent.rmdir()


class GroupScheduler(LoadScopeScheduling):  # type: ignore[misc]
    """One group is one unit of work."""

    def __init__(self, config: pytest.Config, log: Any, file: Path) -> None:
        super().__init__(config, log)
        self._file = file
        self._groups: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if not self._groups:  # every worker has collected before the first test is handed out
            self._groups = json.loads(self._file.read_text())
        return self._groups[nodeid]
