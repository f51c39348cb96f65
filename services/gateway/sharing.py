"""The request that shares a job."""

from __future__ import annotations

from shared.contracts.access import Visibility
from shared.contracts.mended import Mended
from shared.contracts.wire import Wire


class ShareRequest(Mended, Wire):
    """`shared`: every account of this installation may read it."""

    visibility: Visibility
