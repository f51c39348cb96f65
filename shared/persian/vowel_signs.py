"""Vowel signs: taken off a text for the pipeline, and put back on the words that it left as they were."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from shared.persian.letters import HAMZA_ABOVE, LETTERS, SIGNS, TANWIN, ZWNJ

__all__ = ["SIGNS", "bare", "restore"]

_HAS_SIGN = re.compile(f"[{SIGNS}]")
_NO_SIGNS = dict.fromkeys(map(ord, SIGNS))
_INSIDE = f"{LETTERS}{TANWIN}{HAMZA_ABOVE}{SIGNS}"
# A word with a letter of another alphabet is none: its Persian part is another word. Digits may touch: «5تومان».
_START, _END = rf"(?<![^\W\d_])(?<![{_INSIDE}])(?=[{LETTERS}])", r"(?![^\W\d_])"
_WORD = re.compile(f"{_START}[{_INSIDE}]++{_END}")
_GROUP = re.compile(f"{_START}[{_INSIDE}]++(?:{ZWNJ}[{_INSIDE}]++)*+{_END}")
_JOINED = str.maketrans("", "", ZWNJ)

_Pair = tuple[int, int]


def bare(text: str) -> str:
    """The text without vowel signs."""
    return text.translate(_NO_SIGNS) if _HAS_SIGN.search(text) else text


def restore(normalized: str, signed: str) -> str:
    """`normalized` with the signs of `signed` on the same words.

    Args:
        normalized: the result of the pipeline, without signs.
        signed: the text before the pipeline, after `unify_letters_with_signs`.

    A word that the pipeline changed or removed loses its signs. A word that it split or joined at a half-space keeps
    them. n log n in the number of words.
    """
    if not _HAS_SIGN.search(signed):
        return normalized
    readings: dict[int, str] = {}  # by the start of a word in `normalized`
    for pattern in (_WORD, _GROUP):
        sources = [m.group() for m in pattern.finditer(signed)]
        targets = list(pattern.finditer(normalized))
        keys = [bare(word).translate(_JOINED) for word in sources]
        for source, target in _aligned(keys, [m.group().translate(_JOINED) for m in targets]):
            if _HAS_SIGN.search(sources[source]):
                start, word = targets[target].start(), targets[target].group()
                for offset, part in _parts(_signed(word, sources[source])):
                    readings.setdefault(start + offset, part)
    return "".join(_replaced(normalized, readings))


def _signed(word: str, source: str) -> str:
    """`word` with the signs of `source`, which has the same letters, maybe with other half-spaces."""
    marked: list[str] = []
    place = 0
    for character in source.translate(_JOINED):
        if character not in SIGNS:
            while word[place] == ZWNJ:
                marked.append(ZWNJ)
                place += 1
            place += 1
        marked.append(character)
    return "".join(marked)


def _parts(word: str) -> Iterator[tuple[int, str]]:
    """The parts between half-spaces that have signs, with their offsets in the word without signs."""
    offset = 0
    for part in word.split(ZWNJ):
        if _HAS_SIGN.search(part):
            yield offset, part
        offset += len(bare(part)) + 1


def _replaced(text: str, readings: dict[int, str]) -> Iterator[str]:
    end = 0
    for start in sorted(readings):
        yield text[end:start]
        yield readings[start]
        end = start + len(bare(readings[start]))
    yield text[end:]


def _aligned(sources: Sequence[str], targets: Sequence[str]) -> list[_Pair]:
    """Indices of equal words. A word that is as frequent in both is matched in order; another one is matched in order
    between the nearest such words."""
    counts, others = Counter(sources), Counter(targets)
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for index, word in enumerate(targets):
        if counts[word] == others[word]:
            places[word].append(index)
    pairs = [(index, places[word].popleft()) for index, word in enumerate(sources) if places.get(word)]
    anchors = [(-1, -1), *_increasing(pairs), (len(sources), len(targets))]
    for (source, target), (next_source, next_target) in pairwise(anchors):
        if next_source - source > 1 and next_target - target > 1:
            uneven = (i for i in range(source + 1, next_source) if 0 != others[sources[i]] != counts[sources[i]])
            pairs += _in_order(sources, targets, uneven, range(target + 1, next_target))
    return pairs


def _in_order(
    sources: Sequence[str], targets: Sequence[str], some: Iterable[int], others: Iterable[int]
) -> Iterator[_Pair]:
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for index in others:
        places[targets[index]].append(index)
    for index in some:
        if places.get(sources[index]):
            yield index, places[sources[index]].popleft()


def _increasing(pairs: Sequence[_Pair]) -> list[_Pair]:
    """The longest chain of pairs that do not cross, by patience sorting. `pairs` are in the order of the sources."""
    tails: list[int] = []
    last: list[int] = []  # the index of the pair that ends the best chain of each length
    before: list[int] = []
    for index, (_, target) in enumerate(pairs):
        length = bisect_left(tails, target)
        before.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [target]
        last[length : length + 1] = [index]
    chain: list[_Pair] = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
