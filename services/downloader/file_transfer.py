"""One file of a download: its partial file, its missing segments, and its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from services.downloader.hashing import FollowingVerifier, verify_on_disk
from services.downloader.installer import Installer
from services.downloader.segments import Segments
from shared.files.partial import PartialFile, remove_partial
from shared.hub import RemoteFile

# Up to this size a file is fetched with one request into memory: a journal would cost more than a repetition.
SMALL_FILE_BYTES = 1024 * 1024


class TransferStage(Enum):
    PENDING = auto()
    OPEN = auto()
    ENDING = auto()
    DONE = auto()


@dataclass(slots=True, eq=False)
class FileTransfer:
    """`absent`: no file of this name and size is on disk. `failures` in a row without a byte between them;
    `not_before` on the engine's clock; `avoided`: endpoints that refused this file."""

    file: RemoteFile
    target: Path
    identity: str
    absent: bool = False
    stage: TransferStage = TransferStage.PENDING
    partial: PartialFile | None = None
    segments: Segments | None = None
    verifier: FollowingVerifier | None = None
    requests: int = 0
    failures: int = 0
    damaged: int = 0
    not_before: float = 0.0
    avoided: set[str] = field(default_factory=set)

    @property
    def small(self) -> bool:
        return self.file.size <= SMALL_FILE_BYTES

    def look(self, installer: Installer) -> None:
        """Set `absent`. Blocking, briefly: reads no content."""
        self.absent = installer.whole(self.file) is False

    def find(self, installer: Installer) -> str | None:
        """The sha256 of the file if it is complete on disk, else None. Blocking."""
        whole = installer.whole(self.file)
        sha256 = installer.recorded_sha256(self.file) if whole else None
        if sha256 is None and whole is not False:
            sha256 = verify_on_disk(self.target, self.file)
        if sha256 is not None:
            remove_partial(self.target)
            installer.accept(self.file)
        return sha256

    def open(self, connections: int) -> int:
        """Open or create the partial file. Returns the number of bytes that are here. Blocking."""
        self.partial = PartialFile(self.target, self.identity, self.file.size)
        self.verifier = FollowingVerifier(self.partial, self.file)
        self.segments = Segments(self.partial.missing(), connections)
        return self.partial.here

    def write(self, start: int, data: bytes | bytearray) -> None:
        """Blocking."""
        assert self.partial is not None
        assert self.verifier is not None
        self.partial.write(start, data)
        self.verifier.wrote(start, data)

    def verify(self) -> str:
        """Force the complete file to disk. Returns its sha256. Raises `HashMismatch`. Blocking."""
        assert self.partial is not None
        assert self.verifier is not None
        sha256 = self.verifier.finish()
        self.partial.force()
        self.partial.close()
        return sha256

    def close(self) -> None:
        """Close the partial file and keep it. Blocking."""
        if self.partial is not None:
            self.partial.close()

    def discard(self) -> None:
        """Delete the partial file: its content is damaged. Blocking."""
        self.close()
        remove_partial(self.target)
        self.partial = self.segments = self.verifier = None
        self.stage = TransferStage.PENDING
