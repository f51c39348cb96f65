"""The sources of settings besides the environment: the file `.env`, and secrets as files, one for each setting.

A container engine mounts a secret as a file: `/run/secrets/sokhan_token` is SOKHAN_TOKEN, `/run/secrets/hf_token` is
HF_TOKEN. The environment wins over the file `.env`, and both over a secret's file.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
)

from shared.env_file import env_file

VARIABLE = "SOKHAN_SECRETS_DIR"
_DEFAULT = "/run/secrets"


def secrets_folder() -> Path | None:
    """The folder with secrets as files; None if there is none."""
    folder = Path(os.environ.get(VARIABLE, "").strip() or _DEFAULT)
    return folder if folder.is_dir() else None


def file_sources(settings_cls: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    folder = secrets_folder()
    secrets = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder is not None else ()
    return DotEnvSettingsSource(settings_cls, env_file=env_file()), *secrets
