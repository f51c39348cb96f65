"""Text of a server or a file cannot control the terminal."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
from rich.live import Live
from rich.progress import Progress, TextColumn
from rich.text import Text

from cli.console import SafeConsole, printable, printable_json, printable_line
from cli.errors import CliError, show
from cli.output import Output

CLEAR, TITLE, CLIPBOARD = "\x1b[2J", "\x1b]0;pwned\x07", "\x1b]52;c;cm0gLXJm\x07"
HOSTILE = f"a{CLEAR}{TITLE}{CLIPBOARD}\rb\x08\x9b31m\u202egnp.exe\u2066x\u2028y\x00"
OBEYED = set("\x1b\x07\r\x08\x9b\u202e\u2066\u2028\x00")
CLI = Path(__file__).parents[3] / "cli"


def terminal() -> tuple[SafeConsole, io.StringIO]:
    out = io.StringIO()
    return SafeConsole(file=out, force_terminal=False, width=200), out


@hypothesis.given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    for shown in (printable(text), printable_line(text)):
        assert not any(character < " " and character not in "\n\t" for character in shown)
        assert not OBEYED & set(shown)
    assert len(printable_line(text).splitlines()) <= 1 or "\x85" in text


@hypothesis.given(st.text())
def test_json_stays_the_same_data(text: str) -> None:
    document = printable_json(json.dumps({"name": text}, ensure_ascii=False))
    assert json.loads(document) == {"name": text}
    assert not OBEYED & set(document)


def test_persian_with_its_joiners_is_shown_as_it_is() -> None:
    text = "می‌خوانم\u200d \u200f(۱)\u200e"
    assert printable(text) == printable_line(text) == text


def test_every_way_to_the_terminal_is_safe(capsys: pytest.CaptureFixture[str]) -> None:
    console, out = terminal()
    output = Output(as_json=False, talk=console)
    output.say(HOSTILE)
    show(CliError(f"bad [red]{HOSTILE}", code=HOSTILE, hint=HOSTILE), console)
    console.print(Text(HOSTILE))
    with Live(Text(HOSTILE), console=console):
        pass
    with Progress(TextColumn("{task.description}", markup=False), console=console) as progress:
        progress.add_task(f"[link=http://evil]{HOSTILE}")
    output.result({}, HOSTILE)
    output.table([], ("id", "name"), [["x", f"{HOSTILE}\nerror: forged"]], "none")
    Output(as_json=True, talk=console).result({"name": HOSTILE}, "")
    shown = out.getvalue() + capsys.readouterr().out
    assert not OBEYED & set(shown)
    assert "gnp.exe" in shown
    assert "[link=http://evil]" in shown
    assert not any(line.startswith("error: forged") for line in shown.splitlines())


def test_no_other_way_to_the_terminal_exists() -> None:
    for path in sorted(CLI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Console", path
                assert node.func.id != "print" or path.name == "output.py", path
            if isinstance(node, ast.Attribute) and node.attr == "echo":
                raise AssertionError(f"{path}: typer.echo prints what it is given")
