"""The sources of settings besides the environment: the file `.env`, and secrets as files, one for each setting.

A container engine mounts a secret as a file: `/run/secrets/sokhan_token` is SOKHAN_TOKEN, `/run/secrets/hf_token` is
HF_TOKEN. The environment wins over the file `.env`, and both over a secret's file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsError,
)

from shared.env_file import env_file

VARIABLE = "SOKHAN_SECRETS_DIR"
_DEFAULT = "/run/secrets"


def secrets_folder() -> Path | None:
    """The folder with secrets as files; None if there is none."""
    folder = Path(os.environ.get(VARIABLE, "").strip() or _DEFAULT)
    return folder if folder.is_dir() else None


class SecretUnreadable(Exception):
    """The file of a secret cannot be read; its text is a sentence that names the setting and the file."""


class _SecretFiles(SecretsSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        try:
            return super().get_field_value(field, field_name)
        except (OSError, UnicodeDecodeError) as error:
            name = self._extract_field_info(field, field_name)[0][1]
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            file = Path(str(self.secrets_dir), name)
            raise SecretUnreadable(f"{name.upper()}: the file {file} cannot be read: {reason}") from error


def unreadable_secret(error: SettingsError) -> str:
    """One sentence. Raises `error` if it has another cause."""
    if isinstance(error.__cause__, SecretUnreadable):
        return str(error.__cause__)
    raise error


def file_sources(settings_cls: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    folder = secrets_folder()
    secrets = (_SecretFiles(settings_cls, secrets_dir=folder),) if folder is not None else ()
    return DotEnvSettingsSource(settings_cls, env_file=env_file()), *secrets
