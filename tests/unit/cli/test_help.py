"""Every command there is, groups among them, says how it is used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import app


def commands(command: object, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


@pytest.mark.parametrize("path", list(commands(get_command(app))), ids=" ".join)
def test_a_command_says_how_it_is_used(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"], prog_name="sokhan")
    assert done.exit_code == 0, done.output
    assert f"Usage: {' '.join(('sokhan', *path))} " in done.output


def test_groups_are_among_them() -> None:
    assert {("jobs",), ("catalog", "add")} <= set(commands(get_command(app)))
