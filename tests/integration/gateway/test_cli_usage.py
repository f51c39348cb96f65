"""Commands that are used wrongly exit with 2."""

from __future__ import annotations

import pytest

from tests.support.command_in_process import sokhan_in_process
from tests.support.gateway_app import GatewayApp


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("pull",),
        ("pull", "ns/x", "--limit", "fast"),
        ("limit", "some-id"),
        ("limit", "--all", "some-id", "2M"),
        ("limit", "some-id", "-2M"),
        ("catalog", "add", "ns/x"),
        ("verify", "ns/x", "--model", "--dataset"),
        ("say", "x", "--speed", "99"),
        ("train", "--set", "x"),
    ],
)
def test_wrong_usage_is_2(gateway: GatewayApp, arguments: tuple[str, ...]) -> None:
    assert sokhan_in_process(gateway, *arguments).returncode == 2


@pytest.mark.parametrize("arguments", [(), ("x.txt", "--job", "y"), ("x.txt", "-o", "x.doc"), ("-", "-o", "x.pcm")])
def test_an_unclear_read_is_wrong_usage(gateway: GatewayApp, arguments: tuple[str, ...]) -> None:
    assert sokhan_in_process(gateway, "read", *arguments).returncode == 2


@pytest.mark.parametrize("arguments", [("-o", "speech.doc"), ("-o", "speech"), ("--format", "mp3")])
def test_a_format_that_is_not_clear_is_wrong_usage(gateway: GatewayApp, arguments: tuple[str, ...]) -> None:
    assert sokhan_in_process(gateway, "say", "سلام", *arguments).returncode == 2
