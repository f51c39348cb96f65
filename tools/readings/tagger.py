"""A reader of the part-of-speech tagger in `gruut-lang-fa` (MIT), a linear-chain CRF in Wapiti's text format.

Its tags of words that take an ezafe end in `e`: Ne, AJe, Pe. Format: wapiti 1.5, `mdl_save` and `qrk_save`.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_PUNCTUATION, _DIGITS = frozenset(string.punctuation.encode()), frozenset(b"0123456789")


class Tagger:
    """The 69 MB of the model take 5 seconds to load and some 700 MB of memory."""

    def __init__(self, path: Path) -> None:
        reader = _Reader(path.read_bytes())
        reader.line()
        reader.strings(int(reader.line().removeprefix(b"#rdr#").partition(b"/")[0]))
        self.labels = [label.decode() for label in reader.strings(reader.count())]
        self._size = len(self.labels)
        self.offsets: dict[bytes, int] = {}
        """Of the weights of an observation: one for each label, then for `*` one for each pair of labels."""
        offset = 0
        for name in reader.strings(reader.count()):
            self.offsets[name] = offset
            offset += self._size + (self._size**2 if name[:1] == b"*" else 0)
        self._weights = np.zeros(offset)
        for index, value in reader.weights():
            self._weights[index] = value
        self._ezafe = np.array([label.endswith("e") for label in self.labels])

    def weights(self, name: bytes) -> Floats:
        """The weight of each label for an observation, [labels]; zeros for an unknown one."""
        offset = self.offsets.get(name)
        return np.zeros(self._size) if offset is None else self._weights[offset : offset + self._size]

    def ezafe(self, words: Sequence[str]) -> list[float]:
        """The probability of an ezafe for each word and punctuation mark of a sentence."""
        single, pairs = self._scores(words)
        forward, backward = [single[0]], [np.zeros(self._size)]
        for index in range(1, len(words)):
            forward.append(_log_sum(forward[-1][:, None] + pairs[index], 0) + single[index])
        for index in range(len(words) - 1, 0, -1):
            backward.append(_log_sum(pairs[index] + single[index][None] + backward[-1][None], 1))
        result = []
        for before, after in zip(forward, reversed(backward), strict=True):
            joint = np.exp(before + after - (before + after).max())
            result.append(float(joint[self._ezafe].sum() / joint.sum()))
        return result

    def _scores(self, words: Sequence[str]) -> tuple[list[Floats], list[Floats]]:
        """For each word the scores of the labels [labels] and of the pairs with the label before [labels, labels]."""
        single, pairs = [], []
        for names in _observations([word.encode() for word in words]):
            one, two = np.zeros(self._size), np.zeros((self._size, self._size))
            for name in names:
                offset = self.offsets.get(name)
                if offset is None:
                    continue
                one += self._weights[offset : offset + self._size]
                if name[:1] == b"*":
                    offset += self._size
                    two += self._weights[offset : offset + self._size**2].reshape(two.shape)
            single.append(one)
            pairs.append(two)
        return single, pairs


def affix_observations(word: bytes) -> list[bytes]:
    """The observations of a word alone: the word, its first and its last bytes."""
    return [
        b"u:w=" + word,
        *(b"*:p%d=" % size + word[:size] for size in (1, 2, 3)),
        *(b"*:s%d=" % size + word[-size:] for size in (1, 2, 3)),
    ]


def _observations(words: list[bytes]) -> Iterator[list[bytes]]:
    """The model's 20 patterns. Its regular expressions see bytes, not characters."""

    def at(index: int) -> bytes:
        if 0 <= index < len(words):
            return words[index]
        return b"_x-%d" % -index if index < 0 else b"_x+%d" % (index - len(words) + 1)

    for index, word in enumerate(words):
        before, after = at(index - 1), at(index + 1)
        names = [b"*", *affix_observations(word)]
        names += [b"u:wll=" + at(index - 2), b"u:wl=" + before, b"u:wr=" + after, b"u:wrr=" + at(index + 2)]
        for letter, characters in ((b"p", _PUNCTUATION), (b"n", _DIGITS)):
            for place, value in ((b"l", before), (b"", word), (b"r", after)):
                names.append(b"*:" + letter + b"?" + place + b"=" + _flag(not characters.isdisjoint(value)))
            names.append(b"*:" + letter + b"?a=" + _flag(characters.issuperset(word)))
        yield names


def _flag(value: bool) -> bytes:
    return b"true" if value else b"false"


def _log_sum(values: Floats, axis: int) -> Floats:
    highest = values.max(axis)
    result: Floats = highest + np.log(np.exp(values - np.expand_dims(highest, axis)).sum(axis))
    return result


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def line(self) -> bytes:
        end = self._content.index(b"\n", self._at)
        line, self._at = self._content[self._at : end], end + 1
        return line

    def count(self) -> int:
        return int(self.line().removeprefix(b"#qrk#"))

    def strings(self, count: int) -> list[bytes]:
        """Netstrings, `5:POSTP,` and a line feed each."""
        found = []
        for _ in range(count):
            colon = self._content.index(b":", self._at)
            end = colon + 1 + int(self._content[self._at : colon])
            found.append(self._content[colon + 1 : end])
            self._at = end + 2
        return found

    def weights(self) -> Iterator[tuple[int, float]]:
        for line in self._content[self._at :].splitlines():
            index, _, value = line.partition(b"=")
            yield int(index), float.fromhex(value.decode())
