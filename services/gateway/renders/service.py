"""Renders of long texts: start, progress, audio and subtitle files, deletion."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from services.gateway.auth import CallerIdentity
from services.gateway.fair_use import FairUse
from services.gateway.paging import PageQuery
from services.gateway.renders.check import check_text, check_voice
from services.gateway.renders.schemas import DeletedText, RenderRequest
from services.gateway.speech.default_voice import DefaultVoice
from services.gateway.speech.one_voice import allowed_voice
from shared.contracts.access import Visibility
from shared.contracts.errors import Conflict, NotFound, RateLimited, Unavailable
from shared.contracts.kinds import SPEECH
from shared.contracts.kinds.speech import SpeechJob, SpeechSpec, SpeechView
from shared.contracts.rpc import Voice
from shared.contracts.states import Control, JobState
from shared.contracts.voices import resolve_voice
from shared.files import DataTree, remove_tree, write_atomic
from shared.files.renders import RenderFolder, Subtitles
from shared.jobs import JobService

_EXCERPT = 100
Voices = Callable[[CallerIdentity], Awaitable[Sequence[Voice]]]


class RendersService:
    """`voices` asks the synth; without an answer, the job itself fails on an unknown voice."""

    def __init__(
        self,
        jobs: JobService,
        voices: Voices,
        tree: DataTree,
        new_id: Callable[[], str],
        most: int,
        fair_use: FairUse,
        default: DefaultVoice,
    ) -> None:
        self._jobs = jobs
        self._voices = voices
        self._tree = tree
        self._new_id = new_id
        self._most = most
        self._fair_use = fair_use
        self._default = default

    async def start(self, request: RenderRequest, caller: CallerIdentity, key: str | None) -> SpeechJob:
        """Accept a long text.

        Raises `Validation`, `TooLarge`, `RateLimited`, `NotFound` for a voice that is unknown or not that of the key,
        `Conflict` for a reused key.
        """
        owner, asked = caller.owner, request.model_dump_json()
        characters = check_text(request.input, self._most)
        request = request.model_copy(update={"voice": _allowed(request.voice, caller)})
        await self._fair_use.may_speak(owner)
        request = await self._with_default(request, caller)
        content = request.input.encode()
        spec = SpeechSpec(
            **request.model_dump(exclude={"input"}),
            text_hash=hashlib.sha256(content).hexdigest(),
            characters=len(request.input),
            excerpt=" ".join(request.input[: 4 * _EXCERPT].split())[:_EXCERPT],
        )
        job_id = self._new_id()
        await asyncio.to_thread(_write, self._folder(job_id), content)
        job = await self._submit(job_id, spec, owner, key, asked)
        if job.id == job_id:
            await self._fair_use.spoken(owner, characters)
        return job

    async def _with_default(self, request: RenderRequest, caller: CallerIdentity) -> RenderRequest:
        """The request, with the account's own choice for one of OpenAI's names. Raises `NotFound`, `Validation`."""
        names: tuple[str, ...] = (request.voice,)
        if caller.voice is None:
            names = await self._default.candidates(request.voice, caller.owner)
        try:
            voices = await self._voices(caller)
        except Unavailable:  # the job itself finds out
            return request.model_copy(update={"voice": names[0]})
        known = [name for name in names if resolve_voice(name, voices, caller.owner)]
        request = request.model_copy(update={"voice": known[0] if known else names[-1]})
        check_voice(request, voices, caller.owner)
        return request

    async def _submit(
        self, job_id: str, spec: SpeechSpec, owner: str, key: str | None, asked: str | None = None
    ) -> SpeechJob:
        """Write the text before the job, so that no worker claims a job without its text."""
        try:
            job = await self._jobs.submit(SPEECH, spec, owner, id=job_id, idempotency_key=key, request=asked)
        except (Conflict, RateLimited):
            await asyncio.to_thread(remove_tree, self._folder(job_id).root)
            raise
        if job.id != job_id:  # an earlier request with the same key
            await asyncio.to_thread(remove_tree, self._folder(job_id).root)
        return job

    async def page(self, caller: CallerIdentity, query: PageQuery) -> tuple[list[SpeechJob], str | None]:
        """A page can have fewer than the limit before the last one: a key for one voice sees its voice's only."""
        jobs, cursor = await self._jobs.repository.page(
            SPEECH, caller.owner, states=query.states, shared=query.shared, limit=query.limit, cursor=query.cursor
        )
        return [job for job in jobs if caller.voice in {None, job.spec.voice}], cursor

    async def show(self, job_id: str, caller: CallerIdentity) -> SpeechJob:
        """Raises `NotFound`, also for another voice than that of the key."""
        return _with_voice(await self._jobs.repository.visible(SPEECH, job_id, caller.owner), caller)

    async def _own(self, job_id: str, caller: CallerIdentity) -> SpeechJob:
        await self.show(job_id, caller)
        return await self._jobs.repository.owned(SPEECH, job_id, caller.owner)

    async def share(self, job_id: str, caller: CallerIdentity, visibility: Visibility) -> SpeechJob:
        return await self._jobs.share(await self._own(job_id, caller), visibility)

    async def views(self, jobs: Sequence[SpeechJob], viewer: str) -> list[SpeechView]:
        return await self._jobs.views(SPEECH, jobs, viewer)

    async def view(self, job: SpeechJob, viewer: str | None = None) -> SpeechView:
        """`viewer`: None for the job's owner."""
        return await self._jobs.view(SPEECH, job, viewer)

    async def request_control(self, job_id: str, caller: CallerIdentity, control: Control) -> SpeechJob:
        return await self._jobs.request_control(await self._own(job_id, caller), control)

    async def resume(self, job_id: str, caller: CallerIdentity) -> SpeechJob:
        return await self._jobs.resume(await self._own(job_id, caller))

    async def retry(self, job_id: str, caller: CallerIdentity) -> SpeechJob:
        """A new job for a failed one, which reuses the finished sentences; the same new job for a repeated call.

        One that waits after a failure is tried again now. Raises `Conflict` for any other, `NotFound`.
        """
        job = await self._own(job_id, caller)
        if job.state is JobState.QUEUED and job.error is not None:
            return await self._jobs.retry_now(job)
        if job.state is not JobState.FAILED:
            raise Conflict(f"The job is {job.state}: only one that waits or has failed can be tried again.")
        spec = job.spec
        again = self._new_id()
        try:
            await asyncio.to_thread(_share, self._folder(job_id), self._folder(again))
        except FileNotFoundError as error:
            raise Conflict("The text of this job is gone.", hint="Send it again.") from error
        return await self._submit(again, spec, caller.owner, f"retry:{job_id}")

    async def audio(self, job_id: str, caller: CallerIdentity) -> tuple[Path, SpeechSpec]:
        """The audio file. Raises `Conflict` before it exists."""
        job = await self._completed(job_id, caller)
        return await _there(self._folder(job_id).audio(job.spec.response_format)), job.spec

    async def subtitles(self, job_id: str, caller: CallerIdentity, kind: Subtitles) -> Path:
        """The subtitle file. Raises `Conflict` before it exists."""
        await self._completed(job_id, caller)
        return await _there(self._folder(job_id).subtitles(kind))

    async def purge(self, job_id: str, caller: CallerIdentity) -> DeletedText:
        """Delete the files, then the document: an interrupted deletion can be repeated. Raises `Conflict`."""
        job = await self._own(job_id, caller)
        if not job.terminal:
            raise Conflict(f"The job is {job.state}.", hint="Cancel it first.")
        freed = await asyncio.to_thread(_remove, self._folder(job_id).root)
        await self._jobs.repository.forget(job)
        return DeletedText(job_id=job_id, bytes=freed)

    async def _completed(self, job_id: str, caller: CallerIdentity) -> SpeechJob:
        job = await self.show(job_id, caller)
        if job.state is not JobState.COMPLETED:
            hint = None if job.terminal else "The file comes when it is completed: subscribe to speech:<id> on /ws."
            raise Conflict(f"The job is {job.state}: there is no file.", hint=hint)
        return job

    def _folder(self, job_id: str) -> RenderFolder:
        return RenderFolder(self._tree.renders / job_id)


