"""What is refused before anything is begun."""

from __future__ import annotations

import pytest

from services.gateway.renders.check import check_text, check_voice
from services.gateway.renders.schemas import RenderRequest
from shared.contracts.errors import NotFound, SokhanError, TooLarge, Validation
from shared.contracts.rpc import Voice


def voice(id: str, *, aliases: tuple[str, ...] = (), speakers: tuple[str, ...] = ()) -> Voice:
    name = id.rsplit("/", 1)[-1]
    return Voice(
        id=id, name=name, language="fa", engine="piper", sample_rate=1, source="local", aliases=aliases,
        speakers=speakers,
    )  # fmt: skip


VOICES = (
    voice("espeak-fa", aliases=("alloy",)),
    voice("local/a"),
    voice("b/two", speakers=("x", "y")),
    voice("c/two"),
)


@pytest.mark.parametrize("text", ["", " \n\t", "!!! … ؟", "\f\f"])
def test_nothing_to_say_is_refused(text: str) -> None:
    with pytest.raises(Validation) as refused:
        check_text(text, 10)
    assert refused.value.param == "input"


def test_the_limit_itself_is_allowed() -> None:
    check_text("س" * 10, 10)
    with pytest.raises(TooLarge, match="11 characters; the limit is 10"):
        check_text("س" * 11, 10)


@pytest.mark.parametrize(
    ("wish", "error", "param"),
    [
        ({"voice": "nobody"}, NotFound, "voice"),
        ({"voice": "two"}, NotFound, "voice"),
        ({"voice": "b/two", "speaker": "z"}, Validation, "speaker"),
        ({"voice": "a", "language": "de"}, Validation, "language"),
    ],
)
def test_a_voice_that_cannot_be_meant_is_refused(wish: dict[str, str], error: type[SokhanError], param: str) -> None:
    with pytest.raises(error) as refused:
        check_voice(RenderRequest.model_validate({"input": "x", **wish}), VOICES, "local")
    assert refused.value.param == param


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"voice": "local/a"},
        {"voice": "a", "language": "fa-IR"},
        {"voice": "b/two", "speaker": "y"},
        {"voice": "a", "speaker": "whoever"},
        {"voice": {"id": "c/two"}},
    ],
)
def test_a_voice_may_be_called_by_its_id_its_name_or_an_alias(wish: dict[str, object]) -> None:
    check_voice(RenderRequest.model_validate({"input": "x", **wish}), VOICES, "local")
