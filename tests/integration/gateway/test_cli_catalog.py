"""`sokhan search`, `catalog` and `token`, against the gateway and a Hub."""

from __future__ import annotations

import json

from tests.support.command_in_process import sokhan_in_process
from tests.support.gateway_app import GatewayApp
from tests.support.hub import TOKEN, TestHub


def test_search_says_what_may_be_downloaded(gateway: GatewayApp, hub: TestHub) -> None:
    hub.put("cli-search/voice", {"config.json": b"{}"})
    hub.describe("cli-search/voice", downloads=1234, likes=5, license="apache-2.0", gated="auto")
    hub.put("cli-search/clips", {"a.parquet": b"x"}, kind="datasets")
    found = sokhan_in_process(gateway, "search", "cli-search")
    assert found.returncode == 0, found.stderr
    row = next(line for line in found.stdout.splitlines() if line.startswith("cli-search/voice"))
    assert row.split()[1:3] == ["1,234", "5"]
    assert "yes" in row
    assert "gated" in row
    datasets = sokhan_in_process(gateway, "search", "cli-search", "--dataset", "--json")
    assert [hit["id"] for hit in json.loads(datasets.stdout)] == ["cli-search/clips"]
    assert "has no results for" in sokhan_in_process(gateway, "search", "no", "such", "words").stdout


def test_the_catalog_is_listed_with_persian_names_in_the_last_column(gateway: GatewayApp) -> None:
    listed = sokhan_in_process(gateway, "catalog")
    assert listed.returncode == 0, listed.stderr
    entries = json.loads(sokhan_in_process(gateway, "catalog", "list", "--json").stdout)
    lines = listed.stdout.splitlines()
    assert len(lines) == len(entries) + 1
    mms = next(entry for entry in entries if entry["id"] == "facebook/mms-tts-fas")
    row = next(line for line in lines if line.startswith("facebook/mms-tts-fas"))
    assert row.endswith(mms["name"]["fa"])
    assert row.index(mms["name"]["fa"]) == lines[0].index("name")
    only = json.loads(sokhan_in_process(gateway, "catalog", "--kind", "dataset", "-q", "pn_summary", "--json").stdout)
    assert [entry["kind"] for entry in only] == ["dataset"]


def test_an_entry_is_added_refreshed_shown_and_removed(gateway: GatewayApp, hub: TestHub) -> None:
    hub.put("cli/entry", {"config.json": b"{}", "model.safetensors": bytes(5000)})
    added = sokhan_in_process(gateway, "catalog", "add", "cli/entry", "--kind", "tts", "--name-fa", "صدای آزمون")
    assert added.returncode == 0, added.stderr
    again = sokhan_in_process(gateway, "catalog", "add", "cli/entry", "--kind", "tts")
    assert (again.returncode, "CONFLICT" in again.stderr) == (1, True)
    refreshed = sokhan_in_process(gateway, "catalog", "refresh", "cli/entry")
    assert refreshed.returncode == 0, refreshed.stderr
    assert hub.commit("cli/entry")[:12] in refreshed.stdout
    assert "5.3 kB, 4 files" in refreshed.stdout
    shown = sokhan_in_process(gateway, "catalog", "show", "cli/entry").stdout
    assert "صدای آزمون" in shown
    assert "model.safetensors" in shown
    assert sokhan_in_process(gateway, "catalog", "remove", "cli/entry").returncode == 0
    assert sokhan_in_process(gateway, "catalog", "show", "cli/entry").returncode == 1


def test_a_refresh_of_all_goes_on_after_a_failure_and_exits_with_1(gateway: GatewayApp, hub: TestHub) -> None:
    hub.put("cli/there", {"config.json": b"{}"})
    for repo in ("cli/there", "cli/not-there"):
        assert sokhan_in_process(gateway, "catalog", "add", repo, "--kind", "tts").returncode == 0
    try:
        # The test Hub has none of the entries that the platform comes with.
        done = sokhan_in_process(gateway, "catalog", "refresh")
        lines = {line.split()[0]: line for line in done.stdout.splitlines()}
        assert done.returncode == 1
        assert len(lines) == len(json.loads(sokhan_in_process(gateway, "catalog", "--json").stdout))
        assert "failed:" in lines["cli/not-there"]
        assert hub.commit("cli/there")[:12] in lines["cli/there"]
        assert "could not be refreshed" in done.stderr
        documents = json.loads(sokhan_in_process(gateway, "catalog", "refresh", "cli/there", "--json").stdout)
        assert [(item["id"], item["ok"]) for item in documents] == [("cli/there", True)]
    finally:
        for repo in ("cli/there", "cli/not-there"):
            sokhan_in_process(gateway, "catalog", "remove", repo)


def test_a_token_comes_from_stdin_and_is_nowhere_to_be_seen(gateway: GatewayApp) -> None:
    assert sokhan_in_process(gateway, "token", "set", TOKEN).returncode == 2, "never an argument"
    stored = sokhan_in_process(gateway, "token", "set", stdin=f"{TOKEN}\n")
    assert stored.returncode == 0, stored.stderr
    assert stored.stdout == "Stored, encrypted. It belongs to zahra.\n"
    assert "zahra" in sokhan_in_process(gateway, "token", "check").stdout
    assert "Removed." in sokhan_in_process(gateway, "token", "forget").stdout
    none = sokhan_in_process(gateway, "token", "check")
    assert none.returncode == 1
    assert "`sokhan token set` stores one." in none.stderr
    assert sokhan_in_process(gateway, "token", "set", stdin="").returncode == 1
    unknown = sokhan_in_process(gateway, "token", "set", stdin="hf_unknown")
    assert "the Hub does not accept it" in unknown.stdout
    sokhan_in_process(gateway, "token", "forget")
    for done in (stored, none, unknown):
        assert TOKEN not in done.stdout + done.stderr
        assert "hf_unknown" not in done.stdout + done.stderr
