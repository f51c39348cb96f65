"""Splits a text into segments for synthesis, with the pause after each."""

from __future__ import annotations

from dataclasses import dataclass

from shared.persian.frontend import Frontend
from shared.persian.sentences import split_clauses

_SENTENCE_PAUSE_S, _CLAUSE_PAUSE_S = 0.3, 0.12


@dataclass(frozen=True, slots=True)
class SpeechSegment:
    """A sentence, or a part of the first one; `pause`: the silence after it, in seconds."""

    text: str
    pause: float


def segment_text(frontend: Frontend, text: str) -> list[SpeechSegment]:
    """The segments of a text. A long first sentence is split after its first clause: the first audio starts earlier.

    Raises `Validation` for a text without speakable characters.
    """
    sentences = frontend.sentences(text)
    first, *rest = split_clauses(sentences[0])
    segments = [SpeechSegment(sentence, _SENTENCE_PAUSE_S) for sentence in sentences[1:]]
    if rest:
        segments[:0] = [SpeechSegment(first, _CLAUSE_PAUSE_S), SpeechSegment(" ".join(rest), _SENTENCE_PAUSE_S)]
    else:
        segments[:0] = [SpeechSegment(first, _SENTENCE_PAUSE_S)]
    return [*segments[:-1], SpeechSegment(segments[-1].text, 0.0)]
