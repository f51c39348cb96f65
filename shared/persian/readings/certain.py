"""Where a word has an ezafe, whatever the model says."""

from __future__ import annotations

from shared.persian.letters import ZWNJ
from shared.persian.nine import NUMBERS
from shared.persian.readings.guards import COPULAS
from shared.persian.readings.tagged import TaggedSentence

_PRONOUNS = frozenset({"من", "تو", "او", "وی", "ما", "شما", "ایشان", "آنان", "آنها", f"آن{ZWNJ}ها"})
_HOUR = "ساعت"
_PARTS_OF_HOURS = frozenset({"نیم", "ربع", "دقیقه"})
_LONGEST_TIME = 5  # words from «ساعت» to the part of the day: «ساعت هفت و نیم صبح»
_DAYPARTS = frozenset({"صبح", "ظهر", "عصر", "بامداد"})
_AFTERNOON = ["بعد", "از", "ظهر"]
_NIGHT = "شب"  # «هفت شب» are nights, unless it is an hour
_FOLLOWING = _PRONOUNS | _DAYPARTS | {_AFTERNOON[0], _NIGHT}


def has_certain_ezafe(sentence: TaggedSentence, index: int) -> bool:
    """True for the noun of «این کتابِ من است» and the number of «ساعت هفتِ صبح»."""
    word, after = sentence.word(index), sentence.word(index + 1)
    if after not in _FOLLOWING:
        return False
    if after in _PRONOUNS:
        return sentence.word(index + 2) in COPULAS and sentence.kind(index) == "N"
    if _HOUR in sentence.words[max(0, index + 1 - _LONGEST_TIME) : index]:
        afternoon = [sentence.word(index + ahead) for ahead in (1, 2, 3)] == _AFTERNOON
        daypart = after in _DAYPARTS or after == _NIGHT or afternoon
        return daypart and (word in NUMBERS or word in _PARTS_OF_HOURS)
    return after in _DAYPARTS and word in NUMBERS and word != "یک"  # «یک صبح سرد»
