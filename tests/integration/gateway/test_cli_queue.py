"""`sokhan pull` where it is refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.command_in_process import sokhan_in_process
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TestHub
from tests.support.sources import cancel_all

AMIR, GANJI = "rhasspy/piper-fa_IR-amir", "rhasspy/piper-fa_IR-ganji"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[GatewayApp]:
    environment = {"SOKHAN_UNLISTED_DOWNLOADS": "false", "SOKHAN_DOWNLOADS_PER_USER": "2", "HF_ENDPOINT": hub.url}
    with gateway_app(tmp_path_factory.mktemp("alone"), environment) as built:
        yield built


def pull(alone: GatewayApp, *arguments: str) -> subprocess.CompletedProcess[str]:
    return sokhan_in_process(alone, "pull", *arguments)


def test_who_has_enough_under_way_is_told_what_to_do(alone: GatewayApp) -> None:
    for entry in (AMIR, GANJI):
        assert pull(alone, entry, "--no-wait").returncode == 0
    places = [job["queuePosition"] for job in json.loads(sokhan_in_process(alone, "jobs", "--json").stdout)[:2]]
    assert places == [2, 1]
    refused = pull(alone, "facebook/mms-tts-fas")
    assert refused.returncode == 1
    assert "RATE_LIMITED" in refused.stderr
    assert "`sokhan jobs` shows it" in refused.stderr
    cancel_all(alone)


def test_what_is_not_in_the_catalog_is_refused_with_the_way_in(alone: GatewayApp, hub: TestHub) -> None:
    hub.put("cli/unlisted", {"config.json": b"{}"})
    refused = pull(alone, "cli/unlisted")
    assert refused.returncode == 1
    assert "MODEL_NOT_ALLOWED" in refused.stderr
    assert "sokhan catalog add cli/unlisted" in refused.stderr
    assert "/api" not in refused.stderr
    assert "It is not in the catalog" in pull(alone, "cli/unlisted", "--plan").stdout
