"""Previews of installed datasets in every layout: rows, recordings, figures, and what must not be served."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shared.contracts.access import AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.holding import owned_by
from shared.preview.models import FiguresRequest
from shared.preview.tasks import count_figures
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.ljspeech import SENTENCES, wav, write_ljspeech
from tests.support.recordings import record
from tests.support.sources import code, data


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("previews")) as built:
        yield built


def install(app: GatewayApp, name: str, access: AssetAccess | None = None, fingerprint: str = "f") -> Path:
    """The folder of a dataset that is registered as the scanner would."""
    folder = app.data / "datasets" / "local" / name
    folder.mkdir(parents=True, exist_ok=True)
    asset = {
        "id": f"local/{name}", "kind": "dataset", "name": name, "path": f"datasets/local/{name}", "type": "x",
        "size": 1, "file_count": 1, "status": "ready", "source": "local", "fingerprint": fingerprint,
        "downloaded_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "access": access or AssetAccess(),
    }  # fmt: skip
    app.install(Asset.model_validate(asset))
    return folder


def preview(app: GatewayApp, name: str, **query: object) -> Any:
    return data(app, "GET", f"/api/datasets/local/{name}/preview", params=query)


def get(app: GatewayApp, path: str, method: str = "GET", **headers: str) -> httpx2.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with app.client() as client:
        return client.request(method, path, headers=given)


def test_speech_has_texts_recordings_and_figures(app: GatewayApp) -> None:
    write_ljspeech(install(app, "گفتار"))
    found = preview(app, "گفتار")
    assert (found["format"], found["total"], found["more"]) == ("ljspeech", 4, False)
    first = found["rows"][0]
    assert (first["index"], first["line"], first["id"], first["text"]) == (0, 1, "u0", SENTENCES[0])
    assert (first["seconds"], first["sampleRate"], first["problem"]) == (0.6, 22050, None)
    assert first["normalized"]
    figures = found["statistics"]
    assert (figures["rows"], figures["skipped"], figures["truncated"]) == (4, 0, False)
    assert figures["hours"] == pytest.approx(4 * 0.6 / 3600, rel=0.01)
    assert figures["sampleRates"] == [{"sampleRate": 22050, "rows": 4}]
    assert sum(figures["durations"]["counts"]) == sum(figures["textLengths"]["counts"]) == 4
    assert len(figures["durations"]["edges"]) == len(figures["durations"]["counts"]) + 1
    assert figures["characters"] == sum(map(len, SENTENCES))
    counts = [item["count"] for item in figures["characterCounts"]]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == figures["characters"]


def test_a_recording_is_served_with_range_and_etag(app: GatewayApp) -> None:
    write_ljspeech(install(app, "sound"))
    address = preview(app, "sound", statistics=False)["rows"][2]["audio"]
    whole = get(app, address)
    assert (whole.status_code, whole.headers["content-type"], whole.content) == (200, "audio/wav", wav())
    part = get(app, address, Range="bytes=0-3")
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert part.headers["content-range"] == f"bytes 0-3/{len(wav())}"
    etag = whole.headers["etag"]
    assert get(app, address, If_None_Match=etag).status_code == 304
    assert get(app, address, Range="bytes=0-3", If_Range='"other"').status_code == 200
    assert get(app, address, Range="bytes=999999999-").status_code == 416
    head = get(app, address, "HEAD")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(wav())), b"")
    assert code(get(app, address.replace("/audio/2", "/audio/4"))) == (404, "NOT_FOUND")
    assert get(app, address.replace("/audio/2", "/audio/-1")).status_code == 422
    assert get(app, address.replace("/audio/2", "/audio/..%2f..%2fsokhan.db")).status_code in {404, 422}


def test_pages_follow_each_other(app: GatewayApp) -> None:
    folder = install(app, "pages")
    (folder / "texts.jsonl").write_text("".join(f'{{"text": "متن {n}"}}\n' for n in range(250)))
    found = preview(app, "pages", offset=95, limit=10, statistics=False)
    assert [row["index"] for row in found["rows"]] == list(range(95, 105))
    assert [row["text"] for row in found["rows"]][:1] == ["متن 95"]
    assert (found["more"], found["total"], found["statistics"]) == (True, None, None)
    last = preview(app, "pages", offset=240, limit=100)
    assert (len(last["rows"]), last["more"], last["total"]) == (10, False, 250)
    beyond = preview(app, "pages", offset=1000)
    assert (beyond["rows"], beyond["more"], beyond["total"]) == ([], False, 250)
    for query in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": 10**12}):
        answer = get(app, f"/api/datasets/local/pages/preview?{'&'.join(f'{k}={v}' for k, v in query.items())}")
        assert code(answer) == (422, "VALIDATION")


def test_common_voice_has_speakers_and_says_which_rows_are_skipped(app: GatewayApp) -> None:
    folder = install(app, "cv")
    (folder / "fa" / "clips").mkdir(parents=True)
    record(folder / "fa" / "clips" / "a.mp3", "mp3")
    rows = ["client_id\tpath\tsentence", f"{'a' * 128}\ta.mp3\tسلام", f"{'b' * 128}\tgone.mp3\tخوبی"]
    (folder / "fa" / "validated.tsv").write_text("\n".join(rows) + "\n")
    found = preview(app, "cv")
    first, second = found["rows"]
    assert (found["format"], first["speaker"], first["line"]) == ("common_voice", "a" * 12, 2)
    assert get(app, first["audio"]).headers["content-type"] == "audio/mpeg"
    assert (second["problem"], second["audio"]) == ("its clip is missing", None)
    assert found["statistics"]["speakers"] == [{"speaker": "a" * 12, "rows": 1}]
    assert (found["statistics"]["rows"], found["statistics"]["skipped"]) == (1, 1)


def test_json_lines_have_their_columns_and_their_recordings(app: GatewayApp) -> None:
    folder = install(app, "json")
    (folder / "clips").mkdir()
    (folder / "clips" / "a.wav").write_bytes(wav())
    lines = [{"text": "سلام ي", "audio": "clips/a.wav", "speaker": "sara", "n": 3}, {"text": "x" * 5000}]
    (folder / "train.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\nbroken\n")
    found = preview(app, "json")
    first, second, third = found["rows"]
    assert (first["values"]["n"], first["speaker"], first["file"]) == ("3", "sara", "train.jsonl")
    assert get(app, first["audio"]).content == wav()
    assert len(second["text"]) == 600
    assert (third["line"], third["problem"]) == (3, "it is not JSON")
    kinds = {item["character"]: (item["kind"], item["persian"]) for item in found["statistics"]["characterCounts"]}
    assert kinds["س"] == ("letter", True)
    assert kinds["ي"] == ("variant", False)
    assert kinds["x"] == ("latin", False)


def test_training_on_texts_needs_no_recording_but_a_text(app: GatewayApp) -> None:
    folder = install(app, "texts")
    (folder / "broken.wav").write_bytes(b"RIFF")
    rows = [{"text": "سلام", "audio": "broken.wav"}, {"text": " ", "n": 3}, {"text": "hello"}]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = preview(app, "texts")
    assert [(row["audio"], row["problem"]) for row in found["rows"]] == [
        (None, None), (None, "it has no text"), (None, None),
    ]  # fmt: skip
    assert (found["statistics"]["rows"], found["statistics"]["skipped"]) == (2, 1)


@pytest.mark.parametrize(("text", "problem"), [("hello", "its text has no Persian letter"), ("سلام", None)])
def test_a_sentence_that_is_skipped_has_its_reason(app: GatewayApp, text: str, problem: str | None) -> None:
    name = f"sentence-{len(text)}"
    folder = write_ljspeech(install(app, name))
    (folder / "metadata.csv").write_text(f"u0|{text}|{text}\nu1|سلام|سلام\n")
    found = preview(app, name)
    assert [row["problem"] for row in found["rows"]] == [problem, None]
    assert found["statistics"]["skipped"] == (1 if problem else 0)


def test_a_dataset_for_language_models_has_a_preview(app: GatewayApp) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = install(app, "corpus")
    (folder / "data").mkdir()
    pq.write_table(pa.table({"text": ["یک", "دو", "سه"]}), folder / "data" / "train-00000-of-00001.parquet")
    found = preview(app, "corpus")
    assert [row["text"] for row in found["rows"]] == ["یک", "دو", "سه"]
    assert found["statistics"]["hours"] is found["statistics"]["durations"] is None


def test_a_link_out_of_the_dataset_is_not_followed(app: GatewayApp) -> None:
    folder = write_ljspeech(install(app, "links"))
    secret = app.data / "secret.wav"
    secret.write_bytes(wav())
    (folder / "wavs" / "u0.wav").unlink()
    (folder / "wavs" / "u0.wav").symlink_to(secret)
    found = preview(app, "links", statistics=False)
    assert found["rows"][0]["audio"] is None
    assert code(get(app, "/api/datasets/local/links/audio/0")) == (404, "NOT_FOUND")
    # One that is swapped after the dataset was read.
    (folder / "wavs" / "u1.wav").unlink()
    (folder / "wavs" / "u1.wav").symlink_to(secret)
    assert code(get(app, "/api/datasets/local/links/audio/1")) == (404, "NOT_FOUND")
    shutil.rmtree(folder / "wavs")
    (folder / "wavs").symlink_to(app.data)
    assert code(get(app, "/api/datasets/local/links/audio/2")) == (404, "NOT_FOUND")


def test_a_row_cannot_name_a_file_outside(app: GatewayApp) -> None:
    folder = install(app, "climbs")
    (app.data / "datasets" / "outside.wav").write_bytes(wav())
    outside = os.path.abspath(app.data / "datasets" / "outside.wav")  # noqa: PTH100 - a string for JSON
    rows = [
        {"text": "سلام", "audio": name} for name in ("../../outside.wav", outside, "..\\..\\outside.wav", "a\0.wav")
    ]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [row["audio"] for row in preview(app, "climbs")["rows"]] == [None] * 4


def test_a_name_that_is_too_long_for_the_disk_hides_no_other_row(app: GatewayApp) -> None:
    long = "ا" * 300
    texts = install(app, "long-paths")
    rows = [{"text": "سلام", "path": f"{long}.wav"}, {"text": "درود", "path": f"{long}/a.wav"}, {"text": "خوبی"}]
    (texts / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = preview(app, "long-paths")
    assert [(row["text"], row["audio"]) for row in found["rows"]] == [("سلام", None), ("درود", None), ("خوبی", None)]
    assert (found["problem"], found["statistics"]["rows"]) == (None, 3)
    speech = write_ljspeech(install(app, "long-ids"))
    with (speech / "metadata.csv").open("a") as file:
        file.write(f"\n{long}|سلام|سلام\n")
    found = preview(app, "long-ids")
    assert [row["problem"] for row in found["rows"]] == [None] * 4 + ["its recording is missing"]


def test_a_damaged_dataset_shows_the_rows_before_the_damage(app: GatewayApp) -> None:
    folder = write_ljspeech(install(app, "damaged"))
    with (folder / "metadata.csv").open("a") as file:
        file.write("\nno separator\n")
    found = preview(app, "damaged")
    assert len(found["rows"]) == 4
    assert found["problem"].startswith("Line 5 of metadata.csv")
    assert found["statistics"]["problem"] == found["problem"]
    install(app, "empty")
    found = preview(app, "empty")
    assert (found["rows"], found["total"], "no file" in found["problem"]) == ([], 0, True)


def test_it_is_read_once_until_it_changes(app: GatewayApp) -> None:
    folder = install(app, "cached")
    (folder / "a.txt").write_text("اول\n")
    assert preview(app, "cached")["rows"][0]["text"] == "اول"
    (folder / "a.txt").write_text("دوم\n")
    began = time.perf_counter()
    assert preview(app, "cached")["rows"][0]["text"] == "اول"
    assert time.perf_counter() - began < 0.2
    install(app, "cached", fingerprint="another")
    assert preview(app, "cached")["rows"][0]["text"] == "دوم"


def test_a_dataset_of_somebody_else_is_not_found(app: GatewayApp) -> None:
    write_ljspeech(install(app, "private", owned_by("sara")))
    with app.as_owner("omid"):
        assert code(get(app, "/api/datasets/local/private/preview")) == (404, "NOT_FOUND")
        assert code(get(app, "/api/datasets/local/private/audio/0")) == (404, "NOT_FOUND")
    with app.as_owner("sara"):
        assert get(app, "/api/datasets/local/private/audio/0").status_code == 200


def test_the_figures_stop_after_their_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("سلام\n" * 1000)
    ticks = iter(range(10_000))
    figures = count_figures(FiguresRequest(root=tmp_path, seconds=100), clock=lambda: float(next(ticks)))
    assert figures.truncated
    assert figures.rows == 100
