"""Messages: what goes out comes back the same, what is wrong is refused, errors survive the trip."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shared.contracts.errors import BY_CODE, Internal, NotFound, RateLimited, SokhanError
from shared.contracts.kinds.download import DownloadSpec, StartDownload
from shared.contracts.rpc import ErrorInfo

CODES = set(
    "MODEL_NOT_ALLOWED VALIDATION UNAUTHENTICATED FORBIDDEN NOT_FOUND CONFLICT TOO_LARGE RATE_LIMITED NO_SPACE "  # noqa: SIM905
    "GATED_REPO HUB_UNREACHABLE UNAVAILABLE REPO_NOT_FOUND HASH_MISMATCH REDIRECT_REFUSED UNSAFE_CHECKPOINT "
    "BAD_DATASET OUT_OF_MEMORY DIVERGED WORKER_LOST CANCELLED INTERNAL".split()
)


def test_every_promised_code_has_its_error() -> None:
    assert set(BY_CODE) >= CODES
    assert all(error.code == code for code, error in BY_CODE.items())


def test_a_message_comes_back_as_it_went() -> None:
    command = StartDownload(job_id="abc", owner="محمد", attempt=2, revision=7)
    assert b'"schema":"cmd.download.start/1"' in command.to_wire()
    assert StartDownload.model_validate_json(command.to_wire()) == command


def test_a_newer_senders_fields_are_ignored_but_another_schema_is_refused() -> None:
    known = b'"jobId":"a","owner":"b","attempt":0,"revision":1'
    assert StartDownload.model_validate_json(b"{" + known + b',"fromTheFuture":1}').job_id == "a"
    with pytest.raises(ValidationError):
        StartDownload.model_validate_json(b'{"schema":"cmd.scan.run/1",' + known + b"}")


@pytest.mark.parametrize("error", [NotFound("نیست", hint="بگرد"), RateLimited("slow down", retry_after=3)])
def test_an_error_survives_the_trip(error: SokhanError) -> None:
    back = ErrorInfo.model_validate_json(ErrorInfo.of(error).to_wire()).error()
    assert (type(back), back.message, back.hint) == (type(error), error.message, error.hint)


def test_an_unknown_code_is_an_internal_error() -> None:
    assert isinstance(ErrorInfo(code="FROM_THE_FUTURE", message="x").error(), Internal)


@pytest.mark.parametrize(
    "repo", ["a/b", "gpt2", "Kamtera/persian-tts-male-vits", "HuggingFaceH4/zephyr-7b.v1", "a_b/c-d.e"]
)
def test_real_repository_names_are_taken(repo: str) -> None:
    assert DownloadSpec(repo_id=repo).repo_id == repo


@pytest.mark.parametrize("repo", ["", "..", "a/..", "../a", "a//b", "a/b/c", "a b", "a/.b", "a\n", "ا/ب", "a/b?x=1"])
def test_names_that_could_climb_or_confuse_are_refused(repo: str) -> None:
    with pytest.raises(ValidationError):
        DownloadSpec(repo_id=repo)
