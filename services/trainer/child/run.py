"""Executes a run: from its spec to the published result."""

from __future__ import annotations

import importlib
import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.child.distributed_controls import DistributedControls
from services.trainer.child.loop import Loop, LoopState, read_state, seed_torch
from services.trainer.child.monitor import Monitor, gpu_index
from services.trainer.child.process_group import ProcessGroup, SingleProcess
from services.trainer.child.rank import my_rank
from services.trainer.interface.channel import Channel
from services.trainer.interface.controls import Controls
from services.trainer.interface.parameters import Parameters
from services.trainer.interface.protocol import Finished, Log, RunSpec, Started
from services.trainer.interface.task import Task, TaskSpec
from services.trainer.recipes import RecipeSpec, find_recipe
from shared.contracts.errors import Validation, WorkerLost
from shared.contracts.holding import owned_by
from shared.files import try_lock, write_atomic
from shared.files.layout import LEXICON
from shared.persian.lexicon import MOST_ENTRIES, Lexicon
from shared.persian.lexicon_layers import layered, lexicon_text
from shared.products import Origin, publish, read_info
from shared.products.deployed import read_mark

if TYPE_CHECKING:
    from accelerate import Accelerator


def run(spec: RunSpec, channel: Channel, controls: Controls) -> Finished:
    """Train, write checkpoints, publish the best one. Raises any `SokhanError`; see `failures` for other errors."""
    spec.checkpoints.mkdir(parents=True, exist_ok=True)
    with try_lock(spec.checkpoints, spec.checkpoints.parent) if my_rank() == 0 else nullcontext(True) as mine:
        if not mine:
            # The child of a disconnected supervisor; it ends when that supervisor exits or finds its lease lost.
            raise WorkerLost("Another process still works on this run.", hint="Sokhan tries again by itself.")
        recipe = find_recipe(spec.recipe)
        if recipe.work == "import":
            run_import = cast("Callable[[RunSpec, Channel, Controls], Finished]", _import(recipe.task))
            return run_import(spec, channel, controls)
        return _train(spec, channel, controls)


def _train(spec: RunSpec, channel: Channel, controls: Controls) -> Finished:
    recipe = find_recipe(spec.recipe)
    parameters = recipe.parse(spec.config)
    assert isinstance(parameters, Parameters)
    group = _process_group(recipe, parameters)

    def log(message: str) -> None:
        channel.send(Log(level="info", message=message, time=time.time()))

    store = CheckpointStore(spec.checkpoints, parameters.best_values)
    if group.is_main_process:
        _remove_unfinished(spec, store, log)
        _store_lexicon(spec)
    group.wait_for_everyone()
    resume = _resume(spec, store)
    build = cast("Callable[[TaskSpec[Parameters]], Task]", _import(recipe.task))
    lexicon = Lexicon.load(spec.checkpoints / LEXICON, most=2 * MOST_ENTRIES)
    models = (spec.base_model, spec.teacher_model)
    accelerator = cast("Accelerator", group)
    task = build(TaskSpec(parameters, spec.datasets, *models, resume, accelerator, log, lexicon, spec.asr_model))
    state = read_state(resume) if resume is not None else LoopState()
    if resume is not None and resume == spec.start_from:
        state.evaluations_without_improvement = 0  # early stopping counts this run's evaluations only
    loop = Loop(
        task,
        parameters,
        store,
        channel,
        DistributedControls(controls, group),
        state,
        system=Monitor(gpu_index(group.device)).latest,
        rank=group.process_index,
        meet=group.wait_for_everyone,
        seed=seed_torch if recipe.torch else random.seed,
        measure_start=spec.base_model is not None,
    )
    if resume is not None and resume == spec.start_from and loop.max_steps <= state.step:
        raise Validation(
            f"The checkpoint is of step {state.step} and the run ends at step {loop.max_steps} "
            f"({task.steps_per_epoch} steps an epoch): there is nothing left to train.",
            hint="Raise max_steps or epochs; steps are counted on from the checkpoint's.",
        )
    channel.send(
        Started(
            max_steps=loop.max_steps,
            steps_per_epoch=task.steps_per_epoch,
            resumed_from=state.step if resume is not None else None,
            parameters=task.parameter_count,
            device=str(group.device),
        )
    )
    reason = loop.run()
    product = _publish(spec, store) if group.is_main_process and reason != "paused" else None
    best, last = store.best(), store.last()
    return Finished(
        step=state.step,
        reason=reason,
        best_step=best.step if best is not None else None,
        last_step=last.step if last is not None else None,
        product=product,
    )


def _process_group(recipe: RecipeSpec, parameters: Parameters) -> ProcessGroup:
    if not recipe.torch:
        return SingleProcess()
    from services.trainer.child.accelerator import make_accelerator

    group: ProcessGroup = make_accelerator(parameters)
    return group


def _store_lexicon(spec: RunSpec) -> None:
    """Copy the account's lexicon, over the installation's, at the first start: a resumed run reads words the same way.

    Raises `Validation` with the invalid line.
    """
    stored = spec.checkpoints / LEXICON
    if not stored.exists():
        account, installed = (
            Lexicon.load(path) if path is not None else Lexicon() for path in (spec.account_lexicon, spec.lexicon)
        )
        write_atomic(stored, lexicon_text(layered(account, installed)).encode())


def _remove_unfinished(spec: RunSpec, store: CheckpointStore, log: Callable[[str], None]) -> None:
    """Remove incomplete checkpoints, and those after the step that the run resumes from."""
    for name in store.clean():
        log(f"Removed {name}, an incomplete checkpoint of an interrupted run.")
    if spec.resume != "auto":
        for removed in store.discard_after(spec.resume or 0):
            log(f"Removed the checkpoint of step {removed}: the run resumes from step {spec.resume or 0}.")


def _resume(spec: RunSpec, store: CheckpointStore) -> Path | None:
    """The checkpoint to resume from: the run's own, else one of another run. Raises `NotFound`."""
    if spec.resume == "auto":
        last = store.last()
        own = store.folder(last.step) if last is not None else None
    else:
        own = store.folder(store.find(spec.resume).step) if spec.resume else None
    return own or spec.start_from


def _publish(spec: RunSpec, store: CheckpointStore) -> Path | None:
    """Publish the best checkpoint. Returns its folder, or None without a checkpoint."""
    best = store.best()
    if best is None:
        return None
    if _is_deployed(spec, store):  # a user deployed a checkpoint under this name: keep it
        return spec.product_folder
    return publish(
        store.folder(best.step),
        spec.product_folder,
        recipe=spec.recipe,
        origin=Origin(name=spec.product_name, run_id=spec.run_id, step=best.step),
        scratch=spec.scratch,
        access=owned_by(spec.owner),
    )


def _is_deployed(spec: RunSpec, store: CheckpointStore) -> bool:
    try:
        product = read_info(spec.product_folder)
    except (OSError, ValidationError):
        return False
    mark = read_mark(store.folder(product.step))
    return product.run_id == spec.run_id and mark is not None and mark.name == spec.product_name


def _import(reference: str) -> object:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
