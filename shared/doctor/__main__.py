"""`python -m shared.doctor`: the findings as one JSON list."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict

from shared.doctor.run import examine


def main() -> int:
    findings = asyncio.run(examine())
    sys.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
