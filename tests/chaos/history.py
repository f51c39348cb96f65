"""The history of a run: one JSON line for each step of each operation, appended and flushed at once.

    {"op": "download-17", "step": "invoke", "kind": "download", "account": "sara", "expect": {…}, "at": 12.3}
    {"op": "download-17", "step": "ok", "job": "6f0c…", "at": 12.6}

`ok`: accepted. `fail`: refused, with no effect. `unknown`: no answer; it may have happened once or not at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

Step = Literal["invoke", "ok", "fail", "unknown"]


class History:
    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._began = time.monotonic()

    def invoke(self, op: str, kind: str, account: str, expect: Mapping[str, object]) -> None:
        self._write(op=op, step="invoke", kind=kind, account=account, expect=dict(expect))

    def end(self, op: str, step: Step, **details: object) -> None:
        self._write(op=op, step=step, **details)

    def now(self) -> float:
        """Seconds since the history began."""
        return round(time.monotonic() - self._began, 3)

    def _write(self, **line: object) -> None:
        line["at"] = self.now()
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read_lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a file of JSON lines; none of a file that does not exist."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
