"""The settings of finished data in a bucket that speaks S3 (docs/objects.md)."""

from __future__ import annotations

import re
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from shared.setting_values import http_url

_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]+?))?/?")


class ObjectSettings(BaseSettings):
    """`SOKHAN_OBJECTS` and what belongs to it."""

    objects: str | None = Field(
        None, description="s3://bucket/prefix: finished data is published there; none: it is not"
    )
    objects_endpoint: str | None = Field(None, description="address of a server other than Amazon's: http://minio:9000")
    objects_region: str = "us-east-1"
    objects_key_id: str | None = Field(None, description="none: the machine's own role, as with Amazon's tools")
    objects_secret_key: SecretStr | None = None
    objects_grace_hours: float = Field(72.0, ge=1, le=8760, description="unreferenced objects stay for this time")
    remote: bool = Field(
        False,
        description="a trainer or a synth that does not share SOKHAN_DATA with the gateway: its own is a cache",
    )
    objects_cache_bytes: int = Field(
        100 * 1024**3, ge=1024**2, description="of a remote worker: size of the assets that it keeps"
    )

    @field_validator("objects")
    @classmethod
    def _is_bucket(cls, value: str | None) -> str | None:
        if value is not None and (not (match := _BUCKET.fullmatch(value)) or ".." in (match[2] or "")):
            raise ValueError("must be s3:// and a bucket, and a prefix if there is one, such as s3://sokhan/data")
        return value

    @field_validator("objects_endpoint")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        return None if value is None else http_url(value)

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if self.remote and self.objects is None:
            raise ValueError("SOKHAN_REMOTE=true needs SOKHAN_OBJECTS: a remote worker has its data from there")
        if (self.objects_key_id is None) is not (self.objects_secret_key is None):
            raise ValueError("SOKHAN_OBJECTS_KEY_ID and SOKHAN_OBJECTS_SECRET_KEY belong together")
        return self

    @property
    def bucket(self) -> tuple[str, str]:
        """The bucket and the prefix, which may be empty. Only with `objects`."""
        match = _BUCKET.fullmatch(self.objects or "")
        assert match is not None, "checked by the validator"
        return match[1], match[2] or ""
