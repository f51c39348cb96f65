"""`make bench WHAT=speech`: speech over HTTP beside what a user would run instead, with the same voice.

Coqui's own tts-server and its bare `Synthesizer` with one network of the size `fast`; Piper's own HTTP server with the
same size as ONNX. Needs `pip install flask piper-tts==1.8.0` beside the rest; without them their rows are left out.
The cache is off, but for its own row.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bench.downloads import say
from bench.platform import machine, percentile
from bench.speech_clients import Heard, Server, crowd, listen
from bench.speech_voices import write_coquis, write_ours, write_pipers
from services.synth.engines import SpeakingVoice, SynthesisInput, load_folder
from services.synth.segmentation import segment_text
from shared.persian.frontend import Frontend
from shared.vits.presets import PresetName
from tests.support.platform import Platform, platform
from tests.support.processes import ROOT, free_port, wait_until

SIZE: PresetName = "fast"
CLIENTS = (1, 4, 16)
REQUESTS = {1: 12, 4: 5, 16: 3}
RATE = 22050
_START_S = 120.0
TEXTS = (
    "صبح زود به بازار رفتیم و نان تازه خریدیم. هوا خنک بود و کوچه‌ها هنوز خلوت بودند.",
    "کتابی که دیروز گرفتی را امشب می‌خوانم. فردا درباره‌ی آن با هم حرف می‌زنیم.",
    "قطار دیر رسید و ما در ایستگاه چای نوشیدیم. بچه‌ها کنار پنجره بازی می‌کردند.",
    "باغبان درخت‌های حیاط را آب داد. بوی خاک خیس همه جا را پر کرده بود.",
    "معلم از دانش‌آموزان خواست داستانی بنویسند. هر کدام از سفری گفت که دوست داشت.",
    "شب که شد چراغ‌های شهر روشن شدند. از بالای کوه همه چیز کوچک و زیبا بود.",
)
TEN = " ".join(TEXTS[:5])
Row = tuple[str, ...]


@contextmanager
def ours(folder: Path, cache: bool = False) -> Iterator[Platform]:
    settings = {"SOKHAN_SPEECH_CACHE_BYTES": "1000000000" if cache else "0"}
    with platform(folder, ("gateway", "scanner", "synth"), settings) as built:
        wait_until(lambda: len(_voices(built)) == 3, 60, "the scanner has found both voices")
        yield built


def _settle(built: Platform) -> None:
    """Both voices are loaded, and how each is fastest has been found."""

    def calibrated() -> int:
        return sum(line.get("event") == "voice_calibrated" for line in built.processes["synth"].lines())

    before = calibrated()  # the log of an earlier synth may stand above
    with built.client() as client:
        for name in ("ours", "piper"):
            wish = {"voice": f"local/{name}", "input": TEXTS[0]}
            client.post("/v1/audio/speech", json=wish, timeout=60).raise_for_status()
    wait_until(lambda: calibrated() - before == 2, 120, "both are calibrated")


def _voices(built: Platform) -> list[dict[str, object]]:
    with built.client() as client:
        found: list[dict[str, object]] = client.get("/v1/audio/voices").json()["voices"]
    return found


@contextmanager
def other(arguments: list[str], url: str) -> Iterator[None]:
    """A server that is not ours, until it answers anything at all."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:

        def answers() -> bool:
            assert process.poll() is None, f"{arguments[0]} did not start"
            try:
                return bool(httpx2.get(url, timeout=2, trust_env=False).status_code)
            except httpx2.HTTPError:
                return False

        wait_until(answers, _START_S, f"{arguments[0]} answers")
        yield
    finally:
        process.terminate()
        process.wait(20)


def sokhan(built: Platform, voice: str) -> Server:
    def ask(text: str) -> tuple[str, str, dict[str, object]]:
        return "POST", "/v1/audio/speech", {"voice": voice, "input": text, "response_format": "wav"}

    return Server(f"Sokhan, {voice}", built.url, RATE, ask)


def figures(server: Server) -> list[Row]:
    rows: list[Row] = []
    for clients in CLIENTS:
        heard, took = asyncio.run(crowd(server, TEXTS, clients, REQUESTS[clients]))
        rows.append((server.name, str(clients), *_told(heard, took)))
        say(" | ".join(rows[-1]))
    return rows


def _told(heard: list[Heard], took: float) -> Row:
    audio = sum(one.audio for one in heard)
    first = [one.first * 1000 for one in heard]
    factor = statistics.median(one.whole / one.audio for one in heard)
    return (
        f"{factor:.3f}",
        f"{percentile(first, 0.5):.0f} / {percentile(first, 0.95):.0f} ms",
        f"{audio / took:.1f}",
    )


def bare(speak: Callable[[str], float]) -> Row:
    """Without HTTP and without a service, one text after the other. `speak` gives seconds of audio."""
    speak(TEXTS[0])
    started, factors, audio = time.perf_counter(), [], 0.0
    for number in range(REQUESTS[1]):
        begun = time.perf_counter()
        seconds = speak(TEXTS[number % len(TEXTS)])
        factors.append((time.perf_counter() - begun) / seconds)
        audio += seconds
    took = time.perf_counter() - started
    return (f"{statistics.median(factors):.3f}", "–", f"{audio / took:.1f}")


