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
findings = {}
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
    """The `findings` of a program, which must end by itself."""
    code = _PROLOGUE + body + "\nprint(json.dumps(findings))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    findings = json.loads(done.stdout)
    assert isinstance(findings, dict)
    return findings


def test_no_socket_of_any_kind() -> None:
    findings = probe("""
pair = socket.socketpair()  # opened before: even that one can send nothing to an address
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tcp = socket.socket()
install_filter()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    findings[str(int(family))] = attempt(socket.socket, family)
findings["pair"] = attempt(socket.socketpair)
findings["connect"] = attempt(tcp.connect, ("127.0.0.1", 1))
findings["bind"] = attempt(tcp.bind, ("127.0.0.1", 0))
findings["sendto"] = attempt(udp.sendto, b"x", ("127.0.0.1", 9))
""")
    assert set(findings.values()) == {errno.EPERM}


def test_no_program() -> None:
    findings = probe("""
install_filter()
findings["execv"] = attempt(os.execv, "/bin/true", ["true"])
findings["fexecve"] = attempt(os.execve, os.open("/bin/true", os.O_RDONLY), ["true"], {})
findings["subprocess"] = attempt(subprocess.run, ["/bin/true"])
findings["spawn"] = attempt(os.posix_spawn, "/bin/true", ["true"], {})
findings["kill"] = attempt(os.kill, os.getppid(), 0)
""")
    assert set(findings.values()) == {errno.EPERM}
    shell = probe('install_filter()\nfindings["system"] = os.system("true")')
    assert shell["system"] != 0


def test_threads_but_no_process() -> None:
    findings = probe("""
install_filter()
findings["fork"] = attempt(os.fork)
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
findings["clone"] = ctypes.get_errno() if libc.syscall(number, 17, 0, 0, 0, 0) < 0 else 0
libc.syscall(435, 0, 0)
findings["clone3"] = ctypes.get_errno()
thread = threading.Thread(target=lambda: findings.update(thread="ran"))
thread.start(); thread.join(10)
""")
    assert findings == {"fork": errno.EPERM, "clone": errno.EPERM, "clone3": errno.ENOSYS, "thread": "ran"}


def test_nothing_that_changes_another_process() -> None:
    findings = probe("""
import fcntl, resource
reader, writer = os.pipe()
install_filter()
parent = os.getppid()
findings["limits"] = attempt(resource.prlimit, parent, resource.RLIMIT_CPU)
findings["processors"] = attempt(os.sched_setaffinity, parent, {0})
findings["priority"] = attempt(os.setpriority, os.PRIO_PROCESS, parent, 1)
findings["owner"] = attempt(fcntl.fcntl, reader, fcntl.F_SETOWN, parent)
findings["own limits"] = attempt(resource.setrlimit, resource.RLIMIT_CORE, (0, 0))
findings["own flags"] = attempt(fcntl.fcntl, reader, fcntl.F_GETFL)
""")
    assert findings.pop("own limits") == findings.pop("own flags") == 0
    assert set(findings.values()) == {errno.EPERM}


def test_io_uring_is_no_way_around() -> None:
    findings = probe("""
install_filter()
libc = ctypes.CDLL(None, use_errno=True)
for number in (425, 426, 427):
    libc.syscall(number, 0, 0, 0, 0, 0, 0)
    findings[str(number)] = ctypes.get_errno()
""")
    assert set(findings.values()) == {errno.EPERM}


def test_threads_from_before_are_locked_in_as_well() -> None:
    findings = probe("""
def work():
    started.set(); go.wait(10)
    findings["socket"] = attempt(socket.socket)
thread = threading.Thread(target=work)
thread.start(); started.wait(10)
install_filter()
go.set(); thread.join(10)
""")
    assert findings == {"socket": errno.EPERM}


def test_reading_writing_and_new_threads_still_work(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("sandbox") / "x"
    findings = probe(f"""
install_filter()
limit_time(60)
open({str(file)!r}, "w").write("x")
thread = threading.Thread(target=lambda: findings.update(read=open({str(file)!r}).read()))
thread.start(); thread.join(10)
""")
    assert findings == {"read": "x"}


def test_memory_ends_where_the_limit_says() -> None:
    findings = probe("""
limit_memory(512 << 20, 600 << 20)
findings["before the file"] = attempt(bytearray, 700 << 20)
limit_memory(260 << 20, 260 << 20)
findings["fits"] = attempt(bytearray, 200 << 20)
findings["does not"] = attempt(bytearray, 300 << 20)
""")
    assert findings["before the file"] == findings["does not"] == "memory"
    assert findings["fits"] == 0


def test_no_file_beyond_the_models_size(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("limits") / "x"
    findings = probe(f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit_files(17 << 20)
with open({str(file)!r}, "wb", buffering=0) as out:
    out.seek(17 << 20)
    findings["write"] = attempt(out.write, b"x")
""")
    assert findings == {"write": errno.EFBIG}


def test_it_needs_no_privilege() -> None:
    findings = probe("""
findings["was root"] = os.getuid() == 0
if findings["was root"]:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
install_filter()
limit_time(60)
findings["socket"] = attempt(socket.socket)
findings["uid"] = os.getuid()
findings["capabilities"] = next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1]
""")
    assert findings["socket"] == errno.EPERM
    assert findings["uid"] != 0
    assert int(str(findings["capabilities"]), 16) == 0


def test_a_system_without_the_filter_is_refused_with_a_reason() -> None:
    """As on a kernel that has no such call: the filter is asked for twice, and the first one forbids asking."""
    findings = probe("""
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
    findings["reason"] = str(error)
""")
    assert findings == {"reason": "Operation not permitted"}
