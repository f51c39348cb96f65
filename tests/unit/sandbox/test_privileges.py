"""Each measure against reading another process of the user, without the others: not every kernel has Landlock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
# One process and its fork: another user could not start a Python that belongs to root.
_CODE = """
import ctypes, json, os, sys
from pathlib import Path
from shared.sandbox.landlock import restrict_files
from shared.sandbox.privileges import drop_capabilities, enter_user_namespace, hide_process
uid, hidden = int(sys.argv[1]), sys.argv[2] == "hidden"
if uid:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a change of user hides a process; a service starts as its user
if hidden:
    hide_process()
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
findings = {}
MEASURE
for name, mode in (("environ", "rb"), ("mem", "r+b")):
    try:
        Path(f"/proc/{os.getppid()}/{name}").open(mode).close()
        findings[name] = "reached"
    except OSError:
        findings[name] = "refused"
os.write(1, json.dumps(findings).encode())
os._exit(0)
"""


def reach(measure: str, *, uid: int, hidden: bool = False) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _CODE.replace("MEASURE", measure), str(uid), "hidden" if hidden else ""],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)
    assert isinstance(findings, dict)
    return findings


REFUSED = {"environ": "refused", "mem": "refused"}
as_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@as_root
@pytest.mark.parametrize("uid", [0, 65534])
def test_without_a_measure_a_process_reaches_its_parent(uid: int) -> None:
    """The control: without it the tests below would prove nothing."""
    assert reach("", uid=uid) == {"environ": "reached", "mem": "reached"}


@as_root
def test_root_without_capabilities_does_not_reach_root() -> None:
    assert reach("drop_capabilities()", uid=0) == REFUSED


@as_root
@pytest.mark.parametrize("uid", [0, 65534])
def test_a_parent_that_is_not_dumpable_is_not_reached(uid: int) -> None:
    assert reach("drop_capabilities()", uid=uid, hidden=True) == REFUSED


@as_root
@pytest.mark.parametrize("uid", [0, 65534])
def test_another_user_namespace_is_not_reached(uid: int) -> None:
    findings = reach('findings["own"] = enter_user_namespace()', uid=uid)
    if not findings.pop("own"):
        pytest.skip("this system allows no user namespaces")
    assert findings == REFUSED


@as_root
@pytest.mark.parametrize("uid", [0, 65534])
def test_landlock_keeps_from_a_parent(uid: int) -> None:
    findings = reach('findings["own"] = restrict_files([], [])', uid=uid)
    if not findings.pop("own"):
        pytest.skip("the kernel has no Landlock")
    assert findings == REFUSED
