"""Long texts as jobs: chapters, progress, pauses, a kill in the middle, one file at the end."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import httpx2
import pytest

from shared.audio import AudioFormat
from tests.support.audio import heard
from tests.support.command_line import sokhan_command, sokhan_started
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until

BOOK = (
    "فصل اول: آغاز\n\nسلام دنیا. امروز ۱۲ کتاب خریدم! هوا خوب است.\n\n"
    "فصل دوم\n\nما به پارک رفتیم. سپس به خانه برگشتیم.\n"
)
SRT_TIMES = re.compile(r"(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})")


def long_book(sentences: int) -> str:
    """As many sentences, each of its own: the engine is told by them what it was asked for."""
    text = "امروز هوا خوب است و ما با هم به پارک بزرگ شهر می‌رویم و تا شب می‌مانیم"
    return "\n\n".join(f"فصل {chapter}\n\n" + f"{text}. " * 40 for chapter in range(1, sentences // 40 + 1))


def start(built: Platform, text: str, **wish: object) -> str:
    with built.client() as client:
        answer = client.post("/api/speech", json={"input": text, "voice": "espeak-fa", **wish})
    assert answer.status_code == 202, answer.text
    job = answer.json()["data"]
    assert answer.headers["location"] == f"/api/speech/{job['jobId']}"
    return str(job["jobId"])


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def result_of(job: dict[str, object]) -> dict[str, object]:
    assert job["state"] == "completed", job
    result = job["result"]
    assert isinstance(result, dict)
    return result


def cues(srt: str) -> list[tuple[float, float]]:
    found = []
    for match in SRT_TIMES.finditer(srt):
        hours, minutes, seconds, milliseconds, *end = map(int, match.groups())
        start_s = hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
        found.append((start_s, end[0] * 3600 + end[1] * 60 + end[2] + end[3] / 1000))
    return found


@pytest.fixture(scope="module")
def read(sokhan: Platform) -> str:
    """A text that has been read."""
    job = start(sokhan, BOOK, title="کتاب/من", responseFormat="mp3")
    assert sokhan.wait_job(f"/api/speech/{job}")["state"] == "completed"
    return job


def test_a_text_becomes_one_file_in_chapters(sokhan: Platform, read: str) -> None:
    job = sokhan.get(f"/api/speech/{read}")
    result = result_of(job)
    chapters = result["chapters"]
    assert isinstance(chapters, list)
    assert [chapter["title"] for chapter in chapters] == ["فصل اول: آغاز", "فصل دوم"]
    assert (chapters[0]["start"], chapters[1]["end"]) == (0, result["seconds"])
    assert (job["progress"], job["sentencesDone"], job["chapter"], job["spokenBy"]) == (100, 7, 2, "espeak-fa")
    assert "input" not in job
    with sokhan.client() as client:
        answer = client.get(f"/api/speech/{read}/audio")
    assert answer.headers["content-type"] == "audio/mpeg"
    assert "%DA%A9%D8%AA%D8%A7%D8%A8%20%D9%85%D9%86.mp3" in answer.headers["content-disposition"]
    assert len(answer.content) == result["bytes"] == int(answer.headers["content-length"])
    assert heard(answer.content, "mp3").seconds == pytest.approx(result["seconds"], abs=0.2)


def test_subtitles_follow_each_other_to_the_end(sokhan: Platform, read: str) -> None:
    seconds = result_of(sokhan.get(f"/api/speech/{read}"))["seconds"]
    with sokhan.client() as client:
        srt, vtt = (client.get(f"/api/speech/{read}/subtitles.{kind}") for kind in ("srt", "vtt"))
    assert srt.headers["content-type"].startswith("application/x-subrip")
    assert vtt.headers["content-type"].startswith("text/vtt")
    edges = [edge for cue in cues(srt.text) for edge in cue]
    assert len(edges) == 14
    assert edges == sorted(edges)
    assert edges[-1] == pytest.approx(seconds, abs=0.01)
    assert vtt.text.startswith("WEBVTT\n")
    assert "دوازده کتاب" in vtt.text


def test_the_file_is_had_in_parts(sokhan: Platform, read: str) -> None:
    with sokhan.client() as client:
        whole = client.get(f"/api/speech/{read}/audio").content
        part = client.get(f"/api/speech/{read}/audio", headers={"Range": "bytes=100-199"})
        beyond = client.get(f"/api/speech/{read}/audio", headers={"Range": "bytes=99999999-"})
        head = client.head(f"/api/speech/{read}/audio")
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert beyond.status_code == 416
    assert (head.status_code, head.content, head.headers["accept-ranges"]) == (200, b"", "bytes")


@pytest.mark.parametrize("form", ["opus", "flac", "aac", "wav"])
def test_every_format_is_a_whole_file(sokhan: Platform, form: AudioFormat) -> None:
    job = start(sokhan, "سلام دنیا. خوب است.", responseFormat=form)
    result = result_of(sokhan.wait_job(f"/api/speech/{job}"))
    with sokhan.client() as client:
        content = client.get(f"/api/speech/{job}/audio").content
    assert heard(content, form).seconds == pytest.approx(result["seconds"], abs=0.2)


def test_progress_is_live_and_ends_with_the_result(sokhan: Platform) -> None:
    job = start(sokhan, long_book(120))
    with sokhan.socket(f"speech:{job}") as listener:
        events = list(listener.events())
    revisions = [event["revision"] for event in events]
    assert revisions == sorted(set(revisions))  # type: ignore[type-var]
    data = [event["data"] for event in events]
    shares = [each["progress"] for each in data if isinstance(each, dict)]
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    assert "می‌رویم" * 3 not in json.dumps(data, ensure_ascii=False)
    last = data[-1]
    assert isinstance(last, dict)
    assert result_of(last)["sentences"] == last["sentencesTotal"]


def test_a_paused_text_goes_on_with_the_next_sentence(sokhan: Platform) -> None:
    job = start(sokhan, long_book(320), responseFormat="wav")
    wait_until(lambda: int(str(sokhan.get(f"/api/speech/{job}")["sentencesDone"])) > 20, 30, "some is spoken")
    with sokhan.client() as client:
        assert client.post(f"/api/speech/{job}/pause").status_code == 200
        wait_until(lambda: sokhan.get(f"/api/speech/{job}")["state"] == "paused", 10, "it pauses")
        paused = sokhan.get(f"/api/speech/{job}")
        journal = sokhan.data / "audio" / "renders" / job / "journal.jsonl"
        before = said(journal)
        assert len(before) >= int(str(paused["sentencesDone"])) > 20
        assert code(client.get(f"/api/speech/{job}/audio")) == (409, "CONFLICT")
        time.sleep(0.3)
        assert said(journal) == before
        assert client.post(f"/api/speech/{job}/resume").status_code == 200
    done = sokhan.wait_job(f"/api/speech/{job}")
    assert done["attempt"] == 2
    assert result_of(done)["sentences"] == done["sentencesTotal"]


def said(journal: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in journal.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if line["line"] == "said"]


@pytest.mark.siege
def test_a_killed_synth_speaks_no_finished_sentence_again(tmp_path: Path) -> None:
    with platform(tmp_path, ("gateway", "synth")) as alone:
        job = start(alone, long_book(320), responseFormat="wav")
        folder = alone.data / "audio" / "renders" / job
        wait_until(
            lambda: (folder / "journal.jsonl").exists() and len(said(folder / "journal.jsonl")) > 50, 30, "spoken"
        )
        alone.kill("synth")
        before = said(folder / "journal.jsonl")
        samples = (folder / "speech.pcm").read_bytes()[: int(str(before[-1]["end"]))]
        alone.start("synth")
        done = alone.wait_job(f"/api/speech/{job}", 60)
        result = result_of(done)
        with alone.client() as client:
            wav = client.get(f"/api/speech/{job}/audio").content
    assert done["attempt"] == 2
    assert len(before) < int(str(done["sentencesTotal"]))
    # espeak-ng draws its own noise: spoken again, a sentence would have other samples.
    assert wav[44 : 44 + len(samples)] == samples
    assert result["sentences"] == done["sentencesTotal"]
    assert (len(wav) - 44) / 2 / 22050 == pytest.approx(result["seconds"], abs=0.001)
    assert not (folder / "speech.pcm").exists()


@pytest.mark.siege
def test_a_synth_that_is_stopped_hands_the_text_back(tmp_path: Path) -> None:
    with platform(tmp_path, ("gateway", "synth")) as alone:
        job = start(alone, long_book(320), responseFormat="wav")
        journal = alone.data / "audio" / "renders" / job / "journal.jsonl"
        wait_until(lambda: journal.exists() and len(said(journal)) > 50, 30, "spoken")
        assert alone.processes["synth"].terminate() == 0
        back = alone.get(f"/api/speech/{job}")
        assert (back["state"], back["error"]) == ("queued", None)
        alone.start("synth")
        assert alone.wait_job(f"/api/speech/{job}")["attempt"] == 2


def test_short_requests_are_spoken_while_a_book_is(sokhan: Platform) -> None:
    job = start(sokhan, long_book(320))
    wait_until(lambda: sokhan.get(f"/api/speech/{job}")["state"] == "running", 20, "it runs")
    with sokhan.client() as client:
        began = time.monotonic()
        assert client.post("/v1/audio/speech", json={"input": "سلام", "voice": "espeak-fa"}).status_code == 200
        assert time.monotonic() - began < 5
        assert client.delete(f"/api/speech/{job}").status_code == 200
    assert sokhan.wait_job(f"/api/speech/{job}")["state"] == "cancelled"
    folder = sokhan.data / "audio" / "renders" / job
    wait_until(lambda: not folder.exists(), 10, "its files are removed")


def test_a_text_that_is_cancelled_while_it_waits_leaves_nothing(sokhan: Platform) -> None:
    first, second = start(sokhan, long_book(320)), start(sokhan, BOOK)
    assert sokhan.get(f"/api/speech/{second}")["state"] == "queued"
    with sokhan.client() as client:
        for job in (second, first):
            assert client.delete(f"/api/speech/{job}").status_code == 200
    renders = sokhan.data / "audio" / "renders"
    wait_until(lambda: not (renders / first).exists() and not (renders / second).exists(), 10, "no files")


def test_the_list_is_newest_first_and_filtered(sokhan: Platform, read: str) -> None:
    newer = start(sokhan, "سلام.")
    sokhan.wait_job(f"/api/speech/{newer}")
    with sokhan.client() as client:
        first = client.get("/api/speech", params={"limit": 1}).json()
        second = client.get("/api/speech", params={"limit": 200, "cursor": first["next"]}).json()
        cancelled = client.get("/api/speech", params={"state": "cancelled"}).json()["data"]
    assert first["data"][0]["id"] == newer
    assert read in [job["id"] for job in second["data"]]
    assert {job["state"] for job in cancelled} <= {"cancelled"}


def test_a_repeat_with_the_same_key_is_the_same_job(sokhan: Platform) -> None:
    wish = {"input": "سلام.", "voice": "espeak-fa"}
    with sokhan.client() as client:
        headers = {"Idempotency-Key": "render-once"}
        jobs = {client.post("/api/speech", json=wish, headers=headers).json()["data"]["id"] for _ in range(2)}
        other = client.post("/api/speech", json={**wish, "input": "خوبی؟"}, headers=headers)
    assert len(jobs) == 1
    assert code(other) == (409, "CONFLICT")


def test_a_purged_text_is_gone(sokhan: Platform) -> None:
    job = start(sokhan, "سلام.")
    sokhan.wait_job(f"/api/speech/{job}")
    with sokhan.client() as client:
        assert client.delete(f"/api/speech/{job}", params={"purge": "true"}).json()["data"]["bytes"] > 1000
        assert code(client.get(f"/api/speech/{job}")) == (404, "NOT_FOUND")
    assert not (sokhan.data / "audio" / "renders" / job).exists()


@pytest.mark.parametrize(
    ("wish", "status", "error"),
    [
        ({"input": "سلام", "voice": "nobody"}, 404, "NOT_FOUND"),
        ({"input": "سلام", "language": "de"}, 422, "VALIDATION"),
    ],
)
def test_what_cannot_be_read_is_refused(sokhan: Platform, wish: dict[str, object], status: int, error: str) -> None:
    with sokhan.client() as client:
        answer = client.post("/api/speech", content=json.dumps(wish), headers={"Content-Type": "application/json"})
    assert code(answer) == (status, error)


def test_what_only_the_voice_finds_out_fails_the_job(sokhan: Platform) -> None:
    for text, wish in (("Nothing Persian here.", {}), ("سلام", {"lexicon": "no tab"})):
        job = sokhan.wait_job(f"/api/speech/{start(sokhan, text, **wish)}")
        problem = job["error"]
        assert isinstance(problem, dict)
        assert (job["state"], problem["code"]) == ("failed", "VALIDATION")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_text(BOOK, encoding="utf-8-sig")
    return path


def test_the_command_line_reads_a_book(sokhan: Platform, book: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ogg"
    done = sokhan_command(
        sokhan, "read", str(book), "-o", str(target), "--voice", "espeak-fa", "--subtitles", "--speed", "1.5"
    )
    assert done.returncode == 0, done.stderr
    assert "in 2 chapters, spoken by espeak-fa" in done.stdout
    assert heard(target.read_bytes(), "opus").seconds > 3
    assert len(cues((tmp_path / "out.srt").read_text())) == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.txt", "out.ogg", "out.srt"]
    listed = sokhan_command(sokhan, "jobs").stdout
    assert any("speech" in line and "completed" in line and "book" in line for line in listed.splitlines())


def test_the_command_line_starts_and_comes_back_for_it(sokhan: Platform, tmp_path: Path) -> None:
    begun = sokhan_command(sokhan, "read", "-", "--voice", "espeak-fa", "--detach", "--json", stdin=BOOK)
    job = json.loads(begun.stdout)["id"]
    target = tmp_path / "later.mp3"
    done = sokhan_command(sokhan, "read", "--job", job, "-o", str(target), "--json")
    assert json.loads(done.stdout)["file"] == str(target)
    assert heard(target.read_bytes(), "mp3").seconds > 3


def test_ctrl_c_leaves_the_text_to_the_platform(sokhan: Platform, tmp_path: Path) -> None:
    source = tmp_path / "long.txt"
    source.write_text(long_book(320))
    reading = sokhan_started(sokhan, "read", str(source), "--voice", "espeak-fa", "-o", str(tmp_path / "x.mp3"))
    assert reading.stderr is not None
    reading.stderr.readline()
    reading.send_signal(2)
    _, told = reading.communicate(timeout=30)
    assert reading.returncode == 130
    job = re.search(r"sokhan read --job (\S+) -o", told)
    assert job is not None, told
    for command, word in (("pause", "aused|pause"), ("resume", "goes on"), ("cancel", "will stop")):
        done = sokhan_command(sokhan, command, job[1])
        assert re.search(word, done.stdout), (command, done.stdout, done.stderr)
        if command == "pause":
            wait_until(lambda: sokhan.get(f"/api/speech/{job[1]}")["state"] == "paused", 10, "it pauses")
    assert sokhan.wait_job(f"/api/speech/{job[1]}")["state"] == "cancelled"
    assert not (tmp_path / "x.mp3").exists()
