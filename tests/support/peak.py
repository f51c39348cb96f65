"""The peak memory of a few lines of code, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# VmHWM and not ru_maxrss, which a process inherits from the one that started it.
_FRAME = """
import json, sys
def peak():
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) << 10
{imports}
from shared.contracts.errors import SokhanError
before, code, message = peak(), "", ""
try:
{body}
except SokhanError as error:
    code, message = error.code, error.message
print(json.dumps([peak() - before, code, message]))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`grown`: the bytes that the peak grew by; `code` and `message` of the error that ended it, empty without one."""

    grown: int
    code: str
    message: str


def peak_of(imports: str, body: str, *arguments: str | Path) -> Outcome:
    """Run `body` after `imports`, which are not counted; `sys.argv[1:]` are the arguments."""
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    done = subprocess.run(
        [sys.executable, "-c", _FRAME.format(imports=imports, body=indented), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Outcome(*json.loads(done.stdout.splitlines()[-1]))
