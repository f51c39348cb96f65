"""What we download, the libraries that people use find complete and load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.downloads import Line
from tests.support.hub import TestHub

_LIMIT_S = 110


def run(hub: TestHub, code: str, *arguments: str | Path) -> str:
    """In a process of its own, which knows the Hub by its address only."""
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.url,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=_LIMIT_S,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("kind", "type_"), [("models", "model"), ("datasets", "dataset")])
async def test_the_hubs_own_client_fetches_nothing_again(wire: Line, hub: TestHub, kind: str, type_: str) -> None:
    repo = f"others/{type_}"
    files = {"config.json": b"{}", "weights.bin": bytes(range(256)) * 100, "deep/er/نام.txt": "سلام".encode()}
    hub.put(repo, files, kind=kind)
    async with wire.client() as client:
        await client.done(await client.start(repo, repo_type=type_))
    before = {path: path.stat().st_mtime_ns for path in wire.folder(repo, kind).rglob("*") if path.is_file()}
    hub.clear()
    code = (
        "import sys; from huggingface_hub import snapshot_download;"
        "print(snapshot_download(sys.argv[1], repo_type=sys.argv[2], local_dir=sys.argv[3]))"
    )
    run(hub, code, repo, type_, wire.folder(repo, kind))
    assert [seen["path"] for seen in hub.requests() if seen["method"] == "GET" and "/api/" not in seen["path"]] == []
    for path, changed in before.items():
        if ".cache" not in path.parts:
            assert path.stat().st_mtime_ns == changed, path


@pytest.mark.siege
async def test_transformers_loads_a_model_from_its_folder(wire: Line, hub: TestHub, tmp_path: Path) -> None:
    make = (
        "import sys; from transformers import BertConfig, BertModel;"
        "c = BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2);"
        "BertModel(c).save_pretrained(sys.argv[1])"
    )
    run(hub, make, tmp_path)
    hub.put("others/bert", contents(tmp_path))
    async with wire.client() as client:
        await client.done(await client.start("others/bert"))
    load = (
        "import sys; from transformers import AutoModel;"
        "print(AutoModel.from_pretrained(sys.argv[1]).config.hidden_size)"
    )
    assert run(hub, load, wire.folder("others/bert")).endswith("16")


async def test_datasets_loads_a_dataset_from_its_folder(wire: Line, hub: TestHub, tmp_path: Path) -> None:
    rows = [{"text": "سلام دنیا", "label": n} for n in range(20)]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    hub.put("others/rows", {"data/train.jsonl": lines, "README.md": b"---\nlicense: cc0-1.0\n---\n"}, kind="datasets")
    async with wire.client() as client:
        await client.done(await client.start("others/rows", repo_type="dataset"))
    load = (
        "import sys; from datasets import load_dataset;"
        "d = load_dataset(sys.argv[1], split='train', cache_dir=sys.argv[2]); print(len(d), d[3]['text'])"
    )
    assert run(hub, load, wire.folder("others/rows", "datasets"), tmp_path / "cache").endswith("20 سلام دنیا")
