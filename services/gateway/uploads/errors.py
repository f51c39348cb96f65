"""The errors of tus with a status of their own. Their codes are those of the classes above them."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.errors import Conflict, Validation


class WrongTusVersion(Validation):
    status: ClassVar[int] = 412


class WrongContentType(Validation):
    status: ClassVar[int] = 415


class UploadLocked(Conflict):
    """Another request writes to the upload now."""

    status: ClassVar[int] = 423
