"""Inserts half-spaces: after می before verbs, before ها, تر and endings, and in a few compounds.

Conservative: «تر» is wet and «می» is wine, so both join only what a list knows. Each rule looks at the text around a
space and takes nothing but the space, so that doing it twice changes nothing more.
"""

from __future__ import annotations

import re

from shared.persian.glued import cut_endings
from shared.persian.letters import HAMZA_ABOVE, HAMZA_BEHIND, LETTERS, TANWIN, ZWNJ
from shared.persian.verbs import follows_mi, split_mi

_INSIDE = f"{LETTERS}{TANWIN}{HAMZA_ABOVE}"
_PART = f"{_INSIDE}{ZWNJ}"
_MAX_WORD_LETTERS = 40  # letters of a word that is looked back at
_MI = re.compile(f"(?<![{_PART}])(ن?می) (?=([{LETTERS}]{{1,{_MAX_WORD_LETTERS}}})(?![{_PART}]))")
_GLUED_MI = re.compile(f"(?<![{_PART}])(ن?می)(?=[{LETTERS}]{{2,}})")
_WORD = re.compile(f"[{LETTERS}]{{1,{_MAX_WORD_LETTERS}}}(?![{_PART}])")

_NO_WORD = re.compile(f"[^{_INSIDE}]")

_PLURALS = "های|هایی|هایم|هایت|هایش|هایمان|هایتان|هایشان|هام|هات|هاش|هامون|هاتون|هاشون"
_HA = re.compile(
    rf"(?<=[{_INSIDE}]{{2}}) (?=(?:{_PLURALS})(?![{_PART}])(?! و هوی))|(?<=[{_INSIDE}]{{2}}) (?=ها(?![{_PART}?!]))"
)
_TARIN = re.compile(rf"(?<=[{_INSIDE}]{{2}}) (?=ترین(?:[{LETTERS}{ZWNJ}]{{0,8}})(?![{_PART}]))")
_TAR = re.compile(rf" (?=(?:تر|تری)(?![{_PART}]))")
_ENDINGS = re.compile(rf" (?=(?:ام|ات|اش|ای|ایم|اید|اند|ی)(?![{_PART}]))")
_COMPARED = """
بزرگ کوچک بلند کوتاه بیش کم مهم جوان پیر سریع کند خوب بد زیبا زشت گران ارزان قوی ضعیف سخت آسان ساده پیچیده جدید
قدیمی گرم سرد سنگین سبک پایین بالا نزدیک دور عمیق روشن تاریک پهن باریک نازک کلفت ضخیم تمیز کثیف شاد غمگین
ثروتمند فقیر باهوش کامل دقیق شدید قشنگ راحت مناسب پیش عقب جلو زود دیر تند آرام گسترده وسیع محکم نرم سفت تلخ
شیرین خوشمزه مفید خطرناک امن محبوب مشهور معروف طولانی بهینه فعال موفق پررنگ کمرنگ قدیم جدی خاص عجیب مطمئن سالم
کهن تازه پرفروش عالی لاغر چاق سفید سیاه مهربان صمیمی واضح غنی داغ خنک صاف شفاف نو کهنه هوشمند منظم پاک پایدار
گرانبها رایج
"""
_ADJECTIVES = frozenset(_COMPARED.split())
# Words before «ها» that are no nouns: «و ها», a question «ها؟» is caught by its mark.
_NO_NOUN = frozenset(
    {"و", "که", "از", "به", "با", "در", "تا", "یا", "اما", "ولی", "نه", "بله", "آری", "های", "ها", "هان"}
)
_TOGETHER = {
    "علاقه مند": "علاقه‌مند", "پیش بینی": "پیش‌بینی", "هیچ کس": "هیچ‌کس", "هیچ یک": "هیچ‌یک", "بنا بر این": "بنابراین",
    "چنان چه": "چنانچه", "هم چنین": "همچنین", "هم چنان": "همچنان", "علی رغم": "علی‌رغم", "بین المللی": "بین‌المللی",
    "فوق العاده": "فوق‌العاده", "ان شاء الله": "ان‌شاءالله", "نیم فاصله": "نیم‌فاصله",
    "پنج شنبه": "پنج‌شنبه", "سه شنبه": "سه‌شنبه",
}  # fmt: skip
_COMPOUND = re.compile(rf"(?<![{_PART}])(?:{'|'.join(_TOGETHER)})(?![{_PART}])")
# The last word of a number is not part of a weekday: «دو هزار و بیست و پنج شنبه» is 2025 and Saturday.
_END_OF_NUMBER = re.compile(
    r"(?:بیست|سی|چهل|پنجاه|شصت|هفتاد|هشتاد|نود|صد|دویست|سیصد|چهارصد|پانصد|ششصد|هفتصد|هشتصد|نهصد|هزار|میلیون) و $"
)
_MAX_ENDING_LETTERS = 12
_AND_A_HALF = re.compile(rf"(?<=[{_INSIDE}]) ونیم(?![{_PART}])")
AFFIXES = frozenset(
    {"می", "نمی", "ها", "تر", "تری", "ترین", "ام", "ات", "اش", "ای", "ایم", "اید", "اند", "ی", *_PLURALS.split("|")}
)


def join_words(text: str) -> str:
    """Insert half-spaces. Input: after `unify_marks`."""
    text = _AND_A_HALF.sub(" و نیم", text)
    text = _COMPOUND.sub(_together, text)
    text = _MI.sub(lambda m: m[1] + (ZWNJ if follows_mi(m[2]) else " "), text)
    text = cut_endings(_GLUED_MI.sub(_glued, text), _ADJECTIVES)
    text = HAMZA_BEHIND.sub(HAMZA_ABOVE, text)  # also where a mark stood between the two, or an ending behind them
    text = _HA.sub(lambda m: " " if _before(m) in _NO_NOUN else ZWNJ, text)
    text = _TARIN.sub(ZWNJ, text)
    text = _TAR.sub(lambda m: ZWNJ if _before(m) in _ADJECTIVES else " ", text)
    return _ENDINGS.sub(_ending, text)


def _together(match: re.Match[str]) -> str:
    written = match.group()
    before = match.string[max(0, match.start() - _MAX_ENDING_LETTERS) : match.start()]
    return written if written.endswith(" شنبه") and _END_OF_NUMBER.search(before) else _TOGETHER[written]


def _glued(match: re.Match[str]) -> str:
    word = _WORD.match(match.string, match.start())
    return match[1] + ZWNJ if word and split_mi(word.group()) else match[1]


def _before(match: re.Match[str]) -> str:
    """The word that ends where the space stands, its last part where it has half-spaces: so it stays the same word
    when the space before it has gone."""
    start = match.start()
    window = match.string[max(0, start - _MAX_WORD_LETTERS) : start]
    return _NO_WORD.split(window)[-1]


def _ending(match: re.Match[str]) -> str:
    """«رفته ام» and «خانه ای»: only behind a ه that is a vowel, hence not «به ام» or «راه ام»."""
    word = _before(match)
    return ZWNJ if len(word) > 2 and word.endswith("ه") and not word.endswith(("اه", "وه")) else " "
