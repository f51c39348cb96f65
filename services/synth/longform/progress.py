"""The progress of a render: its fraction and the remaining time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.synth.longform.journal import SpokenSentence
from services.synth.longform.plan import RenderPlan
from shared.contracts.kinds.speech import SpeechProgress

_SPEAKING = 0.95
"""The share of synthesis in the progress. MP3, the slowest format, is encoded at about seventy times real time."""

# The elapsed time below which a rate is not meaningful.
_MIN_ELAPSED_S = 2.0


class RenderProgress:
    """`fraction` counts characters. `eta` uses only this attempt: an earlier one may have run on another machine."""

    def __init__(
        self,
        plan: RenderPlan,
        spoken: Sequence[SpokenSentence],
        voice: str,
        restarted: str | None,
        monotonic: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._voice = voice
        self._restarted = restarted
        self._clock = monotonic
        self._total = max(1, plan.characters)
        self._done = self._done_before = sum(len(line.text) for line in plan.lines[: len(spoken)])
        self._sentences = len(spoken)
        self._seconds = spoken[-1].end / 2 / spoken[-1].rate if spoken and spoken[-1].rate else 0.0
        self._started = monotonic()
        self._encoding_since: float | None = None

    def add(self, sentence: SpokenSentence) -> None:
        """Count a spoken or skipped sentence."""
        self._done += len(sentence.text)
        self._sentences += 1
        if sentence.rate:
            self._seconds = sentence.end / 2 / sentence.rate

    def speaking(self) -> SpeechProgress:
        """The progress during synthesis."""
        elapsed, done = self._clock() - self._started, self._done - self._done_before
        known = done > 0 and elapsed >= _MIN_ELAPSED_S
        return self._progress(
            _SPEAKING * self._done / self._total, (self._total - self._done) * elapsed / done if known else None
        )

    def encoding(self, share: float) -> SpeechProgress:
        """The progress during encoding; `share`: the encoded fraction of the samples, 0 to 1."""
        now = self._clock()
        if self._encoding_since is None:
            self._encoding_since = now
        elapsed = now - self._encoding_since
        known = share > 0 and elapsed >= _MIN_ELAPSED_S
        progress = self._progress(
            _SPEAKING + (1 - _SPEAKING) * min(1.0, share), (1 - share) * elapsed / share if known else None
        )
        return progress.model_copy(update={"stage": "encoding"})

    def _progress(self, fraction: float, eta: float | None) -> SpeechProgress:
        line = self._plan.lines[min(self._sentences, len(self._plan.lines) - 1)]
        return SpeechProgress(
            fraction=min(1.0, fraction),
            stage="speaking",
            sentences_done=self._sentences,
            sentences_total=len(self._plan.lines),
            chapter=line.chapter + 1,
            chapters_total=len(self._plan.titles),
            chapter_title=self._plan.titles[line.chapter] or None,
            seconds_spoken=round(self._seconds, 2),
            eta=None if eta is None else round(eta, 1),
            spoken_by=self._voice,
            restarted=self._restarted,
        )
