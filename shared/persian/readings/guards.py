"""Where a word has no ezafe, whatever the model says."""

from __future__ import annotations

from shared.persian.latin import LETTER_NAMES
from shared.persian.letters import ZWNJ
from shared.persian.nine import NUMBERS
from shared.persian.punctuation import MARKS
from shared.persian.readings.tagged import TaggedSentence
from shared.persian.verbs import follows_mi
from shared.persian.word_classes import UNKNOWN

_SPELLED = NUMBERS | set(LETTER_NAMES.values())
_OBJECT = "را"
_AND = "و"
_PREFIXES = ("می", "نمی")
# Glued to a word that the model knows: «کوچکم», «معلمش». «ت» is left out: it ends many nouns that it does not know.
_GLUED_POSSESSIVES = ("مان", "تان", "شان", "مون", "تون", "شون", "م", "ش")
_SHORTEST_STEM = 3
# Possessives and «است» behind a half-space: «خانه‌ام بزرگ است». «ای» is left out: «حرفه‌ای» is an adjective.
_POSSESSIVES = ("ام", "ات", "اش", "مان", "تان", "شان", "هایم", "هایت", "هایش", "هایمان", "هایتان", "هایشان")
_FINAL = frozenset({*_POSSESSIVES, "ایم", "اید", "اند"})
_DEMONSTRATIVES = frozenset({"این", "آن", "همین", "همان"})
_COORDINATIONS = frozenset({_AND, "یا"})  # «آب و هوا خوب است»: what follows does not begin a clause
_DEGREES = frozenset({"خیلی", "بسیار", "کاملا", "کاملاً", "واقعا", "واقعاً", "نسبتا", "نسبتاً"})
COPULAS = frozenset(
    {"است", "نیست", "هست", "بود", "نبود", "شد", "نشد", "باشد", "نباشد"}
    | {"هستند", "نیستند", "بودند", "نبودند", "شدند", "نشدند", "باشند", "نباشند"}
)
"""Of the third person."""


def may_have_ezafe(sentence: TaggedSentence, index: int) -> bool:
    """False at the end of a clause, before «را» or a verb, on a verb or a word with a possessive ending, on a subject
    before what is said of it, and within a number or letters that are spelled.
    """
    word, after = sentence.word(index), sentence.word(index + 1)
    if not after or after in MARKS or after == _OBJECT or _ends(word):
        return False
    if sentence.kind(index + 1) == "V" or _is_conjugated(sentence, index + 1):
        return False
    if _is_possessed(sentence, index) or _is_conjugated(sentence, index) or _is_described(sentence, index):
        return False
    following = sentence.word(index + 2) if after == _AND else after
    return not (word in _SPELLED and following in _SPELLED)


def has_verb_prefix(word: str) -> bool:
    """Whether the word is a verb with می or نمی and a half-space."""
    prefix, joined, rest = word.partition(ZWNJ)
    return bool(joined) and prefix in _PREFIXES and follows_mi(rest)


def _ends(word: str) -> bool:
    """Whether no ezafe follows this ending. «سی‌ام» is an ordinal; a letter with a kasra, «کِ», is a syllable."""
    stem, _, ending = word.rpartition(ZWNJ)
    if len(ending) == 1:
        return ending != "ی"
    return bool(stem) and ending in _FINAL and stem not in NUMBERS


def _is_conjugated(sentence: TaggedSentence, index: int) -> bool:
    """Whether a word has the prefix and the ending of a verb: «می‌خوای»; glued only if the model does not know it."""
    if sentence.stated[index]:
        return sentence.kind(index) == "V"
    word = sentence.word(index)
    if has_verb_prefix(word):
        return True
    if sentence.kind(index) != UNKNOWN.kind:
        return False
    prefix = next((each for each in (*_PREFIXES, "ب", "ن") if word.startswith(each)), "")
    return bool(prefix) and follows_mi(word.removeprefix(prefix))


def _is_possessed(sentence: TaggedSentence, index: int) -> bool:
    """Whether the word is unknown, but a noun or an adjective without its possessive ending."""
    word = sentence.word(index)
    if not word.endswith(_GLUED_POSSESSIVES) or sentence.kind(index) != UNKNOWN.kind:
        return False
    stem = next((word.removesuffix(ending) for ending in _GLUED_POSSESSIVES if word.endswith(ending)), "")
    return len(stem) >= _SHORTEST_STEM and stem[-1] != ZWNJ and sentence.kind_of_stem(stem) in "NA"


def _is_described(sentence: TaggedSentence, index: int) -> bool:
    """Whether an adjective and its copula say something of the word: «این خانه بزرگ است», «هوای تهران خیلی سرد است».

    «این خانهٔ بزرگی است» and «در خانهٔ بزرگ است» are others. Without an adverb only the noun that begins a clause counts.
    """
    by_degree = sentence.word(index + 1) in _DEGREES
    place = index + 2 if by_degree else index + 1
    described = sentence.word(place)
    if sentence.word(place + 1) not in COPULAS or sentence.kind(place) != "A":
        return False
    if described.endswith("ی") or _ends(described):  # «عادتِ همیشگی‌اش بود که …»
        return False
    return by_degree or (sentence.kind(index) == "N" and _begins(sentence, index))


def _begins(sentence: TaggedSentence, index: int) -> bool:
    """Whether a clause begins at the word, or at the demonstrative before it."""
    before = sentence.word(index - 1) if index else "."
    if before in MARKS or before in _DEMONSTRATIVES:
        return True
    return before not in _COORDINATIONS and sentence.kind(index - 1) == "C"
