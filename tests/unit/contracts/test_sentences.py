"""No sentence about a wrong value is pydantic's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, Field, FilePath, StrictBool, StringConstraints, ValidationError

from services.gateway.catalog.schemas import Commit
from shared.contracts.names import RepoId
from shared.contracts.sentences import field_name, sentence
from shared.contracts.wire import JobId


class Inner(BaseModel):
    x: int


class Everything(BaseModel):
    integer: int = Field(1, ge=1, le=9)
    number: float = Field(1.0, gt=0, lt=9)
    flag: bool = True
    strict: StrictBool = True
    text: str = Field("a", min_length=1, max_length=3)
    names: list[str] = Field(default_factory=lambda: ["a"], min_length=1, max_length=2)
    choice: Literal["a", "b"] = "a"
    inner: Inner = Inner(x=1)
    table: dict[str, int] = Field(default_factory=dict)
    repo: RepoId = "a/b"
    job: JobId = "a"
    commit: Commit | None = None
    either: int | Literal["auto"] = 1
    at: datetime | None = None
    zoned: AwareDatetime | None = None
    uuid: UUID | None = None
    file: FilePath | None = None
    level: Annotated[str, StringConstraints(pattern="^(low|high)$")] = "low"


WRONG: list[tuple[str, object]] = [
    ("integer", "x"), ("integer", 0), ("integer", 99), ("integer", 1.5), ("integer", []), ("number", "x"),
    ("number", 0), ("number", 99), ("flag", "maybe"), ("flag", []), ("strict", 1), ("text", 3), ("text", ""),
    ("text", "abcd"), ("text", "\ud83d"), ("names", "a"), ("names", []), ("names", ["a"] * 3), ("names", [1]),
    ("choice", "c"), ("inner", 1), ("inner", {}), ("inner", {"x": "y"}), ("table", []), ("repo", "../x"),
    ("repo", "x" * 300), ("job", "a b"), ("commit", "abc"), ("either", "x"), ("at", "yesterday"), ("at", []),
    ("zoned", "2026-01-01T00:00:00"), ("uuid", "x"), ("file", str(Path("/no/such"))), ("level", "mid"),
]  # fmt: skip
FOREIGN = ("Input should", "should be", "valid dictionary", "String should", "should match", "^", "Value error", "ctx")


@pytest.mark.parametrize(("field", "value"), WRONG, ids=lambda value: str(value)[:12])
def test_it_says_what_is_allowed_in_our_words(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as failed:
        Everything.model_validate({field: value})
    for error in failed.value.errors():
        found = sentence(error)
        assert found
        assert found != "has the wrong form", error
        assert not any(words in found for words in FOREIGN), found
        assert field_name(error["loc"]).startswith(field)


def test_a_field_is_named_without_the_marks_of_a_union() -> None:
    with pytest.raises(ValidationError) as failed:
        Everything.model_validate({"commit": "abc"})
    assert field_name(("body", "commit")) == "commit"
    assert field_name(failed.value.errors()[0]["loc"]) == "commit"
