"""The installation's lexicon, `$SOKHAN_DATA/lexicon.tsv`, read anew when it changes, and a request's before it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from shared.contracts.errors import Validation
from shared.persian.lexicon import Lexicon
from shared.telemetry import get_logger

_LOG = get_logger("synth")
LONGEST_REQUEST = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Readings:
    """`version` is another whenever a word may be read otherwise."""

    lexicon: Lexicon
    version: str


class Lexicons:
    """Blocking, some 0.1 ms while nothing changes. A file with a mistake keeps its last good reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._installed = Readings(Lexicon(), "")

    def readings(self, request: str = "") -> Readings:
        """Raises `Validation` with the line of the request's lexicon that is wrong."""
        installed = self._refresh()
        if not request.strip():
            return installed
        if len(request) > LONGEST_REQUEST:
            raise Validation(f"The request's lexicon is longer than {LONGEST_REQUEST:,} characters.").about("lexicon")
        version = hashlib.sha256(f"{installed.version}\n{request}".encode()).hexdigest()
        try:
            return Readings(_over(Lexicon.parse(request), installed.lexicon), version)
        except Validation as error:
            raise error.about("lexicon") from None

    def _refresh(self) -> Readings:
        seen = _stamp(self._path)
        if seen != self._seen:
            self._seen = seen
            try:
                lexicon = Lexicon.load(self._path)
            except (Validation, OSError) as error:
                _LOG.error("lexicon_refused", path=str(self._path), error=str(error))
            else:
                content = repr((sorted(lexicon.respellings.items()), sorted(lexicon.pronunciations.items())))
                self._installed = Readings(lexicon, hashlib.sha256(content.encode()).hexdigest())
        return self._installed


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _over(upper: Lexicon, lower: Lexicon) -> Lexicon:
    """The upper's word counts; what it reads a word as, the lower must not change again."""
    content = {*upper.respellings, *upper.pronunciations}
    content.update(part for reading in upper.respellings.values() for part in reading.split())
    respellings = {word: reading for word, reading in lower.respellings.items() if word not in content}
    pronunciations = {word: ipa for word, ipa in lower.pronunciations.items() if word not in content}
    return Lexicon(
        MappingProxyType(respellings | dict(upper.respellings)),
        MappingProxyType(pronunciations | dict(upper.pronunciations)),
    )
