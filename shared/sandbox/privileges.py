"""Separates a process from others of the same user: `/proc/<pid>` of the services holds tokens and their memory.

The kernel allows one process to read another of the same user only in the same user namespace, with no fewer
capabilities, and if the other is dumpable. So a sandboxed process enters a namespace of its own (where the system
allows it) and drops its capabilities; and the process that starts one makes itself not dumpable.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 4, 24
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_CAPABILITIES_V3 = 0x20080522
_LAST_CAPABILITY = 63


def hide_process() -> None:
    """Make this process not dumpable: others of its user cannot read its `/proc` entries, trace it or dump it.

    A program that it starts is dumpable again.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def enter_user_namespace() -> bool:
    """Whether it could. The process must have one thread. Files stay those of its user."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        return False
    return any(libc.unshare(kinds) == 0 for kinds in (_NEW_USER | _NEW_NET | _NEW_IPC, _NEW_USER))


def drop_capabilities() -> None:
    """Give up every capability, also those that root has. Raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for number in range(_LAST_CAPABILITY + 1):
        libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)  # refused to processes that have none to drop
    header, none = struct.pack("=Ii", _CAPABILITIES_V3, 0), bytes(24)
    if libc.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