def _allowed(voice: str, caller: CallerIdentity) -> str:
    """The voice's name for the synth. Raises `NotFound` for a voice other than that of the key."""
    try:
        return allowed_voice(voice, caller)
    except NotFound as error:
        raise error.about("voice") from None


def _with_voice(job: SpeechJob, caller: CallerIdentity) -> SpeechJob:
    if caller.voice not in {None, job.spec.voice}:
        raise NotFound(f"There is no {job.kind} job with the id {job.id}.")
    return job


async def _there(path: Path) -> Path:
    if not await asyncio.to_thread(path.is_file):
        raise NotFound(f"{path.name} of this job is gone from the disk.", hint="Somebody removed it.")
    return path


def _write(folder: RenderFolder, content: bytes) -> None:
    folder.root.mkdir(parents=True)
    try:
        write_atomic(folder.text, content)
    except BaseException:
        remove_tree(folder.root)
        raise


def _share(old: RenderFolder, new: RenderFolder) -> None:
    """The text, and what is spoken of it. Raises `FileNotFoundError` without a text.

    Samples are linked, not copied: the old job writes no more, and a journal is rewritten when it is opened.
    """
    content = old.text.read_bytes()
    _write(new, content)
    if old.journal.exists() and old.pcm.exists():
        try:
            os.link(old.pcm, new.pcm)
        except OSError:
            shutil.copyfile(old.pcm, new.pcm)
        shutil.copyfile(old.journal, new.journal)


def _remove(folder: Path) -> int:
    """Delete the folder; the bytes that it had."""
    freed = sum(path.lstat().st_size for path in folder.iterdir()) if folder.exists() else 0
    remove_tree(folder)
    return freed
