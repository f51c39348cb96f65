"""Merges the lines of a lexicon into another one, and reports what became of each. Pure.

A line that the lexicon does not allow is refused by itself; the others count. Time is linear in the number of lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from services.gateway.lexicon.schemas import ImportedLine, ImportMode
from shared.contracts.errors import Validation
from shared.lines import lines_of
from shared.persian.lexicon import MOST_ENTRIES, Lexicon, parse_entry, respelled_words
from shared.unicode import mend

_BOM = "\ufeff"
# A lexicon with a comment above every entry. 4 MiB of line ends would be millions of lines.
_MOST_LINES = 2 * MOST_ENTRIES
_MOST_REPORTED = 1000  # lines; one takes 100 bytes of JSON


@dataclass(frozen=True, slots=True)
class Import:
    """`lines`: those that were added, changed or refused. `removed`: words that only the replaced lexicon had."""

    text: str
    lines: tuple[ImportedLine, ...]
    unchanged: int
    removed: int

    def count(self, result: Literal["added", "changed", "refused"]) -> int:
        return sum(line.result == result for line in self.lines)

    def reported(self) -> tuple[ImportedLine, ...]:
        """The first 1,000 lines, the refused ones before the others, in the order of the file."""
        by_weight = sorted(self.lines, key=lambda line: line.result != "refused")
        return tuple(sorted(by_weight[:_MOST_REPORTED], key=lambda line: line.line))


def imported(text: str, incoming: str, mode: ImportMode) -> Import:
    """The lexicon `text` with the lines of `incoming`; with `replace` those only, comments included.

    Raises `Validation` if `text` itself is invalid, and for more lines than a lexicon has.
    """
    if max(incoming.count("\n"), incoming.count("\r")) > _MOST_LINES:
        raise Validation(f"A lexicon has at most {_MOST_LINES:,} lines, comments included.")
    before = Lexicon.parse(text).entries
    known = _Readings(dict(before) if mode == "merge" else {})
    reports: list[ImportedLine] = []
    taken: dict[str, str] = {}
    kept: list[str] = []
    unchanged = 0
    seen: dict[str, int] = {}
    for number, line in enumerate(lines_of(mend(incoming).removeprefix(_BOM)), 1):
        try:
            entry = parse_entry(line, number)
            if entry is None:
                kept.append(line)
                continue
            word, reading = entry
            if word in seen:
                raise Validation(f"“{word}” has a reading already, in line {seen[word]}.")
            known.put(word, reading)
        except Validation as error:
            shown = line.partition("#")[0].partition("\t")[0].strip()[:100]
            reports.append(ImportedLine(line=number, word=shown, result="refused", reason=_reason(error, number)))
            continue
        seen[word] = number
        kept.append(line)
        if before.get(word) == reading:
            unchanged += 1
            continue
        taken[word] = line
        result: Literal["added", "changed"] = "changed" if word in before else "added"
        reports.append(ImportedLine(line=number, word=word, result=result))
    whole = mode == "replace" or not text.strip()
    new = _joined(kept) if whole else _merged(text, taken)
    Lexicon.parse(new)  # nothing is stored that the synth would refuse
    removed = len(before.keys() - seen.keys()) if mode == "replace" else 0
    return Import(new, tuple(reports), unchanged, removed)


def check_replacement(found: Import) -> None:
    """Raises `Validation` if a file that is no whole lexicon would replace one: words would be lost unseen."""
    if refused := [line for line in found.lines if line.result == "refused"]:
        first = refused[0]
        raise Validation(
            f"Nothing was replaced. Refused lines: {len(refused):,}. Line {first.line}: {first.reason}",
            hint="Correct them (dryRun=true lists all), or import with mode=merge.",
        )
    if found.removed and not found.count("added") + found.count("changed") + found.unchanged:
        raise Validation(
            f"Nothing was replaced: the file has no entry, the lexicon has {found.removed:,}.",
            hint="Send the whole lexicon, or remove its words with DELETE.",
        )


@dataclass(slots=True)
class _Readings:
    """The entries so far, and by word those others whose readings have it, in their order."""

    entries: dict[str, str]
    _users: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for word, reading in self.entries.items():
            self._note(word, reading)

    def put(self, word: str, reading: str) -> None:
        """Raises `Validation` for a reading that another entry would change again, and for one entry too many."""
        if word not in self.entries and len(self.entries) >= MOST_ENTRIES:
            raise Validation(f"A lexicon has at most {MOST_ENTRIES:,} entries.")
        for part in respelled_words(word, reading):
            if part == word or part in self.entries:
                raise Validation(f"Its reading has the word “{part}”, which has an entry of its own.")
        if users := self._users.get(word):
            raise Validation(f"The reading of “{next(iter(users))}” has this word, which would be changed again.")
        for part in respelled_words(word, self.entries.get(word, word)):
            self._users[part].pop(word, None)
        self.entries[word] = reading
        self._note(word, reading)

    def _note(self, word: str, reading: str) -> None:
        for part in respelled_words(word, reading):
            self._users[part][word] = None


def _merged(text: str, taken: dict[str, str]) -> str:
    """The text with these lines by word: in the place of the word's line, with its comment, or at the end."""
    left = dict(taken)
    lines: list[str] = []
    for number, line in enumerate(lines_of(text), 1):
        entry = parse_entry(line.removeprefix(_BOM), number)
        new = left.pop(entry[0], None) if entry is not None else None
        lines.append(line if new is None else _with_comment(new, line))
    return _joined([*lines, *left.values()])


def _with_comment(new: str, old: str) -> str:
    """The new line; with the comment of the old one if it has none itself."""
    _, sign, comment = old.partition("#")
    return f"{new.rstrip()}  {sign}{comment}" if sign and "#" not in new else new


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _reason(error: Validation, number: int) -> str:
    return error.message.removeprefix(f"Line {number} of the lexicon: ")
