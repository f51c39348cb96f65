"""All settings, validated at start. An invalid or missing one ends the start with a sentence that names it."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, FilePath, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from shared.config_accounts import AccountSettings
from shared.config_limits import FairUseSettings, HttpSettings
from shared.config_objects import ObjectSettings
from shared.env_file import problem_of, unread
from shared.proxies import Proxies, proxy_url
from shared.secret_strength import is_strong
from shared.secret_url import HTTP_SCHEMES, SecretUrl, checked
from shared.setting_values import bearer_token, http_url, unquoted
from shared.settings_errors import refuse, sentence_of
from shared.settings_files import file_sources, unreadable_secret

GIB = 1024**3
RESTORING = ".sokhan-restoring"
"""The marker of a restore in the data folder: no service starts on a part of a backup."""
_NATS_SCHEMES = frozenset({"nats", "tls", "ws", "wss"})
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class AuthMode(StrEnum):
    OFF = "off"
    TOKEN = "token"  # noqa: S105 - the name of a mode
    ACCOUNTS = "accounts"


class Settings(AccountSettings, FairUseSettings, HttpSettings, ObjectSettings):
    """Read from the environment (prefix `SOKHAN_`), `.env` in the data folder and secret files; `.env.example` has them
    all.
    """

    model_config = SettingsConfigDict(env_prefix="SOKHAN_", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(Path("data"), description="the folder that holds models, datasets, checkpoints and audio")
    umask: str = Field(
        "077", pattern="^[0-7]{3}$", description="permissions that no file gets; 027: the group may read"
    )
    nats_url: SecretUrl = Field(
        SecretUrl("nats://127.0.0.1:4222"), description="of a cluster: several, separated by commas"
    )
    nats_replicas: int = Field(1, ge=1, le=5, description="servers that hold each stream: 3 with a cluster of three")
    nats_credentials: FilePath | None = Field(None, description="a NATS .creds file")
    nats_user: str | None = None
    nats_password: SecretStr | None = None
    nats_tls_ca: FilePath | None = Field(None, description="CA bundle for a tls:// NATS")
    store_url: SecretUrl = Field(
        SecretUrl(""), description="sqlite:///… or mongodb://…; empty means sqlite under SOKHAN_DATA"
    )

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    ops_host: str = "127.0.0.1"
    ops_port: int = Field(0, ge=0, le=65535, description="/livez /readyz /metrics of a service; 0 picks a free port")
    auth: AuthMode = AuthMode.OFF
    token: SecretStr | None = None
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    hf_endpoint: str = Field(
        "https://huggingface.co", validation_alias=AliasChoices("HF_ENDPOINT", "SOKHAN_HF_ENDPOINT")
    )
    hf_mirrors: Annotated[tuple[str, ...], NoDecode] = Field((), description="asked in order when HF_ENDPOINT fails")
    hub_hosts: Annotated[tuple[str, ...], NoDecode] = Field((), description="more hosts that the Hub may redirect to")
    http_proxy: str | None = Field(
        None, validation_alias=AliasChoices("HTTP_PROXY", "SOKHAN_HTTP_PROXY"), description="for http:// addresses"
    )
    https_proxy: str | None = Field(
        None, validation_alias=AliasChoices("HTTPS_PROXY", "SOKHAN_HTTPS_PROXY"), description="for https:// addresses"
    )
    all_proxy: str | None = Field(
        None, validation_alias=AliasChoices("ALL_PROXY", "SOKHAN_ALL_PROXY"), description="where the others are not set"
    )
    no_proxy: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias=AliasChoices("NO_PROXY", "SOKHAN_NO_PROXY"), description="hosts reached directly"
    )
    hf_token: SecretStr | None = Field(None, validation_alias=AliasChoices("HF_TOKEN", "SOKHAN_HF_TOKEN"))

    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    log_format: str = Field("auto", pattern="^(auto|json|console)$")
    otlp_endpoint: SecretUrl | None = Field(
        None, validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT", "SOKHAN_OTLP_ENDPOINT")
    )

    # 20 s: above any pause of a busy two-core machine, so that only a dead or frozen worker loses its job.
    lease_seconds: float = Field(
        20.0, ge=0.5, le=600, description="a worker without a heartbeat for this time loses its job"
    )
    shutdown_seconds: float = Field(20.0, ge=1, le=600, description="time for jobs to reach a safe point on SIGTERM")

    download_slots: int = Field(2, ge=1, le=64)
    # 8: enough to use a line that is limited per connection; the Hub's file servers accept it.
    download_connections: int = Field(8, ge=1, le=64, description="requests at once for one download")
    download_host_connections: int = Field(16, ge=1, le=256, description="requests at once to one endpoint, all jobs")
    download_bandwidth: int = Field(0, ge=0, description="bytes a second for all downloads of a worker; 0 is no cap")
    # 30 s: a satellite hop pauses for up to 20 s.
    download_stall_seconds: float = Field(
        30.0, gt=0, le=600, description="a request without a byte for this time is dead"
    )
    download_patience_seconds: float = Field(
        86_400.0, ge=1, description="how long a download waits for a broken connection"
    )
    downloads_per_user: int = Field(1, ge=0, description="active downloads of a user or address; 0 is no limit")
    unlisted_downloads: bool = Field(False, description="allow downloads of repositories outside the catalog")
    proxy_max_bytes: int = Field(16 * GIB, ge=1)
    proxy_seconds: float = Field(3600.0, ge=1)
    training_slots: int = Field(1, ge=1, le=16, description="runs at once on the processor")
    training_gpus: str = Field("auto", description="auto, none, or the GPUs to use as CUDA names them: 0,1")
    training_gpu_slots: int = Field(1, ge=1, le=16, description="runs at once on each GPU")
    training_memory_bytes: int = Field(0, ge=0, description="memory limit of a run; 0: four fifths of the machine's")
    scan_slots: int = Field(2, ge=1, le=16)
    watch: bool = Field(True, description="watch SOKHAN_DATA for changes")
    bundled_voices: bool = Field(True, description="install the base voice that comes with Sokhan")

    upload_max_bytes: int = Field(4 * GIB, ge=1024)
    upload_days: float = Field(7.0, gt=0, le=365, description="a resumable upload without a byte for this time expires")
    unpacked_max_bytes: int = Field(16 * GIB, ge=1024)
    unpacked_max_files: int = Field(500_000, ge=1)
    speech_max_characters: int = Field(4096, ge=1, le=200_000)
    speech_waiting: int = Field(64, ge=1, le=10_000, description="concurrent listeners of one synth; more get 503")
    speech_threads: int = Field(0, ge=0, le=64, description="sentences computed at once; 0: one for every four cores")
    speech_precision: Literal["auto", "float32", "onnx", "bfloat16", "float16"] = "auto"
    speech_cache_bytes: int = Field(1 * GIB, ge=0, description="cache of spoken sentences on disk; 0: none")
    speech_empty: Literal["error", "silence"] = Field(
        "error",
        description="the answer to a text without speakable letters; silence (no audio) suits clients that split texts",
    )
    render_slots: int = Field(1, ge=1, le=16, description="speech jobs at once on one synth")
    # 2,000,000: fifty hours of speech, more than any book.
    render_max_characters: int = Field(2_000_000, ge=1, le=20_000_000, description="of one text of /api/speech")
    default_voice: str | None = Field(None, description="the voice for OpenAI's names: alloy, nova, …")
    voices_memory_bytes: int = Field(2 * GIB, ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, *file_sources(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_set(cls, values: dict[str, object]) -> dict[str, object]:
        """Drop empty values, such as of a line `HF_ENDPOINT=`, and quotes, which container engines do not remove."""
        given = {name: unquoted(value) for name, value in values.items()}
        return {name: value for name, value in given.items() if value != ""}

    @field_validator("auth", "log_level", "log_format", "speech_precision", "speech_empty", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("http_proxy", "https_proxy", "all_proxy")
    @classmethod
    def _proxy(cls, value: str | None) -> str | None:
        return None if value is None else proxy_url(value)

    @field_validator("cors_origins", "trusted_proxies", "hf_mirrors", "hub_hosts", "no_proxy", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("hf_endpoint")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        return http_url(value)

    @field_validator("hf_token", mode="before")
    @classmethod
    def _token(cls, value: object) -> object:
        return bearer_token(value)

    @field_validator("hf_mirrors")
    @classmethod
    def _mirrors(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(http_url(value) for value in values)

    @field_validator("hub_hosts")
    @classmethod
    def _hosts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        hosts = tuple(value.lower().strip(".") for value in values)
        if wrong := next((host for host in hosts if not _HOST.fullmatch(host)), None):
            raise ValueError(f"“{wrong}” is not a host name such as files.example.org")
        return hosts

    @field_validator("nats_url")
    @classmethod
    def _nats(cls, value: SecretUrl) -> SecretUrl:
        for server in value.reveal().split(","):
            checked(SecretUrl(server.strip()), _NATS_SCHEMES)
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _otlp(cls, value: SecretUrl | None) -> SecretUrl | None:
        return None if value is None else checked(value, HTTP_SCHEMES)

    @field_validator("store_url")
    @classmethod
    def _store(cls, value: SecretUrl) -> SecretUrl:
        if value and not value.reveal().startswith(("sqlite:///", "mongodb://", "mongodb+srv://")):
            raise ValueError("must start with sqlite:/// or mongodb://")
        return value

    @model_validator(mode="after")
    def _safe(self) -> Settings:
        if self.auth is AuthMode.OFF and not is_loopback(self.host):
            raise ValueError(
                f"SOKHAN_AUTH=off is for one person on one machine and does not allow listening on {self.host}; "
                "set SOKHAN_AUTH=accounts, or SOKHAN_AUTH=token and SOKHAN_TOKEN"
            )
        if self.auth is AuthMode.TOKEN and (self.token is None or not is_strong(self.token.get_secret_value())):
            raise ValueError(
                "SOKHAN_AUTH=token needs a SOKHAN_TOKEN of 128 random bits or more: the output of openssl rand -hex 32"
            )
        if self.auth is AuthMode.ACCOUNTS and self.token is not None and not is_strong(self.token.get_secret_value()):
            raise ValueError("SOKHAN_TOKEN must have 128 random bits or more: the output of openssl rand -hex 32")
        return self

    @property
    def proxies(self) -> Proxies:
        return Proxies(self.http_proxy or self.all_proxy, self.https_proxy or self.all_proxy, self.no_proxy)

    @property
    def hub_endpoints(self) -> tuple[str, ...]:
        return (self.hf_endpoint, *self.hf_mirrors)

    @property
    def store(self) -> SecretUrl:
        return self.store_url or SecretUrl(f"sqlite:///{self.data.absolute() / 'sokhan.db'}")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(*, to_restore: bool = False) -> Settings:
    """The settings. Exits with status 2 and one sentence for each invalid setting, and, except `to_restore`, while the
    data folder holds a part of a backup.
    """
    if problem := problem_of():
        refuse(problem)
    if notice := unread():
        sys.stderr.write(f"sokhan: {notice}\n")
    try:
        settings = Settings()
    except ValidationError as error:
        refuse(*(sentence_of(fault) for fault in error.errors()))
    except SettingsError as error:
        refuse(unreadable_secret(error))
    try:
        settings.data.mkdir(0o777 & ~int(settings.umask, 8), parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"SOKHAN_DATA={settings.data} cannot be used: {error.strerror}")
    # A folder that is mounted read-only is meant to be so.
    if not os.access(settings.data, os.W_OK) and not os.statvfs(settings.data).f_flag & os.ST_RDONLY:
        refuse(f"SOKHAN_DATA={settings.data} is not writable")
    if not to_restore and (settings.data / RESTORING).exists():
        refuse(f"SOKHAN_DATA={settings.data} holds a part of a backup: wait for `sokhan restore`, or start it again")
    return settings
