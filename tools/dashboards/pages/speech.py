"""Do listeners hear something soon, and without a gap?"""

from __future__ import annotations

from tools.dashboards.model import Limits, Page, Panel, Query, Row
from tools.dashboards.promql import attempts_by_end, installation, jobs_by_state, percentiles, rate, share
from tools.dashboards.text import Text

_LOOKUPS = "sokhan_speech_cache_lookups_total"
_ROUTE = 'route="/v1/audio/speech"'

_LISTENING = Row(
    Text("Listening", "شنیدن"),
    (
        Panel(
            Text("How soon does speech begin?", "گفتار چه زود آغاز می‌شود؟"),
            Text(
                "Request to the first audio, with the wait in the queue. The alert starts at 2 s, where listeners "
                "press the button again. The dots are traces.",
                "از درخواست تا نخستین صدا، با انتظار در صف. هشدار از ۲ ثانیه آغاز می‌شود که شنونده دوباره دکمه را "
                "می‌زند. نقطه‌ها ردیابی‌اند.",
            ),
            "s",
            percentiles("sokhan_speech_first_audio_duration_seconds", exemplars=True),
            limits=Limits(2),
        ),
        Panel(
            Text("Is it computed faster than it is heard?", "آیا تندتر از شنیدن ساخته می‌شود؟"),
            Text(
                "Computing time of a sentence per second of its audio. Above 1 the listener waits between sentences.",
                "زمان ساخت یک جمله برای هر ثانیه از صدایش. بالای ۱ شنونده میان جمله‌ها می‌ماند.",
            ),
            "short",
            percentiles("sokhan_speech_real_time_factor_ratio", "engine"),
            limits=Limits(1),
        ),
        Panel(
            Text("How many listen now?", "اکنون چند نفر گوش می‌دهند؟"),
            Text(
                "Requests for speech at the synth, waiting ones included.",
                "درخواست‌های گفتار نزد گوینده، با آنها که در صف‌اند.",
            ),
            "short",
            (Query("sum by (instance) (sokhan_speech_listeners)", "{{instance}}"),),
        ),
        Panel(
            Text("How are requests answered?", "درخواست‌ها چه پاسخی می‌گیرند؟"),
            Text(
                "/v1/audio/speech by status; 429 and 503: too many at once.",
                "/v1/audio/speech با وضعیت؛ 429 و 503 یعنی بیش از اندازه هم‌زمان.",
            ),
            "reqps",
            (Query(rate("sokhan_http_requests_total", "status", _ROUTE), "{{status}}"),),
            look="stack",
            width=12,
        ),
        Panel(
            Text("How long does an answer last?", "یک پاسخ چه مدت می‌کشد؟"),
            Text(
                "To its last byte: long texts, and clients that read slowly.",
                "تا آخرین بایت: متن‌های بلند، و گیرنده‌هایی که کند می‌خوانند.",
            ),
            "s",
            percentiles("sokhan_http_stream_duration_seconds", where=_ROUTE),
            width=12,
        ),
    ),
)

_COMPUTING = Row(
    Text("Computing", "ساختن"),
    (
        Panel(
            Text("How many seconds of audio a second?", "در هر ثانیه چند ثانیه صدا؟"),
            Text(
                "Computed, by engine; from the cache it costs nothing.",
                "ساخته‌شده، بر پایهٔ موتور؛ از حافظهٔ نهان رایگان است.",
            ),
            "short",
            (Query(rate("sokhan_speech_audio_seconds_total", "engine"), "{{engine}}"),),
        ),
        Panel(
            Text("How long does a sentence take?", "یک جمله چه مدت می‌کشد؟"),
            Text("Computing time. The dots are traces.", "زمان ساخت. نقطه‌ها ردیابی‌اند."),
            "s",
            percentiles("sokhan_speech_synthesis_duration_seconds", "engine", exemplars=True),
        ),
        Panel(
            Text("What share comes from the cache?", "چه سهمی از حافظهٔ نهان می‌آید؟"),
            Text("Sentences that were spoken before.", "جمله‌هایی که پیش‌تر گفته شده‌اند."),
            "percentunit",
            (Query(share(rate(_LOOKUPS, where='result="hit"'), rate(_LOOKUPS)), Text("hits", "یافته")),),
            maximum=1,
        ),
        Panel(
            Text("How many voices are loaded?", "چند صدا بار شده است؟"),
            Text(
                "A voice that is not loaded takes seconds before it speaks.",
                "صدای بارنشده پیش از گفتن چند ثانیه می‌خواهد.",
            ),
            "short",
            (Query("sum by (instance) (sokhan_voices_loaded)", "{{instance}}"),),
            width=12,
        ),
        Panel(
            Text("How much memory do voices take?", "صداها چه اندازه حافظه می‌گیرند؟"),
            Text(
                "At most SOKHAN_VOICES_MEMORY_BYTES for each synth.",
                "دست بالا SOKHAN_VOICES_MEMORY_BYTES برای هر گوینده.",
            ),
            "bytes",
            (Query("sum by (instance) (sokhan_voices_loaded_bytes)", "{{instance}}"),),
            width=12,
        ),
    ),
)

_RENDERS = Row(
    Text("Long texts", "متن‌های بلند"),
    (
        Panel(
            Text("How many renders wait and run?", "چند متن بلند در صف و در جریان است؟"),
            Text("Speech jobs of the whole installation.", "کارهای گفتار همهٔ سامانه."),
            "short",
            jobs_by_state("speech"),
        ),
        Panel(
            Text("How long has the oldest waited?", "قدیمی‌ترین چه مدت مانده است؟"),
            Text(
                "0 is an empty queue. The alert starts at 15 minutes.",
                "صفر یعنی صف خالی. هشدار از ۱۵ دقیقه آغاز می‌شود.",
            ),
            "s",
            (Query(installation("sokhan_job_queue_age_seconds", where='kind="speech"'), Text("oldest", "قدیمی‌ترین")),),
            limits=Limits(900),
        ),
        Panel(
            Text("How do renders end?", "متن‌های بلند چگونه پایان می‌یابند؟"),
            Text("Attempts by the state of the job after them.", "تلاش‌ها با وضعیت کار پس از آنها."),
            "short",
            attempts_by_end("speech"),
        ),
    ),
)

SPEECH = Page(
    "speech",
    Text("Sokhan: speech", "سخن: گفتار"),
    Text("Do listeners hear something soon, and without a gap?", "آیا شنونده زود و بی‌گسست می‌شنود؟"),
    (_LISTENING, _COMPUTING, _RENDERS),
    jobs=True,
)
