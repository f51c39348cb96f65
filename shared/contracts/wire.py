"""The base of all messages between processes: snake_case in Python, camelCase on the wire, versioned by `schema`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """Parsing ignores unknown fields, so that an older service accepts a newer one's message."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        ser_json_inf_nan="null",
    )

    def to_wire(self) -> bytes:
        return self.model_dump_json(by_alias=True).encode()


JobId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Safe as a NATS subject token, a file name and a URL segment."""

ConfigValue = bool | int | float | str | None
"""A value of a recipe's configuration."""
