"""The base of what clients send in JSON: half characters are mended at the door, for every field at once."""

from __future__ import annotations

from pydantic import BaseModel, model_validator

from shared.unicode import mend_json


class Mended(BaseModel):
    """JSON's `\\ud83d` without its other half is no character: no disk, bus or store takes it. It becomes U+FFFD."""

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, request: object) -> object:
        return mend_json(request)
