"""Is the installation well?"""

from __future__ import annotations

from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.pages.requests import REQUESTS
from tools.dashboards.promql import increase, installation, percentiles, quantile, rate, share, taken_jobs
from tools.dashboards.text import Text

_FINISHED = "sokhan_jobs_finished_total"
_FREE = f"{installation('sokhan_disk_free_bytes')} / {installation('sokhan_disk_bytes')}"

_NOW = Row(
    Text("Now", "اکنون"),
    (
        Panel(
            Text("Which parts answer?", "کدام بخش‌ها پاسخ می‌دهند؟"),
            Text(
                "As the gateway sees them. Without the bus nothing is known of the workers, and they are not listed.",
                "از دید درگاه. بی‌گذرگاه از کارگرها خبری نیست و در فهرست نیستند.",
            ),
            "short",
            (Query(installation("sokhan_part_up", "part"), "{{part}}"),),
            look="numbers",
            width=14,
            height=6,
            limits=Limits(1, good_is="above"),
            up_down=True,
            more="bus-and-store",
        ),
        Panel(
            Text("Which alerts fire?", "کدام هشدارها روشن‌اند؟"),
            Text(
                "Of Prometheus's rules, without the one that always fires. Each has a runbook in docs/runbooks.",
                "هشدارهای قاعده‌های پرومتئوس، جز آن که همیشه روشن است. هر کدام دستورالعملی در docs/runbooks دارد.",
            ),
            "short",
            (Query('ALERTS{alertstate="firing", severity!="none"}', "{{alertname}}"),),
            look="table",
            width=10,
            height=6,
            when_empty=Text("None", "هیچ‌کدام"),
        ),
        Panel(
            Text("How much disk is free?", "چه اندازه از دیسک آزاد است؟"),
            Text(
                "Of the data folder's file system. The alerts start at 10 % and 2 %: below, downloads pause and "
                "uploads are refused.",
                "از دیسک پوشهٔ داده. هشدارها از ۱۰٪ و ۲٪ آغاز می‌شوند: پایین‌تر از آن دانلودها می‌ایستند و بارگذاری‌ها رد "
                "می‌شوند.",
            ),
            "percentunit",
            (Query(_FREE, Text("free", "آزاد")),),
            look="numbers",
            width=4,
            height=5,
            limits=Limits(0.02, warn=0.1, good_is="above"),
            more="machine",
        ),
        Panel(
            Text("How long has the oldest job waited?", "قدیمی‌ترین کار چه مدت در صف است؟"),
            Text(
                "0 is an empty queue. The alert starts at 15 minutes; a training run may wait for the one before.",
                "صفر یعنی صف خالی. هشدار از ۱۵ دقیقه آغاز می‌شود؛ آموزش شاید بیش از این در انتظار آموزش پیشین بماند.",
            ),
            "s",
            (Query(installation("sokhan_job_queue_age_seconds", "kind"), "{{kind}}"),),
            look="numbers",
            width=8,
            height=5,
            limits=Limits(900),
        ),
        Panel(
            Text("What share of attempts failed this hour?", "چه سهمی از تلاش‌های این ساعت شکست خورد؟"),
            Text(
                "Attempts that ended as failed, of all that ended. The alert starts when more fail than succeed.",
                "تلاش‌های شکست‌خورده از همهٔ تلاش‌های پایان‌یافته. هشدار از آنجاست که شکست‌ها از موفقیت‌ها بیشتر شوند.",
            ),
            "percentunit",
            (
                Query(
                    share(
                        increase(_FINISHED, "kind", 'state="failed"', "1h"), increase(_FINISHED, "kind", window="1h")
                    ),
                    "{{kind}}",
                ),
            ),
            look="numbers",
            width=8,
            height=5,
            limits=Limits(0.5, warn=0.1),
        ),
        Panel(
            Text("How soon does speech begin?", "گفتار چه زود آغاز می‌شود؟"),
            Text(
                "19 of 20 listeners waited no longer, over the last 10 minutes. The alert starts at 2 s, "
                "where listeners press the button again.",
                "از هر ۲۰ شنونده ۱۹ نفر در ۱۰ دقیقهٔ گذشته بیش از این نماندند. هشدار از ۲ ثانیه آغاز می‌شود که شنونده "
                "دوباره دکمه را می‌زند.",
            ),
            "s",
            (
                Query(
                    quantile(0.95, "sokhan_speech_first_audio_duration_seconds").replace("$__rate_interval", "10m"),
                    "p95",
                ),
            ),
            look="numbers",
            width=4,
            height=5,
            limits=Limits(2, warn=1),
            when_empty=Text("Nobody listened", "کسی گوش نداد"),
            more="speech",
        ),
    ),
)