def overhead(built: Platform, folder: Path, name: str) -> Row:
    """One text over HTTP and out of the bare engine in this process, seeded, in turns: the difference is ours."""
    engine = load_folder(folder, "cpu")
    precision = next(str(voice["precision"]) for voice in _voices(built) if voice["id"] == name)
    if precision in engine.precisions:
        engine.set_precision(precision)
    server = sokhan(built, name)
    seeded = Server(server.name, server.url, RATE, lambda text: _with(server.ask(text), seed=1))

    async def pairs() -> list[tuple[float, float]]:
        found = []
        async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
            await listen(seeded, client, TEXTS[0])
            for text in TEXTS * 3:
                engine_s = _spoken_by(engine, text)
                found.append((engine_s, (await listen(seeded, client, text)).whole))
        return found

    found = asyncio.run(pairs())
    engine_ms = statistics.median(one * 1000 for one, _ in found)
    more = statistics.median((over - engine_s) * 1000 for engine_s, over in found)
    return (name, f"{engine_ms:.0f} ms", f"{more:+.0f} ms", f"{more / engine_ms:+.1%}")


def _with(asked: tuple[str, str, object], **more: object) -> tuple[str, str, dict[str, object]]:
    method, path, body = asked
    assert isinstance(body, dict)
    return method, path, body | more


def _spoken_by(engine: SpeakingVoice, text: str) -> float:
    frontend = Frontend()
    started = time.perf_counter()
    for piece in segment_text(frontend, text):
        engine.speak([SynthesisInput(piece.text, seed=1, frontend=frontend)])
    return time.perf_counter() - started


def first_of_ten(built: Platform) -> str:
    async def go() -> list[Heard]:
        async with httpx2.AsyncClient(timeout=120, trust_env=False) as client:
            return [await listen(sokhan(built, "local/ours"), client, TEN) for _ in range(5)]

    heard = asyncio.run(go())
    share = statistics.median(one.first / one.whole for one in heard)
    first, whole = (statistics.median(getattr(one, name) for one in heard) for name in ("first", "whole"))
    return f"{first * 1000:.0f} ms of {whole * 1000:.0f} ms: {share:.1%}"


def cached(built: Platform) -> str:
    text = TEXTS[0].split(". ")[0] + "."

    async def go() -> list[Heard]:
        async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
            return [await listen(sokhan(built, "local/ours"), client, text) for _ in range(51)][1:]

    taken = [one.whole * 1000 for one in asyncio.run(go())]
    return f"{percentile(taken, 0.5):.1f} / {percentile(taken, 0.95):.1f} ms"


def measure(folder: Path) -> tuple[list[Row], list[Row], list[tuple[str, str]]]:
    models = folder / "sokhan" / "data" / "models" / "local"
    write_ours(models / "ours", SIZE)
    shutil.rmtree(models / ".tmp", ignore_errors=True)
    piper = write_pipers(models / "piper", SIZE)
    coqui, config = write_coquis(folder / "coqui", SIZE)
    rows: list[Row] = []
    with ours(folder / "sokhan") as built:
        _settle(built)
        rows += figures(sokhan(built, "local/ours"))
        rows += figures(sokhan(built, "local/piper"))
        over = [overhead(built, models / name, f"local/{name}") for name in ("ours", "piper")]
        facts = [("first audio of ten sentences, of the whole", first_of_ten(built))]
    with ours(folder / "sokhan", cache=True) as built:
        _settle(built)
        facts.append(("a sentence spoken before, whole, p50 / p95", cached(built)))
    rows += coquis(coqui, config) if importlib.util.find_spec("flask") else []
    rows += pipers(piper) if importlib.util.find_spec("piper") else []
    return rows, over, facts


def coquis(model: Path, config: Path) -> list[Row]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["bench.coqui_server", "--model_path", str(model), "--config_path", str(config), "--port", str(port)]
    server = Server(
        "Coqui's tts-server", url, RATE, lambda text: ("GET", f"/api/tts?{httpx2.QueryParams({'text': text})}", None)
    )
    with other(arguments, f"{url}/voices"):
        rows = figures(server)
    import shared.vits.compat  # noqa: F401 - before TTS

    synthesizer = importlib.import_module("TTS.utils.synthesizer").Synthesizer(
        tts_checkpoint=str(model), tts_config_path=str(config)
    )
    return [*rows, ("Coqui's Synthesizer, bare", "1", *bare(lambda text: len(synthesizer.tts(text)) / RATE))]


def pipers(model: Path) -> list[Row]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = Server("Piper's HTTP server", url, RATE, lambda text: ("POST", "/synthesize", {"text": text}))
    with other(["piper.http_server", "--host", "127.0.0.1", "--port", str(port), "-m", str(model)], f"{url}/voices"):
        return figures(server)


def table(head: str, rows: list[Row]) -> None:
    print(f"\n{head}\n|{'---|' * head.strip('|').count('|')}---|".replace("||", "|"))
    for row in rows:
        print(f"| {' | '.join(row)} |")


def main() -> None:
    say("Measuring; about five minutes on two quiet cores …")
    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as name:
        rows, over, facts = measure(Path(name))
    print(f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine()}; the voice `{SIZE}`, {os.cpu_count()} threads.")
    table("| server | clients | real-time factor, median | first audio, p50 / p95 | audio seconds a second |", rows)
    table("| voice | bare engine | over HTTP | of it |", over)
    table("| what | measured |", [*facts])


if __name__ == "__main__":
    main()
