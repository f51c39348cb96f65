"""Irrevocably removes this process's access to networks, to starting programs and processes, and to other processes.

A seccomp filter (seccomp(2), classic BPF over `struct seccomp_data`) answers the system calls below with EPERM. It
needs no privilege, only `no_new_privs`, so it works for an ordinary user and under Docker's default profile. It applies
to all threads (TSYNC) and their descendants, and cannot be removed. A call in another architecture's numbering (32-bit
or x32 on x86-64), which would bypass the list, ends the process or is denied.

Besides sockets and exec the list has equivalents: io_uring, which does both without their system calls, ptrace and
similar calls, which could make another process do it, and all that changes or signals another process of the same user.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass

from shared.sandbox.errors import Unsupported

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _TSYNC = 1, 1
# linux/filter.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_JMP|BPF_JSET|BPF_K,
# BPF_RET|BPF_K
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24  # the low halves of the arguments
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
# The owner of a descriptor's signals may be another process.
_OWNER_COMMANDS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_CLONE3 = 435  # its flags are in memory, where a filter cannot look; the C library then uses clone

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Machine:
    """`audit`: AUDIT_ARCH_* of linux/audit.h; `seccomp`: the number of that call; `denied`: those of refused calls.

    `own`: calls whose first argument must be 0, this process.
    """

    audit: int
    seccomp: int
    clone: int
    fcntl: int
    own: tuple[int, ...]
    denied: tuple[int, ...]


# The same on both, as every number since Linux 5.1: pidfd_send_signal, io_uring_{setup,enter,register}, pidfd_open,
# pidfd_getfd, process_madvise, process_mrelease.
_SINCE_5_1 = (424, 425, 426, 427, 434, 438, 440, 448)
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        317,
        56,
        72,
        (302, 203, 144, 142, 314),  # prlimit64 sched_set{affinity,scheduler,param,attr}
        (
            *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket connect accept sendto sendmsg bind listen … sendmmsg
            *(57, 58, 59, 322),  # fork vfork execve execveat
            *(62, 200, 234, 129, 297),  # kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo
            *(101, 310, 311, 312),  # ptrace process_vm_readv process_vm_writev kcmp
            *(165, 272, 308, 298, 321, 323, 248, 249, 250),  # mount unshare setns perf bpf userfaultfd, keys
            *(141, 251, 256, 279),  # setpriority ioprio_set migrate_pages move_pages
            *(29, 64, 68, 240),  # shmget semget msgget mq_open
            *_SINCE_5_1,
        ),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        277,
        220,
        25,
        (261, 122, 119, 118, 274),
        (
            *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
            *(221, 281),  # there is no fork and no vfork
            *(129, 130, 131, 138, 240),
            *(117, 270, 271, 272),
            *(40, 97, 268, 241, 280, 282, 217, 218, 219),
            *(140, 30, 238, 239),
            *(194, 190, 186, 180),
            *_SINCE_5_1,
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install_filter() -> None:
    """Install the filter for the process and all its threads. Raises `Unsupported` if the kernel cannot."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        raise Unsupported(f"there is no filter for {sys.platform} on {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise Unsupported(f"no_new_privs: {os.strerror(ctypes.get_errno())}")
    code = _filter(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    # Not prctl(PR_SET_SECCOMP), which excludes the threads already started by numpy and torch.
    done = libc.syscall(machine.seccomp, _SET_MODE_FILTER, _TSYNC, ctypes.byref(program))
    if done != 0:
        raise Unsupported(os.strerror(ctypes.get_errno()) if done < 0 else f"thread {done} cannot take the filter")
    _verify()


def _filter(machine: _Machine) -> bytes:
    """The filter as an array of `struct sock_filter`: code, jump if true, jump if false, operand."""
    denied = [(_IF_EQUAL, number) for number in machine.denied]
    if machine.audit == _MACHINES["x86_64"].audit:
        denied.insert(0, (_IF_AT_LEAST, _X32))
    head: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ENOSYS),
        # A thread, but no process.
        *_call(machine.clone, [(_LOAD, 0, 0, _FIRST_AT), (_IF_SET, 1, 0, _CLONE_THREAD), *_refuse_or_allow()]),
        *_call(machine.fcntl, [(_LOAD, 0, 0, _SECOND_AT), *_none_of(_OWNER_COMMANDS)]),
    ]
    for number in machine.own:
        head += _call(number, [(_LOAD, 0, 0, _FIRST_AT), (_IF_EQUAL, 1, 0, 0), *_refuse_or_allow()])
    # Each jumps over the following checks and the ALLOW.
    checks = [(code, len(denied) - index, 0, operand) for index, (code, operand) in enumerate(denied)]
    tail = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in (*head, *checks, *tail))


def _call(number: int, decision: list[Instruction]) -> list[Instruction]:
    """A decision about one call, which ends it; other calls jump over it with their number still loaded."""
    return [(_IF_EQUAL, 0, len(decision), number), *decision]


def _refuse_or_allow() -> list[Instruction]:
    return [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]


def _none_of(values: tuple[int, ...]) -> list[Instruction]:
    checks = [(_IF_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
    return [*checks, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]


def _verify() -> None:
    """Test the filter before any read: a kernel may accept it without effect."""
    try:
        socket.socket().close()
    except PermissionError:
        pass
    else:
        raise Unsupported("a socket could still be opened")
    try:
        subprocess.run([sys.executable, "-c", ""], check=False)
    except PermissionError:
        pass
    else:
        raise Unsupported("a program could still be started")
    try:
        if os.fork() == 0:
            os._exit(0)
    except PermissionError:
        return
    raise Unsupported("a process could still be started")
