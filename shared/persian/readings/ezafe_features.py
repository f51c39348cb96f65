"""The features of the ezafe model: two words on either side, their suffixes and their classes."""

from __future__ import annotations

from collections.abc import Sequence

from shared.persian.letters import ZWNJ
from shared.persian.punctuation import MARKS
from shared.persian.word_classes import END, START, UNKNOWN, WordClass


def features(words: Sequence[str], classes: Sequence[WordClass], index: int) -> list[str]:
    """The names of the features that hold for the word at `index`. `classes`: of the words, in the same order."""
    word, own = words[index], classes[index]
    before, before_class = _at(words, classes, index - 1)
    after, after_class = _at(words, classes, index + 1)
    second, second_class = _at(words, classes, index + 2)
    kinds = own.code + after_class.code
    return [
        "b",
        "w=" + word,
        "a=" + before,
        "n=" + after,
        "s1=" + word[-1:],
        "s2=" + word[-2:],
        "s3=" + word[-3:],
        "s4=" + word[-4:],
        "p2=" + word[:2],
        "p3=" + word[:3],
        "np2=" + after[:2],
        "np3=" + after[:3],
        "ns1=" + after[-1:],
        "ns2=" + after[-2:],
        "ns3=" + after[-3:],
        "as2=" + before[-2:],
        "as3=" + before[-3:],
        "nns2=" + second[-2:],
        "nns3=" + second[-3:],
        "nzl=" + after.rpartition(ZWNJ)[2],
        "c=" + own.code,
        "ca=" + before_class.code,
        "cn=" + after_class.code,
        "ccn=" + kinds,
        "cacn=" + before_class.code + kinds,
        "ccnn=" + kinds + second_class.code,
        "r=" + after_class.right,
        "r2=" + after_class.right2,
        "cr=" + own.code + after_class.right,
        "rc=" + after_class.right + after_class.code,
        "rcc=" + own.code + after_class.right + after_class.code,
        "l=" + before_class.left,
        "l2=" + before_class.left2,
        "rr=" + second_class.kind,
    ]


def mark_class(mark: str) -> WordClass:
    """The class of a punctuation mark, or of the start or the end of a sentence."""
    return UNKNOWN._replace(kind=mark, code=mark)


_START, _END = mark_class(START), mark_class(END)
MARK_CLASSES = {mark: mark_class(mark) for mark in MARKS}


def _at(words: Sequence[str], classes: Sequence[WordClass], index: int) -> tuple[str, WordClass]:
    if index < 0:
        return START, _START
    return (words[index], classes[index]) if index < len(words) else (END, _END)
