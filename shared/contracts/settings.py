"""The settings that an administrator can change at run time: the document `platform` of the collection `settings`."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.mended import Mended
from shared.contracts.wire import Wire

PLATFORM_SETTINGS = "platform"
"""The document's id."""


class PlatformSettings(Mended, Wire):
    """`download_bandwidth`: bytes a second for all downloads of a worker; None: SOKHAN_DOWNLOAD_BANDWIDTH applies."""

    download_bandwidth: int | None = Field(None, ge=1, examples=[2_000_000])
