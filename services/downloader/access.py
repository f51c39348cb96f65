"""The record of access of a downloaded repository: who holds it, and whether it is gated or private on the Hub.

One copy on disk serves everybody who has asked for it. Its files are not fetched again for the second account, and
everybody may list the files of a gated repository. So an account becomes a holder only after its own token was accepted
for one of the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.access import AssetAccess
from shared.contracts.assets import AssetKind
from shared.contracts.holding import held_by, recorded_owner, released_by
from shared.contracts.owners import SOLE_OWNERS
from shared.files import MANIFEST, change_access, read_access
from shared.files.access import default_access
from shared.files.members import is_note


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """The record of the folder of one download, which is `owner`'s. `locks`: the folder of the locks.

    Every method blocks, and raises `OSError`.
    """

    folder: Path
    locks: Path
    kind: AssetKind
    owner: str

    @property
    def recorded(self) -> AssetAccess | None:
        return read_access(self.folder)

    @property
    def holds(self) -> bool:
        """Whether the owner has it already: an earlier attempt or an earlier download has recorded that."""
        recorded = self.recorded
        return recorded is not None and recorded_owner(self.owner) in {recorded.owner, *recorded.holders}

    def needs_proof(self, restricted: bool) -> bool:
        """Whether the owner's token must be accepted for a file before the owner becomes a holder."""
        recorded = self.recorded
        known = restricted or (recorded is not None and recorded.restricted)
        return known and self.owner not in SOLE_OWNERS and not self.holds

    def begin(self, restricted: bool) -> None:
        """Record the holder of a new folder, before its first file: nobody else may see a part of it.

        In a folder that is installed already, the owner becomes a holder at the end.
        """
        if not (self.folder / MANIFEST).exists():
            change_access(self.folder, self.locks, lambda recorded: self._held(recorded, self._before(), restricted))

    def complete(self, restricted: bool) -> None:
        """Record that the owner has it. Before the manifest, which makes it complete."""
        change_access(self.folder, self.locks, lambda recorded: self._held(recorded, AssetAccess(), restricted))

    def withdraw(self) -> None:
        """Take the owner of a cancelled download off an unfinished folder that others hold too."""
        if self.folder.is_dir() and not (self.folder / MANIFEST).exists():
            change_access(self.folder, self.locks, self._released)

    def _released(self, recorded: AssetAccess | None) -> AssetAccess | None:
        # The last holder stays: what is left is that account's to remove.
        return (released_by(recorded, self.owner) or recorded) if recorded is not None else None

    def _held(self, recorded: AssetAccess | None, before: AssetAccess | None, restricted: bool) -> AssetAccess | None:
        after = held_by(recorded or before, self.owner, restricted=restricted)
        # The default needs no record: without accounts there is none.
        return None if recorded is None and after == AssetAccess() else after

    def _before(self) -> AssetAccess | None:
        """The access of a folder without a record and a manifest; None if there is nothing in it."""
        if self.owner in SOLE_OWNERS:
            return None
        names = [name for name in _names(self.folder) if not is_note(name)]
        return default_access(self.kind, self.folder.parent.name, names) if names else None


def _names(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name).relative_to(folder).as_posix() for name in names)
