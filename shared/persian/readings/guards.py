"""Where a word has no ezafe or certainly one, whatever the model says."""

from __future__ import annotations

from collections.abc import Sequence

from shared.persian.latin import LETTER_NAMES
from shared.persian.letters import ZWNJ
from shared.persian.nine import NUMBERS
from shared.persian.punctuation import MARKS
from shared.persian.readings.ezafe import EzafeModel
from shared.persian.verbs import follows_mi
from shared.persian.word_classes import UNKNOWN, WordClass

_SPELLED = NUMBERS | set(LETTER_NAMES.values())
_OBJECT = "را"
_AND = "و"
_PREFIXES = ("می", "نمی")
# Possessives and «است» behind a half-space: «خانه‌ام بزرگ است». «ای» is left out: «حرفه‌ای» is an adjective.
_POSSESSIVES = ("ام", "ات", "اش", "مان", "تان", "شان", "هایم", "هایت", "هایش", "هایمان", "هایتان", "هایشان")
_FINAL = frozenset({*_POSSESSIVES, "ایم", "اید", "اند"})
_DEMONSTRATIVES = frozenset({"این", "آن", "همین", "همان"})
_COORDINATIONS = frozenset({_AND, "یا"})  # «آب و هوای خوب است»: what follows does not begin a clause
_PRONOUNS = frozenset({"من", "تو", "او", "وی", "ما", "شما", "ایشان", "آنان", "آنها", f"آن{ZWNJ}ها"})
# Of the third person: «علی من هستم» says nothing of an owner.
_COPULAS = frozenset(
    {"است", "نیست", "هست", "بود", "نبود", "شد", "نشد", "باشد", "نباشد"}
    | {"هستند", "نیستند", "بودند", "نبودند", "شدند", "نشدند", "باشند", "نباشند"}
)


def may_have_ezafe(words: Sequence[str], index: int, model: EzafeModel, kinds: Sequence[WordClass | None] = ()) -> bool:
    """False at the end of a clause, before «را» or a verb, on a verb or a word with a possessive ending, on a subject
    before what is said of it, and within a number or letters that are spelled.

    Args:
        kinds: classes that replace the model's own, where they are not None.
    """
    after = words[index + 1] if index + 1 < len(words) else "."
    if after in MARKS or after == _OBJECT or _ends(words[index]) or _is_conjugated(words[index], model):
        return False
    stated = kinds[index + 1] if index + 1 < len(kinds) else None
    if stated is not None:
        verb = stated.kind == "V"
    else:
        verb = model.class_of(after).kind == "V" or _is_conjugated(after, model)
    if verb or _is_subject(words, index, model, kinds):
        return False
    following = words[index + 2] if after == _AND and index + 2 < len(words) else after
    return not (words[index] in _SPELLED and following in _SPELLED)


def has_possessor(words: Sequence[str], index: int, model: EzafeModel, kinds: Sequence[WordClass | None] = ()) -> bool:
    """Whether the word is a noun before a pronoun and a copula: «این کتابِ من است»."""
    return (
        index + 2 < len(words)
        and words[index + 1] in _PRONOUNS
        and words[index + 2] in _COPULAS
        and _kind(words, index, model, kinds) == "N"
    )


def _is_subject(words: Sequence[str], index: int, model: EzafeModel, kinds: Sequence[WordClass | None]) -> bool:
    """Whether the word is the noun of «این خانه بزرگ است», at the beginning of its clause.

    «این خانهٔ بزرگی است» and «در خانهٔ بزرگ است» are others.
    """
    if index + 2 >= len(words) or words[index + 2] not in _COPULAS or words[index + 1].endswith("ی"):
        return False
    if _kind(words, index, model, kinds) != "N" or _kind(words, index + 1, model, kinds) != "A":
        return False
    if _ends(words[index + 1]):  # «عادتِ همیشگی‌اش بود که …»
        return False
    before = words[index - 1] if index else "."
    if before in MARKS or before in _DEMONSTRATIVES:
        return True
    return before not in _COORDINATIONS and _kind(words, index - 1, model, kinds) == "C"


def _kind(words: Sequence[str], index: int, model: EzafeModel, kinds: Sequence[WordClass | None]) -> str:
    stated = kinds[index] if index < len(kinds) else None
    return (stated or model.class_of(words[index])).kind


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


def _is_conjugated(word: str, model: EzafeModel) -> bool:
    """Whether a word has the prefix and the ending of a verb: «می‌خوای»; glued only if the model does not know it."""
    if has_verb_prefix(word):
        return True
    if model.class_of(word) is not UNKNOWN:
        return False
    prefix = next((each for each in (*_PREFIXES, "ب", "ن") if word.startswith(each)), "")
    return bool(prefix) and follows_mi(word.removeprefix(prefix))
