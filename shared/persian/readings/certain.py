"""Where a word has an ezafe, whatever the model says."""

from __future__ import annotations

from collections.abc import Sequence

from shared.persian.letters import ZWNJ
from shared.persian.nine import NUMBERS
from shared.persian.readings.ezafe import EzafeModel
from shared.persian.readings.guards import COPULAS
from shared.persian.word_classes import WordClass

_PRONOUNS = frozenset({"من", "تو", "او", "وی", "ما", "شما", "ایشان", "آنان", "آنها", f"آن{ZWNJ}ها"})
_HOUR = "ساعت"
_PARTS_OF_HOURS = frozenset({"نیم", "ربع", "دقیقه"})
_LONGEST_TIME = 5  # words from «ساعت» to the part of the day: «ساعت هفت و نیم صبح»
_DAYPARTS = frozenset({"صبح", "ظهر", "عصر", "بامداد"})
_AFTERNOON = ["بعد", "از", "ظهر"]
_NIGHT = "شب"  # «هفت شب» are nights, unless it is an hour
_FOLLOWING = _PRONOUNS | _DAYPARTS | {_AFTERNOON[0], _NIGHT}


def has_certain_ezafe(
    words: Sequence[str], index: int, model: EzafeModel, kinds: Sequence[WordClass | None] = ()
) -> bool:
    """True for the noun of «این کتابِ من است» and the number of «ساعت هفتِ صبح». `kinds` as for `EzafeModel.ezafes`."""
    after = words[index + 1] if index + 1 < len(words) else ""
    if after not in _FOLLOWING:
        return False
    if after in _PRONOUNS:
        copula = index + 2 < len(words) and words[index + 2] in COPULAS
        return copula and model.kind_of(words, index, kinds) == "N"
    word = words[index]
    if _HOUR in words[max(0, index + 1 - _LONGEST_TIME) : index]:
        daypart = after in _DAYPARTS or after == _NIGHT or words[index + 1 : index + 4] == _AFTERNOON
        return daypart and (word in NUMBERS or word in _PARTS_OF_HOURS)
    return after in _DAYPARTS and word in NUMBERS and word != "یک"  # «یک صبح سرد»
