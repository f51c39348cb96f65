"""The lexicons that count for a text: the request's over the account's over the installation's.

`$SOKHAN_DATA/lexicon.tsv` is the installation's, `$SOKHAN_DATA/lexicons/<account>.tsv` an account's. Both are reloaded
when they change.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import Validation
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.readings import Source
from shared.files import DataTree
from shared.objects import SHARED_FOLDER, UnitAccess, try_ensure
from shared.persian.lexicon import Lexicon
from shared.persian.lexicon_layers import layered
from shared.telemetry import get_logger

_LOG = get_logger("synth")
LONGEST_REQUEST = 20_000  # characters
_FETCH_S, _REST_S = 2.0, 10.0
"""A sentence waits so long for a bucket that does not answer; the sentences of the next ten seconds do not."""
_ACCOUNTS = 32  # lexicons in memory; one with 20,000 entries takes 5 MB


@dataclass(frozen=True, slots=True)
class VersionedLexicon:
    """A lexicon, and its version as part of cache keys: it changes whenever an entry does; empty without entries."""

    lexicon: Lexicon
    version: str


class _LexiconFile:
    """One file. An invalid one leaves its last valid content in use."""

    def __init__(self, path: Path, level: Source) -> None:
        self._path, self._level = path, level
        self._stamp: tuple[int, int, int] | None = None
        self._current = VersionedLexicon(Lexicon(), "")

    def current(self) -> VersionedLexicon:
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                lexicon = Lexicon.load(self._path).at_level(self._level)
            except (Validation, OSError) as error:
                # Only the number of the line: the words of an account are not for the log.
                _LOG.error("lexicon_refused", path=str(self._path), error=str(error).partition(":")[0])
            else:
                content = repr(sorted(lexicon.entries.items()))
                self._current = VersionedLexicon(lexicon, _hash(content) if lexicon.entries else "")
        return self._current


class _AccountLexicon:
    def __init__(self, path: Path) -> None:
        self._file = _LexiconFile(path, "account")
        self._below = ""
        self._own = ""
        self._merged: VersionedLexicon | None = None

    def over(self, installed: VersionedLexicon) -> VersionedLexicon:
        """Merged anew only when one of both has changed: 20,000 entries take 10 ms."""
        own = self._file.current()
        if not own.version:
            return installed
        if self._merged is None or (self._own, self._below) != (own.version, installed.version):
            self._own, self._below = own.version, installed.version
            self._merged = _over(own, installed)
        return self._merged


class Lexicons:
    """`current` blocks, for about 0.1 ms without a change, and can be called from several threads."""

    def __init__(
        self, tree: DataTree, units: UnitAccess = SHARED_FOLDER, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._tree = tree
        self._units = units
        self._monotonic = monotonic
        self._ask_again_at = 0.0
        self._installation = _LexiconFile(tree.lexicon, "installation")
        self._accounts: OrderedDict[Path, _AccountLexicon] = OrderedDict()
        self._lock = threading.Lock()

    async def fetch(self, owner: str) -> None:
        """On a remote machine: have the lexicons of this owner here; without the bucket those that are here count."""
        if self._monotonic() < self._ask_again_at:
            return
        paths = (self._tree.lexicon, self._tree.account_lexicon(owner))
        units = [self._tree.relative(path) for path in paths if path is not None]
        try:
            async with asyncio.timeout(_FETCH_S):
                answered = [await try_ensure(self._units, unit) for unit in units]
        except TimeoutError:
            answered = [False]
        if not all(answered):
            self._ask_again_at = self._monotonic() + _REST_S

    def current(self, request: str = "", owner: str = LOCAL_OWNER) -> VersionedLexicon:
        """The lexicon for a request of this owner. Raises `Validation` with the request's invalid line."""
        with self._lock:
            stored = self._stored(owner)
        return over_request(request, stored)

    def _stored(self, owner: str) -> VersionedLexicon:
        installed = self._installation.current()
        path = self._tree.account_lexicon(owner)
        if path is None:
            return installed
        account = self._accounts.setdefault(path, _AccountLexicon(path))
        self._accounts.move_to_end(path)
        if len(self._accounts) > _ACCOUNTS:
            self._accounts.popitem(last=False)
        return account.over(installed)


def over_request(request: str, stored: VersionedLexicon) -> VersionedLexicon:
    """The request's lexicon over the stored one. Raises `Validation` with its invalid line."""
    if not request.strip():
        return stored
    if len(request) > LONGEST_REQUEST:
        raise Validation(f"The request's lexicon is longer than {LONGEST_REQUEST:,} characters.").about("lexicon")
    try:
        return _over(VersionedLexicon(Lexicon.parse(request), request), stored)
    except Validation as error:
        raise error.about("lexicon") from None


def _over(upper: VersionedLexicon, lower: VersionedLexicon) -> VersionedLexicon:
    return VersionedLexicon(layered(upper.lexicon, lower.lexicon), _hash(f"{lower.version}\n{upper.version}"))


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
