"""`python -m shared.doctor`: the findings as one JSON list."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict

from shared.doctor.run import examine
from shared.telemetry import configure_logging


def main() -> int:
    configure_logging("doctor", level="warning")  # to stderr: stdout is the list
    findings = asyncio.run(examine())
    sys.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
