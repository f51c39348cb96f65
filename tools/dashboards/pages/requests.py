"""The overview's row of HTTP requests."""

from __future__ import annotations

from tools.dashboards.model import Limits, Panel, Query, Row
from tools.dashboards.promql import percentiles, quantile, rate, share
from tools.dashboards.text import Text

_REQUESTS = "sokhan_http_requests_total"

REQUESTS = Row(
    Text("Requests", "درخواست‌ها"),
    (
        Panel(
            Text("How many requests are answered?", "چند درخواست پاسخ می‌گیرد؟"),
            Text("By status.", "بر پایهٔ وضعیت."),
            "reqps",
            (Query(rate(_REQUESTS, "status"), "{{status}}"),),
            look="stack",
        ),
        Panel(
            Text("How soon do answers begin?", "پاسخ‌ها چه زود آغاز می‌شوند؟"),
            Text(
                "Time to the head of the answer, of all routes. The dots are traces.",
                "زمان تا سرآغاز پاسخ، در همهٔ مسیرها. نقطه‌ها ردیابی‌اند.",
            ),
            "s",
            percentiles("sokhan_http_request_duration_seconds", exemplars=True),
        ),
        Panel(
            Text("Which answers are errors?", "کدام پاسخ‌ها خطا هستند؟"),
            Text(
                "4xx: the request is wrong; 5xx: Sokhan or a part of it failed.",
                "4xx: درخواست نادرست است؛ 5xx: سخن یا بخشی از آن ناتوان ماند.",
            ),
            "reqps",
            (Query(rate(_REQUESTS, "status, route", 'status=~"[45].."'), "{{status}} {{route}}"),),
            when_empty=Text("No errors", "بدون خطا"),
        ),
        Panel(
            Text("What share of answers is our fault?", "چه سهمی از پاسخ‌ها خطای ماست؟"),
            Text(
                "5xx of all answers. The alert starts at one in twenty.",
                "پاسخ‌های 5xx از همهٔ پاسخ‌ها. هشدار از یک در بیست آغاز می‌شود.",
            ),
            "percentunit",
            (Query(share(rate(_REQUESTS, where='status=~"5.."'), rate(_REQUESTS)), "5xx"),),
            limits=Limits(0.05),
        ),
        Panel(
            Text("Who is refused at the door?", "چه کسی دم در رد می‌شود؟"),
            Text(
                "Requests refused before their route, by error code, and connections refused or ended, by reason.",
                "درخواست‌هایی که پیش از مسیرشان رد شدند، با کد خطا، و اتصال‌های ردشده یا بسته‌شده، با دلیل.",
            ),
            "reqps",
            (
                Query(rate("sokhan_http_requests_refused_total", "code"), "{{code}}"),
                Query(rate("sokhan_http_connections_refused_total", "reason"), "{{reason}}"),
            ),
            when_empty=Text("Nobody", "هیچ‌کس"),
        ),
        Panel(
            Text("How many follow live?", "چند نفر زنده دنبال می‌کنند؟"),
            Text("Open WebSockets and event streams.", "وب‌سوکت‌ها و جریان‌های رویداد باز."),
            "short",
            (Query("sum by (protocol) (sokhan_live_subscribers)", "{{protocol}}"),),
        ),
        Panel(
            Text("Which routes are asked most?", "کدام مسیرها بیشتر خواسته می‌شوند؟"),
            Text("The ten with the most requests.", "ده مسیر با بیشترین درخواست."),
            "reqps",
            (Query(f"topk(10, {rate(_REQUESTS, 'method, route')})", "{{method}} {{route}}"),),
            width=12,
        ),
        Panel(
            Text("Which routes are slow?", "کدام مسیرها کندند؟"),
            Text(
                "Time to the head of the answer, 19 of 20 requests; the ten slowest routes.",
                "زمان تا سرآغاز پاسخ، از هر ۲۰ درخواست ۱۹ تا؛ ده مسیر کندتر.",
            ),
            "s",
            (
                Query(
                    f"topk(10, {quantile(0.95, 'sokhan_http_request_duration_seconds', 'method, route')})",
                    "p95 {{method}} {{route}}",
                ),
            ),
            width=12,
        ),
    ),
)
