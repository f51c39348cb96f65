"""A long text from its claim to its file, with interruptions."""

from __future__ import annotations

import asyncio
import errno
import json
import threading
import wave
from pathlib import Path

import pytest

from services.synth.longform.context import SpeechContext
from shared.contracts.errors import NoSpace, NotFound, Validation
from shared.jobs import Fail, Interrupt, Interrupted, Pause
from shared.jobs.outcomes import LeaseLost
from tests.support.longform import RATE, Stage, progress, reached, stage

pytestmark = pytest.mark.timeout(60)
TEXT = "فصل اول\n\nیک یک. دو دو. سه سه.\n\nفصل دوم\n\nچهار چهار. پنج پنج."
SENTENCES = ["فصل اول", "یک یک.", "دو دو.", "سه سه.", "فصل دوم", "چهار چهار.", "پنج پنج."]


async def interrupted_at(built: Stage, context: SpeechContext, sentence: str, reason: Interrupt) -> None:
    """Run until that sentence is asked for, and be asked to leave while it is being spoken."""
    loop, gate = asyncio.get_running_loop(), threading.Event()

    def hold(asked: str) -> None:
        if asked == sentence:
            loop.call_soon_threadsafe(context.request_interrupt, reason)
            gate.wait(10)

    built.voice.before = hold
    with pytest.raises(Interrupted):
        await built.handler(context)
    built.voice.before = lambda _: None
    gate.set()


