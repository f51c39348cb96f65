"""A ctypes binding of espeak-ng, from the package `espeakng-loader`: phonemes and speech of the voice `fa`.

The library keeps its state in globals (voice, rate, current text), so one lock guards every call.
API: speak_lib.h of espeak-ng 1.52.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import espeakng_loader

from shared.contracts.errors import Unavailable

SAMPLE_RATE = 22050
"""The sample rate of the voice `fa` in Hz."""
NORMAL_RATE = 175
"""Words a minute at speed 1."""
SLOWEST, FASTEST = 80, 450
NORMAL_PITCH = 50
"""On espeak-ng's scale from 0 to 99."""

_SYNCHRONOUS = 2
_UTF8, _PHONEMES, _IPA = 1, 0x100, 0x02
_END_PAUSE = 0x1000
_RATE_PARAMETER, _PITCH_PARAMETER = 1, 3
_CONTINUE, _ABORT = 0, 1
# A word of 120 letters overflows a buffer of espeak-ng 1.52 and ends the process; 3,700 random ones of 80 did not.
_MAX_WORD = 64
_LONG_WORD = re.compile(rf"\S{{{_MAX_WORD}}}(?=\S)")
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The one instance of a process; get it from `espeak()`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spoken = bytearray()
        self._variants = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._declare()
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
        if rate != SAMPLE_RATE or self._library.espeak_SetVoiceByName(b"fa") != 0:
            raise Unavailable("espeak-ng could not load its Persian voice.", hint="Reinstall espeakng-loader.")
        # The library keeps only the pointer, so the object must not be garbage collected.
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _declare(self) -> None:
        library = self._library
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
        library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
        library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint,
            ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._spoken += ctypes.string_at(samples, count * 2)
        return _CONTINUE

    def phonemes(self, text: str) -> str:
        """IPA of a text without punctuation, words separated by spaces."""
        encoded = ctypes.create_string_buffer(_bounded(text).encode())
        clauses: list[str] = []
        with self._lock:
            position = ctypes.c_void_p(ctypes.addressof(encoded))
            while position.value:
                clause = self._library.espeak_TextToPhonemes(ctypes.byref(position), _UTF8, _IPA)
                clauses.append(clause.decode() if clause else "")
        return " ".join(clause for clause in clauses if clause)

    def speak(
        self, text: str, *, words_per_minute: int = NORMAL_RATE, pitch: int = NORMAL_PITCH, variant: str = ""
    ) -> bytes:
        """Speech as PCM: s16le, mono, 22050 Hz. The rate is limited to 80 to 450 words a minute.

        `text`: may have phonemes in double square brackets, see `spell_phonemes`.
        `variant`: a speaker of espeak-ng, for example `f2`. Raises `Unavailable` for one that it does not have.
        """
        encoded = _bounded(text).encode() + b"\0"
        with self._lock, self._speaker(variant):
            self._spoken.clear()
            rate = min(FASTEST, max(SLOWEST, words_per_minute))
            self._library.espeak_SetParameter(_RATE_PARAMETER, rate, 0)
            self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
            flags = _UTF8 | _PHONEMES | _END_PAUSE
            error = self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, flags, None, None)
            if error:
                raise Unavailable(f"espeak-ng could not speak (its error {error}).")
            return bytes(self._spoken)

    @contextmanager
    def _speaker(self, variant: str) -> Iterator[None]:
        """Speak as the variant within this context."""
        if not variant:
            yield
            return
        # espeak-ng takes its usual speaker for an unknown one, without an error.
        known = variant.isalnum() and (self._variants / variant).is_file()
        if not known or self._library.espeak_SetVoiceByName(f"fa+{variant}".encode()) != 0:
            raise Unavailable(f"espeak-ng has no speaker {variant[:40]}.")
        try:
            yield
        finally:
            self._library.espeak_SetVoiceByName(b"fa")


# espeak-ng's own names of its IPA symbols, and of those that people write in a lexicon.
_NAMES = str.maketrans(
    {
        "ɑ": "A", "ɒ": "A", "æ": "a", "ɐ": "a", "ɛ": "e", "ɪ": "i", "ʊ": "u", "ə": "e", "ɔ": "o", "ʃ": "S", "ʒ": "Z",
        "ɡ": "g", "ɢ": "q", "ɣ": "q", "χ": "x", "r": "R", "ɾ": "R", "ɹ": "R", "ʁ": "q", "w": "v", "ŋ": "n", "ʔ": "?",
        "ː": ":", "ˑ": "", "ˈ": "'", "ˌ": ",", "\u0361": "", "\u0303": "",
    }
)  # fmt: skip
# In words of at most 60 symbols: `_bounded` must not cut between the brackets, or the rest of the text is silent.
_NAMED = re.compile(r"[a-zARSZ1?:', ]+")
_MAX_NAMED = _MAX_WORD - len("[[]]")


def spell_phonemes(ipa: str) -> str | None:
    """The IPA of a word for `Espeak.speak`; None if it has a symbol that the voice `fa` does not."""
    named = ipa.translate(_NAMES)
    longest = max(map(len, named.split()), default=0)
    return f"[[{named}]]" if longest <= _MAX_NAMED and _NAMED.fullmatch(named) else None


def _bounded(text: str) -> str:
    """The text with words of at most `_MAX_WORD` characters: a longer one is cut into pieces."""
    return _LONG_WORD.sub(r"\g<0> ", text)


@lru_cache(maxsize=1)
def _instance() -> Espeak:
    return Espeak()


_starting = threading.Lock()


def espeak() -> Espeak:
    """The process's instance, loaded at the first call (some 5 ms). espeak-ng cannot be loaded twice, hence one."""
    with _starting:
        return _instance()
