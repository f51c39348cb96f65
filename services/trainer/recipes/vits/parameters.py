"""The parameters of VITS."""

from __future__ import annotations

from services.trainer.interface.parameters import Parameters, parameter
from shared.vits.config import TextInput
from shared.vits.presets import PresetName


class VitsParameters(Parameters):
    """Times in seconds. A base model's sizes, text input and speakers take precedence."""

    preset: PresetName = parameter(
        "fast", "Size of a new voice: tiny for a demonstration, fast for a CPU, quality for a GPU.",
        "اندازه‌ی صدای تازه: tiny برای نمایش، fast برای پردازنده، quality برای کارت گرافیک.",
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
    loader_workers: int = parameter(
        0, "Processes that read audio; 0 reads in the training process, best on a CPU.",
        "تعداد پردازه‌ی خواندن صدا؛ ۰ یعنی در همان پردازه.", minimum=0, maximum=16,
    )  # fmt: skip
