"""Do the services reach NATS, the store and the bucket, and how fast?"""

from __future__ import annotations

from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.promql import increase, installation, percentiles, quantile, rate
from tools.dashboards.text import Text

_STORE = "sokhan_store_operation_duration_seconds"

_BUS = Row(
    Text("Bus (NATS)", "گذرگاه (NATS)"),
    (
        Panel(
            Text("Who is connected?", "چه کسی وصل است؟"),
            Text(
                "Each process to NATS. Without it jobs are accepted and wait, and nobody can speak.",
                "هر پردازه به NATS. بی‌آن کارها پذیرفته می‌شوند و می‌مانند، و گفتاری نیست.",
            ),
            "short",
            (Query("min by (job) (sokhan_bus_connected)", "{{job}}"),),
            look="numbers",
            limits=Limits(1, good_is="above"),
            up_down=True,
        ),
        Panel(
            Text("How many messages are sent?", "چند پیام فرستاده می‌شود؟"),
            Text("By subject, without the ids in it.", "بر پایهٔ موضوع، بی‌شناسه‌ها."),
            "ops",
            (Query(rate("sokhan_bus_messages_total", "subject"), "{{subject}}"),),
            look="stack",
        ),
        Panel(
            Text("Do messages get lost?", "آیا پیامی گم می‌شود؟"),
            Text(
                "failed: a stored message without an acknowledgement, it is sent again; dropped: another one without a "
                "bus.",
                "failed: پیام ماندگار بی‌رسید که دوباره فرستاده می‌شود؛ dropped: پیام دیگری که گذرگاه نداشت.",
            ),
            "ops",
            (Query(rate("sokhan_bus_messages_total", "outcome"), "{{outcome}}"),),
        ),
        Panel(
            Text("How long does the bus take?", "گذرگاه چه مدت می‌خواهد؟"),
            Text(
                "A request to its answer, a publication to its acknowledgement. A slow disk of NATS shows here first.",
                "درخواست تا پاسخ، انتشار تا رسید. دیسک کند زیر NATS نخست اینجا پیداست.",
            ),
            "s",
            percentiles("sokhan_bus_operation_duration_seconds", "operation"),
        ),
        Panel(
            Text("Are there dead letters?", "آیا نامهٔ مرده‌ای هست؟"),
            Text(
                "Messages that no worker could read within the last hour. One is enough for the alert.",
                "پیام‌هایی که هیچ کارگری در یک ساعت گذشته نتوانست بخواند. یکی برای هشدار بس است.",
            ),
            "short",
            (Query(increase("sokhan_dead_letters_total", "subject", window="1h"), "{{subject}}"),),
            limits=Limits(1),
        ),
        Panel(
            Text("Has NATS lost streams?", "آیا NATS جریانی را گم کرده است؟"),
            Text(
                "Within the last hour. They are created again, waiting jobs are published again; find out who deletes.",
                "در یک ساعت گذشته. دوباره ساخته می‌شوند و کارهای در صف دوباره منتشر؛ پاک‌کننده را بیابید.",
            ),
            "short",
            (Query(increase("sokhan_bus_streams_lost_total", window="1h"), Text("lost", "گم‌شده")),),
            look="numbers",
            limits=Limits(1),
        ),
    ),
)

_STORES = Row(
    Text("Store", "پایگاه داده"),
    (
        Panel(
            Text("Does the gateway reach the store?", "آیا درگاه به پایگاه داده می‌رسد؟"),
            Text("Without it no request is accepted.", "بی‌آن هیچ درخواستی پذیرفته نمی‌شود."),
            "short",
            (Query(installation("sokhan_part_up", "part", 'part=~"store|bus"'), "{{part}}"),),
            look="numbers",
            limits=Limits(1, good_is="above"),
            up_down=True,
        ),
        Panel(
            Text("How many calls does it get?", "چند فراخوانی می‌گیرد؟"),
            Text("By operation.", "بر پایهٔ عمل."),
            "ops",
            (Query(rate(f"{_STORE}_count", "operation"), "{{operation}}"),),
            look="stack",
        ),
        Panel(
            Text("How long does a call take?", "یک فراخوانی چه مدت می‌کشد؟"),
            Text(
                "19 of 20 calls, by operation; also those that fail.",
                "از هر ۲۰ فراخوانی ۱۹ تا، بر پایهٔ عمل؛ ناموفق‌ها هم.",
            ),
            "s",
            (Query(quantile(0.95, _STORE, "operation"), "p95 {{operation}}"),),
        ),
        Panel(
            Text("Whose calls are slow?", "فراخوانی‌های که کند است؟"),
            Text("19 of 20 calls, by service.", "از هر ۲۰ فراخوانی ۱۹ تا، بر پایهٔ سرویس."),
            "s",
            (Query(quantile(0.95, _STORE, "job"), "p95 {{job}}"),),
            width=12,
        ),
        Panel(
            Text("Whose calls fail?", "فراخوانی‌های که ناموفق است؟"),
            Text("Because the store was unavailable.", "چون پایگاه داده در دسترس نبود."),
            "ops",
            (Query(rate("sokhan_store_errors_total", "job"), "{{job}}"),),
            width=12,
        ),
    ),
)

