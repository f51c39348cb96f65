"""`/docs` and `/redoc` load nothing from another host, and docs/openapi.json is fresh."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from services.gateway.openapi import render
from services.gateway.reference.endpoints import router
from shared.contracts.generated import write_or_check

ROOT = Path(__file__).parents[3]
SHA256 = {
    "favicon-32x32.png": "3ed612f41e050ca5e7000cad6f1cbe7e7da39f65fca99c02e99e6591056e5837",
    "redoc.standalone.js": "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b",
    "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


async def get(path: str) -> httpx2.Response:
    app = FastAPI(title="Sokhan", docs_url=None, redoc_url=None)
    app.include_router(router)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_page_loads_scripts_and_styles_from_this_host_only(path: str) -> None:
    page = await get(path)
    assert page.status_code == 200
    assert re.findall(r"https?://[^\"' ]+", page.text) == []
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert len(loaded) >= 2
    for address in loaded:
        assert address.startswith("/docs/assets/")
        assert (await get(address)).status_code == 200, address
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy


@pytest.mark.parametrize("name", SHA256)
async def test_a_vendored_file_is_the_published_one(name: str) -> None:
    answer = await get(f"/docs/assets/{name}")
    assert hashlib.sha256(answer.content).hexdigest() == SHA256[name]
    assert answer.headers["etag"]


@pytest.mark.parametrize("name", ["README.md", "..%2Fendpoints.py", "swagger-ui.js"])
async def test_no_other_file_is_served(name: str) -> None:
    assert (await get(f"/docs/assets/{name}")).status_code in {404, 422}


def test_the_openapi_document_is_fresh() -> None:
    text = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert text == render(), "run `make docs`"
    assert "/v1/audio/speech" in json.loads(text)["paths"]


def test_a_stale_document_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "openapi.json"
    assert write_or_check(["--check", str(path)], render) == 1
    assert "run `make docs`" in capsys.readouterr().err
    assert write_or_check([str(path)], render) == 0
    assert write_or_check([str(path), "--check"], render) == 0
