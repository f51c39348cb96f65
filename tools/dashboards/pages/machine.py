"""Have the processes what they need?"""

from __future__ import annotations

from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.promql import OURS, installation, quantile
from tools.dashboards.text import Text

_PROCESS = "{{job}} {{instance}}"
_NO_GPU = Text("No GPU", "بدون پردازندهٔ گرافیکی")
_CHILDREN = Text(
    "Of the service's own process: a training run is a child of the trainer and is not counted.",
    "تنها پردازهٔ خود سرویس: آموزش فرزند آموزش‌دهنده است و شمرده نمی‌شود.",
)

_PROCESSES = Row(
    Text("Processes", "پردازه‌ها"),
    (
        Panel(
            Text("Which processes does Prometheus reach?", "پرومتئوس به کدام پردازه‌ها می‌رسد؟"),
            Text("The alert starts after two minutes.", "هشدار پس از دو دقیقه آغاز می‌شود."),
            "short",
            (Query(f"min by (job) (up{{{OURS}}})", "{{job}}"),),
            look="numbers",
            limits=Limits(1, good_is="above"),
            up_down=True,
        ),
        Panel(
            Text("Which versions run?", "کدام نسخه‌ها در کارند؟"),
            Text(
                "Processes by service and version. Two versions of a service: an upgrade goes on, or has stopped.",
                "پردازه‌ها بر پایهٔ سرویس و نسخه. دو نسخه از یک سرویس: نوسازی در جریان است یا ایستاده.",
            ),
            "short",
            (Query("count by (service, version) (sokhan_build_info)", "{{service}} {{version}}"),),
            look="numbers",
        ),
        Panel(
            Text("How long are they up?", "چه مدت است که روشن‌اند؟"),
            Text(
                "A process that starts again and again stays near 0.",
                "پردازه‌ای که پیاپی از نو آغاز می‌شود نزدیک صفر می‌ماند.",
            ),
            "s",
            (Query(f"min by (job) (time() - process_start_time_seconds{{{OURS}}})", "{{job}}"),),
            look="numbers",
        ),
        Panel(
            Text("How much processor time do they take?", "چه اندازه از پردازنده می‌گیرند؟"),
            Text(f"1 is a core. {_CHILDREN.en}", f"۱ یعنی یک هسته. {_CHILDREN.fa}"),
            "short",
            (Query(f"sum by (job, instance) (rate(process_cpu_seconds_total{{{OURS}}}[$__rate_interval]))", _PROCESS),),
        ),
        Panel(
            Text("How much memory do they take?", "چه اندازه حافظه می‌گیرند؟"),
            _CHILDREN,
            "bytes",
            (Query(f"sum by (job, instance) (process_resident_memory_bytes{{{OURS}}})", _PROCESS),),
        ),
        Panel(
            Text("What share of their files is open?", "چه سهمی از فایل‌هایشان باز است؟"),
            Text(
                "Files and connections of the limit (ulimit -n). At 1 none can be opened; a slow rise is a leak.",
                "فایل‌ها و اتصال‌ها از اندازهٔ مجاز (ulimit -n). در ۱ دیگر چیزی باز نمی‌شود؛ افزایش آهسته نشان نشتی است.",
            ),
            "percentunit",
            (
                Query(
                    f"sum by (job, instance) (process_open_fds{{{OURS}}} / process_max_fds{{{OURS}}})",
                    _PROCESS,
                ),
            ),
            limits=Limits(0.8),
        ),
        Panel(
            Text("Do their event loops keep up?", "آیا حلقهٔ رویدادشان می‌رسد؟"),
            Text(
                "By how much 1 in 100 timers is late. The alert starts at 1 s: heartbeats are sent late and leases are "
                "in danger.",
                "تأخیر یک از هر ۱۰۰ زمان‌سنج. هشدار از ۱ ثانیه آغاز می‌شود: تپش‌ها دیر می‌رسند و اجاره‌ها در خطرند.",
            ),
            "s",
            (Query(quantile(0.99, "sokhan_event_loop_lag_seconds", "job"), "p99 {{job}}"),),
            width=24,
            limits=Limits(1, warn=0.25),
        ),
    ),
)

_DISK = Row(
    Text("Disk of the data folder", "دیسک پوشهٔ داده"),
    (
        Panel(
            Text("How much is free?", "چه اندازه آزاد است؟"),
            Text("Of the whole file system, also of other programs.", "از همهٔ دیسک، با برنامه‌های دیگر."),
            "bytes",
            (
                Query(installation("sokhan_disk_free_bytes"), Text("free", "آزاد")),
                Query(installation("sokhan_disk_bytes"), Text("size", "حجم")),
            ),
            width=12,
        ),
        Panel(
            Text("What takes it?", "چه چیزی آن را گرفته است؟"),
            Text("Sokhan's own content, counted once a minute.", "داشته‌های سخن، هر دقیقه یک بار شمرده."),
            "bytes",
            (Query(installation("sokhan_disk_used_bytes", "content"), "{{content}}"),),
            look="stack",
            width=12,
        ),
    ),
)

_GPUS = Row(
    Text("GPUs", "پردازنده‌های گرافیکی"),
    (
        Panel(
            Text("How busy are they?", "چه اندازه مشغول‌اند؟"),
            Text(
                "Part of the last second. Low during a run: the data loader is too slow.",
                "بخشی از ثانیهٔ گذشته. کم در میانهٔ آموزش: بارکنندهٔ داده کند است.",
            ),
            "percentunit",
            (Query("max by (gpu) (sokhan_gpu_utilization_ratio)", "{{gpu}}"),),
            maximum=1,
            when_empty=_NO_GPU,
        ),
        Panel(
            Text("How much of their memory is taken?", "چه اندازه از حافظه‌شان گرفته شده است؟"),
            Text(
                "By all programs. The alert starts at 97 %: the next batch may fail.",
                "از همهٔ برنامه‌ها. هشدار از ۹۷٪ آغاز می‌شود: دستهٔ بعدی شاید شکست بخورد.",
            ),
            "percentunit",
            (Query("max by (gpu) (sokhan_gpu_memory_used_bytes / sokhan_gpu_memory_bytes)", "{{gpu}}"),),
            limits=Limits(0.97),
            maximum=1,
            when_empty=_NO_GPU,
        ),
        Panel(
            Text("How hot are they?", "چه اندازه گرم‌اند؟"),
            Text(
                "Many GPUs slow down at 85 to 90 °C; the step time shows it.",
                "بسیاری در ۸۵ تا ۹۰ درجه کند می‌شوند؛ زمان گام نشانش می‌دهد.",
            ),
            "celsius",
            (Query("max by (gpu) (sokhan_gpu_temperature_celsius)", "{{gpu}}"),),
            limits=Limits(85),
            when_empty=_NO_GPU,
        ),
    ),
)

MACHINE = Page(
    "machine",
    Text("Sokhan: machine", "سخن: ماشین"),
    Text("Have the processes what they need?", "آیا پردازه‌ها آنچه می‌خواهند دارند؟"),
    (_PROCESSES, _DISK, _GPUS),
)
