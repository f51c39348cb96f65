"""Irrevocably removes this process's access to networks and to starting programs.

A seccomp filter (seccomp(2), classic BPF over `struct seccomp_data`) answers the system calls below with EPERM. It
needs no privilege, only `no_new_privs`, so it works for an ordinary user and under Docker's default profile. It applies
to all threads (TSYNC) and their descendants, and cannot be removed. A call in another architecture's numbering (32-bit
or x32 on x86-64), which would bypass the list, ends the process or is denied.

Besides sockets and exec the list has equivalents: io_uring, which does both without their system calls, ptrace and
similar calls, which could make another process do it, and signals to other processes.

Files remain readable and writable with the user's rights. There the protection is that torch's weights-only unpickler
runs no code of the file. The sandbox is the second line of defence.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass

from shared.contracts.errors import UnsafeCheckpoint

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SET_MODE_FILTER, _TSYNC = 1, 1
# linux/filter.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_RET|BPF_K
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _EPERM = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_X32 = 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """`audit`: AUDIT_ARCH_* of linux/audit.h; `seccomp`: the number of that call; `denied`: those of refused calls."""

    audit: int
    seccomp: int
    denied: tuple[int, ...]


# The same on both, as every number since Linux 5.1: pidfd_send_signal, io_uring_{setup,enter,register}, pidfd_open,
# pidfd_getfd.
_SINCE_5_1 = (424, 425, 426, 427, 434, 438)
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        317,
        (
            *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket connect accept sendto sendmsg bind listen … sendmmsg
            *(57, 58, 59, 322),  # fork vfork execve execveat
            *(62, 200, 234, 129, 297),  # kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo
            *(101, 310, 311),  # ptrace process_vm_readv process_vm_writev
            *(165, 272, 308, 298, 321, 323, 248, 249, 250),  # mount unshare setns perf bpf userfaultfd, keys
            *_SINCE_5_1,
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        277,
        (
            *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
            *(221, 281),  # there is no fork and no vfork
            *(129, 130, 131, 138, 240),
            *(117, 270, 271),
            *(40, 97, 268, 241, 280, 282, 217, 218, 219),
            *_SINCE_5_1,
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def enter_sandbox() -> None:
    """Install the filter for the process and all its threads. Raises `UnsafeCheckpoint` if the kernel cannot."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        raise _unsupported(f"there is no filter for {sys.platform} on {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise _unsupported(f"no_new_privs: {os.strerror(ctypes.get_errno())}")
    code = _filter(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    # Not prctl(PR_SET_SECCOMP), which excludes the threads already started by numpy and torch.
    done = libc.syscall(machine.seccomp, _SET_MODE_FILTER, _TSYNC, ctypes.byref(program))
    if done != 0:
        raise _unsupported(os.strerror(ctypes.get_errno()) if done < 0 else f"thread {done} cannot take the filter")
    _verify()


def die_with_parent(parent: int) -> None:
    """Make the kernel kill this process when its parent thread ends. `parent`: the parent's process id."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before the call
        os._exit(1)


def _filter(machine: _Machine) -> bytes:
    """The filter as an array of `struct sock_filter`: code, jump if true, jump if false, operand."""
    denied = [(_IF_EQUAL, number) for number in machine.denied]
    if machine.audit == _MACHINES["x86_64"].audit:
        denied.insert(0, (_IF_AT_LEAST, _X32))
    head = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    # Each jumps over the following checks and the ALLOW.
    checks = [(code, len(denied) - index, 0, operand) for index, (code, operand) in enumerate(denied)]
    tail = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in (*head, *checks, *tail))


def _verify() -> None:
    """Test the filter before any read: a kernel may accept it without effect."""
    try:
        socket.socket().close()
    except PermissionError:
        pass
    else:
        raise _unsupported("a socket could still be opened")
    try:
        subprocess.run([sys.executable, "-c", ""], check=False)
    except PermissionError:
        return
    raise _unsupported("a program could still be started")


def _unsupported(reason: str) -> UnsafeCheckpoint:
    return UnsafeCheckpoint(
        f"This system cannot sandbox a process, so foreign checkpoints are not read: {reason[:120]}.",
        hint="Import on Linux (x86-64 or arm64) with seccomp, then copy the voice's folder from models/local.",
    )
