"""The settings of limits: connections of the HTTP server, and the fair use of each owner."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode


class HttpSettings(BaseSettings):
    """Limits of the HTTP server (`shared/service/http`)."""

    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="addresses or networks of reverse proxies whose X-Forwarded-For and -Proto count"
    )
    http_connections: int = Field(1000, ge=1, le=60_000, description="open connections, all clients together")
    http_connections_per_address: int = Field(200, ge=1, description="of one address (IPv6: of one /64)")
    http_head_seconds: float = Field(10.0, gt=0, le=600, description="time for a request's head")
    http_body_idle_seconds: float = Field(30.0, gt=0, le=3600, description="time without a byte of a request's body")
    http_write_idle_seconds: float = Field(
        300.0, gt=0, le=86_400, description="time in which a client reads nothing of its answer"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for value in values:
                ipaddress.ip_network(value, strict=False)
        except ValueError:  # such as “*”, which would let every client choose its address
            raise ValueError("must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8") from None
        return values


class FairUseSettings(BaseSettings):
    """Limits of one owner (`services/gateway/fair_use`). 0 is no limit."""

    # A hundred requests a second: far above a console, far below a loop.
    requests_per_minute: int = Field(6000, ge=0, description="of one owner; 0 is no limit, also for those below")
    failed_logins_per_minute: int = Field(10, ge=0, description="wrong tokens of one address")
    jobs_per_owner: int = Field(1000, ge=0, description="jobs of one owner that have not ended")
    uploads_per_owner: int = Field(4, ge=0, description="uploads of one owner at once")
    open_uploads_per_owner: int = Field(20, ge=0, description="resumable uploads of one owner that are not imported")
    stored_bytes_per_owner: int = Field(0, ge=0, description="size of the uploaded data sets of one owner")
    catalog_entries: int = Field(10_000, ge=0, description="entries of the catalog")
    streams_per_owner: int = Field(100, ge=0, description="open sockets and event streams of one owner")
    speech_at_once_per_owner: int = Field(
        48, ge=0, description="concurrent listeners of one owner, so that others are served; 0 is no limit"
    )
    # 10,000,000: two hundred hours of speech.
    speech_characters_per_day: int = Field(
        10_000_000, ge=0, description="of one owner, counted after normalisation; 0 is no limit"
    )
    keep_jobs_days: int = Field(90, ge=1, description="ended downloads and scans; runs and renders stay")
    keep_jobs: int = Field(10_000, ge=1, le=10_000, description="ended downloads, and ended scans")
    keep_idempotency_keys_days: int = Field(7, ge=1, description="after this time a key may be used again")
