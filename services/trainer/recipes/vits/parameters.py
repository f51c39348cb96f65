"""The parameters of VITS."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from services.trainer.interface.parameters import Parameters, parameter
from shared.quality.figures import ERROR_RATES
from shared.vits.config import TextInput
from shared.vits.presets import PresetName

VitsSchedule = Literal["exponential", "cosine"]
PARTS = {
    "text_encoder": "text_encoder",
    "posterior_encoder": "posterior_encoder",
    "flow": "flow",
    "duration_predictor": "duration_predictor",
    "decoder": "waveform_decoder",
}
"""The parts of a voice by the names that users give, and their modules."""


class VitsParameters(Parameters):
    """Times in seconds. A base model's sizes, text input and speakers take precedence."""

    preset: PresetName = parameter(
        "fast", "Size of a new voice: small learns on a CPU, fast and quality on a GPU; tiny is for demonstrations.",
        "اندازه‌ی صدای تازه: small روی پردازنده آموزش می‌بیند، fast و quality روی کارت گرافیک؛ tiny برای نمایش.",
    )  # fmt: skip
    text_input: TextInput = parameter(
        "phonemes", "What the voice reads: espeak-ng's phonemes, or letters as written.",
        "صدا چه می‌خواند: واج‌های espeak-ng یا حروف نوشته.",
    )  # fmt: skip
    multi_speaker: bool = parameter(
        False, "Learn every speaker apart: those that a Common Voice dataset names, else one for each dataset.",
        "هر گوینده جدا آموخته شود: گوینده‌های Common Voice، یا برای هر مجموعه‌داده یکی.",
    )  # fmt: skip
    validation_fraction: float = parameter(
        0.05, "Share of the utterances that are held back to find the best checkpoint.",
        "سهمی از نمونه‌ها که برای یافتن بهترین نقطه کنار گذاشته می‌شود.", minimum=0.0, maximum=0.5,
    )  # fmt: skip
    max_audio_seconds: float = parameter(
        12.0, "Longer utterances are left out: they decide how much memory a step needs.",
        "نمونه‌های بلندتر کنار می‌روند؛ حافظه‌ی هر گام به آن‌ها بسته است.", minimum=1.0, maximum=60.0,
    )  # fmt: skip
    gradient_clip: float = parameter(
        1000.0, "Gradients are scaled down to this norm.", "نُرم گرادیان از این بیشتر نمی‌شود.",
        minimum=0.01, maximum=1e6,
    )  # fmt: skip
    schedule: VitsSchedule = parameter(
        "exponential", "How the learning rate falls after the warm-up: by 0.0125 % an epoch, or a cosine to zero.",
        "کاهش نرخ یادگیری پس از گرم‌شدن: نمایی (۰٫۰۱۲۵٪ در هر دور) یا کسینوسی تا صفر.",
    )  # fmt: skip
    adversarial_from: int = parameter(
        0, "First step of the discriminators; before it the voice learns its spectrogram alone, which is faster.",
        "نخستین گام تمایزگرها؛ پیش از آن صدا تنها طیف را می‌آموزد که سریع‌تر است.", minimum=0, maximum=10_000_000,
    )  # fmt: skip
    average_decay: float = parameter(
        0.999, "A checkpoint has the moving average of the weights with this decay; 0 for the last weights.",
        "هر نقطه‌ی ذخیره میانگین متحرک وزن‌ها را دارد، با این ضریب؛ ۰ یعنی آخرین وزن‌ها.", minimum=0.0, maximum=0.9999,
    )  # fmt: skip
    quality_utterances: int = parameter(
        16, "Held-back utterances that each checkpoint speaks to measure its quality; 0 measures nothing.",
        "تعداد جمله‌های کنارگذاشته که هر نقطه‌ی ذخیره برای سنجش کیفیت می‌خواند؛ ۰ یعنی بی‌سنجش.", minimum=0, maximum=500,
    )  # fmt: skip
    quality_recognizer_utterances: int = parameter(
        1000, "Recordings that teach the run's phoneme recogniser, where no speech recogniser is installed.",
        "تعداد صداهایی که تشخیص‌دهنده‌ی واج این آموزش از آن‌ها می‌آموزد، اگر تشخیص‌دهنده‌ای نصب نباشد.",
        minimum=1, maximum=5000,
    )  # fmt: skip
    quality_recognizer_minutes: float = parameter(
        5.0, "Most minutes for the training of that recogniser, once before the first checkpoint.",
        "بیشترین زمان آموزش آن تشخیص‌دهنده به دقیقه، یک بار پیش از نخستین نقطه‌ی ذخیره.", minimum=0.05, maximum=60.0,
    )  # fmt: skip
    best_by: Literal["val_loss", "error_rate"] = parameter(
        "val_loss", "What makes a checkpoint the best: the lowest validation loss, or the lowest error rate of a "
        "recogniser that listens to it.",
        "بهترین نقطه کدام است: کمترین خطای اعتبارسنجی، یا کمترین سهم گفتاری که تشخیص‌دهنده بد می‌فهمد.",
    )  # fmt: skip
    freeze: str = parameter(
        "", "Parts of a base voice that stay as they are, with commas: " + ", ".join(PARTS) + ".",
        "بخش‌هایی از صدای پایه که ثابت می‌مانند، با ویرگول.",
    )  # fmt: skip
    base_rate: float = parameter(
        1.0, "Share of the learning rate for the layers of a base voice; new layers, for speakers, get all of it.",
        "سهم لایه‌های صدای پایه از نرخ یادگیری؛ لایه‌های تازه، برای گوینده‌ها، همه‌ی آن را می‌گیرند.",
        minimum=0.001, maximum=1.0,
    )  # fmt: skip
    loader_workers: int = parameter(
        0, "Processes that read audio; 0 reads in the training process, best on a CPU.",
        "تعداد پردازه‌ی خواندن صدا؛ ۰ یعنی در همان پردازه.", minimum=0, maximum=16,
    )  # fmt: skip

    @property
    def frozen_parts(self) -> tuple[str, ...]:
        """The modules of the network that are not trained."""
        return tuple(PARTS[name.strip()] for name in self.freeze.split(",") if name.strip())

    @model_validator(mode="after")
    def _require_parts(self) -> VitsParameters:
        unknown = [name.strip() for name in self.freeze.split(",") if name.strip() and name.strip() not in PARTS]
        if unknown:
            raise ValueError(f"there is no part {unknown[0][:40]} to freeze; there are {', '.join(PARTS)}")
        return self

    @property
    def best_values(self) -> tuple[str, ...]:
        return ERROR_RATES if self.best_by == "error_rate" else super().best_values
