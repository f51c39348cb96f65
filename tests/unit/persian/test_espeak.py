"""The binding to espeak-ng, which is not thread-safe by itself."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.persian.espeak import SAMPLE_RATE, espeak, spell_phonemes
from shared.persian.frontend import Frontend

# Bytes. espeak-ng's oscillator goes on where the last text left it, so lengths differ by a few samples.
_SAME = 800
SENTENCES = ["سلام دنیا", "قاشق و غذا", "کتاب خوب است", "هوا سرد شد"]


def test_speaks_pcm_of_a_plausible_length() -> None:
    seconds = len(espeak().speak("سلام دنیا")) / 2 / SAMPLE_RATE
    assert 0.4 < seconds < 3


def test_a_higher_rate_is_shorter_and_the_rate_does_not_stick() -> None:
    normal, fast = espeak().speak("سلام دنیا"), espeak().speak("سلام دنیا", words_per_minute=300)
    assert len(fast) < 0.8 * len(normal)
    assert abs(len(espeak().speak("سلام دنیا")) - len(normal)) < _SAME


def test_what_ends_in_zero_bytes_or_is_empty_does_no_harm() -> None:
    assert espeak().phonemes("") == ""
    assert espeak().phonemes("\x00سلام") == ""
    assert espeak().phonemes("سلام") == "salˈɑm"


@pytest.mark.parametrize("word", ["که" * 100, "ه" * 500, "چی" * 1000, "کیلو" * 1000])
@pytest.mark.parametrize("call", ["phonemes", "speak"])
def test_a_word_without_end_does_not_end_the_process(call: str, word: str) -> None:
    program = f"from shared.persian.espeak import espeak; print(len(espeak().{call}({word!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, int(done.stdout or 0) > 100) == (0, True), done.stderr


def test_threads_get_their_own_answers() -> None:
    alone = {s: (Frontend().phonemes(s), len(espeak().speak(s))) for s in SENTENCES}
    jobs = SENTENCES * 50
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda s: (Frontend().phonemes(s), len(espeak().speak(s))), jobs))
    for sentence, (phonemes, length) in zip(jobs, together, strict=True):
        assert phonemes == alone[sentence][0]
        assert abs(length - alone[sentence][1]) < _SAME


@pytest.mark.parametrize("length", range(58, 68))
def test_phonemes_of_any_length_do_not_silence_what_follows(length: int) -> None:
    written = spell_phonemes(("kera" * 20)[:length]) or "کرم"
    alone, followed = (len(espeak().speak(written + rest)) for rest in ("", " کتاب تاریخ ایران"))
    assert followed > alone + 20_000
