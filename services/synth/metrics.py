"""Prometheus metrics of speech."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.telemetry.metrics.exemplar import current_exemplar

_FIRST_AUDIO_S = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, float("inf"))
_SYNTHESIS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, float("inf"))
_REAL_TIME_FACTOR = (0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, float("inf"))


class SpeechMetrics:
    """`engine`: espeak, piper, coqui or transformers. The real-time factor is computing time per second of audio."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._audio = Counter(
            "sokhan_speech_audio_seconds_total", "Seconds of audio computed.", ["engine"], registry=registry
        )
        self._synthesis = Histogram(
            "sokhan_speech_synthesis_duration_seconds",
            "Computing time of a sentence.",
            ["engine"],
            buckets=_SYNTHESIS_S,
            registry=registry,
        )
        self._real_time_factor = Histogram(
            "sokhan_speech_real_time_factor_ratio",
            "Computing time of a sentence per second of its audio; above 1 listeners wait.",
            ["engine"],
            buckets=_REAL_TIME_FACTOR,
            registry=registry,
        )
        self._first_audio = Histogram(
            "sokhan_speech_first_audio_duration_seconds",
            "Request to the first audio, with the wait in the queue.",
            buckets=_FIRST_AUDIO_S,
            registry=registry,
        )
        self._lookups = Counter(
            "sokhan_speech_cache_lookups_total", "Sentences looked up in the cache.", ["result"], registry=registry
        )
        self._listeners = Gauge("sokhan_speech_listeners", "Requests for speech now.", registry=registry)
        self._voices = Gauge("sokhan_voices_loaded", "Voices in memory.", registry=registry)
        self._voice_bytes = Gauge("sokhan_voices_loaded_bytes", "Memory of the loaded voices.", registry=registry)
        for result in ("hit", "miss"):
            self._lookups.labels(result)

    def synthesised(self, engine: str, computing: float, audio: float) -> None:
        """One sentence; both in seconds."""
        self._audio.labels(engine).inc(audio)
        self._synthesis.labels(engine).observe(computing, current_exemplar())
        if audio > 0:
            self._real_time_factor.labels(engine).observe(computing / audio)

    def first_audio_after(self, seconds: float) -> None:
        self._first_audio.observe(seconds, current_exemplar())

    def looked_up(self, *, hit: bool) -> None:
        self._lookups.labels("hit" if hit else "miss").inc()

    def watch(
        self, *, listeners: Callable[[], float], voices: Callable[[], float], voice_bytes: Callable[[], float]
    ) -> None:
        """Read these figures at every scrape."""
        self._listeners.set_function(listeners)
        self._voices.set_function(voices)
        self._voice_bytes.set_function(voice_bytes)
