"""What a download would fetch, before anything starts."""

from __future__ import annotations

import json

from tests.support.gateway_app import GatewayApp
from tests.support.hub import ALWAYS, TestHub
from tests.support.sources import ask, code, data

PLAN = "/api/sources/download/plan"


def test_a_plan_lists_files_and_bytes_and_starts_nothing(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/planned", {"a.json": b"{}", "weights.bin": bytes(5000), "sub/b.txt": b"b"})
    before = data(strict, "GET", "/api/sources/downloads")
    plan = data(strict, "POST", PLAN, {"modelId": "ns/planned", "exclude": ["sub/*", *ALWAYS]})
    assert (plan["repoId"], plan["assetId"], plan["commit"]) == ("ns/planned", "ns/planned", hub.commit("ns/planned"))
    assert [(file["path"], file["size"], file["here"]) for file in plan["files"]] == [
        ("a.json", 2, 0),
        ("weights.bin", 5000, 0),
    ]
    assert (plan["bytesTotal"], plan["bytesHere"], plan["bytesToFetch"]) == (5002, 0, 5002)
    disk = plan["disk"]
    assert disk["freeAfter"] == disk["free"] - 5002
    assert disk["enough"] is True
    assert plan["allowed"] is False, "it is in no catalog"
    assert data(strict, "GET", "/api/sources/downloads") == before
    assert not (strict.data / "models" / "ns").exists()


def test_a_plan_of_an_entry_has_its_patterns_and_its_folder(strict: GatewayApp, hub: TestHub) -> None:
    names = ("amir", "ganji")
    hub.put("rhasspy/piper-voices", {f"fa/fa_IR/{name}/medium/{name}.onnx": bytes(1500) for name in names})
    plan = data(strict, "POST", PLAN, {"modelId": "rhasspy/piper-fa_IR-amir"})
    assert [file["path"] for file in plan["files"]] == ["fa/fa_IR/amir/medium/amir.onnx"]
    assert (plan["assetId"], plan["allowed"]) == ("rhasspy/piper-fa_IR-amir", True)


def test_what_lies_on_disk_is_subtracted(strict: GatewayApp, hub: TestHub) -> None:
    content = {"config.json": json.dumps({"model_type": "vits"}).encode(), "big.bin": bytes(3000)}
    hub.put("ns/half", content)
    folder = strict.data / "models" / "ns" / "half"
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(content["config.json"])
    plan = data(strict, "POST", PLAN, {"modelId": "ns/half", "exclude": list(ALWAYS)})
    assert plan["bytesHere"] == len(content["config.json"])
    assert plan["bytesToFetch"] == 3000


def test_a_plan_of_what_cannot_be_had_says_why(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/shut", {"a.txt": b"a"})
    hub.describe("ns/shut", gated="manual")
    assert code(ask(strict, "POST", PLAN, {"modelId": "ns/shut"})) == (403, "GATED_REPO")
    assert code(ask(strict, "POST", PLAN, {})) == (422, "VALIDATION")
