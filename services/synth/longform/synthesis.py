"""Synthesizes the sentences that the journal lacks; each is stored before it counts as progress."""

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
# One sentence that a voice cannot speak does not fail a book; this many in a row mean that it can speak none.
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
    """Synthesize the rest of the plan into the journal.

    Raises `Interrupted` as soon as the job is interrupted, `Validation` if the voice can speak none of the text.
    """
    refused: Validation | None = None
    while len(journal.sentences) < len(plan.lines):
        try:
            await _speak(context, pipeline, resolved, plan, journal, options, progress)
        except Validation as error:
            refused = error
            line = plan.lines[len(journal.sentences)]
            _LOG.warning("sentence_skipped", sentence=line.text[:60], reason=error.message)
            tail = journal.sentences[-_MOST_SKIPPED:]
            if len(tail) == _MOST_SKIPPED and not any(sentence.seconds for sentence in tail):
                raise
            await asyncio.to_thread(journal.append, line.chapter, line.text, 0, b"", b"")
            progress.add(journal.sentences[-1])
    if not journal.end:
        raise refused or Validation("The voice cannot speak any sentence of this text.")
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
    rest = plan.lines[len(journal.sentences) :]
    async with aclosing(pipeline.read(resolved, [line.text for line in rest], options, context.job.owner)) as spoken:
        for line in rest:
            audio = await _next(context, spoken)
            pause = silence(line.pause, audio.sample_rate)
            await asyncio.to_thread(journal.append, line.chapter, line.text, audio.sample_rate, audio.pcm, pause)
            progress.add(journal.sentences[-1])
            context.report(progress.speaking())


async def _next(context: SpeechContext, spoken: AsyncGenerator[CachedAudio]) -> CachedAudio:
    """The audio of the next sentence. Raises `Interrupted`, also while the sentence is queued."""
    context.check()
    audio = await unless(context.interrupted, anext(spoken, None))
    if audio is None:
        context.check()
        raise Internal("The synthesis ended before the end of the text.")
    return audio
