"""`sokhan doctor`: checks the installation on this machine, whether it runs or not."""

from __future__ import annotations

import typer
from rich.text import Text

from cli.console import SafeConsole, printable_line
from cli.errors import Exit
from cli.machine import findings
from cli.options import AsJson, output
from cli.output import count

app = typer.Typer()
_STYLES = {"ok": "green", "warning": "yellow", "problem": "red"}


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, disk, store, bus, ports, clock, GPUs, the Hub and versions, and say what to do."""
    found = findings()
    problems = sum(item.get("level") == "problem" for item in found)
    warnings = sum(item.get("level") == "warning" for item in found)
    if as_json:
        output(as_json).result([*found], "")
    else:
        console = SafeConsole(soft_wrap=True)
        for item in found:
            level = str(item.get("level"))
            line = Text(f"{level:<9}", style=_STYLES.get(level, ""))
            line.append(printable_line(f"{item.get('check')}: {item.get('message')}"), style="default")
            console.print(line)
            if item.get("advice"):
                console.print(Text(printable_line(f"{'':9}{item['advice']}")))
        console.print(Text(f"{count(problems, 'problem')}, {count(warnings, 'warning')}."))
    if problems:
        raise typer.Exit(Exit.FAILED)