_JOBS = Row(
    Text("Jobs", "کارها"),
    (
        Panel(
            Text("How many jobs wait and run?", "چند کار در صف و در جریان است؟"),
            Text("Of the whole installation.", "در همهٔ سامانه."),
            "short",
            (Query(installation("sokhan_jobs", "kind, state", 'state!="paused"'), "{{kind}} {{state}}"),),
        ),
        Panel(
            Text("Are jobs claimed as fast as they come?", "آیا کارها به‌همان تندی که می‌آیند برداشته می‌شوند؟"),
            Text(
                "Accepted by a gateway, claimed by a worker: a job that is retried is claimed again.",
                "پذیرفته در درگاه، برداشته در کارگر: کاری که دوباره آزموده شود دوباره برداشته می‌شود.",
            ),
            "ops",
            (
                Query(rate("sokhan_jobs_accepted_total", "kind"), Text("accepted {{kind}}", "پذیرفته {{kind}}")),
                Query(rate("sokhan_jobs_claimed_total", "kind"), Text("claimed {{kind}}", "برداشته {{kind}}")),
            ),
        ),
        Panel(
            Text("How long do jobs wait?", "کارها چه مدت در صف می‌مانند؟"),
            Text("Available to claimed. The dots are traces.", "از آمادگی تا برداشتن. نقطه‌ها ردیابی‌اند."),
            "s",
            percentiles("sokhan_job_queue_duration_seconds", "kind", exemplars=True),
        ),
        Panel(
            Text("How do attempts end?", "تلاش‌ها چگونه پایان می‌یابند؟"),
            Text(
                "By the state of the job after the attempt; queued: it is retried, or handed back at a shutdown.",
                "با وضعیت کار پس از تلاش؛ queued یعنی دوباره آزموده می‌شود یا هنگام خاموشی پس داده شده است.",
            ),
            "short",
            (Query(increase(_FINISHED, "state"), "{{state}}"),),
        ),
        Panel(
            Text("Why are attempts retried?", "چرا تلاش‌ها تکرار می‌شوند؟"),
            Text(
                "Failed attempts of jobs that are tried again, by error code.",
                "تلاش‌های شکست‌خوردهٔ کارهایی که دوباره آزموده می‌شوند، با کد خطا.",
            ),
            "short",
            (Query(increase("sokhan_job_retries_total", "kind, code"), "{{kind}} {{code}}"),),
            when_empty=Text("No retries", "بدون تکرار"),
        ),
        Panel(
            Text("Are jobs taken from their workers?", "آیا کارها از کارگرشان گرفته می‌شوند؟"),
            Text(
                "Lost: the worker's heartbeat came too late, another has the job. Recovered: taken from a worker "
                "without a heartbeat. Both stay 0 unless a worker dies or stalls.",
                "ازدست‌رفته: تپش کارگر دیر رسید و کار با دیگری است. بازگرفته: از کارگری بی‌تپش گرفته شد. هر دو صفر "
                "می‌مانند مگر کارگری بمیرد یا گیر کند.",
            ),
            "short",
            taken_jobs(),
        ),
    ),
)

OVERVIEW = Page(
    "overview",
    Text("Sokhan: overview", "سخن: نمای کلی"),
    Text("Is the installation well?", "آیا سامانه خوب است؟"),
    (_NOW, REQUESTS, _JOBS),
    jobs=True,
)
