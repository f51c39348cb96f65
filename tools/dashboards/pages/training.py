"""Do runs go forward, and how fast?"""

from __future__ import annotations

from tools.dashboards.job_panels import attempt_duration, queue_duration
from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.promql import (
    attempts_by_end,
    increase,
    installation,
    jobs_by_state,
    percentiles,
    rate,
    taken_jobs,
)
from tools.dashboards.text import Text

_KIND = 'kind="training"'

_SPEED = Row(
    Text("Speed", "سرعت"),
    (
        Panel(
            Text("How many steps a second?", "چند گام در ثانیه؟"),
            Text("Of all runs, by recipe.", "همهٔ آموزش‌ها، بر پایهٔ دستور."),
            "ops",
            (Query(rate("sokhan_training_steps_total", "recipe"), "{{recipe}}"),),
        ),
        Panel(
            Text("How long does a step take?", "یک گام چه مدت می‌کشد؟"),
            Text(
                "A step that becomes slower points to the data loader, another program on the GPU, or heat.",
                "گامی که کند می‌شود نشان بارکنندهٔ داده، برنامه‌ای دیگر روی پردازندهٔ گرافیکی یا گرماست.",
            ),
            "s",
            percentiles("sokhan_training_step_duration_seconds", "recipe"),
        ),
        Panel(
            Text("Are checkpoints saved?", "آیا چک‌پوینت‌ها ذخیره می‌شوند؟"),
            Text(
                "A run that is interrupted goes on from its last one.",
                "آموزش ازهم‌گسسته از آخرین چک‌پوینت پی گرفته می‌شود.",
            ),
            "short",
            (Query(increase("sokhan_training_checkpoints_total", "recipe"), "{{recipe}}"),),
        ),
    ),
)

_JOBS = Row(
    Text("Runs", "آموزش‌ها"),
    (
        Panel(
            Text("How many runs wait, run and pause?", "چند آموزش در صف، در جریان و متوقف است؟"),
            Text("Of the whole installation.", "در همهٔ سامانه."),
            "short",
            jobs_by_state("training"),
        ),
        Panel(
            Text("How long has the oldest waited?", "قدیمی‌ترین چه مدت مانده است؟"),
            Text(
                "A run may wait for the run before it. The alert starts at a day, or at 15 minutes while none runs.",
                "آموزش شاید در انتظار آموزش پیشین باشد. هشدار از یک روز آغاز می‌شود، یا اگر هیچ‌کدام در جریان نباشد از "
                "۱۵ دقیقه.",
            ),
            "s",
            (Query(installation("sokhan_job_queue_age_seconds", where=_KIND), Text("oldest", "قدیمی‌ترین")),),
            limits=Limits(86400, warn=900),
        ),
        Panel(
            Text("How many runs has each trainer?", "هر آموزش‌دهنده چند آموزش دارد؟"),
            Text(
                "Attempts of the process now, at most its slots.",
                "تلاش‌های کنونی هر پردازه، دست بالا به شمار جایگاه‌هایش.",
            ),
            "short",
            (Query(f"sum by (instance) (sokhan_jobs_running{{{_KIND}}})", "{{instance}}"),),
        ),
        Panel(
            Text("How do attempts end?", "تلاش‌ها چگونه پایان می‌یابند؟"),
            Text(
                "queued: retried, or handed back when the trainer stopped.",
                "queued یعنی تکرار می‌شود یا هنگام خاموشی آموزش‌دهنده پس داده شد.",
            ),
            "short",
            attempts_by_end("training"),
        ),
        Panel(
            Text("Why are runs retried?", "چرا آموزش‌ها تکرار می‌شوند؟"),
            Text("By error code.", "با کد خطا."),
            "short",
            (Query(increase("sokhan_job_retries_total", "code", _KIND), "{{code}}"),),
            when_empty=Text("No retries", "بدون تکرار"),
        ),
        Panel(
            Text("Are runs taken from their trainers?", "آیا آموزش‌ها از آموزش‌دهنده‌شان گرفته می‌شوند؟"),
            Text(
                "Stays 0 unless a trainer dies, or stalls longer than SOKHAN_LEASE_SECONDS.",
                "صفر می‌ماند مگر آموزش‌دهنده بمیرد یا بیش از SOKHAN_LEASE_SECONDS گیر کند.",
            ),
            "short",
            taken_jobs(_KIND),
        ),
        attempt_duration("training"),
        queue_duration("training", Text("How long do runs wait?", "آموزش‌ها چه مدت در صف می‌مانند؟")),
    ),
)

TRAINING = Page(
    "training",
    Text("Sokhan: training", "سخن: آموزش"),
    Text(
        "Do runs go forward, and how fast? Their GPUs are on the page of the machine.",
        "آیا آموزش‌ها پیش می‌روند، و با چه سرعتی؟ پردازنده‌های گرافیکی در صفحهٔ ماشین‌اند.",
    ),
    (_SPEED, _JOBS),
    jobs=True,
)
