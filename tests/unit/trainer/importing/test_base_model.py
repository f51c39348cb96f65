"""An imported voice as the base of a run: the trainer begins with its very weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from accelerate import Accelerator

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits.build import build_task
from services.trainer.recipes.vits.parameters import VitsParameters
from tests.support.imports import ImportFolder, Source
from tests.support.training import SENTENCES, write_dataset

pytestmark = pytest.mark.timeout(120)


def test_a_run_of_vits_starts_with_the_imported_weights(place: ImportFolder, source: Source, tmp_path: Path) -> None:
    place.run()
    dataset = write_dataset(tmp_path / "dataset", [(f"u{n}", text) for n, text in enumerate(SENTENCES)])
    # The preset is another size on purpose: with a base model its sizes count.
    parameters = VitsParameters(preset="quality", device="cpu", batch_size=3)
    spec = TaskSpec(parameters, (dataset,), place.product, None, None, Accelerator(cpu=True), print)
    weights = build_task(spec).network.state_dict()
    theirs = source.network.state_dict()
    generator = [name for name in theirs if not name.startswith("disc.")]
    assert len(generator) > 100
    assert all(torch.equal(weights[name], theirs[name]) for name in generator)
