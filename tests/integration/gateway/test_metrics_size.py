"""The size of a chart's data on the wire, and its precision."""

from __future__ import annotations

import json
import math
import random

import httpx2
import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun, make_run

POINTS = 2000
# Measured: 28 kB by columns, 49 kB by points; 547 kB uncompressed and with all digits.
MOST_BYTES = 30_000


@pytest.fixture(scope="module")
def run(gateway: GatewayApp) -> str:
    noise = random.Random(1)
    steps = range(1, POINTS + 1)
    values = {
        "train_loss": [2 + 3 * math.exp(-step / 500) + noise.gauss(0, 0.1) for step in steps],
        "generator_loss": [20 + noise.gauss(0, 2) for _ in steps],
        "discriminator_loss": [2.5 + noise.gauss(0, 0.3) for _ in steps],
        "grad_norm": [abs(noise.gauss(3, 1)) for _ in steps],
        "learning_rate": [2e-4 * 0.999 ** (step / 40) for step in steps],
        "samples_per_second": [40 + noise.gauss(0, 1) for _ in steps],
    }
    return make_run(gateway, MadeRun("noisy", values=values))


def sent(client: httpx2.Client, path: str, encoding: str = "gzip") -> tuple[int, httpx2.Response]:
    """The bytes of the body on the wire, and the answer."""
    with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as answer:
        size = int(answer.headers["content-length"])
        answer.read()
    assert answer.status_code == 200, answer.text
    return size, answer


def test_columns_of_two_thousand_points_and_six_keys_are_small(client: httpx2.Client, run: str) -> None:
    size, answer = sent(client, f"/api/training/{run}/metrics?points={POINTS}&format=columns")
    assert answer.headers["content-encoding"] == "gzip"
    assert size <= MOST_BYTES, size
    data = answer.json()["data"]
    assert (len(data["steps"]), len(data["keys"])) == (POINTS, 6)
    assert {len(values) for values in data["values"].values()} == {POINTS}


def test_points_are_a_tenth_of_what_they_were(client: httpx2.Client, run: str) -> None:
    before, plain = sent(client, f"/api/training/{run}/metrics?precision=full", "identity")
    size, answer = sent(client, f"/api/training/{run}/metrics")
    assert size < before / 9, (size, before)
    assert len(answer.json()["data"]["points"]) == len(plain.json()["data"]["points"]) == POINTS


def test_a_rounded_value_is_off_by_less_than_a_pixel(client: httpx2.Client, run: str) -> None:
    exact = client.get(f"/api/training/{run}/metrics?precision=full&format=columns").json()["data"]
    shown = client.get(f"/api/training/{run}/metrics?format=columns").json()["data"]
    assert exact["steps"] == shown["steps"]
    for key, values in exact["values"].items():
        spread = max(values) - min(values)
        for value, rounded in zip(values, shown["values"][key], strict=True):
            assert abs(value - rounded) <= spread / 1000 * 1.001, key
            assert math.isclose(value, rounded, rel_tol=5.1e-4), key


def test_both_forms_have_the_same_values(client: httpx2.Client, run: str) -> None:
    points = client.get(f"/api/training/{run}/metrics").json()["data"]["points"]
    columns = client.get(f"/api/training/{run}/metrics?format=columns").json()["data"]
    assert [point["step"] for point in points] == columns["steps"]
    assert [point["grad_norm"] for point in points] == columns["values"]["grad_norm"]


def test_a_step_without_a_value_is_null(gateway: GatewayApp, client: httpx2.Client) -> None:
    made = make_run(gateway, MadeRun("gaps", values={"loss": [100_000.0, 100_001.0, 100_002.5], "val": [0.123456789]}))
    data = client.get(f"/api/training/{made}/metrics?format=columns").json()["data"]
    assert data == {
        "keys": ["loss", "val"],
        "steps": [1, 2, 3],
        "values": {"loss": [100_000.0, 100_001.0, 100_002.5], "val": [0.1235, None, None]},
    }


def test_only_json_is_compressed_and_only_if_accepted(client: httpx2.Client, gateway: GatewayApp, run: str) -> None:
    made = make_run(gateway, MadeRun("packed", checkpoints=(10,)))
    for path, encoding in (
        (f"/api/training/{run}/metrics", "gzip;q=0, br"),
        (f"/api/training/{run}/metrics", "identity"),
        (f"/api/training/{made}/checkpoints/10", "gzip"),
        (f"/api/training/{made}", "gzip"),  # a packet
    ):
        _, answer = sent(client, path, encoding)
        assert "content-encoding" not in answer.headers, path
    assert "accept-encoding" in sent(client, f"/api/training/{run}/metrics")[1].headers["vary"].lower()
    head = client.head(f"/api/training/{run}/metrics", headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head.content) == (200, b"")


def test_an_error_is_readable_in_both(client: httpx2.Client, run: str) -> None:
    answer = client.get(f"/api/training/{run}/metrics?format=rows")
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (422, "VALIDATION")
