"""Settings that change at run time: of the installation, and of each owner, in the collection `settings`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.mended import Mended
from shared.contracts.wire import Wire

PLATFORM_SETTINGS = "platform"
"""The id of the installation's document."""


def personal_settings(owner: str) -> str:
    """The id of an owner's document."""
    return f"personal:{owner}"


class PlatformSettings(Mended, Wire):
    """`download_bandwidth`: bytes a second for all downloads of a worker; None: SOKHAN_DOWNLOAD_BANDWIDTH applies."""

    download_bandwidth: int | None = Field(None, ge=1, examples=[2_000_000])


class Notifications(Mended, Wire):
    """Which ends of jobs a console tells about."""

    completed: bool = True
    failed: bool = True


class PersonalSettings(Mended, Wire):
    """How a console shows things to one person. `default_voice` speaks for OpenAI's voice names; None: the
    installation's.
    """

    language: Literal["fa", "en"] = "fa"
    calendar: Literal["jalali", "gregorian"] = "jalali"
    digits: Literal["persian", "latin"] = "persian"
    theme: Literal["system", "light", "dark"] = "system"
    default_voice: str | None = Field(None, min_length=1, max_length=200, examples=["local/my-voice"])
    notifications: Notifications = Notifications()
