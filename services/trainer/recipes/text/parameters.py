"""The parameters of the text recipes. Lengths in tokens of the model's tokenizer."""

from __future__ import annotations

from typing import Literal

from services.trainer.interface.parameters import Parameters, parameter
from services.trainer.interface.schedule import Schedule

Kind = Literal["pairs", "squad", "summarisation", "translation"]


class TextParameters(Parameters):
    """The common parameters of the three recipes. A `lora_rank` of 0 trains all weights."""

    max_length: int = parameter(
        256, "Longest input, in tokens; it decides how much memory a step needs.",
        "بلندترین ورودی به توکن؛ حافظه‌ی هر گام به آن بسته است.", minimum=8, maximum=4096,
    )  # fmt: skip
    weight_decay: float = parameter(
        0.01, "How strongly weights are drawn to zero.", "شدت کشیدن وزن‌ها به سوی صفر.", minimum=0.0, maximum=1.0
    )
    gradient_clip: float = parameter(
        1.0, "Gradients are scaled down to this norm.", "نُرم گرادیان از این بیشتر نمی‌شود.", minimum=0.01, maximum=1e6
    )
    schedule: Schedule = parameter(
        "linear", "How the learning rate falls after the warm-up: to zero in a line or a cosine, or not at all.",
        "نرخ یادگیری پس از گرم‌شدن: خطی یا کسینوسی تا صفر، یا ثابت.",
    )  # fmt: skip
    lora_rank: int = parameter(
        0, "Train small adapters of this rank (8 is usual) and leave the model's weights; 0 trains all weights.",
        "به‌جای همه‌ی وزن‌ها، سازگارهایی با این رتبه آموزش می‌بینند (۸ معمول است)؛ ۰ یعنی همه‌ی وزن‌ها.",
        minimum=0, maximum=256,
    )  # fmt: skip
    lora_alpha: int = parameter(
        16, "Adapters count by lora_alpha / lora_rank.", "وزن سازگارها lora_alpha / lora_rank است.",
        minimum=1, maximum=1024,
    )  # fmt: skip
    validation_fraction: float = parameter(
        0.05, "Share that is held back to find the best checkpoint, where the data has no validation split.",
        "سهمی که برای یافتن بهترین نقطه کنار می‌رود، اگر داده خود بخش ارزیابی ندارد.", minimum=0.0, maximum=0.5,
    )  # fmt: skip
    distillation_weight: float = parameter(
        0.5, "With a teacher: share of its soft answers in the loss; the rest are the data's own.",
        "با مدل آموزگار: سهم پاسخ‌های نرم آن در خطا؛ باقی از خود داده است.", minimum=0.0, maximum=1.0,
    )  # fmt: skip
    temperature: float = parameter(
        2.0, "With a teacher: how soft its answers are made.", "با مدل آموزگار: میزان نرم‌شدن پاسخ‌هایش.",
        minimum=0.1, maximum=20.0,
    )  # fmt: skip


class MaskedLmParameters(TextParameters):
    learning_rate: float = parameter(
        5e-5, "Learning rate at the start.", "نرخ یادگیری در آغاز.", minimum=1e-7, maximum=1e-1
    )
    mask_probability: float = parameter(
        0.15, "Share of the tokens that the model has to guess.", "سهم توکن‌هایی که مدل باید حدس بزند.",
        minimum=0.01, maximum=0.9,
    )  # fmt: skip
    text_column: str = parameter(
        "", "Column with the text; left out, one that is called text, sentence, content or alike.",
        "ستون متن؛ اگر خالی باشد، ستونی با نام text، sentence، content و مانند آن.",
    )  # fmt: skip


class ClassificationParameters(TextParameters):
    max_steps: int = parameter(
        5000, "Stop after this many steps; 0 for no limit.", "پس از این تعداد گام می‌ایستد؛ ۰ یعنی بی‌حد.",
        minimum=0, maximum=10_000_000,
    )  # fmt: skip
    learning_rate: float = parameter(
        2e-5, "Learning rate at the start.", "نرخ یادگیری در آغاز.", minimum=1e-7, maximum=1e-1
    )
    text_column: str = parameter(
        "", "Column with the text; left out, one that is called text, sentence, review or alike.",
        "ستون متن؛ اگر خالی باشد، ستونی با نام text، sentence، review و مانند آن.",
    )  # fmt: skip
    pair_column: str = parameter(
        "", "Column with a second text, for pairs as in entailment; none when left out.",
        "ستون متن دوم برای جفت‌ها، مانند استلزام؛ خالی یعنی بی متن دوم.",
    )  # fmt: skip
    label_column: str = parameter(
        "", "Column with the label; left out, one that is called label, class, category or alike.",
        "ستون برچسب؛ اگر خالی باشد، ستونی با نام label، class، category و مانند آن.",
    )  # fmt: skip


class Seq2SeqParameters(TextParameters):
    max_steps: int = parameter(
        20_000, "Stop after this many steps; 0 for no limit.", "پس از این تعداد گام می‌ایستد؛ ۰ یعنی بی‌حد.",
        minimum=0, maximum=10_000_000,
    )  # fmt: skip
    learning_rate: float = parameter(
        3e-4, "Learning rate at the start; 3e-5 suits mBART.", "نرخ یادگیری در آغاز؛ برای mBART 3e-5 خوب است.",
        minimum=1e-7, maximum=1e-1,
    )  # fmt: skip
    task: Kind = parameter(
        "pairs", "What the pairs are: it chooses the columns that are looked for, and the metrics.",
        "جفت‌ها چه هستند: ستون‌هایی که جست‌وجو می‌شوند و سنجه‌ها به آن بسته است.",
    )  # fmt: skip
    source_column: str = parameter(
        "", "Column with the input (for squad: the passage); left out, one with a usual name.",
        "ستون ورودی (برای squad: متن)؛ اگر خالی باشد، ستونی با نام معمول.",
    )  # fmt: skip
    target_column: str = parameter(
        "", "Column with the output (for squad: the answers); left out, one with a usual name.",
        "ستون خروجی (برای squad: پاسخ‌ها)؛ اگر خالی باشد، ستونی با نام معمول.",
    )  # fmt: skip
    source_prefix: str = parameter(
        "", "Put before every input, as T5 was taught (“summarize: ”).", "پیش از هر ورودی می‌آید، چنان‌که T5 آموخته است."
    )
    source_language: str = parameter(
        "", "mBART's code of the input's language, such as fa_IR.", "کد زبان ورودی برای mBART، مانند fa_IR."
    )
    target_language: str = parameter(
        "", "mBART's code of the output's language, such as en_XX.", "کد زبان خروجی برای mBART، مانند en_XX."
    )
    max_target_length: int = parameter(
        128, "Longest output, in tokens; longer ones are left out of training and cut when generated.",
        "بلندترین خروجی به توکن؛ بلندترها در آموزش کنار می‌روند و در تولید بریده می‌شوند.", minimum=2, maximum=1024,
    )  # fmt: skip
    generated_samples: int = parameter(
        100, "How many held-back inputs are answered at each evaluation, for the metrics of whole outputs; 0 for none.",
        "در هر ارزیابی برای چند ورودی پاسخ تولید شود تا سنجیده شود؛ ۰ یعنی هیچ.", minimum=0, maximum=10_000,
    )  # fmt: skip