async def test_a_text_becomes_one_file_with_chapters_and_subtitles(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        result = await built.handler(context)
        folder = built.folder(context.job.id)
    assert sorted(built.voice.asked) == sorted(SENTENCES)
    with wave.open(str(tmp_path / result.path)) as file:
        assert file.getframerate() == result.sample_rate == RATE
        assert file.getnframes() / RATE == pytest.approx(result.seconds, abs=0.001)
    assert result.bytes == (tmp_path / result.path).stat().st_size
    assert [chapter.title for chapter in result.chapters] == ["فصل اول", "فصل دوم"]
    assert result.chapters[0].start == 0
    assert result.chapters[0].end == result.chapters[1].start
    assert result.chapters[1].end == result.seconds
    assert (result.sentences, result.voice, result.skipped) == (7, "espeak-fa", 0)
    assert folder.subtitles("srt").read_text().count("-->") == 7
    assert folder.subtitles("vtt").read_text().startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert sorted(path.name for path in folder.root.iterdir()) == [
        "input.txt", "result.json", "speech.srt", "speech.vtt", "speech.wav",
    ]  # fmt: skip
    last = progress(context)
    assert (last.sentences_done, last.sentences_total, last.chapter, last.stage) == (7, 7, 2, "encoding")


@pytest.mark.parametrize("reason", [Interrupt.PAUSE, Interrupt.SHUTDOWN])
async def test_the_next_attempt_speaks_only_what_is_left(tmp_path: Path, reason: Interrupt) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        await interrupted_at(built, context, "سه سه.", reason)
        known = progress(context).sentences_done
        assert known in {2, 3}  # the one behind it may be under way with it
        built.voice.asked.clear()
        again = await built.again(context)
        result = await built.handler(again)
    assert set(built.voice.asked) == set(SENTENCES[known:])
    assert result.sentences == 7
    assert progress(again).restarted is None


async def test_a_worker_that_dies_costs_no_sentence_that_is_in_the_journal(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        working = asyncio.create_task(built.handler(context))
        await reached(context, lambda now: now.sentences_done >= 2)
        working.cancel()  # its lease is lost: it must leave, and write nothing more
        await asyncio.gather(working, return_exceptions=True)
        folder = built.folder(context.job.id)
        lines = folder.journal.read_text().splitlines()
        kept = [sentence for sentence in SENTENCES if any(f'"{sentence}"' in line for line in lines)]
        with folder.journal.open("ab") as journal, folder.pcm.open("ab") as pcm:
            journal.write(b'{"line": "said", "chap')
            pcm.write(b"\x01" * 999)
        built.voice.asked.clear()
        result = await built.handler(await built.again(context))
    assert len(kept) >= 2
    assert set(built.voice.asked).isdisjoint(kept)
    assert {*kept, *built.voice.asked} == set(SENTENCES)
    with wave.open(str(tmp_path / result.path)) as file:
        assert b"\x01\x01" not in file.readframes(file.getnframes())


async def test_a_voice_that_was_replaced_begins_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        await interrupted_at(built, context, "دو دو.", Interrupt.PAUSE)
        built.voice.asked.clear()
        built.book.version = "2"
        again = await built.again(context)
        result = await built.handler(again)
    assert set(built.voice.asked) == set(SENTENCES)
    assert result.voice_version == "2"
    assert "was replaced" in (progress(again).restarted or "")


async def test_a_journal_of_an_earlier_release_is_continued_by_a_voice_of_its_reading(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        built.book.engine = "piper"
        context = await built.job(TEXT)
        await interrupted_at(built, context, "سه سه.", Interrupt.PAUSE)
        journal = built.folder(context.job.id).journal
        head, *lines = journal.read_text().splitlines()
        earlier = {name: value for name, value in json.loads(head).items() if name != "reading"}
        journal.write_text("\n".join([json.dumps(earlier), *lines, ""]))
        again = await built.again(context)
        built.voice.asked.clear()
        await built.handler(again)
    assert SENTENCES[0] not in built.voice.asked
    assert progress(again).restarted is None


async def test_a_lexicon_that_changes_the_sentences_begins_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        await interrupted_at(built, context, "دو دو.", Interrupt.PAUSE)
        built.tree.lexicon.write_text("پنج\tشش\n")
        again = await built.again(context)
        await built.handler(again)
    assert "شش شش." in built.voice.asked
    assert "lexicon" in (progress(again).restarted or "")


async def test_what_was_finished_but_not_told_is_not_done_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        first = await built.handler(context)
        built.voice.asked.clear()
        assert await built.handler(await built.again(context)) == first
    assert built.voice.asked == []


async def test_a_cancelled_job_leaves_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        await interrupted_at(built, context, "دو دو.", Interrupt.CANCEL)
        assert not built.folder(context.job.id).root.exists()


async def test_a_sentence_that_the_voice_cannot_say_is_left_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        result = await built.handler(await built.job("یک. ناگفتنی. دو."))
    # The sentence behind it may have been asked for ahead, and is asked for again.
    assert set(built.voice.asked) == {"دو.", "یک."}
    assert (result.sentences, result.skipped) == (2, len("ناگفتنی."))


@pytest.mark.parametrize("count", [1, 100])
async def test_a_voice_that_can_say_nothing_of_it_fails(tmp_path: Path, count: int) -> None:
    async with stage(tmp_path) as built:
        with pytest.raises(Validation, match="cannot say that"):
            await built.handler(await built.job("ناگفتنی. " * count))


async def test_a_text_without_persian_fails_with_a_reason(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        with pytest.raises(Validation, match="no Persian letter"):
            await built.handler(await built.job("Nothing to say."))
        with pytest.raises(Validation, match="speaks fa"):
            await built.handler(await built.job(TEXT, language="de"))


async def test_a_text_that_is_gone_fails(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        built.folder(context.job.id).text.unlink()
        with pytest.raises(Fail) as failed:
            await built.handler(context)
    assert isinstance(failed.value.cause, NotFound)


async def test_too_little_room_is_told_before_anything_is_spoken(tmp_path: Path) -> None:
    async with stage(tmp_path, free=1000) as built:
        with pytest.raises(NoSpace, match="needs about"):
            await built.handler(await built.job(TEXT))
    assert built.voice.asked == []


async def test_a_disk_that_becomes_full_pauses_the_job_and_keeps_what_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)

        def full(*_: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("services.synth.longform.muxing.write_file", full)
            with pytest.raises(Pause) as paused:
                await built.handler(context)
        assert isinstance(paused.value.cause, NoSpace)
        built.voice.asked.clear()
        result = await built.handler(await built.again(context))
    assert built.voice.asked == []
    assert result.sentences == 7


async def test_two_workers_never_write_the_same_files(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        first = asyncio.create_task(built.handler(context))
        await asyncio.sleep(0)
        second = await built.handler(context)
        assert await first == second
    assert sorted(built.voice.asked) == sorted(SENTENCES)


async def test_encoding_ends_when_the_job_is_cancelled(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job("سلام دنیا. " * 300)
        working = asyncio.create_task(built.handler(context))
        await reached(context, lambda now: now.stage == "encoding")
        context.request_interrupt(Interrupt.CANCEL)
        outcome = (await asyncio.gather(working, return_exceptions=True))[0]
        assert isinstance(outcome, Interrupted)
        assert not built.folder(context.job.id).root.exists()


async def test_a_lost_lease_ends_the_work(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        context = await built.job(TEXT)
        await built.again(context)
        with pytest.raises(LeaseLost):
            await context.renew()
