"""`python -m cli.demo [--hub]`: runs the demo and prints what each stage did."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from cli.console import SafeConsole
from cli.demo.platform import running
from cli.demo.report import DemoReport
from cli.demo.stages import STEPS, Demo
from cli.errors import CliError, Exit, show
from cli.output import Output

_FOLDER = Path("demo")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--hub", action="store_true", help="pull a real Persian voice instead of training one")
    parser.add_argument("--steps", type=int, default=STEPS, help="how long to train (default: %(default)s)")
    arguments = parser.parse_args()
    console = SafeConsole()
    report = DemoReport(console)
    try:
        with running(console) as settings:
            demo = Demo(settings, Output(as_json=False, talk=console), report, _FOLDER, arguments.steps)
            asyncio.run(demo.pull_and_speak() if arguments.hub else demo.train_and_speak())
    except CliError as error:
        report.show()
        show(error, console)
        return error.exit
    except KeyboardInterrupt:
        console.print("interrupted; a started run continues when the platform runs again: `sokhan jobs`")
        return Exit.INTERRUPTED
    report.show()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
