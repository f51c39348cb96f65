"""The URLs that `/api/proxy` serves, and the requests that it makes of them."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import pytest

from services.gateway.proxy.urls import ProxiedFile, UrlRefused, file_of

OFFICIAL, MIRROR, LOCAL = "https://huggingface.co", "https://mirror.example.org/hf", "http://127.0.0.1:8090"
ENDPOINTS = (OFFICIAL, MIRROR, LOCAL)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        (f"{OFFICIAL}/ns/a/resolve/main/x", ProxiedFile(OFFICIAL, "ns/a", "model", "main", "x")),
        (f"{OFFICIAL}/gpt2/resolve/main/x?download=true", ProxiedFile(OFFICIAL, "gpt2", "model", "main", "x")),
        (
            f"{MIRROR}/datasets/ns/a/resolve/refs%2Fpr%2F1/b/c%20d.wav",
            ProxiedFile(MIRROR, "ns/a", "dataset", "refs/pr/1", "b/c d.wav"),
        ),
        (f"{LOCAL}/ns/a/resolve/main/فارسی.txt", ProxiedFile(LOCAL, "ns/a", "model", "main", "فارسی.txt")),
    ],
)
def test_a_file_of_the_hub_or_of_a_mirror(url: str, file: ProxiedFile) -> None:
    assert file_of(url, ENDPOINTS) == file
    assert file_of(file.url, ENDPOINTS) == file


@pytest.mark.parametrize(
    "url",
    [
        f"{OFFICIAL}/api/whoami-v2",
        f"{OFFICIAL}/api/models/ns/a/resolve/main/x",
        f"{OFFICIAL}/spaces/ns/a/resolve/main/x",
        f"{OFFICIAL}/ns/a/raw/main/x",
        f"{OFFICIAL}/ns/a/resolve/main/",
        f"{OFFICIAL}/ns/a/resolve/main/../../x",
        f"{OFFICIAL}/ns/a/resolve/main/%2e%2e/x",
        f"{OFFICIAL}/ns/../resolve/main/x",
        f"{OFFICIAL}/ns/a/resolve/..%2Fx/x",
        f"{OFFICIAL}/ns/a/resolve/main/x%00",
        f"{OFFICIAL}/ns/a/resolve/main/x\x00",
        f"{OFFICIAL}/ns/a/resolve/main/x\ny",
        f"{OFFICIAL}/" + "x" * 9000,
        "https://cdn-lfs.hf.co/x",
        "https://cas-bridge.xethub.hf.co/x?Signature=y",
        "http://huggingface.co/ns/a/resolve/main/x",
        "https://huggingface.co.evil.org/ns/a/resolve/main/x",
        "https://huggingface.co@evil.org/ns/a/resolve/main/x",
        "https://huggingface.co\\@evil.org/ns/a/resolve/main/x",
        "https://huggingface.co:8443/ns/a/resolve/main/x",
        "https://user:password@huggingface.co/ns/a/resolve/main/x",
        "https://mirror.example.org/ns/a/resolve/main/x",
        "http://127.0.0.1:4222/ns/a/resolve/main/x",
        "http://localhost:8090/ns/a/resolve/main/x",
        "ftp://huggingface.co/x",
        "http://[::1",
        "",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        file_of(url, ENDPOINTS)


@hypothesis.given(st.text(), st.text())
def test_any_url_leads_to_the_endpoint_or_is_refused(rest: str, tail: str) -> None:
    for url in (rest, f"{OFFICIAL}/{rest}", f"{OFFICIAL}/ns/a/resolve/{rest}/{tail}", f"{OFFICIAL}{rest}"):
        try:
            file = file_of(url, ENDPOINTS)
        except UrlRefused:
            continue
        assert file.url.startswith(f"{OFFICIAL}/")
        assert "/resolve/" in file.url
        assert ".." not in file.url.split("/")
        assert file.url.isascii()
        assert file.url.isprintable()
