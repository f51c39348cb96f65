"""What a recipe declares, and how it refuses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from services.trainer.recipes import RECIPES, find_recipe
from shared.contracts.errors import Validation
from shared.contracts.wire import ConfigValue

VITS = find_recipe("vits")
SHARED = {
    "max_steps", "epochs", "batch_size", "learning_rate", "seed", "evaluate_every", "checkpoint_every",
    "keep_checkpoints", "precision", "device", "early_stopping_patience",
}  # fmt: skip


def test_every_recipe_that_trains_has_the_shared_parameters() -> None:
    for recipe in RECIPES:
        if recipe.work == "train":
            described = recipe.describe()
            assert {p.name for p in described.parameters} >= SHARED
            assert described.datasets


def test_every_parameter_has_help_in_both_languages() -> None:
    for recipe in RECIPES:
        assert all(p.help and p.help_fa for p in recipe.describe().parameters)


def test_an_import_shows_only_what_counts_for_it() -> None:
    described = find_recipe("import").describe()
    assert {p.name for p in described.parameters} == {"checkpoint", "config", "language"}
    assert described.datasets == ()


def test_defaults_are_filled_in_and_are_themselves_valid() -> None:
    resolved = VITS.parse({"preset": "tiny"}).model_dump()
    assert resolved["preset"] == "tiny"
    assert resolved["batch_size"] == 16
    assert VITS.parse(resolved).model_dump() == resolved


def test_a_parameter_is_described_with_its_bounds() -> None:
    described = {p.name: p for p in VITS.describe().parameters}
    batch = described["batch_size"]
    assert (batch.type, batch.minimum, batch.maximum, batch.default) == ("int", 1, 512, 16)
    assert described["learning_rate"].type == "float"
    assert described["preset"].choices == ("tiny", "small", "fast", "quality")
    assert described["text_input"].choices == ("phonemes", "graphemes")


REFUSED: list[tuple[dict[str, ConfigValue], tuple[str, ...]]] = [
    ({"batch_size": 0}, ("batch_size", "between 1 and 512", "0")),
    ({"batch_size": 1.5}, ("batch_size", "whole number")),
    ({"batch_size": "many"}, ("batch_size", "'many'")),
    ({"batch_size": None}, ("batch_size",)),
    ({"learning_rate": 1.0}, ("learning_rate", "between 1e-07 and 0.1")),
    ({"learning_rate": float("nan")}, ("learning_rate",)),
    ({"learning_rate": float("inf")}, ("learning_rate",)),
    ({"preset": "huge"}, ("preset", "tiny, small, fast, quality")),
    ({"device": "tpu"}, ("device", "auto, cpu, cuda")),
    ({"seed": -1}, ("seed",)),
    ({"keep_checkpoints": 0}, ("keep_checkpoints",)),
    ({"max_steps": 0}, ("max_steps", "epochs")),
    ({"max_audio_seconds": 3600}, ("max_audio_seconds", "between 1 and 60")),
    ({"text_input": "../../etc/passwd"}, ("text_input", "phonemes, graphemes")),
    ({"__class__": 1}, ("__class__",)),
]


@pytest.mark.parametrize(("config", "named"), REFUSED)
def test_what_is_wrong_is_named(config: dict[str, ConfigValue], named: tuple[str, ...]) -> None:
    with pytest.raises(Validation) as refused:
        VITS.parse(config)
    assert all(part in refused.value.message for part in named)


def test_a_misspelt_parameter_gets_the_right_one_as_a_hint() -> None:
    with pytest.raises(Validation) as refused:
        VITS.parse({"batchsize": 8})
    assert refused.value.hint == "Did you mean “batch_size”?"


def test_an_unknown_recipe_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Validation, match="whisper") as refused:
        find_recipe("whisper")
    assert "vits" in str(refused.value.hint)


def test_describing_recipes_loads_no_torch() -> None:
    code = (
        "import sys; from services.trainer.recipes import RECIPES; [r.describe() for r in RECIPES]; "
        "import services.trainer.interface.protocol, services.trainer.child.checkpoints; "
        "sys.exit(bool({'torch', 'TTS', 'accelerate', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
