"""How far a text is read, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.synth.longform.journal import SpokenSentence
from services.synth.longform.plan import RenderPlan
from shared.contracts.kinds.speech import SpeechProgress

_SPEAKING = 0.95
"""The part of the whole that is speaking; MP3, the slowest, is encoded some seventy times faster than it is heard."""

# A rate of less than that says nothing yet.
_SOONEST_S = 2.0


class RenderProgress:
    """`fraction` counts characters. `eta` goes by this attempt alone: an earlier one may have had another machine."""

    def __init__(
        self,
        plan: RenderPlan,
        said: Sequence[SpokenSentence],
        voice: str,
        restarted: str | None,
        monotonic: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._voice = voice
        self._restarted = restarted
        self._clock = monotonic
        self._total = max(1, plan.characters)
        self._done = self._done_before = sum(len(line.text) for line in plan.lines[: len(said)])
        self._sentences = len(said)
        self._seconds = said[-1].end / 2 / said[-1].rate if said and said[-1].rate else 0.0
        self._started = monotonic()
        self._encoding_since: float | None = None

    def said(self, said: SpokenSentence) -> None:
        self._done += len(said.text)
        self._sentences += 1
        if said.rate:
            self._seconds = said.end / 2 / said.rate

    def speaking(self) -> SpeechProgress:
        elapsed, done = self._clock() - self._started, self._done - self._done_before
        known = done > 0 and elapsed >= _SOONEST_S
        return self._progress(
            _SPEAKING * self._done / self._total, (self._total - self._done) * elapsed / done if known else None
        )

    def encoding(self, share: float) -> SpeechProgress:
        """`share` of the samples, 0 to 1."""
        now = self._clock()
        if self._encoding_since is None:
            self._encoding_since = now
        elapsed = now - self._encoding_since
        known = share > 0 and elapsed >= _SOONEST_S
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
