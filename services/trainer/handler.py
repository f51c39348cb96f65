"""The handler of training jobs: starts the child, records its messages, forwards the user's controls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.context import TrainingContext
from services.trainer.devices import Devices
from services.trainer.inputs import RunInputs, own_checkpoints
from services.trainer.interface.protocol import (
    CheckpointSaved,
    ChildControl,
    Evaluated,
    Failed,
    Finished,
    Log,
    Message,
    RunSpec,
    Started,
    Step,
)
from services.trainer.metrics import TrainingMetrics
from services.trainer.patience import patiently
from services.trainer.process import ChildProcess
from services.trainer.publishing import CheckpointPublisher
from services.trainer.recipes import find_recipe
from services.trainer.resources import resources_of
from services.trainer.run_recorder import BATCH_S, RunRecorder
from shared.contracts.errors import Internal, Unavailable, WorkerLost
from shared.contracts.kinds.training import (
    CheckpointOrigin,
    TrainingJob,
    TrainingResult,
    check_request,
    completed_spec,
)
from shared.contracts.owners import own_namespace
from shared.contracts.rpc import CheckedTraining, CheckTraining, ErrorInfo
from shared.files import DataTree
from shared.jobs import Clock, Fail, Interrupt, Interrupted, Retry
from shared.objects import UnitAccess, try_ensure
from shared.objects.errors import Busy, Superseded
from shared.runs import LogLevel, RunRepository
from shared.telemetry import get_logger

_LOG = get_logger("trainer")
_SETTLES_S = 60.0


@dataclass(frozen=True, slots=True)
class TrainingHandler:
    tree: DataTree
    runs: RunRepository
    inputs: RunInputs
    units: UnitAccess
    now: Clock
    devices: Devices
    memory_limit: int | None
    """The memory limit of a run's process, in bytes."""
    published: Callable[[], Awaitable[None]]
    """Called after a model or voice is published: requests a scan."""

    metrics: TrainingMetrics
    check: Callable[[CheckTraining], Awaitable[CheckedTraining]]

    async def __call__(self, context: TrainingContext) -> TrainingResult:
        await self._complete_spec(context)
        with self.units.in_use(self._read_and_written(context.job)):
            return await self._train(context)

    def _read_and_written(self, job: TrainingJob) -> list[str]:
        spec = job.spec
        assets = [("dataset", name) for name in spec.datasets]
        assets += [
            ("model", name) for name in (spec.base_model, spec.teacher_model, spec.asr_model) if name is not None
        ]
        folders = [self.tree.folder(kind, name) for kind, name in assets]
        return [*(self.tree.relative(folder) for folder in folders), f"checkpoints/{job.id}"]

    async def _train(self, context: TrainingContext) -> TrainingResult:
        recorder = await RunRecorder.open(context, self.runs, self.now, self.metrics)
        run = await patiently(context, lambda: self._run_spec(context.job, recorder))
        if context.interrupt is not Interrupt.STOP:  # a stopped run still publishes its best checkpoint
            context.check()
        environment = self.devices.place(context.job.id).environment()
        child = await ChildProcess.start(run, environment, resources_of(context.job.spec).processes)
        _LOG.info("child_started", pid=child.pid, resume=run.resume)
        try:
            last = await self._receive_messages(context, child, recorder)
        finally:
            await child.end()
        await recorder.flush()
        return await self._conclude(context, run, child, last, recorder)

    async def _complete_spec(self, context: TrainingContext) -> None:
        """Check a run that was accepted while no trainer was running. Raises what the check raises."""
        spec = context.job.spec
        if not spec.checked:
            answer = await self.check(check_request(spec, context.job.owner))
            await context.complete_spec(completed_spec(spec, answer))

    async def _run_spec(self, job: TrainingJob, recorder: RunRecorder) -> RunSpec:
        spec = job.spec
        folders = [await self.inputs.folder("dataset", dataset, job.owner) for dataset in spec.datasets]
        base, teacher, asr = [
            await self.inputs.folder("model", model, job.owner) if model is not None else None
            for model in (spec.base_model, spec.teacher_model, spec.asr_model)
        ]
        checkpoints = self.tree.checkpoints / job.id
        await self._fetch_earlier(job)
        await asyncio.to_thread(own_checkpoints, checkpoints, job.owner)
        persisted = await recorder.last_step()
        steps = [c.step for c in await asyncio.to_thread(lambda: CheckpointStore(checkpoints).all())]
        resume = max((step for step in steps if step <= persisted), default=None)
        await recorder.resume_from(resume or 0, steps)
        return RunSpec(
            run_id=job.id,
            recipe=spec.recipe,
            config=spec.config,
            datasets=tuple(folders),
            base_model=base,
            teacher_model=teacher,
            asr_model=asr,
            checkpoints=checkpoints,
            scratch=self.tree.tmp,
            product_folder=self.tree.folder("model", f"{own_namespace(job.owner)}/{spec.name}"),
            product_name=spec.name,
            owner=job.owner,
            start_from=await self._checkpoint(spec.start_from) if resume is None else None,
            resume=resume,
            memory_limit=self.memory_limit,
            lexicon=self.tree.lexicon,
            account_lexicon=self.tree.account_lexicon(job.owner),
        )

    async def _fetch_earlier(self, job: TrainingJob) -> None:
        """The checkpoints of earlier attempts, the product that this run replaces, and the lexicons."""
        await self.units.ensure_below(f"checkpoints/{job.id}")
        account = self.tree.account_lexicon(job.owner)
        product = self.tree.folder("model", f"{own_namespace(job.owner)}/{job.spec.name}")
        for path in (self.tree.lexicon, account, product):
            if path is not None:
                await try_ensure(self.units, self.tree.relative(path))

    async def _checkpoint(self, origin: CheckpointOrigin | None) -> Path | None:
        if origin is None:
            return None
        await self.units.ensure(f"checkpoints/{origin.run}/{origin.step}")
        store = CheckpointStore(self.tree.checkpoints / origin.run)
        return store.folder((await asyncio.to_thread(store.find, origin.step)).step)

    async def _receive_messages(
        self, context: TrainingContext, child: ChildProcess, recorder: RunRecorder
    ) -> Message | None:
        """Record the child's messages until it ends. Returns the decisive one: the last, or the first failure."""
        last: Message | None = None
        run = f"checkpoints/{context.job.id}"
        publisher = CheckpointPublisher(
            self.units, run, lambda saved: _record_checkpoint(recorder, saved), context.interrupted
        )

        async def receive() -> None:
            nonlocal last
            async for message in child.messages():
                # Of several processes the failed one reports first; the others then fail for want of it.
                if not isinstance(last, Failed) or last.code == Internal.code:
                    last = message
                self._record(recorder, publisher, message)

        async with asyncio.TaskGroup() as group:
            helpers = [
                group.create_task(self._flush(recorder)),
                group.create_task(publisher.run()),
                group.create_task(self._forward_controls(context, child)),
            ]
            await group.create_task(receive())
            await child.wait()
            if context.interrupt is not Interrupt.CANCEL:
                await publisher.finish()
            for helper in helpers:
                helper.cancel()
        return last

    @staticmethod
    def _record(recorder: RunRecorder, publisher: CheckpointPublisher, message: Message) -> None:
        match message:
            case Started():
                recorder.started(message)
            case Step():
                recorder.step(message)
            case Evaluated():
                recorder.evaluated(message)
            case CheckpointSaved():
                publisher.add(message)
            case Log():
                recorder.log(message)
            case Finished() | Failed():
                pass

    async def _publish(self, product: str) -> None:
        """Publish a product. Raises `Retry` if the name was taken meanwhile: the next attempt sees by whom."""
        try:
            await self.units.publish(product)
        except (Superseded, Busy) as error:
            await self.units.ensure(product, patience_s=_SETTLES_S)
            raise Retry(WorkerLost("Somebody else has published a model of this name meanwhile.")) from error

    @staticmethod
    async def _flush(recorder: RunRecorder) -> None:
        while True:
            await asyncio.sleep(BATCH_S)
            try:
                await recorder.flush()
            except Unavailable as error:
                _LOG.warning("batch_not_written", reason=error.message)

    @staticmethod
    async def _forward_controls(context: TrainingContext, child: ChildProcess) -> None:
        """Forward pause and stop to the child; kill the child of a cancelled run."""
        await context.interrupted.wait()
        if context.interrupt is Interrupt.STOP:
            await child.send(ChildControl(action="stop"))
        elif context.interrupt is not Interrupt.CANCEL:
            await child.send(ChildControl(action="pause"))
        await context.cancelled.wait()
        await child.end()

    async def _conclude(
        self, context: TrainingContext, run: RunSpec, child: ChildProcess, last: Message | None, recorder: RunRecorder
    ) -> TrainingResult:
        if context.interrupt is Interrupt.CANCEL:
            raise Interrupted(Interrupt.CANCEL)
        if isinstance(last, Failed):
            error = ErrorInfo(code=last.code, message=last.message, hint=last.hint).error()
            await _log_to_run(recorder, "error", error.message)
            raise Retry(error) if error.retryable else Fail(error)
        if not isinstance(last, Finished):
            status = await child.wait()
            cause = f"signal {-status}" if status < 0 else f"exit status {status}"
            await _log_to_run(recorder, "warning", f"The training process ended unexpectedly ({cause}).")
            raise Retry(
                WorkerLost(
                    f"The training process ended unexpectedly ({cause}).",
                    hint="Signal 9 often means that the system is out of memory: try a smaller batch_size.",
                )
            )
        if last.reason == "paused":
            raise Interrupted(context.interrupt or Interrupt.SHUTDOWN)
        product = None
        if (product_folder := last.product) is not None:
            await patiently(context, lambda: self._publish(self.tree.relative(product_folder)))
            await self.published()
            product = f"{own_namespace(context.job.owner)}/{product_folder.name}"
        speaks = find_recipe(run.recipe).makes == "voice"
        return TrainingResult(
            reason=last.reason,
            steps=last.step,
            best_step=last.best_step,
            model=product,
            voice=product if speaks else None,
        )


async def _record_checkpoint(recorder: RunRecorder, saved: CheckpointSaved) -> None:
    await _retry_while_unavailable(lambda: recorder.checkpoint(saved))


async def _log_to_run(recorder: RunRecorder, level: LogLevel, text: str) -> None:
    """Add a line to the run's log. Without a store it is lost: a log line must not end the run."""
    recorder.log_line(level, text)
    with suppress(Unavailable):
        await recorder.flush()


async def _retry_while_unavailable(write: Callable[[], Awaitable[None]]) -> None:
    """Retry a write until the store is available. A lasting outage ends the run by the loss of its lease."""
    while True:
        try:
            return await write()
        except Unavailable as error:
            _LOG.warning("checkpoint_not_recorded", reason=error.message)
            await asyncio.sleep(BATCH_S)
