"""The errors of a full disk."""

from __future__ import annotations

import errno


def disk_is_full(error: BaseException) -> bool:
    """Whether the cause of the error is a full disk or an exhausted quota."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
