"""The lexicons: list, change, and try an entry. An account has its own level; the installation's is administrators'."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from services.gateway.auth import CallerIdentity
from services.gateway.lexicon.editing import with_entry, with_reading, without_entry
from services.gateway.lexicon.files import LexiconFiles, read_text
from services.gateway.lexicon.importing import Import, check_replacement, imported
from services.gateway.lexicon.schemas import (
    EntryView,
    ImportMode,
    Level,
    LexiconImportView,
    LexiconTestRequest,
    LexiconTestView,
    NewWordRequest,
    SpokenText,
)
from shared.contracts.errors import Forbidden, Validation
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.rpc import Phonemize, Phonemized
from shared.files import DataTree
from shared.persian.lexicon import Lexicon

Phonemizer = Callable[[Phonemize], Awaitable[Phonemized]]


class LexiconService:
    """`phonemize` asks the synth."""

    def __init__(self, tree: DataTree, phonemize: Phonemizer) -> None:
        self._tree = tree
        self._phonemize = phonemize
        self._files = LexiconFiles(tree.locks)

    async def entries(self, owner: str, level: Level | None = None) -> list[EntryView]:
        """The entries by word, the account's before the installation's. Raises `Validation` for an invalid file."""
        levels: tuple[Level, ...] = ("account", "installation") if level is None else (level,)
        found: list[EntryView] = []
        for each in levels:
            path = self._tree.lexicon if each == "installation" else self._tree.account_lexicon(owner)
            if path is not None:
                found += _views(await asyncio.to_thread(Lexicon.load, path), each)
        return sorted(found, key=lambda entry: (entry.word, entry.level))

    async def add(self, request: NewWordRequest, caller: CallerIdentity) -> EntryView:
        """Raises `Validation` with the parser's sentence, also for a word that is there, and `Forbidden`."""
        level = _level(request.level, caller)
        path = self._writable(level, caller)
        await asyncio.to_thread(
            self._files.change, path, lambda text: with_entry(text, request.word, request.reading)
        )  # fmt: skip
        return EntryView(word=request.word.strip(), reading=request.reading.strip(), level=level)

    async def set_reading(self, word: str, reading: str, level: Level | None, caller: CallerIdentity) -> EntryView:
        """Change the reading of a word, or add the word. Raises `Validation`, `Forbidden`."""
        level = _level(level, caller)
        path = self._writable(level, caller)
        await asyncio.to_thread(self._files.change, path, lambda text: with_reading(text, word, reading))
        return EntryView(word=word.strip(), reading=reading.strip(), level=level)

    async def remove(self, word: str, level: Level | None, caller: CallerIdentity) -> None:
        """Raises `NotFound`, `Forbidden`, `Validation`."""
        path = self._writable(_level(level, caller), caller)
        await asyncio.to_thread(self._files.change, path, lambda text: without_entry(text, word))

    async def test(self, request: LexiconTestRequest, owner: str) -> LexiconTestView:
        """Raises `Validation` with the parser's sentence for the entry, `Unavailable` without a synth."""
        entry = "" if request.word is None else with_entry("", request.word, request.reading or "")
        with_entry_, without = await asyncio.gather(
            self._phonemize(Phonemize(input=request.input, owner=owner, lexicon=entry)),
            self._phonemize(Phonemize(input=request.input, owner=owner, stored=bool(entry))),
        )
        return LexiconTestView(with_=_spoken(with_entry_), without=_spoken(without))

    async def export(self, level: Level | None, caller: CallerIdentity) -> str:
        """The text of a lexicon with its comments; empty if there is none. Raises `Validation` for an invalid file."""
        level = _level(level, caller)
        path = self._tree.lexicon if level == "installation" else self._tree.account_lexicon(caller.owner)
        if path is None:
            raise Validation("Without accounts there is only the installation's lexicon.").about("level")
        return await asyncio.to_thread(read_text, path)

    async def import_lines(
        self, content: bytes, level: Level | None, mode: ImportMode, caller: CallerIdentity, *, dry: bool
    ) -> LexiconImportView:
        """Take the lines that the format allows. `dry`: report only.

        Raises `Validation` for a text that is not UTF-8 or has too many lines, for an invalid stored file, and for a
        replacement that has refused lines or no entry; `Forbidden`, `Unavailable`.
        """
        level = _level(level, caller)
        path = self._writable(level, caller)
        incoming = _decoded(content)
        done: list[Import] = []

        def edit(text: str) -> str:
            done.append(imported(text, incoming, mode))
            if mode == "replace" and not dry:
                check_replacement(done[-1])
            return done[-1].text

        def run() -> Import:
            if dry:
                edit(read_text(path))
            else:
                self._files.change(path, edit)
            return done[-1]

        found = await asyncio.to_thread(run)
        lines = found.reported()
        return LexiconImportView(
            level=level,
            applied=not dry,
            added=found.count("added"),
            changed=found.count("changed"),
            unchanged=found.unchanged,
            removed=found.removed,
            refused=found.count("refused"),
            lines=lines,
            omitted=len(found.lines) - len(lines),
        )

    def _writable(self, level: Level, caller: CallerIdentity) -> Path:
        if caller.voice is not None:
            raise Forbidden("A key for one voice cannot change the lexicon.", hint="Use a key with the scope speech.")
        if level == "installation":
            if not caller.is_admin:
                raise Forbidden("Only an administrator changes the installation's lexicon.", hint="Use level account.")
            return self._tree.lexicon
        path = self._tree.account_lexicon(caller.owner)
        if path is None:
            raise Validation("Without accounts there is only the installation's lexicon.").about("level")
        return path


def _level(requested: Level | None, caller: CallerIdentity) -> Level:
    return requested or ("installation" if caller.owner in SOLE_OWNERS else "account")


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Validation(f"Line {line} is not UTF-8.", hint="Save the file as UTF-8.") from None


def _views(lexicon: Lexicon, level: Level) -> list[EntryView]:
    return [EntryView(word=word, reading=reading, level=level) for word, reading in lexicon.entries.items()]


def _spoken(phonemized: Phonemized) -> SpokenText:
    return SpokenText(normalized=phonemized.normalized, phonemes=phonemized.phonemes)
