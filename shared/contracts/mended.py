"""The base of request bodies: replaces lone surrogates in every string field."""

from __future__ import annotations

from pydantic import BaseModel, model_validator

from shared.unicode import mend_json


class Mended(BaseModel):
    """A lone surrogate such as JSON's `\\ud83d` cannot be encoded in UTF-8, so disk, bus and store refuse it. It
    becomes U+FFFD."""

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, request: object) -> object:
        return mend_json(request)
