"""The error of a backup that cannot be used."""

from __future__ import annotations

from shared.contracts.errors import Validation


class BadBackup(Validation):
    """The folder is not a backup, or it is damaged, incomplete or of a newer version."""