_NO_BUCKET = Text("There is no bucket (SOKHAN_OBJECTS).", "سطلی در کار نیست (SOKHAN_OBJECTS).")

_BUCKET = Row(
    Text("Bucket (S3)", "سطل (S3)"),
    (
        Panel(
            Text("Does the bucket answer?", "آیا سطل پاسخ می‌دهد؟"),
            Text(
                "To the scanner. Without it the platform works on, and remote workers get nothing new.",
                "به پویشگر. بی‌آن سامانه کار می‌کند و به کارگرهای دور چیز تازه‌ای نمی‌رسد.",
            ),
            "short",
            (Query('min(sokhan_objects_reachable{job="scanner"})', Text("bucket", "سطل")),),
            look="numbers",
            limits=Limits(1, good_is="above"),
            up_down=True,
            when_empty=_NO_BUCKET,
        ),
        Panel(
            Text("What does the bucket still lack?", "چه چیزهایی هنوز در سطل نیست؟"),
            Text(
                "Assets, checkpoints, renders and lexicons that are to be published, fetched or removed.",
                "مدل‌ها، داده‌ها، نقطه‌های بازگشت، خوانش‌ها و واژه‌نامه‌هایی که باید فرستاده، گرفته یا پاک شوند.",
            ),
            "short",
            (Query('max(sokhan_objects_waiting_units{job="scanner"})', Text("waiting", "در صف")),),
            when_empty=_NO_BUCKET,
        ),
        Panel(
            Text("How long does it lack them?", "چه مدت است که نیست؟"),
            Text(
                "Of the one that waits for longest. Two hours are the alert; a data set of 50 GB may take them.",
                "آن که از همه بیشتر مانده است. دو ساعت هشدار است؛ داده‌ای ۵۰ گیگابایتی شاید همین قدر بخواهد.",
            ),
            "s",
            (Query('max(sokhan_objects_waiting_seconds{job="scanner"})', Text("oldest", "کهنه‌ترین")),),
            when_empty=_NO_BUCKET,
        ),
        Panel(
            Text("What goes to the bucket and comes from it?", "چه چیزی به سطل می‌رود و از آن می‌آید؟"),
            Text("Of the scanner and of remote workers.", "از پویشگر و کارگرهای دور."),
            "ops",
            (Query(rate("sokhan_objects_units_total", "way"), "{{way}}"),),
            look="stack",
            when_empty=_NO_BUCKET,
        ),
        Panel(
            Text("What fails and is tried again?", "چه چیزی ناموفق است و دوباره آزموده می‌شود؟"),
            Text("The log says which and why: unit_not_mirrored.", "گزارش می‌گوید کدام و چرا: unit_not_mirrored."),
            "ops",
            (Query(rate("sokhan_objects_failures_total", "job"), "{{job}}"),),
            when_empty=_NO_BUCKET,
        ),
    ),
)

BUS_AND_STORE = Page(
    "bus-and-store",
    Text("Sokhan: bus and store", "سخن: گذرگاه و پایگاه داده"),
    Text(
        "Do the services reach NATS, the store and the bucket, and how fast?",
        "آیا سرویس‌ها به NATS، پایگاه داده و سطل می‌رسند، و چه تند؟",
    ),
    (_BUS, _STORES, _BUCKET),
)
