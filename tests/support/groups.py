"""Which tests run in one worker, and which groups start first (`pytest --dist loadgroup`)."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

SHARED = (
    ("tests/e2e", "sokhan"),
    ("tests/e2e/sources", "strict"),
    ("tests/integration/downloads", "shared_line"),
    ("tests/integration/scanner", "wire"),
    ("tests/unit/trainer", "straight"),
    ("tests/unit/trainer/text", "trials"),
    ("tests/unit/trainer/importing", "source"),
)
"""Session fixtures that take seconds: (folder of the conftest, name). Their tests run in one worker, so one exists. Of
several the first counts."""

WHOLE_FOLDERS = ("tests/contract/store",)
"""Folders whose tests ask for an expensive fixture while they run, so that pytest cannot list it beforehand."""

ORDER = (
    "tests/e2e:sokhan",
    "tests/integration",
    "tests/e2e",
    "tests/chaos",
    "tests/unit/trainer",
    "tests/contract",
    "tests/docker",
)
"""The slowest groups first, so that none is left for the end; integration tests, which wait, beside the platform,
which computes. The rest follows."""


def group(item: pytest.Item) -> str:
    """The fixture that the test shares with others, else its file."""
    definitions = getattr(item, "_fixtureinfo", None)
    found = definitions.name2fixturedefs if definitions else {}
    for folder, name in SHARED:
        if name in found and found[name][-1].baseid == folder:
            return f"{folder}:{name}"
    file = item.nodeid.partition("::")[0]
    return next((folder for folder in WHOLE_FOLDERS if file.startswith(f"{folder}/")), file)


def rank(item: pytest.Item) -> tuple[int, bool, str]:
    """A sort key: slow folders, in them shared fixtures, then file by file. The order within a file stays."""
    name = group(item)
    path = PurePosixPath(name.partition(":")[0])
    place = next((n for n, slow in enumerate(ORDER) if name == slow or path.is_relative_to(slow)), len(ORDER))
    return place, ":" not in name, name
