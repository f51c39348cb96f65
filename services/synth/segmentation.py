"""Cuts a text into what is spoken in one breath, and says how long to pause behind each."""

from __future__ import annotations

from dataclasses import dataclass

from shared.persian import Frontend
from shared.persian.sentences import split_clauses

_SENTENCE_PAUSE_S, _CLAUSE_PAUSE_S = 0.3, 0.12


@dataclass(frozen=True, slots=True)
class SpeechSegment:
    """A sentence, or the first clause of the first one; `pause` in seconds follows it."""

    text: str
    pause: float


def segment_text(frontend: Frontend, text: str) -> list[SpeechSegment]:
    """A long first sentence is parted behind its first clause: somebody waits for the first sound.

    Raises `Validation` for a text that has nothing to say.
    """
    sentences = frontend.sentences(text)
    first, *rest = split_clauses(sentences[0])
    segments = [SpeechSegment(sentence, _SENTENCE_PAUSE_S) for sentence in sentences[1:]]
    if rest:
        segments[:0] = [SpeechSegment(first, _CLAUSE_PAUSE_S), SpeechSegment(" ".join(rest), _SENTENCE_PAUSE_S)]
    else:
        segments[:0] = [SpeechSegment(first, _SENTENCE_PAUSE_S)]
    return [*segments[:-1], SpeechSegment(segments[-1].text, 0.0)]
