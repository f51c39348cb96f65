"""`python -m bench.frontend`: characters a second of the Persian front-end on one core, and each stage's share.

Without phonemes, then with them; on some 200,000 characters of news, chat, prices, SMS, addresses, football, prose.
Every round has other numbers, so that no cache of number words has them all. The best of three rounds counts.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

from shared.persian.frontend import PIPELINE, Frontend
from shared.persian.lexicon import Lexicon
from shared.persian.punctuation import MARKS
from shared.persian.readings.pronounce import clause_ipa
from shared.persian.readings.reader import read

CHARACTERS = 200_000
ROUNDS = 3
_MARKS = re.compile(rf"[{re.escape(MARKS)}\n]")
_TEXTS = (
    (
        "به گزارش خبرنگار اقتصادی، نرخ تورم در دی ماه {a} به {b}/۵ درصد رسید و وزیر اقتصاد می گوید که این رقم "
        "تا پایان سال ۱۴۰۴ کاهش پیدا می‌کند. او در نشست خبری روز ۱۴۰۳/۰۵/۱۲ گفت: «دولت {a} میلیارد تومان وام "
        "داده است.»\n"
    ),
    "سلاااام خوبی؟ 😀 فردا ساعت ۱۰:{b} میای دیگه؟ کتاب ها رو هم بیار، نمیخوام دوباره برم. باشه؟ :)\n",
    (
        "گوشی Samsung Galaxy A{b} با 16GB رم و باتری ۵۰۰۰mAh: {a}٬۵۰۰٬۰۰۰ تومان (۱۵٪ تخفیف) - ارسال رایگان به "
        "تهران و کرج\n"
    ),
    ("برداشت: {a},000 ریال\nمانده: ۱۲,۳۴۵,۶۷۸ ریال\n1403/05/12-10:{b}\nکد تأیید شما: ۴۸{b}۱. آن را به کسی نگویید.\n"),
    (
        "نشانی: تهران، خ. آزادی، کوچهٔ نسترن، پ. {b}، ط. ۳، تلفن ۰۲۱-۸۸۷۷{a}، سایت www.example.com و ایمیل "
        "info@example.com\n"
    ),
    (
        "پرسپولیس در هفتهٔ {b}ام لیگ برتر ۲-۱ از سد استقلال گذشت. گل ها را در دقیقه‌های ۱۲ و ۹۰+۳ زدند و {a} نفر "
        "تماشاگر بودند.\n"
    ),
    (
        "باران که می بارد، شهر آرام تر می‌شود. پیرمرد پنجره را باز کرده است و به صدای ناودان ها گوش می دهد؛ "
        "انگار سال هاست که چنین بارانی ندیده است، و دلش برای خانه ای که در کودکی داشت تنگ می شود.\n"
    ),
)


def corpus(seed: int) -> str:
    """At least `CHARACTERS` of the texts in turn, with other numbers each time."""
    draw = random.Random(seed)
    parts: list[str] = []
    length = 0
    while length < CHARACTERS:
        for text in _TEXTS:
            parts.append(text.format(a=draw.randint(1000, 9999), b=draw.randint(10, 59)))
            length += len(parts[-1])
    return "".join(parts)


def main() -> None:
    frontend = Frontend()
    frontend.normalize(corpus(0)[:5000])
    best, length = float("inf"), 0
    stages: dict[str, float] = {}
    for seed in range(1, ROUNDS + 1):
        text = corpus(seed)
        started = time.process_time()
        frontend.sentences(text)
        seconds = time.process_time() - started
        if seconds < best:
            best, length = seconds, len(text)
        for stage in PIPELINE:
            started = time.process_time()
            text = stage.change(text)
            stages[stage.name] = stages.get(stage.name, 0.0) + time.process_time() - started
    print(f"{length:,} characters in {best:.2f} s of one core: {length / best:,.0f} characters a second\n")
    print("| stage | share |\n|---|---|")
    whole = sum(stages.values())
    for name, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"| {name} | {seconds / whole:.0%} |")
    _with_phonemes(frontend)


def _with_phonemes(frontend: Frontend) -> None:
    """Side by side: espeak-ng clause by clause, as before the readings, and both readings."""
    readers: dict[str, Callable[[list[str]], object]] = {
        "espeak-ng clause by clause": lambda sentences: [
            clause_ipa(clause) for sentence in sentences for clause in _MARKS.split(sentence) if clause.strip()
        ],
        "`espeak/1`": lambda sentences: [read(sentence, Lexicon(), "espeak/1") for sentence in sentences],
        "`fa/2`": lambda sentences: [read(sentence, Lexicon(), "fa/2") for sentence in sentences],
    }
    print("\n| phonemes | normalizing and reading, characters a second | reading alone |\n|---|---|---|")
    for name, reader in readers.items():
        reader(frontend.sentences(corpus(0)[:5000]))
        best = alone = float("inf")
        for seed in range(1, ROUNDS + 1):
            text = corpus(seed)
            started = time.process_time()
            sentences = frontend.sentences(text)
            normalized = time.process_time()
            reader(sentences)
            best = min(best, (time.process_time() - started) / len(text))
            alone = min(alone, (time.process_time() - normalized) / len(text))
        print(f"| {name} | {1 / best:,.0f} | {1 / alone:,.0f} |")


if __name__ == "__main__":
    main()
