"""Pictures are drawn by a process that may hang, crash or lack its library without harm to the gateway."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from services.gateway.analysis.drawing import Drawing
from services.gateway.analysis.panels import Panel, Picture, PlotLine, panels_of
from services.gateway.training.schemas import MetricsView
from shared.contracts.errors import Internal, Unavailable

LINE = PlotLine(label="_loss $1", steps=(1, 2, 3), values=(3.0, 2.0, 1.0))
PICTURE = Picture(panels=(Panel(title="صدا", lines=(LINE,), log=False),))


def module(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A child of its own, found as a module."""
    (folder / "child.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    return "child"


async def test_a_picture_is_drawn(tmp_path: Path) -> None:
    image = await Drawing(tmp_path, limit=60).draw(PICTURE)
    assert image.startswith(b"\x89PNG")


async def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = tmp_path / "pid"
    child = f"import os, pathlib, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(100)"
    drawing = Drawing(tmp_path, limit=1.5, module=module(tmp_path, child, monkeypatch))
    began = time.monotonic()
    with pytest.raises(Unavailable, match="not drawn within"):
        await drawing.draw(PICTURE)
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_without_matplotlib_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = "import sys\nsys.modules['matplotlib'] = None\nfrom services.gateway.analysis.plot import main\nmain()"
    with pytest.raises(Unavailable, match="matplotlib") as caught:
        await Drawing(tmp_path, module=module(tmp_path, child, monkeypatch)).draw(PICTURE)
    assert caught.value.hint


async def test_a_child_that_crashes_is_a_bug_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Internal):
        await Drawing(tmp_path, module=module(tmp_path, "1 / 0", monkeypatch)).draw(PICTURE)


async def test_secrets_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOKHAN_SECRET_KEY", "secret")
    child = "import os, sys\nsys.stdout.write(str('SOKHAN_SECRET_KEY' in os.environ))"
    assert await Drawing(tmp_path, module=module(tmp_path, child, monkeypatch)).draw(PICTURE) == b"False"


async def test_many_at_once_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = "import sys, time\nsys.stdin.read()\ntime.sleep(0.2)\nsys.stdout.write('drawn')"
    drawing = Drawing(tmp_path, limit=30, module=module(tmp_path, child, monkeypatch))
    assert await asyncio.gather(*(drawing.draw(PICTURE) for _ in range(5))) == [b"drawn"] * 5


def metrics(**values: list[float]) -> MetricsView:
    names = tuple(sorted(values))
    points = tuple({"step": n + 1, **{k: values[k][n] for k in names}} for n in range(len(values[names[0]])))
    return MetricsView(keys=names, points=points)


def test_one_runs_losses_share_a_panel_and_several_runs_share_one_for_each_key() -> None:
    one = ("a", metrics(loss=[9.0, 0.5], val_loss=[3.0, 2.0], step_time=[1.0, 1.0]))
    two = ("b", metrics(loss=[0.0, 1.0]))
    alone = panels_of([one], ())
    assert alone is not None
    assert [[line.label for line in panel.lines] for panel in alone.panels] == [["loss", "val_loss"]]
    assert alone.panels[0].log
    both = panels_of([one, two], ())
    assert both is not None
    assert [(p.title, [line.label for line in p.lines], p.log) for p in both.panels] == [
        ("loss", ["a", "b"], False),  # a zero has no place on a logarithmic scale
        ("val_loss", ["a"], False),
    ]
    asked = panels_of([one], ("step_time",))
    assert asked is not None
    assert asked.panels[0].lines[0].label == "step_time"
    assert panels_of([one], ("none",)) is None
