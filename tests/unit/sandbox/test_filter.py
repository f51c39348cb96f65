"""The filter and the limits, in a process that really has them: what a pickle could do if it could do anything."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest

_PROLOGUE = """
import ctypes, errno, json, os, socket, subprocess, sys, threading
from shared.sandbox.filter import install_filter
from shared.sandbox.limits import limit_files, limit_memory, limit_time
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
install_filter()
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
install_filter()
told["execv"] = attempt(os.execv, "/bin/true", ["true"])
told["fexecve"] = attempt(os.execve, os.open("/bin/true", os.O_RDONLY), ["true"], {})
told["subprocess"] = attempt(subprocess.run, ["/bin/true"])
told["spawn"] = attempt(os.posix_spawn, "/bin/true", ["true"], {})
told["kill"] = attempt(os.kill, os.getppid(), 0)
""")
    assert set(told.values()) == {errno.EPERM}
    shell = probe('install_filter()\ntold["system"] = os.system("true")')
    assert shell["system"] != 0


def test_threads_but_no_process() -> None:
    told = probe("""
install_filter()
told["fork"] = attempt(os.fork)
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
told["clone"] = ctypes.get_errno() if libc.syscall(number, 17, 0, 0, 0, 0) < 0 else 0
libc.syscall(435, 0, 0)
told["clone3"] = ctypes.get_errno()
thread = threading.Thread(target=lambda: told.update(thread="ran"))
thread.start(); thread.join(10)
""")
    assert told == {"fork": errno.EPERM, "clone": errno.EPERM, "clone3": errno.ENOSYS, "thread": "ran"}


def test_nothing_that_changes_another_process() -> None:
    told = probe("""
import fcntl, resource
reader, writer = os.pipe()
install_filter()
parent = os.getppid()
told["limits"] = attempt(resource.prlimit, parent, resource.RLIMIT_CPU)
told["processors"] = attempt(os.sched_setaffinity, parent, {0})
told["priority"] = attempt(os.setpriority, os.PRIO_PROCESS, parent, 1)
told["owner"] = attempt(fcntl.fcntl, reader, fcntl.F_SETOWN, parent)
told["own limits"] = attempt(resource.setrlimit, resource.RLIMIT_CORE, (0, 0))
told["own flags"] = attempt(fcntl.fcntl, reader, fcntl.F_GETFL)
""")
    assert told.pop("own limits") == told.pop("own flags") == 0
    assert set(told.values()) == {errno.EPERM}


def test_io_uring_is_no_way_around() -> None:
    told = probe("""
install_filter()
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
install_filter()
go.set(); thread.join(10)
""")
    assert told == {"socket": errno.EPERM}


def test_reading_writing_and_new_threads_still_work(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("sandbox") / "x"
    told = probe(f"""
install_filter()
limit_time(60)
open({str(file)!r}, "w").write("x")
thread = threading.Thread(target=lambda: told.update(read=open({str(file)!r}).read()))
thread.start(); thread.join(10)
""")
    assert told == {"read": "x"}


def test_memory_ends_where_the_limit_says() -> None:
    told = probe("""
limit_memory(512 << 20, 600 << 20)
told["before the file"] = attempt(bytearray, 700 << 20)
limit_memory(260 << 20, 260 << 20)
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
limit_files(17 << 20)
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
install_filter()
limit_time(60)
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
from dataclasses import replace
from shared.sandbox import filter
from shared.sandbox.errors import Unsupported
name = os.uname().machine
mine = filter._MACHINES[name]
filter._MACHINES[name] = replace(mine, denied=(*mine.denied, mine.seccomp))
install_filter()
try:
    install_filter()
except Unsupported as error:
    told["reason"] = str(error)
""")
    assert told == {"reason": "Operation not permitted"}
