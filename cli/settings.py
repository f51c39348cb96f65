"""Settings of the command line: the gateway's address and the retry limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from shared.env_file import env_file
from shared.setting_values import bearer_token, http_url

_ADDRESS = ("url", "host", "port")


class CliSettings(BaseSettings):
    """`patience`: how many seconds to retry while the gateway or a part of it does not answer.

    `data`: the data folder with the state file of a platform on this machine. `token` goes to the address that it was
    written down with: a token in the file is not sent to an address that the environment names instead.
    """

    model_config = SettingsConfigDict(env_prefix="SOKHAN_", extra="ignore", env_ignore_empty=True)

    url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    data: Path = Path("data")
    token: SecretStr | None = None
    patience: float = Field(8.0, ge=0)

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return http_url(value) if value else value

    @field_validator("token", mode="before")
    @classmethod
    def _token(cls, value: object) -> object:
        return bearer_token(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = DotEnvSettingsSource(settings_cls, env_file=env_file())
        return init_settings, env_settings, _BoundToken(settings_cls, file, env_settings)

    @property
    def base(self) -> str:
        return self.url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"} if self.token else {}


class _BoundToken(PydanticBaseSettingsSource):
    """The file's settings, without its token if the environment names another address than the file."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        file: Callable[[], Mapping[str, Any]],
        environment: Callable[[], Mapping[str, Any]],
    ) -> None:
        super().__init__(settings_cls)
        self._file = file
        self._environment = environment

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = dict(self._file())
        address = {name: found[name] for name in _ADDRESS if name in found}
        if _address(address) != _address({**address, **self._environment()}):
            found.pop("token", None)
        return found


def _address(values: Mapping[str, Any]) -> str:
    url = str(values.get("url") or "").rstrip("/")
    return url or f"http://{values.get('host', '127.0.0.1')}:{values.get('port', 8080)}"
