"""Do downloads come in, and what holds them up?"""

from __future__ import annotations

from tools.dashboards.job_panels import attempt_duration, queue_duration
from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.promql import attempts_by_end, increase, installation, jobs_by_state, rate
from tools.dashboards.text import Text

_KIND = 'kind="download"'
_BYTES = "sokhan_download_bytes_total"

_TRANSFER = Row(
    Text("Transfer", "انتقال"),
    (
        Panel(
            Text("How fast do bytes arrive?", "داده با چه سرعتی می‌رسد؟"),
            Text(
                "By the server that sent them: the Hub, a mirror, or where they redirect.",
                "بر پایهٔ فرستنده: هاب، آینه، یا جایی که به آن راه می‌نمایند.",
            ),
            "Bps",
            (Query(rate(_BYTES, "server"), "{{server}}"),),
            look="stack",
            width=6,
        ),
        Panel(
            Text("How many bytes came in the last day?", "در یک روز گذشته چه اندازه داده رسید؟"),
            Text(
                "By server. A restart of the downloader loses nothing.",
                "بر پایهٔ سرور. بازآغازی دانلودکننده چیزی را گم نمی‌کند.",
            ),
            "bytes",
            (Query(increase(_BYTES, "server", window="24h"), "{{server}}"),),
            look="numbers",
            width=6,
        ),
        Panel(
            Text("Why are requests repeated?", "چرا درخواست‌ها تکرار می‌شوند؟"),
            Text(
                "connection: it broke; answer: refused; endpoint: busy or out of reach; damage: a wrong hash.",
                "connection: اتصال برید؛ answer: سرور نپذیرفت؛ endpoint: مشغول یا دور از دسترس؛ damage: هش نادرست.",
            ),
            "short",
            (Query(increase("sokhan_download_delays_total", "cause"), "{{cause}}"),),
            width=6,
        ),
        Panel(
            Text("Is there disk for them?", "آیا برایشان جا هست؟"),
            Text(
                "Running downloads reserve what they still need; what is free and not reserved is left for others.",
                "دانلودهای در جریان آنچه را هنوز می‌خواهند نگه می‌دارند؛ آزادِ نگه‌نداشته برای دیگران می‌ماند.",
            ),
            "bytes",
            (
                Query(installation("sokhan_disk_free_bytes"), Text("free", "آزاد")),
                Query("sum(sokhan_disk_reserved_bytes)", Text("reserved", "نگه‌داشته")),
            ),
            more="machine",
            width=6,
        ),
    ),
)

_JOBS = Row(
    Text("Jobs", "کارها"),
    (
        Panel(
            Text("How many downloads wait and run?", "چند دانلود در صف و در جریان است؟"),
            Text("Of the whole installation.", "در همهٔ سامانه."),
            "short",
            jobs_by_state("download"),
        ),
        Panel(
            Text("How long has the oldest waited?", "قدیمی‌ترین چه مدت مانده است؟"),
            Text(
                "0 is an empty queue. The alert starts at 15 minutes: downloads share the slots of "
                "SOKHAN_DOWNLOAD_SLOTS.",
                "صفر یعنی صف خالی. هشدار از ۱۵ دقیقه آغاز می‌شود: دانلودها جایگاه‌های SOKHAN_DOWNLOAD_SLOTS را دارند.",
            ),
            "s",
            (Query(installation("sokhan_job_queue_age_seconds", where=_KIND), Text("oldest", "قدیمی‌ترین")),),
            limits=Limits(900),
        ),
        Panel(
            Text("How do attempts end?", "تلاش‌ها چگونه پایان می‌یابند؟"),
            Text(
                "A broken line is mended within the attempt; queued: handed back when the downloader stopped.",
                "خط بریده در همان تلاش درست می‌شود؛ queued یعنی هنگام خاموشی دانلودکننده پس داده شد.",
            ),
            "short",
            attempts_by_end("download"),
        ),
        attempt_duration("download"),
        queue_duration("download", Text("How long do downloads wait?", "دانلودها چه مدت در صف می‌مانند؟")),
    ),
)

_SCANS = Row(
    Text("Scans and imports", "بررسی و درون‌ریزی"),
    (
        Panel(
            Text("How many scans wait and run?", "چند بررسی در صف و در جریان است؟"),
            Text(
                "What has arrived or was uploaded is scanned before it can be used.",
                "آنچه رسیده یا بارگذاری شده است پیش از کاربرد بررسی می‌شود.",
            ),
            "short",
            jobs_by_state("scan"),
            width=12,
        ),
        attempt_duration("scan", Text("How long does a scan take?", "یک بررسی چه مدت می‌کشد؟")),
    ),
)

DOWNLOADS = Page(
    "downloads",
    Text("Sokhan: downloads", "سخن: دانلودها"),
    Text("Do downloads come in, and what holds them up?", "آیا دانلودها می‌رسند، و چه چیزی کندشان می‌کند؟"),
    (_TRANSFER, _JOBS, _SCANS),
    jobs=True,
)
