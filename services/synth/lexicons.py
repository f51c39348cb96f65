"""The installation's lexicon, `$SOKHAN_DATA/lexicon.tsv`, reloaded when it changes; a request's takes precedence."""

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
    """`version` changes whenever the reading of a word may change."""

    lexicon: Lexicon
    version: str


class Lexicons:
    """Blocking, about 0.1 ms without a change. An invalid file leaves the last valid lexicon in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._installed = Readings(Lexicon(), "")

    def readings(self, request: str = "") -> Readings:
        """The installed lexicon, overlaid with the request's. Raises `Validation` with the request's invalid line."""
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
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
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
    """Merge two lexicons; the upper takes precedence. The lower must not change words of the upper's respellings."""
    content = {*upper.respellings, *upper.pronunciations}
    content.update(part for reading in upper.respellings.values() for part in reading.split())
    respellings = {word: reading for word, reading in lower.respellings.items() if word not in content}
    pronunciations = {word: ipa for word, ipa in lower.pronunciations.items() if word not in content}
    return Lexicon(
        MappingProxyType(respellings | dict(upper.respellings)),
        MappingProxyType(pronunciations | dict(upper.pronunciations)),
    )
