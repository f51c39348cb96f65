"""The handler of speech jobs: renders a long text into one audio file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.synth.lexicons import Lexicons
from services.synth.longform.context import SpeechContext
from services.synth.longform.disk_space import FreeBytes, bytes_needed
from services.synth.longform.journal import Head, Journal, read_head
from services.synth.longform.muxing import finish, read_result, remove_work
from services.synth.longform.plan import MOST_CHARACTERS, RenderPlan, make_plan
from services.synth.longform.progress import RenderProgress
from services.synth.longform.synthesis import speak_rest
from services.synth.longform.threads import in_thread
from services.synth.pipeline import SynthesisOptions, SynthesisPipeline
from services.synth.rpc_handlers import require_language
from services.synth.voice_readings import reading_of
from services.synth.voices import ResolvedVoice, VoiceRegistry
from shared.contracts.errors import NoSpace, NotFound
from shared.contracts.kinds.speech import SpeechResult, SpeechSpec
from shared.files import DataTree, remove_tree, try_lock
from shared.files.disk import disk_is_full
from shared.files.renders import RenderFolder
from shared.jobs import Fail, Interrupt, Interrupted, Pause
from shared.objects import SHARED_FOLDER, UnitAccess
from shared.persian.frontend import Frontend
from shared.tasks import wait_set
from shared.telemetry import get_logger, log_context

_LOG = get_logger("synth")
_LOCK_S = 0.5
_TEXT_S = 60.0  # from the gateway over a bucket to a remote machine


@dataclass(frozen=True, slots=True)
class RenderHandler:
    """`most_characters`: the limit of a text after normalisation."""

    tree: DataTree
    registry: VoiceRegistry
    pipeline: SynthesisPipeline
    lexicons: Lexicons
    free_bytes: FreeBytes
    monotonic: Callable[[], float] = time.monotonic
    most_characters: int = MOST_CHARACTERS
    units: UnitAccess = SHARED_FOLDER

    async def __call__(self, context: SpeechContext) -> SpeechResult:
        folder = RenderFolder(self.tree.renders / context.job.id)
        unit = self.tree.relative(folder.root)
        if not await asyncio.to_thread(folder.text.exists):
            with suppress(NotFound):  # the text is gone, which `_text` says
                await self.units.ensure(unit, patience_s=_TEXT_S)
        await self.lexicons.fetch(context.job.owner)
        result = await self._alone(context, folder)
        await self.units.publish(unit, over=True)  # a synth that lost this lease may have published its result
        return result

    async def _alone(self, context: SpeechContext, folder: RenderFolder) -> SpeechResult:
        async with self._folder_locked(context, folder):
            try:
                return await self._render(context, folder)
            except OSError as error:
                if disk_is_full(error):
                    full = NoSpace(
                        "The disk became full; the spoken sentences are kept.",
                        hint="Free space under SOKHAN_DATA: it resumes by itself.",
                    )
                    raise Pause(full) from error
                raise

    @asynccontextmanager
    async def _folder_locked(self, context: SpeechContext, folder: RenderFolder) -> AsyncIterator[None]:
        """Hold the folder's lock. Waits for a worker that lost its lease and still writes."""
        while True:
            with try_lock(folder.root, self.tree.locks) as mine:
                if mine:
                    try:
                        yield
                    except Interrupted as interrupted:
                        if interrupted.reason is Interrupt.CANCEL:
                            await asyncio.to_thread(remove_tree, folder.root)
                        raise
                    return
            await wait_set(context.interrupted, _LOCK_S)
            context.check()

    async def _render(self, context: SpeechContext, folder: RenderFolder) -> SpeechResult:
        spec = context.job.spec
        done = await asyncio.to_thread(read_result, self.tree, folder)
        if done is not None:
            return done
        text = await self._text(folder)
        resolved = await self._voice(spec, folder, context.job.owner)
        require_language(resolved, spec.language)
        current = await asyncio.to_thread(self.lexicons.current, spec.lexicon, context.job.owner)
        frontend = Frontend(lexicon=current.lexicon)
        reading = spec.reading or await asyncio.to_thread(reading_of, resolved)
        plan = await in_thread(context, lambda check: make_plan(frontend, text, check, self.most_characters))
        head = Head(
            voice=resolved.voice.id,
            version=resolved.version,
            sentences=plan.digest(),
            speed=spec.speed,
            seed=spec.seed,
            speaker=spec.speaker,
            reading=reading,
        )
        options = SynthesisOptions(
            frontend, current.version, spec.speed, spec.seed, spec.speaker, reading=spec.reading, keep=False
        )
        journal = await in_thread(context, lambda _: Journal(folder, head))
        try:
            with log_context(voice=resolved.voice.id):
                progress = RenderProgress(
                    plan, journal.sentences, resolved.voice.id, _restarted(journal, head), self.monotonic
                )
                await self._require_disk_space(spec, resolved, plan, journal)
                context.report(progress.speaking())
                await speak_rest(context, self.pipeline, resolved, plan, journal, options, progress)
                return await self._finish(context, folder, spec, head, plan, journal, progress)
        finally:
            await asyncio.to_thread(journal.close)

    async def _text(self, folder: RenderFolder) -> str:
        try:
            return await asyncio.to_thread(folder.text.read_text, "utf-8")
        except FileNotFoundError as error:
            raise Fail(NotFound("The text of this job is gone.", hint="Send it again.")) from error

    async def _voice(self, spec: SpeechSpec, folder: RenderFolder, owner: str) -> ResolvedVoice:
        """The voice of an earlier attempt if it is still visible, even if the alias changed. Raises `NotFound`."""
        head = await asyncio.to_thread(read_head, folder)
        if head is not None:
            with suppress(NotFound):
                return await self.registry.find(head.voice, owner)
        return await self.registry.find(spec.voice, owner)

    async def _require_disk_space(
        self, spec: SpeechSpec, resolved: ResolvedVoice, plan: RenderPlan, journal: Journal
    ) -> None:
        """Raises `NoSpace` if the speech clearly does not fit, before hours of work; pauses a job with progress."""
        left = sum(len(line.text) for line in plan.lines[len(journal.sentences) :])
        rate = journal.rate or resolved.voice.sample_rate
        needed = bytes_needed(left, spec.speed, rate, spec.response_format, journal.end)
        free = await asyncio.to_thread(self.free_bytes, self.tree.root)
        if needed > free:
            error = NoSpace(
                f"The speech needs about {needed / 1e6:,.0f} MB and {free / 1e6:,.0f} MB are free.",
                hint="Free space under SOKHAN_DATA.",
            )
            raise Pause(error) if journal.sentences else error

    async def _finish(
        self,
        context: SpeechContext,
        folder: RenderFolder,
        spec: SpeechSpec,
        head: Head,
        plan: RenderPlan,
        journal: Journal,
        progress: RenderProgress,
    ) -> SpeechResult:
        loop = asyncio.get_running_loop()

        def report_encoding(fraction: float) -> None:
            loop.call_soon_threadsafe(context.report, progress.encoding(fraction))

        context.report(progress.encoding(0.0))
        result = await in_thread(
            context,
            lambda check: finish(
                self.tree, folder, spec.response_format, head, plan, journal.sentences, check, report_encoding
            ),
        )
        await asyncio.to_thread(journal.close)
        await asyncio.to_thread(remove_work, folder)
        _LOG.info("render_finished", sentences=result.sentences, seconds=result.seconds, bytes=result.bytes)
        return result


def _restarted(journal: Journal, head: Head) -> str | None:
    """The reason why the sentences of an earlier attempt were discarded, or None.

    A later result is better than a book in two voices.
    """
    before = journal.replaced
    if before is None:
        return None
    reason = "the text is split into other sentences now: the lexicon or Sokhan itself was changed"
    if (before.voice, before.version) != (head.voice, head.version):
        reason = f"the voice {before.voice} was replaced"
    _LOG.warning("render_restarted", reason=reason)
    return reason
