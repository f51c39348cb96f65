"""The whole OpenAPI document against the running platform: no bug, no undocumented answer, no wrong shape.

`make fuzz` runs it for longer: FUZZ_EXAMPLES is the number of requests for each operation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import Case, Response
from schemathesis.checks import CheckContext
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.hub import TestHub, running_hub
from tests.support.platform import Platform, platform
from tests.support.processes import ROOT

pytestmark = [pytest.mark.siege, pytest.mark.timeout(3000), pytest.mark.xdist_group("fuzz")]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
LONGER = "FUZZ_EXAMPLES" in os.environ
# Streams of events end with their job only: a request for one has no end here.
STREAMS = frozenset({"/api/events", "/api/models/download/progress"})
# Codes of a missing part and of the Hub. Every other answer above 499 is a bug.
EXPECTED = {"UNAVAILABLE", "HUB_UNREACHABLE", "HUB_REFUSED", "REDIRECT_REFUSED", "HASH_MISMATCH", "NO_SPACE"}


def no_bug(context: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """A status of 5xx has the code of an error that is not Sokhan's own."""
    del context, case
    if response.status_code >= 500:
        code = response.json()["error"]["code"].upper()
        assert code in EXPECTED, f"{response.status_code} {code}"
    return None


CHECKS = (no_bug, status_code_conformance, content_type_conformance, response_schema_conformance)
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=8,
    deadline=None,
    derandomize=not LONGER,
    database=None,
    phases=(Phase.explicit, Phase.generate) if not LONGER else tuple(Phase),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/offset+octet-stream")
def _part_of_an_upload(context: object, value: object) -> bytes:
    del context
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture(scope="module")
def sokhan(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    environment = {"HF_ENDPOINT": hub.url, "SOKHAN_REQUESTS_PER_MINUTE": "0", "SOKHAN_STREAMS_PER_OWNER": "0"}
    with platform(tmp_path_factory.mktemp("platform"), environment=environment) as built:
        yield built


@pytest.fixture(scope="module")
def document(sokhan: Platform) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_url(f"{sokhan.url}/openapi.json")
    return schema.exclude(path=sorted(STREAMS))


OPERATIONS = sorted(
    (path, method.upper())
    for path, methods in json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
    for method in methods
    if path not in STREAMS
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_answers_as_documented(document: schemathesis.BaseSchema, path: str, method: str) -> None:
    @SETTINGS
    @given(case=document[path][method].as_strategy())
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(checks=list(CHECKS), timeout=60)

    ask()


def test_operations_in_a_row_answer_as_documented(document: schemathesis.BaseSchema) -> None:
    machine = document.as_state_machine()

    class Walk(machine):  # type: ignore[misc, valid-type]
        def validate_response(self, response: Response, case: Case[Any], **_: object) -> None:
            case.validate_response(response, checks=list(CHECKS))

    # The resources of one walk change the answers of the next, which hypothesis reports; every answer was valid.
    with suppress(FlakyStrategyDefinition):
        Walk.run(settings=SETTINGS)
