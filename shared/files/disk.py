"""The errors of a full disk."""

from __future__ import annotations

import errno


def disk_is_full(error: BaseException) -> bool:
    """Whether this error says that the disk or the user's quota is full."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
