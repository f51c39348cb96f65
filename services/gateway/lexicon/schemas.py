"""Requests and answers of `/api/lexicon`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from shared.contracts.mended import Mended
from shared.contracts.wire import Wire

Level = Literal["account", "installation"]
_LONGEST = 200  # the parser's own limit of 100 characters has the better sentence


class EntryView(Wire):
    """`reading` is in Persian letters, or in IPA between slashes."""

    word: str
    reading: str
    level: Level


class NewWordRequest(Mended, Wire):
    """`level`: by default the account's; without accounts the installation's."""

    word: str = Field(max_length=_LONGEST, examples=["مهراباد"])
    reading: str = Field(max_length=_LONGEST, examples=["مهرآباد", "/mehrɒːbˈɒːd/"])
    level: Level | None = None


class ReadingRequest(Mended, Wire):
    reading: str = Field(max_length=_LONGEST, examples=["مهرآباد"])
    level: Level | None = None


class LexiconTestRequest(Mended, Wire):
    """`word` and `reading`: an entry to try; without it, the stored lexicons are compared with none."""

    input: str = Field(max_length=10_000, examples=["به مهراباد رفت."])
    word: str | None = Field(None, max_length=_LONGEST)
    reading: str | None = Field(None, max_length=_LONGEST)

    @model_validator(mode="after")
    def _whole_entry(self) -> LexiconTestRequest:
        if (self.word is None) != (self.reading is None):
            raise ValueError("word and reading belong together: give both or neither")
        return self


ImportMode = Literal["merge", "replace"]


class ImportedLine(Wire):
    """`line`: its number in the imported text, from 1. `reason`: why it was refused."""

    line: int
    word: str
    result: Literal["added", "changed", "refused"]
    reason: str | None = None


class LexiconImportView(Wire):
    """`lines` has the first 1,000 that were added, changed or refused, the refused before the others; `omitted` is the
    number of the rest. `removed`: words that only the replaced lexicon had.
    """

    level: Level
    applied: bool
    added: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    lines: tuple[ImportedLine, ...]
    omitted: int


class SpokenText(Wire):
    normalized: str
    phonemes: str


class LexiconTestView(Wire):
    """The text with the entry, or with the stored lexicons, and without."""

    with_: SpokenText = Field(alias="with")
    without: SpokenText
