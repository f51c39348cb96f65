"""The toy recipe: steps of a given length that train nothing, for tests of what surrounds the training.

It is registered by the entry point of the distribution beside this file, so it exists where this folder is on
PYTHONPATH (`TOY_PATH`). No torch: the child starts in a tenth of the time of a real recipe's.
"""

from __future__ import annotations

from pathlib import Path

from services.trainer.interface.parameters import Parameters, parameter
from services.trainer.interface.recipe import RecipeSpec

TOY_PATH = Path(__file__).parent


class ToyParameters(Parameters):
    step_seconds: float = parameter(0.02, "Seconds of a step.", "ثانیه‌های یک گام.", minimum=0, maximum=60)
    checkpoint_bytes: int = parameter(400, "Bytes of a checkpoint.", "بایت‌های هر نقطه.", minimum=1, maximum=10**9)
    samples: int = parameter(20, "Samples of an epoch.", "نمونه‌های یک دور.", minimum=1, maximum=1_000_000)


TOY = RecipeSpec(
    name="toy",
    title="A toy for tests",
    title_fa="اسباب‌بازی برای آزمون",
    parameters=ToyParameters,
    datasets=("ljspeech", "text"),
    base_models=(),
    task="tests.support.toy.task:build_task",
    makes="model",
    torch=False,
)
