"""What a client says to start a download."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.downloads.schemas import StartDownloadRequest, StartListedRequest
from services.gateway.models.schemas import StartModelRequest
from tests.support.world import DownloadBody, download_bodies


@pytest.mark.parametrize("case", download_bodies(), ids=lambda case: str(case["body"]))
def test_a_body_names_one_repository_or_is_refused(case: DownloadBody) -> None:
    if case["meant"] is None:
        with pytest.raises(ValidationError):
            StartDownloadRequest.model_validate(case["body"])
        return
    request = StartDownloadRequest.model_validate(case["body"])
    assert [request.name, request.repo_type, request.revision] == case["meant"]


@pytest.mark.parametrize("model", [StartListedRequest, StartModelRequest])
def test_the_other_starts_take_the_same_names(model: type[StartListedRequest | StartModelRequest]) -> None:
    assert model.model_validate({"id": "ns/name"}).model_id == "ns/name"
    assert model.model_validate({"modelId": "https://huggingface.co/ns/name"}).model_id == "ns/name"


def test_the_field_at_fault_has_the_name_that_clients_know() -> None:
    with pytest.raises(ValidationError) as refused:
        StartDownloadRequest.model_validate({"id": "a b"})
    assert refused.value.errors()[0]["loc"] == ("modelId",)
