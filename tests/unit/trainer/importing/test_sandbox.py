"""The filter and the limits, in a process that really has them: what a pickle could do if it could do anything."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest

_PROLOGUE = """
import ctypes, errno, json, os, socket, subprocess, sys, threading
from services.trainer.recipes.importing.limits import limit_everything, limit_for
from services.trainer.recipes.importing.sandbox import enter_sandbox
started, go = threading.Event(), threading.Event()
told = {}
def attempt(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return error.errno
    except MemoryError:
        return "memory"
    return 0
"""


def probe(body: str) -> dict[str, object]:
    """What a program tells in `told`; it must end by itself."""
    code = _PROLOGUE + body + "\nprint(json.dumps(told))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_no_socket_of_any_kind() -> None:
    told = probe("""
pair = socket.socketpair()  # opened before: even that one can send nothing to an address
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tcp = socket.socket()
enter_sandbox()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    told[str(int(family))] = attempt(socket.socket, family)
told["pair"] = attempt(socket.socketpair)
told["connect"] = attempt(tcp.connect, ("127.0.0.1", 1))
told["bind"] = attempt(tcp.bind, ("127.0.0.1", 0))
told["sendto"] = attempt(udp.sendto, b"x", ("127.0.0.1", 9))
""")
    assert set(told.values()) == {errno.EPERM}


def test_no_program() -> None:
    told = probe("""
enter_sandbox()
told["execv"] = attempt(os.execv, "/bin/true", ["true"])
told["fexecve"] = attempt(os.execve, os.open("/bin/true", os.O_RDONLY), ["true"], {})
told["subprocess"] = attempt(subprocess.run, ["/bin/true"])
told["spawn"] = attempt(os.posix_spawn, "/bin/true", ["true"], {})
told["kill"] = attempt(os.kill, os.getppid(), 0)
""")
    assert set(told.values()) == {errno.EPERM}
    shell = probe('enter_sandbox()\ntold["system"] = os.system("true")')
    assert shell["system"] != 0


def test_io_uring_is_no_way_around() -> None:
    told = probe("""
enter_sandbox()
libc = ctypes.CDLL(None, use_errno=True)
for number in (425, 426, 427):
    libc.syscall(number, 0, 0, 0, 0, 0, 0)
    told[str(number)] = ctypes.get_errno()
""")
    assert set(told.values()) == {errno.EPERM}


def test_threads_from_before_are_locked_in_as_well() -> None:
    told = probe("""
def work():
    started.set(); go.wait(10)
    told["socket"] = attempt(socket.socket)
thread = threading.Thread(target=work)
thread.start(); started.wait(10)
enter_sandbox()
go.set(); thread.join(10)
""")
    assert told == {"socket": errno.EPERM}


def test_reading_writing_and_new_threads_still_work(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("sandbox") / "x"
    told = probe(f"""
enter_sandbox()
limit_everything()
open({str(file)!r}, "w").write("x")
thread = threading.Thread(target=lambda: told.update(read=open({str(file)!r}).read()))
thread.start(); thread.join(10)
""")
    assert told == {"read": "x"}


def test_memory_ends_where_the_limit_says() -> None:
    told = probe("""
limit_everything()
told["before the file"] = attempt(bytearray, 600 << 20)
limit_for(1 << 20, 1 << 20)
told["fits"] = attempt(bytearray, 200 << 20)
told["does not"] = attempt(bytearray, 300 << 20)
""")
    assert told["before the file"] == told["does not"] == "memory"
    assert told["fits"] == 0


def test_no_file_beyond_the_models_size(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("limits") / "x"
    told = probe(f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit_everything()
limit_for(1 << 20, 1 << 20)
with open({str(file)!r}, "wb", buffering=0) as out:
    out.seek(17 << 20)
    told["write"] = attempt(out.write, b"x")
""")
    assert told == {"write": errno.EFBIG}


def test_it_needs_no_privilege() -> None:
    told = probe("""
told["was root"] = os.getuid() == 0
if told["was root"]:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
enter_sandbox()
limit_everything()
told["socket"] = attempt(socket.socket)
told["uid"] = os.getuid()
told["capabilities"] = next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1]
""")
    assert told["socket"] == errno.EPERM
    assert told["uid"] != 0
    assert int(str(told["capabilities"]), 16) == 0


def test_a_system_without_the_filter_is_refused_with_a_reason() -> None:
    """As on a kernel that has no such call: the filter is asked for twice, and the first one forbids asking."""
    told = probe("""
from services.trainer.recipes.importing import sandbox
from shared.contracts.errors import UnsafeCheckpoint
name = os.uname().machine
mine = sandbox._MACHINES[name]
sandbox._MACHINES[name] = sandbox._Machine(mine.audit, mine.seccomp, (*mine.denied, mine.seccomp))
enter_sandbox()
try:
    enter_sandbox()
except UnsafeCheckpoint as error:
    told["message"], told["hint"] = error.message, error.hint
""")
    assert "cannot sandbox a process" in str(told["message"])
    assert "Import on Linux" in str(told["hint"])
