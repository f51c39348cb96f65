"""Encodes the samples of all sentences into one file, with subtitles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from services.synth.longform.journal import Head, SpokenSentence
from services.synth.longform.plan import RenderPlan
from services.synth.longform.subtitles import cues_of, to_srt, to_vtt
from services.synth.longform.threads import Check
from shared.audio import write_file
from shared.contracts.kinds.speech import RenderFormat, SpeechResult, SpokenChapter
from shared.files import DataTree, write_atomic
from shared.files.atomic import sync_path
from shared.files.renders import RenderFolder

_CHUNK = 256 * 1024
ReportFraction = Callable[[float], None]


def read_result(tree: DataTree, folder: RenderFolder) -> SpeechResult | None:
    """The result that an earlier attempt wrote but did not report, or None. Blocking."""
    try:
        result = SpeechResult.model_validate_json(folder.result.read_bytes())
        return result if (tree.root / result.path).stat().st_size == result.bytes else None
    except (OSError, ValidationError):
        return None


def finish(
    tree: DataTree,
    folder: RenderFolder,
    format: RenderFormat,
    head: Head,
    plan: RenderPlan,
    sentences: Sequence[SpokenSentence],
    check: Check,
    report: ReportFraction,
) -> SpeechResult:
    """Write the audio file, the subtitles and the result; keeps the samples. Blocking.

    `report` receives the encoded fraction, 0 to 1. Raises `OSError` and the errors of `check`.
    """
    rate = next(sentence.rate for sentence in sentences if sentence.rate)
    spoken = [sentence for sentence in sentences if sentence.seconds]
    cues = list(
        cues_of(
            (sentence.text, _seconds(sentence.start, rate), _seconds(sentence.start, rate) + sentence.seconds)
            for sentence in spoken
        )
    )
    write_atomic(folder.subtitles("srt"), to_srt(cues).encode())
    write_atomic(folder.subtitles("vtt"), to_vtt(cues).encode())
    part = folder.encoding(format)
    try:
        length = write_file(part, format, rate, _samples(folder.pcm, sentences[-1].end, check, report))
        sync_path(part)
        result = SpeechResult(
            path=tree.relative(folder.audio(format)),
            seconds=round(_seconds(sentences[-1].end, rate), 3),
            bytes=length,
            sample_rate=rate,
            sentences=len(spoken),
            chapters=tuple(chapters_of(plan, sentences, rate)),
            voice=head.voice,
            voice_version=head.version,
            skipped=plan.skipped + sum(len(sentence.text) for sentence in sentences if not sentence.seconds),
        )
        write_atomic(folder.result, result.model_dump_json().encode())
        part.replace(folder.audio(format))
        sync_path(folder.root)
    finally:
        part.unlink(missing_ok=True)
    return result


def remove_work(folder: RenderFolder) -> None:
    """Remove the journal and the samples of a finished render."""
    for path in (folder.journal, folder.pcm):
        path.unlink(missing_ok=True)


def chapters_of(plan: RenderPlan, sentences: Sequence[SpokenSentence], rate: int) -> Iterator[SpokenChapter]:
    """The chapters with their times; a chapter ends where the next one starts."""
    starts: dict[int, int] = {}
    for sentence in sentences:
        starts.setdefault(sentence.chapter, sentence.start)
    ends = [*list(starts.values())[1:], sentences[-1].end]
    for (number, start), end in zip(starts.items(), ends, strict=True):
        yield SpokenChapter(
            title=plan.titles[number], start=round(_seconds(start, rate), 3), end=round(_seconds(end, rate), 3)
        )


def _samples(path: Path, end: int, check: Check, report: ReportFraction) -> Iterator[bytes]:
    done = 0
    with path.open("rb") as file:
        while done < end:
            check()
            chunk = file.read(min(_CHUNK, end - done))
            if not chunk:
                raise OSError(f"{path.name} is shorter than its journal says")
            done += len(chunk)
            yield chunk
            report(done / end)


def _seconds(length: int, rate: int) -> float:
    return length / 2 / rate
