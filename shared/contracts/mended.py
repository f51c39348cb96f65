"""What is expected of texts in request bodies: whole characters, and one line where people read a list."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints, model_validator

from shared.unicode import mend_json


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValueError("is one line without control characters")
    return text


OneLine = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
"""A name or a note that others see in tables and in the audit. Persian's joiners (U+200C, U+200D) are no control
characters."""


class Mended(BaseModel):
    """A lone surrogate such as JSON's `\\ud83d` cannot be encoded in UTF-8, so disk, bus and store refuse it. It
    becomes U+FFFD."""

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, request: object) -> object:
        return mend_json(request)
