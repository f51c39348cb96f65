"""The request that shares something with every account of the installation, or makes it private again."""

from __future__ import annotations

from shared.contracts.access import Visibility
from shared.contracts.mended import Mended
from shared.contracts.wire import Wire


class ShareRequest(Mended, Wire):
    visibility: Visibility
