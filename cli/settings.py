"""Settings of the command line: the gateway's address and the retry limit."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CliSettings(BaseSettings):
    """`patience`: how many seconds to retry while the gateway or a part of it does not answer.

    `data`: the data folder with the state file of a platform on this machine.
    """

    model_config = SettingsConfigDict(env_prefix="SOKHAN_", env_file=".env", extra="ignore", env_ignore_empty=True)

    url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    data: Path = Path("data")
    token: SecretStr | None = None
    patience: float = Field(8.0, ge=0)

    @property
    def base(self) -> str:
        return self.url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"} if self.token else {}
