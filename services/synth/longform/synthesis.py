"""Speaks what a journal does not have yet, sentence by sentence, each kept before the next is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from services.synth.cache import CachedAudio
from services.synth.longform.context import SpeechContext
from services.synth.longform.journal import Journal
from services.synth.longform.plan import RenderPlan
from services.synth.longform.progress import RenderProgress
from services.synth.pipeline import SynthesisOptions, SynthesisPipeline
from services.synth.postprocess import silence
from services.synth.voices import ResolvedVoice
from shared.contracts.errors import Internal, Validation
from shared.tasks import unless
from shared.telemetry import get_logger

_LOG = get_logger("synth")
# A sentence that a voice cannot say is no reason to give up a book; as many in a row mean that it can say nothing.
_MOST_SKIPPED = 20


async def speak_rest(
    context: SpeechContext,
    pipeline: SynthesisPipeline,
    resolved: ResolvedVoice,
    plan: RenderPlan,
    journal: Journal,
    options: SynthesisOptions,
    progress: RenderProgress,
) -> None:
    """Raises `Interrupted` at once when the job is asked to leave, `Validation` where the voice can say none of it."""
    refused: Validation | None = None
    while len(journal.said) < len(plan.lines):
        try:
            await _speak(context, pipeline, resolved, plan, journal, options, progress)
        except Validation as error:
            refused = error
            line = plan.lines[len(journal.said)]
            _LOG.warning("sentence_skipped", sentence=line.text[:60], reason=error.message)
            tail = journal.said[-_MOST_SKIPPED:]
            if len(tail) == _MOST_SKIPPED and not any(sentence.seconds for sentence in tail):
                raise
            await asyncio.to_thread(journal.append, line.chapter, line.text, 0, b"", b"")
            progress.said(journal.said[-1])
    if not journal.end:
        raise refused or Validation("The voice can say nothing of this text.")
    await asyncio.to_thread(journal.sync)


async def _speak(
    context: SpeechContext,
    pipeline: SynthesisPipeline,
    resolved: ResolvedVoice,
    plan: RenderPlan,
    journal: Journal,
    options: SynthesisOptions,
    progress: RenderProgress,
) -> None:
    rest = plan.lines[len(journal.said) :]
    async with aclosing(pipeline.read(resolved, [line.text for line in rest], options, context.job.owner)) as spoken:
        for line in rest:
            audio = await _next(context, spoken)
            pause = silence(line.pause, audio.sample_rate)
            await asyncio.to_thread(journal.append, line.chapter, line.text, audio.sample_rate, audio.pcm, pause)
            progress.said(journal.said[-1])
            context.report(progress.speaking())


async def _next(context: SpeechContext, spoken: AsyncGenerator[CachedAudio]) -> CachedAudio:
    """The next sentence. Raises `Interrupted`, also while it waits in the queue."""
    context.check()
    audio = await unless(context.interrupted, anext(spoken, None))
    if audio is None:
        context.check()
        raise Internal("The reader ended before the text did.")
    return audio
