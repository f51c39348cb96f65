"""The common parameters of recipes, and their declaration: once, with bounds and help in both languages."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Precision = Literal["fp32", "bf16"]
Device = Literal["auto", "cpu", "cuda"]

HELP_FA = "help_fa"
VAL_LOSS = "val_loss"
"""The value that every evaluation has."""


def parameter(
    default: bool | float | str, help_: str, help_fa: str, *, minimum: float | None = None, maximum: float | None = None
) -> Any:
    """A field of a recipe's parameters; bounds are inclusive."""
    return Field(default, ge=minimum, le=maximum, description=help_, json_schema_extra={HELP_FA: help_fa})


class RecipeParameters(BaseModel):
    """The base of all parameters: undeclared names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Parameters(RecipeParameters):
    """The parameters of all training recipes. Steps count from 1; `epochs` or `max_steps` of 0 means no limit."""

    max_steps: int = parameter(
        100_000, "Stop after this many steps; 0 for no limit.", "پس از این تعداد گام می‌ایستد؛ ۰ یعنی بی‌حد.",
        minimum=0, maximum=10_000_000,
    )  # fmt: skip
    epochs: int = parameter(
        0, "Stop after this many passes over the data; 0 for no limit.", "تعداد دور روی داده‌ها؛ ۰ یعنی بی‌حد.",
        minimum=0, maximum=100_000,
    )  # fmt: skip
    batch_size: int = parameter(
        16, "Samples that are computed at once, in each process.", "تعداد نمونه در هر محاسبه، در هر پردازه.",
        minimum=1, maximum=512,
    )  # fmt: skip
    gradient_accumulation: int = parameter(
        1, "Batches whose gradients make one step: a large batch in little memory.",
        "تعداد دسته‌هایی که گرادیانشان یک گام می‌شود؛ دسته‌ی بزرگ با حافظه‌ی کم.", minimum=1, maximum=1024,
    )  # fmt: skip
    processes: int = parameter(
        1, "Processes that share every step, one for each GPU.", "تعداد پردازه‌ها، هر کدام با یک کارت گرافیک.",
        minimum=1, maximum=64,
    )  # fmt: skip
    learning_rate: float = parameter(
        2e-4, "Learning rate at the start.", "نرخ یادگیری در آغاز.", minimum=1e-7, maximum=1e-1
    )  # fmt: skip
    warmup_steps: int = parameter(
        0, "Steps over which the learning rate rises to its value.",
        "گام‌هایی که نرخ یادگیری در آن‌ها بالا می‌آید.", minimum=0, maximum=100_000,
    )  # fmt: skip
    seed: int = parameter(
        42, "The same seed gives the same run.", "با یک بذر، یک نتیجه.", minimum=0, maximum=2**31 - 1
    )  # fmt: skip
    evaluate_every: int = parameter(
        500, "Steps between two evaluations.", "فاصله‌ی دو ارزیابی به گام.", minimum=1, maximum=1_000_000
    )  # fmt: skip
    checkpoint_every: int = parameter(
        1000, "Steps between two checkpoints.", "فاصله‌ی دو نقطه‌ی ذخیره به گام.", minimum=1, maximum=1_000_000
    )  # fmt: skip
    keep_checkpoints: int = parameter(
        3, "How many of the newest checkpoints stay; the best one stays as well.",
        "تعداد نقطه‌های ذخیره‌ی تازه که می‌مانند؛ بهترین هم می‌ماند.", minimum=1, maximum=100,
    )  # fmt: skip
    precision: Precision = parameter("fp32", "bf16 needs a CUDA device.", "برای bf16 کارت CUDA لازم است.")
    device: Device = parameter("auto", "auto takes CUDA where there is one.", "auto اگر CUDA باشد آن را برمی‌دارد.")
    early_stopping_patience: int = parameter(
        0, "Stop after this many evaluations without improvement; 0 for never.",
        "پس از این تعداد ارزیابی بی‌بهبود می‌ایستد؛ ۰ یعنی هرگز.", minimum=0, maximum=10_000,
    )  # fmt: skip

    @property
    def best_values(self) -> tuple[str, ...]:
        """The names of the value whose lowest one makes the best checkpoint; a checkpoint has one of them."""
        return (VAL_LOSS,)

    @model_validator(mode="after")
    def _require_an_end(self) -> Parameters:
        if not self.max_steps and not self.epochs:
            raise ValueError("max_steps and epochs cannot both be 0: the run would never end")
        return self
